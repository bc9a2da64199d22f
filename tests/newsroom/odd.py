"""Odd things to send, and how to send them so that nothing of it stays.

`FUZZ=5000` tries as many requests of each kind instead of CI's few, at random.
"""

import os
from urllib.parse import quote

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from lxml import html

from tests.newsroom.every_address import World

FUZZ = int(os.environ.get("FUZZ", "0"))
FEW = settings(
    max_examples=FUZZ or 25,
    deadline=None,
    derandomize=not FUZZ,
    database=None,
    suppress_health_check=list(HealthCheck),
)
ODD = [
    *["", "\x00", "a\x00b", "\u202eabc\u2066", "\U0010ffff", "\ufffe", "\r\nX: y"],
    *["-1", "0", "9" * 30, "9" * 5000, "1e9", "NaN", "1.5", "٣", "²", "𝟙", " 1 ", "+1"],
    *["2026-02-30", "0000-00-00", "99999-01-01", "2026-13", "0001-01-01", "9999-12-31"],
    *["'\"><script>", "{{7*7}}", "%(x)s", "../../etc/passwd", "C:\\x", "null", "[]"],
    *["x" * 100_000, "<" * 20_000, "&" * 20_000, "a@" + "b." * 200 + "c", "[" * 3000],
    *["(" * 500 + "a", '"unclosed', "a*b", "AND", "OR NOT", ":*", "\\", "%", "_"],
    *["e\u0301" * 500, "ﷺ" * 300, "\u200b", "ı", "ß" * 200, "\t", "true", "on"],
]
# Bytes that are no text, and escapes that are none.
RAW = [
    "%",
    "%zz",
    "%ED%A0%80",
    "%FF%FE",
    "%C0%AF",
    "%E0%80",
    "%u0041",
    "%00",
    "+",
    "%0d%0a",
]
raw_values = st.sampled_from([*map(quote, ODD), *RAW])
BROWSER = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """Rows that stay for the module and are taken back after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield World()
        transaction.set_rollback(True)


def answer(client, method, address, **sent):
    """What is answered, with nothing of it kept."""
    with transaction.atomic():
        response = client.generic(method, address, headers=BROWSER, **sent)
        if response.streaming:
            b"".join(response.streaming_content)
        transaction.set_rollback(True)
    assert response.status_code < 500, (method, address[:300], response.status_code)
    return response


def forms_in(content):
    """The names in each form of a page, and what they hold."""
    return [
        {
            **dict(form.form_values()),
            **{n: form.fields.get(n) or "" for n in form.fields},
        }
        for form in html.document_fromstring(content).forms
        if form.method == "POST"
    ]


@st.composite
def odd_form(draw, fields):
    """What to send for a form in which most fields hold something odd."""
    pairs = [
        (key, draw(st.one_of(raw_values, raw_values, st.just(quote(str(value))))))
        for key, value in fields.items()
    ]
    return {
        "data": "&".join(f"{quote(key)}={value}" for key, value in pairs).encode(),
        "content_type": "application/x-www-form-urlencoded",
    }
