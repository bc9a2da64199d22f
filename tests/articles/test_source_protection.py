"""Who works on a story, and where from, stands nowhere that readers reach."""

import logging

import pytest
from django.contrib.auth.models import User
from django.core.mail.utils import DNS_NAME
from django.urls import reverse

from articles import actions
from newsroom.log import JsonFormatter
from tests.factories.articles import (
    AuthorFactory,
    CompleteArticleFactory,
    CorrectionFactory,
)

pytestmark = pytest.mark.django_db
NAMES = ["zq-insider", "Zqfirst", "Zqlast", "zq-source@mail.example", "203.0.113.77"]


@pytest.fixture
def story():
    """A story that went every way through the hands of one colleague."""
    colleague = User.objects.create_superuser(
        "zq-insider", "zq-source@mail.example", first_name="Zqfirst", last_name="Zqlast"
    )
    story = CompleteArticleFactory(created_by=colleague, ed_note="ask Zqfirst")
    actions.publish(story, by=colleague)
    CorrectionFactory(article=story)
    story.refresh_from_db()
    return story


def addresses(story):
    author = story.contributions.get().author if story.contributions.exists() else None
    section = f"/{story.section.slug}/"
    yield from ["/", section, f"{section}{story.slug}/", f"{section}feed/", "/feed/"]
    yield from ["/feed/?format=rss", "/sitemap.xml", "/sitemap-news.xml", "/archive/"]
    yield from ["/corrections/", "/search/?q=a", "/tags/", "/no-such/page/", "/?page=9"]
    yield from ["/robots.txt", "/newsletters/", "/republish/", "/healthz", "/readyz"]
    yield from [reverse("articles:author_detail", args=[author.slug])] if author else []


def test_nothing_public_names_the_staff(client, story, caplog):
    AuthorFactory()
    caplog.set_level(logging.INFO)
    extra = {"REMOTE_ADDR": "203.0.113.77"}

    found = {}
    for address in addresses(story):
        response = client.get(address, **extra)
        body = b"".join(response) if response.streaming else response.content
        shown = f"{response.headers} {body.decode(errors='replace')}"
        if names := [name for name in NAMES if name in shown]:
            found[address] = names

    logged = " ".join(JsonFormatter().format(record) for record in caplog.records)
    assert found == {}
    assert [name for name in NAMES if name in logged] == []


def test_log_in_leaves_no_name_or_network_in_the_log(client, story, caplog):
    caplog.set_level(logging.DEBUG)
    extra = {"REMOTE_ADDR": "203.0.113.77"}
    for name, password in [("zq-insider", "wrong"), ("my typed password", "x")]:
        sent = {"username": name, "password": password}
        client.post("/admin/login/", sent, **extra)

    logged = " ".join(JsonFormatter().format(record) for record in caplog.records)
    assert not any(word in logged for word in [*NAMES, "my typed password"])


def test_mails_name_the_site_and_not_the_machine():
    # In every Message-ID, and what is said to a mail server.
    assert DNS_NAME.get_fqdn() == "news.example"
