from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from articles import reading
from articles.cards import card_html, group_html
from articles.models import Article
from tests.factories.articles import ArticleFactory, PictureFactory


def card_of(article, *, variant="standard", level=2):
    (story,) = reading.cards(keys=[article.pk], at=timezone.now())
    return card_html(story, variant=variant, level=level)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("headline", "Ferries return"),
        ("kicker", "On the water"),
        ("standfirst", "After three winters."),
        ("slug", "ferries-return"),
        ("language", "tlh"),
    ],
)
def test_card_shows_a_change_of_its_story(db, field, value):
    article = ArticleFactory(published=True)
    before = card_of(article)

    Article.objects.filter(pk=article.pk).update(**{field: value})

    assert value not in before
    assert value in card_of(article)


def test_card_shows_a_change_of_its_picture(db):
    picture = PictureFactory(rendered=True, alt_text="A ferry")
    article = ArticleFactory(published=True, lead_picture=picture)
    assert 'alt="A ferry"' in card_of(article)

    picture.alt_text = "A ferry at its quay"
    picture.save()

    assert 'alt="A ferry at its quay"' in card_of(article)


def test_card_loses_a_picture_whose_rights_have_ended(db):
    picture = PictureFactory(rendered=True)
    article = ArticleFactory(published=True, lead_picture=picture)
    assert "<img" in card_of(article)

    picture.allows_site = False
    picture.save()

    assert "<img" not in card_of(article)


def test_card_loses_a_picture_when_its_rights_end_by_themselves(db):
    end = timezone.now() + timedelta(hours=1)
    picture = PictureFactory(rendered=True, rights_expire_at=end)
    article = ArticleFactory(published=True, lead_picture=picture)
    assert "<img" in card_of(article)

    with time_machine.travel(end + timedelta(seconds=1)):
        assert "<img" not in card_of(article)


def test_card_is_made_for_its_place(db):
    article = ArticleFactory(published=True)

    assert "<h2" in card_of(article, level=2)
    assert "<h3" in card_of(article, level=3)
    assert "card-compact" in card_of(article, variant="compact")


def group_of(*articles, **facts):
    stories = Article.objects.filter(pk__in=[story.pk for story in articles])
    return group_html("_rail.html", stories.for_cards(), **facts)


RAIL = {"slug": "world", "name": "World", "url": "/world/", "description": ""}


@pytest.mark.parametrize("field", ["headline", "standfirst", "kicker"])
def test_group_shows_a_change_of_each_story(db, field):
    first, second = ArticleFactory.create_batch(2, published=True)
    before = group_of(first, second, shape="band", **RAIL)

    Article.objects.filter(pk=second.pk).update(**{field: "Ferries return"})

    assert "Ferries return" not in before
    assert "Ferries return" in group_of(first, second, shape="band", **RAIL)


def test_group_shows_a_change_of_what_it_is_told(db):
    story = ArticleFactory(published=True)
    before = group_of(story, shape="led", **RAIL)

    after = group_of(story, shape="led", **{**RAIL, "name": "The world"})

    assert ">World<" in before
    assert ">The world<" in after


def test_group_takes_no_row_that_would_equal_its_former_self(db):
    story = ArticleFactory(published=True)

    with pytest.raises(TypeError, match="section"):
        group_of(story, shape="led", section=story.section)


def test_card_shows_new_sizes_of_its_picture(db):
    picture = PictureFactory(rendered=True)
    article = ArticleFactory(published=True, lead_picture=picture)
    width, height = picture.renditions["4x3"][-1]
    assert f'width="{width}" height="{height}"' in card_of(article)

    picture.renditions["4x3"] = [[width, height + 1]]
    picture.save()

    assert f'width="{width}" height="{height + 1}"' in card_of(article)
