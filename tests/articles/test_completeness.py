from datetime import timedelta

import pytest
from django.utils import timezone

from articles import revisions
from articles.completeness import MUST, SHOULD, open_points
from tests.factories.articles import (
    ArticleFactory,
    CompleteArticleFactory,
    PageFactory,
    PictureFactory,
    SectionFactory,
)

pytestmark = pytest.mark.django_db

YESTERDAY = timezone.now() - timedelta(days=1)


def found(article, *, at=None):
    points = open_points(revisions.content_of(article), at=at or timezone.now())
    return [(point.grade, point.field) for point in points]


def test_complete_story_has_no_open_point():
    assert found(CompleteArticleFactory()) == []


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"headline": ""}, [(MUST, "headline")]),
        ({"headline": "x" * 111}, [(SHOULD, "headline")]),
        ({"headline": "x" * 110}, []),
        ({"body": ""}, [(MUST, "body")]),
        ({"body": "<p> </p>"}, [(MUST, "body")]),
        ({"standfirst": ""}, [(SHOULD, "standfirst")]),
        ({"standfirst": "x" * 301}, [(SHOULD, "standfirst")]),
        ({"lead_picture": None}, [(SHOULD, "lead_picture")]),
    ],
)
def test_words_that_are_missing(fields, expected):
    assert found(CompleteArticleFactory(**fields)) == expected


@pytest.mark.parametrize(
    ("picture", "expected"),
    [
        ({"alt_text": ""}, [(MUST, "lead_picture")]),
        ({"credit_line": ""}, [(MUST, "lead_credit_override")]),
        ({"rights_expire_at": YESTERDAY}, [(MUST, "lead_picture")]),
    ],
)
def test_lead_picture_that_cannot_run(picture, expected):
    article = CompleteArticleFactory(lead_picture=PictureFactory(**picture))

    assert found(article) == expected


def test_credit_of_the_story_stands_in_for_the_pictures():
    article = CompleteArticleFactory(
        lead_picture=PictureFactory(credit_line=""), lead_credit_override="Ada"
    )

    assert found(article) == []


def test_rights_count_when_readers_see_the_story():
    later = timezone.now() + timedelta(days=2)
    article = CompleteArticleFactory(
        lead_picture=PictureFactory(rights_expire_at=later - timedelta(days=1))
    )

    assert found(article) == []
    assert found(article, at=later) == [(MUST, "lead_picture")]


def test_pictures_in_the_body_are_checked_too():
    picture = PictureFactory(alt_text="", credit_line="", rights_expire_at=YESTERDAY)
    article = CompleteArticleFactory(
        body=f'<p>One.</p><figure data-picture="{picture.pk}"></figure>'
    )

    assert found(article) == [(MUST, "body"), (SHOULD, "body"), (SHOULD, "body")]


def test_story_without_tags_and_byline():
    article = CompleteArticleFactory()
    article.tagged.all().delete()
    article.contributions.all().delete()

    assert found(article) == [(SHOULD, "typed_tags"), (SHOULD, "byline")]


@pytest.mark.parametrize(
    ("href", "is_broken"),
    [
        ("/world/live/", False),
        ("/world/live", False),
        ("/world/live/#part", False),
        ("https://news.example/world/live/?a=b", False),
        ("/world/draft/", True),
        ("https://news.example/world/nowhere/", True),
        ("/world/", False),
        ("/about/", False),
        ("/nowhere/", True),
        ("/tags/harbour/", False),
        ("/tags/nowhere/", True),
        ("/authors/nobody/", True),
        ("/search/?q=x", False),
        ("https://elsewhere.example/world/nowhere/", False),
        ("mailto:a@example.org", False),
        ("#note", False),
        ("https://[broken/", False),
    ],
)
def test_links_to_the_site_lead_somewhere(href, is_broken):
    world = SectionFactory(slug="world")
    PageFactory(slug="about")
    ArticleFactory(section=world, slug="live", published=True)
    ArticleFactory(section=world, slug="draft")
    article = CompleteArticleFactory(body=f'<p>See <a href="{href}">this</a>.</p>')

    assert found(article) == [(SHOULD, "body")] * is_broken
