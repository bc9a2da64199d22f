from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.utils import timezone

from articles.actions import (
    AddressTakenError,
    NotReadyToPublishError,
    correct,
    move,
    publish,
    rename_section,
    withdraw,
)
from articles.models import Article
from tests.factories.articles import (
    ArticleFactory,
    AuthorFactory,
    PageFactory,
    SectionFactory,
)

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)


@pytest.fixture
def editor():
    return get_user_model().objects.create_user("editor")


def events(article):
    return [(event.kind, event.by) for event in article.events.order_by("pk")]


@pytest.mark.parametrize(
    ("at", "embargoed_until", "expected"),
    [
        (None, None, NOW),
        (NOW + timedelta(hours=2), None, NOW + timedelta(hours=2)),
        (None, NOW + timedelta(hours=1), NOW + timedelta(hours=1)),
        (NOW + timedelta(hours=2), NOW + timedelta(hours=1), NOW + timedelta(hours=2)),
    ],
)
@time_machine.travel(NOW, tick=False)
def test_publish_sets_the_time_and_remembers_who(editor, at, embargoed_until, expected):
    article = ArticleFactory(embargoed_until=embargoed_until)

    article = publish(article, by=editor, at=at)

    assert (article.pub_status, article.published_at) == ("usable", expected)
    assert events(article) == [("published", editor)]


def test_publish_twice_moves_nothing(editor):
    article = publish(ArticleFactory(), by=editor, at=NOW)

    again = publish(article, by=editor)

    assert again.published_at == NOW
    assert events(article) == [("published", editor)]


@pytest.mark.parametrize(
    ("fields", "missing"), [({"headline": ""}, "a headline"), ({"body": ""}, "a body")]
)
def test_publish_says_what_is_missing(editor, fields, missing):
    article = ArticleFactory(**fields)

    with pytest.raises(NotReadyToPublishError, match=missing):
        publish(article, by=editor)

    article.refresh_from_db()
    assert article.pub_status == "withheld"


def test_withdrawn_story_that_runs_again_keeps_its_time(editor):
    article = publish(ArticleFactory(), by=editor, at=NOW)

    article = publish(withdraw(article, by=editor), by=editor)

    assert article.published_at == NOW
    assert [kind for kind, _ in events(article)] == [
        "published",
        "withdrawn",
        "published",
    ]


@time_machine.travel(NOW, tick=False)
def test_correct_tells_readers_that_the_story_changed(editor):
    article = ArticleFactory(published=True)

    correction = correct(article, text="Forty, not four hundred.", by=editor)

    article.refresh_from_db()
    assert article.modified_at == correction.published_at == NOW
    assert events(article) == [("corrected", editor)]


def test_old_addresses_lead_to_the_present_one_without_a_chain(client, editor):
    article = ArticleFactory(
        published=True, section=SectionFactory(slug="world"), slug="a"
    )
    move(article, by=editor, slug="b")
    move(article, by=editor, slug="c")

    responses = [client.get(f"/world/{slug}/?utm=1") for slug in "ab"]

    assert [(r.status_code, r.url) for r in responses] == [(301, "/world/c/?utm=1")] * 2


def test_move_is_noted_with_the_longest_address_of_any_script(editor):
    article = ArticleFactory(section=SectionFactory(slug="ข" * 80))

    move(article, by=editor, slug="ก" * 120)

    assert article.events.get().note == f"/{'ข' * 80}/{'ก' * 120}/"


def test_renaming_back_makes_no_loop(client, editor):
    article = ArticleFactory(
        published=True, section=SectionFactory(slug="world"), slug="a"
    )
    move(article, by=editor, slug="b")
    move(article, by=editor, slug="a")

    assert client.get("/world/a/").status_code == 200
    assert client.get("/world/b/").url == "/world/a/"


def test_story_moved_to_another_section_is_found_from_the_old_one(client, editor):
    article = ArticleFactory(
        published=True, section=SectionFactory(slug="world"), slug="a"
    )
    move(article, by=editor, section=SectionFactory(slug="culture"))

    assert client.get("/world/a/").url == "/culture/a/"


def test_new_story_takes_an_address_that_an_older_one_left(client, editor):
    world = SectionFactory(slug="world")
    first = ArticleFactory(published=True, section=world, slug="budget")
    move(first, by=editor, slug="budget-2025")
    second = ArticleFactory(published=True, section=world, slug="budget")

    assert client.get("/world/budget/").context["article"] == second

    move(second, by=editor, slug="budget-2026")

    assert client.get("/world/budget/").url == "/world/budget-2026/"
    assert client.get("/world/budget-2025/").status_code == 200


def test_move_to_a_taken_address_is_refused(editor):
    world = SectionFactory(slug="world")
    ArticleFactory(section=world, slug="budget")
    article = ArticleFactory(section=world, slug="other")

    with pytest.raises(AddressTakenError):
        move(article, by=editor, slug="budget")


def test_old_address_of_a_withdrawn_story_is_not_found(client, editor):
    article = ArticleFactory(
        published=True, section=SectionFactory(slug="world"), slug="a"
    )
    withdraw(move(article, by=editor, slug="b"), by=editor)

    assert client.get("/world/a/").status_code == 404


def test_renamed_section_leads_its_stories_and_feed_to_the_new_address(client):
    section = SectionFactory(slug="world")
    ArticleFactory(published=True, section=section, slug="a")
    rename_section(section, slug="planet")

    found = [client.get(path) for path in ["/world/", "/world/a/", "/world/feed/"]]

    assert [(r.status_code, r.url) for r in found] == [
        (301, "/planet/"),
        (301, "/planet/a/"),
        (301, "/planet/feed/"),
    ]


def test_section_renamed_back_opens(client):
    section = rename_section(SectionFactory(slug="world"), slug="planet")
    rename_section(section, slug="world")

    assert client.get("/world/").status_code == 200
    assert client.get("/planet/").url == "/world/"


@pytest.mark.parametrize("path", ["/WORLD/A/", "/world/A/", "/World/a/"])
def test_address_in_capitals_redirects(client, path):
    ArticleFactory(published=True, section=SectionFactory(slug="world"), slug="a")

    assert client.get(path).url == "/world/a/"


@pytest.mark.parametrize(
    "path",
    [
        "/world/",
        "/world/feed/",
        "/about/",
        "/tags/boats/",
        "/tags/boats/feed/",
        "/authors/ada/",
        "/authors/ada/feed/",
    ],
)
def test_every_address_in_capitals_redirects(client, path):
    author = AuthorFactory(slug="ada")
    section = SectionFactory(slug="world")
    ArticleFactory(published=True, section=section, tagged=["Boats"], by=[author])
    PageFactory(slug="about")
    name = path.removesuffix("feed/").strip("/").rpartition("/")[2]
    capitals = path.replace(name, name.upper())

    response = client.get(f"{capitals}?x=1")

    assert response.status_code == 301
    assert response.url.removesuffix("?x=1") == path


def test_story_survives_its_authors_account(client, editor):
    author = editor
    article = publish(ArticleFactory(), by=author)

    author.delete()

    assert client.get(article.get_absolute_url()).status_code == 200
    assert events(article) == [("published", None)]
    assert Article.objects.published().get() == article
    assert article.published_at <= timezone.now()
