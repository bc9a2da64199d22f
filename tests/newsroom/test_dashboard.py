"""The first page of the admin: what waits, for whom, at what cost."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone
from lxml import html

from articles import workflow
from newsroom.dashboard import charts, panels
from newsroom.dashboard.groups import GROUPS
from tests.factories.articles import (
    ArticleFactory,
    AuthorFactory,
    CorrectionFactory,
    SectionFactory,
    UserFactory,
)
from tests.factories.newsletter import SubscriptionFactory
from tests.factories.republishing import RepublishingRequestFactory

pytestmark = pytest.mark.django_db

INDEX = reverse("admin:index")


def desk(client, **traits):
    """The desk as a new person sees it, as an HTML tree, and that person."""
    user = UserFactory(**traits)
    client.force_login(user)
    return html.fromstring(client.get(INDEX).content.decode()), user


def lines(page, name):
    """The titles in a panel, from the first to the last."""
    return [
        link.text_content()
        for link in page.xpath(f"//section[contains(@class, 'panel-{name}')]//li/a")
    ]


def one_of_each():
    """A story in each state, a correction, a request and a sign-up."""
    now = timezone.now()
    ArticleFactory(headline="Draft of another")
    ArticleFactory(headline="In review of another", desk_status="in_review")
    ArticleFactory(headline="Ready of another", desk_status="ready")
    ArticleFactory(headline="Scheduled of another", scheduled=True)
    ArticleFactory(
        headline="Embargoed of another", embargoed_until=now + timedelta(days=1)
    )
    shown = ArticleFactory(
        headline="Published by another",
        published=True,
        published_at=now - timedelta(seconds=1),
        expires_at=now + timedelta(days=1),
    )
    CorrectionFactory(article=shown)
    RepublishingRequestFactory(article=shown)
    SubscriptionFactory()


def test_reporter_sees_nothing_of_others(client):
    one_of_each()

    page, _ = desk(client, role="Reporter")

    assert "another" not in page.text_content()
    assert page.xpath("//section[contains(@class, 'panel-')]//li") == []


def test_reporter_sees_own_stories(client):
    user = UserFactory(role="Reporter")
    ArticleFactory(headline="Begun", created_by=user)
    author = AuthorFactory(user=user)
    ArticleFactory(headline="In the byline", desk_status="in_review", by=[author])
    client.force_login(user)

    page = html.fromstring(client.get(INDEX).content.decode())

    assert lines(page, "drafts") == ["Begun"]
    assert lines(page, "review") == ["In the byline"]


@pytest.mark.parametrize(
    ("panel", "titles"),
    [
        ("drafts", []),
        ("review", ["In review of another"]),
        ("ready", ["Ready of another"]),
        ("scheduled", ["Scheduled of another"]),
        ("published", ["Published by another"]),
        ("embargoes", ["Embargoed of another"]),
        ("expiries", ["Published by another"]),
        ("corrections", ["Published by another"]),
        ("requests", ["The Other Paper"]),
    ],
)
def test_editor_sees_what_waits(client, panel, titles):
    one_of_each()

    page, _ = desk(client, role="Editor")

    assert lines(page, panel) == titles


def test_address_of_a_sign_up_is_masked(client):
    subscription = SubscriptionFactory()

    page, _ = desk(client, role="Newsletter editor")

    assert lines(page, "sign-ups") == [subscription.subscriber.masked_email]
    assert subscription.subscriber.email not in page.text_content()


@pytest.mark.parametrize(
    ("role", "shown"),
    [
        ("Reporter", set()),
        ("Newsletter editor", {"sign-ups"}),
        ("Rights manager", {"requests"}),
        ("Front-page editor", set()),
    ],
)
def test_who_sees_readers_and_requests(client, role, shown):
    one_of_each()

    page, _ = desk(client, role=role)

    assert {name for name in ["requests", "sign-ups"] if lines(page, name)} == shown


def test_person_without_a_role_is_told_so(client):
    one_of_each()

    page, _ = desk(client)

    assert "no part of the desk yet" in page.text_content()
    assert "another" not in page.text_content()


def test_review_says_who_asked_and_since_when(client):
    reporter = UserFactory(role="Reporter", first_name="Thea", last_name="Sarr")
    story = ArticleFactory(created_by=reporter, created_at=timezone.now())
    workflow.perform(story, "submit", by=reporter)

    page, _ = desk(client, role="Editor")

    [line] = page.xpath("//section[contains(@class, 'panel-review')]//li")
    assert "Thea Sarr" in line.text_content()
    assert "since" in line.text_content()


def test_panel_is_short_and_leads_to_the_rest(client):
    ArticleFactory.create_batch(panels.SHOWN + 2, desk_status="ready")

    page, _ = desk(client, role="Editor")

    assert len(lines(page, "ready")) == panels.SHOWN
    [link] = page.xpath("//section[contains(@class, 'panel-ready')]/p/a/@href")
    assert len(client.get(link).context["cl"].result_list) == panels.SHOWN + 2


def test_every_link_of_the_desk_answers(client):
    one_of_each()
    page, _ = desk(client, is_superuser=True)

    links = set(page.xpath("//main//a/@href"))

    assert len(links) > 20
    assert [link for link in links if client.get(link).status_code != 200] == []


def test_count_ends_at_99(client, monkeypatch):
    monkeypatch.setattr(panels, "COUNTED", 3)
    ArticleFactory.create_batch(4, desk_status="ready")

    page, _ = desk(client, role="Editor")

    assert page.xpath("//ul[@class='front-band']//strong/text()")[1] == "2+"


@pytest.mark.parametrize("count", [1, 12])
def test_desk_query_count(client, django_assert_num_queries, count):
    user = UserFactory(is_superuser=True)
    for _ in range(count):
        one_of_each()
    ArticleFactory.create_batch(count, created_by=user)
    client.force_login(user)
    client.get(INDEX)

    with django_assert_num_queries(17):
        client.get(INDEX)


def test_chart_says_in_text_and_picture_what_was_published(client, settings):
    settings.TIME_ZONE = "Europe/Istanbul"
    late = datetime.combine(
        timezone.localdate() - timedelta(days=2), datetime.min.time(), UTC
    ).replace(hour=23, minute=30)
    ArticleFactory(published=True, published_at=late)

    page, _ = desk(client, role="Editor")

    [svg] = page.xpath("//*[@aria-labelledby='chart-stories-title chart-stories-desc']")
    assert svg.get("role") == "img"
    ids = [found.get("id") for found in svg.xpath("./*[@id]")]
    assert ids == ["chart-stories-title", "chart-stories-desc"]
    bars = svg.xpath("./*[local-name()='rect']")
    assert len(bars) == charts.DAYS
    assert [bar for bar in bars if float(bar.get("height")) < 0] == []
    rows = page.xpath("(//section[contains(@class, 'panel-chart')])[1]//tbody/tr")
    # 23:30 in UTC is half past two of the next day in Istanbul.
    assert [row.xpath("string(td)") for row in rows][-3:] == ["0", "1", "0"]


def test_desk_holds_no_inline_style_or_script(client):
    one_of_each()

    page, _ = desk(client, is_superuser=True)

    assert page.xpath("//*[@style] | //style | //script[not(@src)]") == []


def test_bars_fit_their_frame():
    today = timezone.localdate()

    drawn = charts.bars({today: 3, today - timedelta(days=40): 900}, today=today)

    assert [bar.value for bar in drawn][-2:] == [0, 3]
    assert {bar.y + bar.height for bar in drawn} == {charts.HEIGHT}
    assert max(bar.height for bar in drawn) == charts.HEIGHT


def test_apps_stand_in_the_words_of_the_desk(client):
    page, _ = desk(client, is_superuser=True)

    names = page.xpath("//nav[@class='front-places']//h3/text()")

    assert names == [title for title, _ in GROUPS]
    assert (
        page.xpath("//section[contains(@class, 'app-stories')]//li/a[1]/text()")[0]
        == "Stories"
    )


def test_role_made_by_hand_sees_its_part_only(client):
    SectionFactory()
    user = UserFactory()
    user.user_permissions.add(Permission.objects.get(codename="view_section"))
    client.force_login(user)

    page = html.fromstring(client.get(INDEX).content.decode())

    assert page.xpath("//nav[@class='front-places']//h3/text()") == ["Stories"]
    assert page.xpath("//*[@class='front-actions']/a") == []
