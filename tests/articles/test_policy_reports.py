"""What browsers report that a page's rules kept out: counted, and nobody's."""

import json

import pytest
from django.urls import reverse

from articles import policy_reports
from articles.models import PolicyReport
from newsroom import csp
from tests.factories.articles import UserFactory

pytestmark = pytest.mark.django_db
ADDRESS = "/api/csp-reports/"


def report(**values):
    return {
        "document-uri": "https://news.example/world/a-story/?q=ann",
        "referrer": "https://elsewhere.example/secret",
        "effective-directive": "img-src",
        "blocked-uri": "https://ads.example/pixel.gif?reader=17",
        "source-file": "https://ads.example/x.js",
        **values,
    }


def send(client, body, kind="application/csp-report", **extra):
    return client.post(ADDRESS, body, content_type=kind, **extra)


def send_one(client, **values):
    return send(client, json.dumps({"csp-report": report(**values)}))


def rows():
    return list(
        PolicyReport.objects.values_list("directive", "blocked", "path", "count")
    )


def test_equal_reports_are_one_row_that_counts(client):
    send_one(client)
    response = send_one(client)

    assert (response.status_code, response.content) == (204, b"")
    assert rows() == [("img-src", "ads.example", "/world/a-story/", 2)]
    assert not response.cookies


def test_reports_of_the_newer_kind_come_in_a_list(client):
    one = {
        "type": "csp-violation",
        "body": {
            "documentURL": "https://news.example/",
            "effectiveDirective": "script-src-elem",
            "blockedURL": "inline",
        },
    }

    send(client, json.dumps([one]), "application/reports+json")

    assert rows() == [("script-src-elem", "inline", "/", 1)]


@pytest.mark.parametrize(
    ("blocked", "kept"),
    [
        ("moz-extension://9f3c-one-reader-alone/x.js", "moz-extension"),
        ("chrome-extension", "chrome-extension"),
        ("data:text/html,Ann", "data"),
        ("eval", "eval"),
        ("", "inline"),
        ("https://[broken", "unreadable"),
        ("wss://live.example:8443/x", "live.example"),
        ("about:blank#Ann", "about"),
    ],
)
def test_what_was_kept_out_names_a_site_and_no_reader(client, blocked, kept):
    send_one(client, **{"blocked-uri": blocked})

    assert [row[1] for row in rows()] == [kept]


@pytest.mark.parametrize(
    ("page", "kept"),
    [
        ("/newsletters/confirm/k3y:abc/", "/newsletters/confirm/…/"),
        ("/newsletters/preferences/k3y/pause/", "/newsletters/preferences/…/pause/"),
        ("/republish/quote/k3y/invoice/", "/republish/quote/…/invoice/"),
        ("/preview/k3y/", "/preview/…/"),
        ("/newsletters/weekly/issue-5/", "/newsletters/weekly/issue-5/"),
        ("/admin/password/choose/Mg/k3y/", "/admin/password/…"),
        ("/%F0%9F%90%9F/%0A/", "/🐟/ /"),
    ],
)
def test_page_is_kept_without_the_keys_in_it(client, page, kept):
    send_one(client, **{"document-uri": f"https://news.example{page}"})

    assert [row[2] for row in rows()] == [kept]


@pytest.mark.parametrize(
    "body",
    [
        "", "null", "7", '"x"', "[]", "{}", "[" * 5000, "\x00", '{"csp-report": []}',
        '[{"body": 3}, 4, null]', '{"csp-report": {"document-uri": {}}}',
        json.dumps({"csp-report": report(**{"document-uri": "https://evil.example/"})}),
        json.dumps({"csp-report": report(**{"effective-directive": "<b>x</b>"})}),
        json.dumps({"csp-report": report(**{"document-uri": "https://[x"})}),
    ],
)  # fmt: skip
def test_what_is_no_report_of_our_pages_is_left_out(client, body):
    assert send(client, body).status_code in {204, 413, 415}
    assert rows() == []


@pytest.mark.parametrize(
    ("kind", "size", "status"),
    [
        ("text/plain", 10, 415),
        ("multipart/form-data; boundary=x", 10, 415),
        ("application/csp-report", csp.MOST_BYTES + 1, 413),
    ],
)
def test_other_bodies_are_refused(client, kind, size, status):
    assert send(client, "x" * size, kind).status_code == status


def test_nothing_is_there_to_read(client):
    assert client.get(ADDRESS).status_code == 405


def test_each_network_is_heard_a_little(client):
    for number in range(csp.FROM_A_NETWORK + 5):
        send_one(client, **{"blocked-uri": f"https://a{number}.example/"})

    assert len(rows()) == csp.FROM_A_NETWORK


def test_table_keeps_its_size(monkeypatch):
    monkeypatch.setattr(PolicyReport, "MOST_ROWS", 3)
    for number in range(5):
        facts = report(**{"blocked-uri": f"https://a{number}.example/"})
        policy_reports.note(json.dumps({"csp-report": facts}))

    assert {row[1] for row in rows()} == {"a2.example", "a3.example", "a4.example"}


@pytest.mark.parametrize(("role", "status"), [("Administrator", 200), ("Editor", 403)])
def test_administrators_see_what_was_kept_out(client, role, status):
    send_one(client, **{"blocked-uri": "https://<script>.example/"})
    client.force_login(UserFactory(role=role))

    response = client.get(reverse("admin:articles_policyreport_changelist"))

    assert response.status_code == status
    assert "<script>.example" not in response.content.decode()
