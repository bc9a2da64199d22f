import json
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from lxml import etree

from republishing import partners
from republishing.models import Partner, PartnerVisit
from tests.factories.articles import ArticleFactory, SectionFactory
from tests.factories.republishing import LicenseFactory

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def partner():
    return Partner.objects.create(name="The Other Paper", license=LicenseFactory())


def feed(client, partner, **query):
    path = partner.feed_url.removeprefix("https://news.example")
    return client.get(path, query)


def headlines(client, partner):
    items = json.loads(feed(client, partner, format="ninjs").content)["items"]
    return [item["headlines"][0]["value"] for item in items]


def story(headline, *, minutes=60, **fields):
    return ArticleFactory(
        headline=headline,
        pub_status="usable",
        published_at=timezone.now() - timedelta(minutes=minutes),
        **fields,
    )


def test_feed_holds_what_others_may_publish(client, partner):
    story("Out")
    story("Not for others", is_republishable=False)
    story("Tomorrow", minutes=-600)
    story("Withheld", embargoed_until=timezone.now() + timedelta(hours=1))
    ArticleFactory(headline="Draft")
    ArticleFactory(headline="Gone", withdrawn=True)

    assert headlines(client, partner) == ["Out"]


def test_feed_is_atom_with_whole_stories_and_absolute_links(client, partner):
    story("Ports & ships", body='<p>Words, <a href="/x/">link</a>.</p>')

    response = feed(client, partner)

    assert response["Content-Type"] == "application/atom+xml"
    [entry] = etree.fromstring(response.content).findall(f"{ATOM}entry")
    content = entry.find(f"{ATOM}summary").text
    assert entry.find(f"{ATOM}title").text == "Ports & ships"
    assert 'href="https://news.example/x/"' in content
    assert partner.pixel_url in content
    assert partner.key not in content


def test_feed_is_bound_to_sections_and_delay(client, partner):
    world, sport = SectionFactory(), SectionFactory()
    story("World", section=world)
    story("Too new", section=world, minutes=10)
    story("Sport", section=sport)
    partner.sections.add(world)
    partner.delay_minutes = 30
    partner.save()

    assert headlines(client, partner) == ["World"]


def test_month_has_its_number_of_stories(client, partner):
    partner.stories_a_month = 2
    partner.save()
    with time_machine.travel("2026-03-10T12:00:00Z"):
        for number in range(3):
            story(f"Story {number}", minutes=90 - number)
        first = headlines(client, partner)
        again = headlines(client, partner)
    with time_machine.travel("2026-04-02T12:00:00Z"):
        later = headlines(client, partner)

    assert first == again == ["Story 1", "Story 0"]
    assert later == ["Story 2", "Story 1", "Story 0"]


@pytest.mark.parametrize("ended", ["revoked", "over"])
def test_closed_feed_answers_no_more(client, partner, ended):
    story("Out")
    if ended == "revoked":
        partners.revoke(partner)
    else:
        Partner.objects.update(ends_at=timezone.now() - timedelta(seconds=1))

    assert feed(client, partner).status_code == 404


def test_head_counts_no_visit_no_reading_and_no_story(client, partner):
    story("Out")
    urls = [partner.feed_url, partner.pixel_url]

    answers = [
        client.head(url.removeprefix("https://news.example")).status_code
        for url in urls
    ]

    partner.refresh_from_db()
    assert answers == [200, 200]
    assert not PartnerVisit.objects.exists()
    assert (partner.view_count, partner.stories.count()) == (0, 0)


def test_visits_and_readings_are_counted(client, partner):
    story("Out")
    feed(client, partner)
    feed(client, partner)
    client.get(partner.pixel_url.removeprefix("https://news.example"))

    partner.refresh_from_db()
    assert [row.count for row in PartnerVisit.objects.all()] == [2]
    assert (partner.view_count, partner.stories.count()) == (1, 1)


def test_feed_is_private(client, partner):
    response = feed(client, partner)

    assert (response["Cache-Control"], response["X-Robots-Tag"]) == (
        "private, no-store",
        "noindex, nofollow",
    )


@pytest.mark.parametrize("count", [1, 4])
def test_statements_do_not_grow_with_stories(
    client, partner, count, django_assert_max_num_queries
):
    for number in range(count):
        story(f"Story {number}")
    feed(client, partner)

    with django_assert_max_num_queries(12):
        feed(client, partner)
