"""The desk's calendar: which story stands on which day, and for whom."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from articles import planning
from articles.admin import calendar
from articles.models import Article, ArticleDraft
from tests.articles.desk import change_url, opened
from tests.factories.articles import ArticleFactory, UserFactory

pytestmark = pytest.mark.django_db

CALENDAR = reverse("admin:articles_article_calendar")


def days(client, query="?month=2026-11", role="Editor"):
    """What the calendar shows, as a dict from days to headlines and labels."""
    client.force_login(UserFactory(role=role))
    response = client.get(f"{CALENDAR}{query}")
    assert response.status_code == 200
    return {
        found.day: [(entry.story.headline, entry.label) for entry in found.entries]
        for found in response.context["days"]
        if found.entries
    }


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("Europe/Istanbul", date(2026, 11, 11)),
        ("UTC", date(2026, 11, 10)),
        ("America/Lima", date(2026, 11, 10)),
    ],
)
@time_machine.travel("2026-11-20 12:00Z")
def test_story_stands_on_the_publications_day(client, settings, zone, day):
    settings.TIME_ZONE = zone
    at = datetime(2026, 11, 10, 23, 30, tzinfo=UTC)
    ArticleFactory(headline="Late", published=True, published_at=at)

    assert days(client) == {day: [("Late", "Published")]}


@pytest.mark.parametrize(
    ("instant", "is_shown"),
    [
        ("2026-11-01T20:59:59+00:00", False),
        ("2026-11-01T21:00:00+00:00", True),
        ("2026-11-08T20:59:59+00:00", True),
        ("2026-11-08T21:00:00+00:00", False),
    ],
)
def test_week_begins_and_ends_at_midnight_of_the_publication(
    client, settings, instant, is_shown
):
    settings.TIME_ZONE = "Europe/Istanbul"
    ArticleFactory(published=True, published_at=datetime.fromisoformat(instant))

    assert bool(days(client, "?week=2026-11-05")) == is_shown


@time_machine.travel("2026-11-20 12:00Z")
def test_each_state_has_its_day_and_words(client):
    noon = datetime(2026, 11, 25, 12, tzinfo=UTC)
    ArticleFactory(headline="Scheduled", published=True, published_at=noon)
    ArticleFactory(headline="Planned", planned_for=date(2026, 11, 26))
    ArticleFactory(headline="Embargoed", desk_status="ready", embargoed_until=noon)
    ArticleFactory(
        headline="Waits", published=True, embargoed_until=noon.replace(day=27)
    )
    ArticleFactory(headline="Withdrawn", withdrawn=True, planned_for=date(2026, 11, 26))

    assert days(client) == {
        date(2026, 11, 25): [
            ("Scheduled", "Scheduled"),
            ("Embargoed", "Ready, embargo ends"),
        ],
        date(2026, 11, 26): [("Planned", "Draft, planned")],
        date(2026, 11, 27): [("Waits", "Scheduled")],
    }


def test_reporter_sees_own_stories_only(client):
    ArticleFactory(planned_for=date(2026, 11, 26))

    assert days(client, role="Reporter") == {}


def test_calendar_is_closed_without_the_right_to_see_stories(client):
    client.force_login(UserFactory())

    assert client.get(CALENDAR).status_code == 403


def test_calendar_is_only_read(client):
    client.force_login(UserFactory(role="Editor"))

    assert client.post(CALENDAR).status_code == 405


@pytest.mark.parametrize(
    "query",
    ["?month=", "?month=2026-13", "?week=x", "?month=9999-12", "?month=0001-01",
     "?week=%00", "?week=20261", "?month=2026-1-1"],
)  # fmt: skip
def test_odd_address_shows_the_present(client, query):
    client.force_login(UserFactory(role="Editor"))

    response = client.get(f"{CALENDAR}{query}")

    assert response.context["today"] in [day.day for day in response.context["days"]]


def test_months_lead_to_each_other(client):
    client.force_login(UserFactory(role="Editor"))

    context = client.get(f"{CALENDAR}?month=2026-12").context

    assert context["before"] == f"{CALENDAR}?month=2026-11"
    assert context["after"] == f"{CALENDAR}?month=2027-01"


@pytest.mark.parametrize(
    ("language", "first"), [("en-gb", date(2026, 10, 26)), ("en", date(2026, 11, 1))]
)
def test_week_begins_as_the_language_has_it(settings, language, first):
    settings.LANGUAGE_CODE = language

    assert planning.month_days(date(2026, 11, 15))[0] == first


@pytest.mark.parametrize("count", [1, 9])
def test_calendar_query_count(client, django_assert_num_queries, count):
    ArticleFactory.create_batch(count, planned_for=date(2026, 11, 26))
    client.force_login(UserFactory(is_superuser=True))
    client.get(CALENDAR)

    with django_assert_num_queries(4):
        response = client.get(f"{CALENDAR}?month=2026-11")

    assert ("and 6 more" in response.content.decode()) == (count == 9)


@pytest.mark.parametrize(
    ("query", "shown"),
    [("month=2026-11", calendar.SHOWN_IN_MONTH), ("week=2026-11-26", 25)],
)
def test_day_shows_its_first_stories_and_counts_the_others(client, query, shown):
    client.force_login(UserFactory(role="Editor"))
    at = datetime(2026, 11, 26, 8, tzinfo=UTC)
    ArticleFactory.create_batch(30, headline="Planned", planned_for=at.date())
    early = ArticleFactory(published=True, published_at=at)
    late = ArticleFactory(published=True, published_at=at + timedelta(hours=4))

    days = client.get(f"{CALENDAR}?{query}").context["days"]

    [day] = [found for found in days if found.entries]
    assert [entry.story for entry in day.entries][:2] == [early, late]
    assert (len(day.entries), day.count, day.more) == (shown, 32, f"{32 - shown}")


@pytest.mark.parametrize("zone", ["Europe/Istanbul", "UTC", "America/Lima"])
@time_machine.travel("2026-11-20 12:00Z")
def test_others_of_a_day_are_in_the_list_to_which_it_leads(client, settings, zone):
    settings.TIME_ZONE = zone
    client.force_login(UserFactory(role="Editor"))
    for hour in range(0, 72, 3):
        at = datetime(2026, 11, 24, tzinfo=UTC) + timedelta(hours=hour)
        other_day = at + timedelta(days=1)
        ArticleFactory(published=True, published_at=at)
        ArticleFactory(published=True, published_at=at, embargoed_until=other_day)
        ArticleFactory(published=True, published_at=other_day, embargoed_until=at)
        ArticleFactory(embargoed_until=at)
        ArticleFactory(planned_for=at.date(), embargoed_until=at)
        ArticleFactory(withdrawn=True, published_at=at, planned_for=at.date())

    response = client.get(f"{CALENDAR}?month=2026-11")

    links = re.findall(r'href="([^"]+\?day=([^"]+))"', response.content.decode())
    counts = {f"{day.day}": day.count for day in response.context["days"] if day.more}
    assert len(links) >= 4
    assert {
        day: client.get(address).context["cl"].result_count for address, day in links
    } == counts


@time_machine.travel("2026-11-20 12:00Z")
def test_story_planned_for_the_day_its_embargo_ends_stands_there_once(client):
    noon = datetime(2026, 11, 26, 12, tzinfo=UTC)
    ArticleFactory(headline="Both", planned_for=noon.date(), embargoed_until=noon)

    assert days(client) == {noon.date(): [("Both", "Draft, embargo ends")]}


@pytest.mark.parametrize("day", ["", "x", "2026-02-30", "9999-12-31", "%00"])
def test_odd_day_narrows_nothing(client, day):
    client.force_login(UserFactory(role="Editor"))
    story = ArticleFactory()

    address = reverse("admin:articles_article_changelist")
    page = client.get(f"{address}?day={day}").context["cl"]

    assert page.result_list == [story]


def test_day_in_the_calendar_plans_a_story(client):
    client.force_login(UserFactory(role="Editor"))
    url = reverse("admin:articles_article_add")

    form = client.get(f"{url}?planned_for=2026-11-26").context["adminform"].form

    assert str(form["planned_for"].value()) == "2026-11-26"


def test_planned_day_is_not_told_to_readers(client):
    story = ArticleFactory(published=True, planned_for=date(2019, 7, 23))

    pages = [story.get_absolute_url(), "/", "/feed/", "/sitemap.xml"]
    text = "".join(client.get(page).content.decode() for page in pages)

    assert Article.objects.get().planned_for == date(2019, 7, 23)
    # Its identifier may hold these digits.
    assert "2019" not in text.replace(str(story.uuid), "")


def test_planned_day_of_a_story_that_readers_see_is_set_at_once(client):
    client.force_login(UserFactory(role="Editor"))
    story = ArticleFactory(published=True)

    client.post(
        change_url(story), {**opened(client, story), "planned_for": "2026-11-26"}
    )

    story.refresh_from_db()
    assert story.planned_for == date(2026, 11, 26)
    assert not ArticleDraft.objects.exists()


def test_day_that_is_none_is_refused_beside_its_field(client):
    client.force_login(UserFactory(role="Editor"))
    story = ArticleFactory()

    response = client.post(
        change_url(story), {**opened(client, story), "planned_for": "30 February"}
    )

    assert list(response.context["adminform"].form.errors) == ["planned_for"]
