"""The lists of a tag and of an author stand in the order of their stories' times."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from articles.actions import merge_tags
from articles.models import Article, Contribution, TaggedArticle
from articles.reading import Listing
from newsroom.lib import generation
from tests.factories.articles import ArticleFactory, AuthorFactory, TagFactory

pytestmark = pytest.mark.django_db
only_on_postgresql = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite keeps no time beside the row"
)
NOW = datetime(2026, 1, 5, tzinfo=UTC)
ROWS = {
    "tag": lambda row, article: TaggedArticle(tag=row, content_object=article),
    "author": lambda row, article: Contribution(author=row, article=article),
}


@pytest.fixture(params=["tag", "author"])
def subject(request):
    return request.param


@pytest.fixture
def row(subject):
    return TagFactory() if subject == "tag" else AuthorFactory()


def story(days_ago):
    at = NOW - timedelta(days=days_ago)
    return ArticleFactory(published=True, published_at=at)


def listed(subject, row, first=0, end=20):
    generation.forget()
    return list(Listing(subject, row.pk)[first:end])


def put(subject, row, *articles):
    rows = [ROWS[subject](row, article) for article in articles]
    type(rows[0]).objects.bulk_create(rows)


def test_newest_stands_first_whichever_was_written_first(subject, row):
    middle, newest, oldest = story(2), story(1), story(3)

    put(subject, row, oldest, newest, middle)

    assert listed(subject, row) == [newest, middle, oldest]
    assert listed(subject, row, 1, 2) == [middle]


def test_story_that_gets_another_time_moves(subject, row):
    first, second, draft = story(1), story(2), ArticleFactory()
    put(subject, row, first, second, draft)

    second.published_at = NOW
    second.save(update_fields=["published_at"])
    assert listed(subject, row) == [second, first]

    at = NOW - timedelta(hours=1)
    Article.objects.filter(pk=draft.pk).update(published_at=at, pub_status="usable")
    assert listed(subject, row) == [second, draft, first]


def test_far_page_goes_on_where_the_one_before_ends(subject, row, monkeypatch):
    monkeypatch.setattr("articles.reading.DEEP", 4)
    monkeypatch.setattr("articles.reading.STRIDE", 3)
    # Four at one time each, among which the key decides.
    stories = [story(number // 4) for number in range(11)]
    put(subject, row, *stories)

    pages = [listed(subject, row, first, first + 2) for first in range(0, 12, 2)]

    assert sum(pages, []) == sorted(  # noqa: RUF017 - few
        stories, key=lambda article: (article.published_at, article.pk), reverse=True
    )


def test_story_of_merged_tags_is_listed_once():
    one, other, both = story(1), story(3), story(2)
    tag, into = TagFactory(), TagFactory()
    put("tag", tag, one, both)
    put("tag", into, other, both)

    merge_tags([tag], into=into, by=None)

    assert listed("tag", into) == [one, both, other]


def test_person_with_two_roles_is_listed_once_with_a_story():
    author, first, second = AuthorFactory(), story(1), story(2)
    Contribution.objects.bulk_create(
        Contribution(author=author, article=article, role=role)
        for article in (first, second)
        for role in ("", "Photography")
    )

    assert listed("author", author, 0, 2) == [first, second]


@only_on_postgresql
def test_row_that_is_given_to_another_story_takes_its_time(subject, row):
    first, second, other = story(1), story(2), story(3)
    put(subject, row, first, second)
    name = "content_object" if subject == "tag" else "article"

    type(ROWS[subject](row, first)).objects.filter(**{name: first}).update(
        **{name: other}
    )

    assert listed(subject, row, 0, 1) == [second]
    assert listed(subject, row, 1, 2) == [other]
