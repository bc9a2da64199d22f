from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone

from newsletter import growth
from tests.factories.articles import UserFactory
from tests.factories.newsletter import (
    DeliveryFactory,
    IssueFactory,
    NewsletterFactory,
    SubscriptionFactory,
)

pytestmark = pytest.mark.django_db

THURSDAY = datetime(2026, 3, 5, 12, tzinfo=UTC)


def join(newsletter, at, *, left=None):
    return SubscriptionFactory(
        newsletter=newsletter, requested_at=at, confirmed_at=at, unsubscribed_at=left
    )


@time_machine.travel(THURSDAY, tick=False)
def test_joined_left_and_net_by_week():
    newsletter = NewsletterFactory()
    monday = datetime(2026, 3, 2, 0, tzinfo=UTC)
    join(newsletter, monday)
    join(newsletter, monday - timedelta(seconds=1), left=THURSDAY)
    join(newsletter, monday - timedelta(weeks=26))
    SubscriptionFactory(newsletter=newsletter, unsubscribed_at=THURSDAY)  # no reader
    join(NewsletterFactory(), THURSDAY)

    found = growth.of(newsletter)

    weeks = [(week.joined, week.left, week.net) for week in found.weeks]
    assert weeks == [(0, 0, 0)] * 24 + [(1, 0, 1), (1, 1, 0)]
    assert found.summary == "2 joined and 1 left in 26 weeks: +1. It has 2 readers now."


@time_machine.travel(THURSDAY, tick=False)
def test_week_begins_in_the_zone_that_is_current():
    newsletter = NewsletterFactory()
    join(newsletter, datetime(2026, 3, 1, 22, tzinfo=UTC))  # Monday in Istanbul

    with timezone.override("Europe/Istanbul"):
        found = growth.of(newsletter)

    assert found.weeks[-1].joined == 1


def test_bars_stay_in_the_chart_and_are_seen():
    newsletter = NewsletterFactory()
    now = timezone.now()
    for _ in range(50):
        join(newsletter, now)
    join(newsletter, now - timedelta(weeks=1), left=now)

    found = growth.of(newsletter)

    assert max(week.joined_height for week in found.weeks) == growth.HALF
    assert found.weeks[-1].left_height == 2
    assert found.weeks[0].joined_height == 0


@pytest.mark.parametrize("count", [1, 3])
def test_figures_page(admin_client, django_assert_num_queries, count):
    newsletter = NewsletterFactory(counts_opens=True, counts_clicks=True)
    for _ in range(count):
        issue = IssueFactory(newsletter=newsletter, sent=True)
        DeliveryFactory(issue=issue, status="sent", delivered_at=timezone.now())
        DeliveryFactory(issue=issue, status="sent", soft_bounced_at=timezone.now())
        issue.links.create(key=f"a{issue.pk}", url="", count=7)
        issue.links.create(key=f"b{issue.pk}", url="https://a.example/", count=2)
        issue.links.create(key=f"c{issue.pk}", url="https://b.example/", count=3)
    url = reverse("admin:newsletter_newsletter_figures", args=[newsletter.pk])

    with django_assert_num_queries(11):
        response = admin_client.get(url)

    issue = response.context["issues"][0]
    assert (issue.opened, issue.followed) == (7, 5)
    assert (issue.figures["sent"], issue.figures["delivered"]) == (2, 1)
    assert (issue.figures["bounced"], issue.figures["soft_bounced"]) == (0, 1)


def test_figures_are_for_those_who_may_see_readers(client):
    newsletter = NewsletterFactory()
    user = UserFactory(is_staff=True)
    permissions = Permission.objects.filter(codename="view_newsletter")
    user.user_permissions.set(permissions)
    client.force_login(user)
    url = reverse("admin:newsletter_newsletter_figures", args=[newsletter.pk])

    assert client.get(url).status_code == 403
