from datetime import timedelta

import pytest
from django.utils import timezone

from articles import reading
from articles.front_page import LATEST_COUNT, RAIL_COUNT, SECONDARY_COUNT, edition
from articles.models import FrontPageSlot
from newsroom.lib import generation
from tests.factories.articles import ArticleFactory, SectionFactory

pytestmark = pytest.mark.django_db


def stories(count, **fields):
    """Published stories, newest first."""
    now = timezone.now()
    return [
        ArticleFactory(
            published=True, published_at=now - timedelta(hours=number + 1), **fields
        )
        for number in range(count)
    ]


def everything(found):
    rails = [article for rail in found["rails"] for article in rail["articles"]]
    lead = [found["lead"]] if found["lead"] else []
    return [*lead, *found["secondary"], *found["latest"], *rails]


def test_empty_site_has_an_empty_front_page():
    SectionFactory()

    assert edition() == {"lead": None, "secondary": [], "latest": [], "rails": []}


def test_newest_stories_fill_the_page_and_none_stands_twice():
    section = SectionFactory()
    newest = stories(30, section=section)

    found = edition()

    places = 1 + SECONDARY_COUNT + LATEST_COUNT + RAIL_COUNT
    assert everything(found) == newest[:places]
    assert [rail["section"] for rail in found["rails"]] == [section]


def test_placed_story_is_where_the_editor_put_it_and_nowhere_else():
    section = SectionFactory()
    newest = stories(25, section=section)
    FrontPageSlot.objects.create(area="lead", article=newest[20])
    FrontPageSlot.objects.create(area="secondary", article=newest[0])

    found = edition()

    assert found["lead"] == newest[20]
    assert found["secondary"] == [newest[0], *newest[1:SECONDARY_COUNT]]
    shown = everything(found)
    assert len(shown) == len(set(shown))


def test_withdrawn_or_future_story_leaves_its_place_to_the_next():
    section = SectionFactory()
    newest = stories(3, section=section)
    hidden = [ArticleFactory(withdrawn=True), ArticleFactory(scheduled=True)]
    for article in hidden:
        FrontPageSlot.objects.create(area="lead", article=article)

    assert edition()["lead"] == newest[0]


def test_place_is_free_once_its_pin_has_ended():
    newest = stories(2, section=SectionFactory())
    FrontPageSlot.objects.create(
        area="lead",
        article=newest[1],
        pinned_until=timezone.now() - timedelta(seconds=1),
    )

    assert edition()["lead"] == newest[0]


def test_second_lead_stays_on_the_page_one_place_lower():
    newest = stories(3, section=SectionFactory())
    FrontPageSlot.objects.create(area="lead", article=newest[2], position=0)
    FrontPageSlot.objects.create(area="lead", article=newest[1], position=1)

    found = edition()

    assert (found["lead"], found["secondary"]) == (newest[2], [newest[1], newest[0]])


def test_quiet_section_keeps_its_rail_beside_a_busy_one():
    busy, quiet = SectionFactory(position=1), SectionFactory(position=2)
    old = ArticleFactory(
        published=True, section=quiet, published_at=timezone.now() - timedelta(days=900)
    )
    stories(60, section=busy)

    rails = {rail["section"]: rail["articles"] for rail in edition()["rails"]}

    assert rails[quiet] == [old]


@pytest.mark.parametrize("count", [1, 30])
def test_edition_takes_three_statements(django_assert_num_queries, count):
    stories(count, section=SectionFactory())

    with django_assert_num_queries(3):
        found = edition()
        [article.byline() for article in everything(found)]


def test_page_loads_the_cards_it_shows_and_no_others(monkeypatch):
    for _ in range(3):
        stories(9, section=SectionFactory())
    asked, cards = [], reading.cards

    def counted(*, keys, at):
        asked.extend(keys)
        return cards(keys=keys, at=at)

    monkeypatch.setattr(reading, "cards", counted)

    found = edition()

    assert asked == sorted(story.pk for story in everything(found))
    assert len(asked) < 27


def test_length_of_a_list_is_counted_once_for_a_generation(
    django_assert_num_queries,
):
    section = SectionFactory()
    stories(2, section=section)
    listing = reading.Listing("section", section.pk)
    with django_assert_num_queries(1):
        assert [listing.count(), listing.count()] == [2, 2]
    stories(1, section=section)

    generation.bump()

    assert listing.count() == 3
