"""What `Article.objects.published()` lets through, and that every page starts there."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import IntegrityError
from django.urls import reverse
from django.utils import timezone

from articles.models import Article
from tests.factories.articles import (
    ArticleFactory,
    AuthorFactory,
    CorrectionFactory,
    SectionFactory,
)

pytestmark = pytest.mark.django_db

HIDDEN_WORDS = "Operation Nightingale"


@pytest.fixture
def hidden():
    """One story for each reason to be hidden, with one section, tag and author."""
    now = timezone.now()
    shared = {
        "section": SectionFactory(slug="world"),
        "headline": HIDDEN_WORDS,
        "tagged": ["operation-x"],
        "by": [AuthorFactory(slug="ghost")],
    }
    usable = {"published": True, **shared}
    return {
        "draft": ArticleFactory(published_at=now - timedelta(days=1), **shared),
        "withdrawn": ArticleFactory(withdrawn=True, **shared),
        "scheduled": ArticleFactory(scheduled=True, **shared),
        "embargoed": ArticleFactory(embargoed_until=now + timedelta(hours=1), **usable),
        "expired": ArticleFactory(expires_at=now - timedelta(seconds=1), **usable),
    }


def test_published_holds_only_what_readers_may_see(hidden):
    shown = ArticleFactory(published=True)

    assert list(Article.objects.published()) == [shown]


def test_is_live_agrees_with_published(hidden):
    shown = ArticleFactory(published=True)

    assert [a for a in [*hidden.values(), shown] if a.is_live] == [shown]


@pytest.mark.parametrize(
    "query", ["", "?preview=1", "?draft=1", "?status=draft", "?published=0"]
)
def test_address_of_a_hidden_story_is_not_found(client, hidden, query):
    unknown = client.get("/world/no-such-story/" + query)

    for name, article in hidden.items():
        response = client.get(article.get_absolute_url() + query)
        assert response.status_code == 404, name
        body = response.content.replace(article.slug.encode(), b"no-such-story")
        assert HIDDEN_WORDS.encode() not in body, name
        assert body == unknown.content, name


@pytest.mark.parametrize(
    "path",
    [
        "/", "/world/", "/world/?status=draft", "/world/?published=0&all=1", "/tags/",
        "/archive/", "/corrections/", "/search/?q=nightingale", "/feed/",
        "/world/feed/",
        "/sitemap.xml", "/sitemap-news.xml", "/sitemap-articles-1.xml",
        "/sitemap-tags-1.xml",
        "/sitemap-authors-1.xml",
    ],
)  # fmt: skip
def test_no_page_shows_a_hidden_story(client, hidden, path):
    for article in hidden.values():
        CorrectionFactory(article=article, text=HIDDEN_WORDS)

    content = client.get(path).content.decode()

    assert HIDDEN_WORDS not in content
    assert "operation-x" not in content
    assert "ghost" not in content


@pytest.mark.parametrize(
    "path",
    [
        "/tags/operation-x/",
        "/tags/operation-x/feed/",
        "/authors/ghost/",
        "/authors/ghost/feed/",
    ],
)
def test_tag_and_author_of_hidden_stories_only_are_not_found(client, hidden, path):
    assert client.get(path).status_code == 404


def test_hidden_story_is_not_related(client, hidden):
    shown = ArticleFactory(
        published=True, section=hidden["draft"].section, tagged=["operation-x"]
    )

    response = client.get(shown.get_absolute_url())

    assert HIDDEN_WORDS not in response.content.decode()


def test_archive_of_a_day_with_only_hidden_stories_is_not_found(client, hidden):
    day = timezone.localdate(hidden["draft"].published_at)
    args = [day.year, day.month, day.day]

    assert client.get(reverse("articles:archive_day", args=args)).status_code == 404


@pytest.mark.parametrize(
    ("field", "before", "after"),
    [
        ("published_at", 404, 200),
        ("embargoed_until", 404, 200),
        ("expires_at", 200, 404),
    ],
)
def test_time_rules_hold_to_the_second(client, field, before, after):
    instant = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)
    times = {"published_at": instant - timedelta(days=1), field: instant}
    article = ArticleFactory(pub_status=Article.PubStatus.USABLE, **times)

    with time_machine.travel(instant - timedelta(seconds=1), tick=False):
        assert client.get(article.get_absolute_url()).status_code == before
    with time_machine.travel(instant, tick=False):
        assert client.get(article.get_absolute_url()).status_code == after


@pytest.mark.parametrize(
    ("field", "before", "after"),
    [("published_at", False, True), ("expires_at", True, False)],
)
def test_lists_hold_to_the_second_whatever_they_counted(client, field, before, after):
    instant = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)
    times = {"published_at": instant - timedelta(days=1), field: instant}
    article = ArticleFactory(
        pub_status=Article.PubStatus.USABLE, tagged=["boats"], **times
    )
    section = article.section.get_absolute_url()
    tag = reverse("articles:tag_detail", args=["boats"])

    for moment, is_shown in [
        (instant - timedelta(seconds=1), before),
        (instant, after),
    ]:
        with time_machine.travel(moment, tick=False):
            assert (article.headline in client.get(section).text) is is_shown
            assert client.get(tag).status_code == (200 if is_shown else 404)


def test_database_refuses_a_cleared_story_without_a_time():
    with pytest.raises(IntegrityError):
        ArticleFactory(pub_status=Article.PubStatus.USABLE, published_at=None)
