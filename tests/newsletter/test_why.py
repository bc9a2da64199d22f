from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from newsletter import sending, why
from newsletter.models import Suppression
from newsroom.lib import addresses
from tests.factories.articles import ArticleFactory, UserFactory
from tests.factories.newsletter import (
    IssueFactory,
    NewsletterFactory,
    SubscriberFactory,
    SubscriptionFactory,
)

pytestmark = pytest.mark.django_db


def sent_issue(newsletter):
    issue = IssueFactory(
        newsletter=newsletter, scheduled=True, stories=[ArticleFactory(published=True)]
    )
    SubscriptionFactory(newsletter=newsletter, confirmed=True)
    sending.run()
    issue.refresh_from_db()
    return issue


def answer(email):
    _, [found] = why.explain(addresses.parse(email))
    return found.got_it, found.reason.partition(" on ")[0]


@pytest.mark.parametrize(
    ("subscription", "expected"),
    [
        ({"confirmed": True}, ("Sent", "The mail server took it.")),
        (
            {"left": True},
            ("Not sent", "Its reader left"),
        ),
        ({}, ("Not sent", "Asked for")),
    ],
)
def test_reader_is_told_why(subscription, expected):
    newsletter = NewsletterFactory()
    subscriber = SubscriberFactory(email="reader@example.org")
    SubscriptionFactory(subscriber=subscriber, newsletter=newsletter, **subscription)

    sent_issue(newsletter)

    assert answer("Reader@Example.org") == expected


def test_newsletters_that_the_address_never_joined_are_named_and_not_listed():
    subscription = SubscriptionFactory(
        newsletter__name="Morning",
        subscriber__email="reader@example.org",
        confirmed=True,
    )
    issue = sent_issue(subscription.newsletter)
    sent_issue(NewsletterFactory(name="Sport"))

    words, answers = why.explain(addresses.parse("reader@example.org"))

    assert [found.issue for found in answers] == [issue]
    assert words.endswith("It never signed up for: Sport.")


def test_what_was_sent_stays_listed_when_the_sign_up_is_gone():
    subscription = SubscriptionFactory(
        subscriber__email="reader@example.org", confirmed=True
    )
    sent_issue(subscription.newsletter)
    subscription.delete()

    assert answer("reader@example.org") == ("Sent", "The mail server took it.")


def test_who_came_after_the_issue_is_told():
    newsletter = NewsletterFactory()
    sent_issue(newsletter)
    SubscriptionFactory(
        newsletter=newsletter,
        subscriber__email="reader@example.org",
        confirmed_at=timezone.now() + timedelta(seconds=1),
    )

    got_it, reason = answer("reader@example.org")

    assert (got_it, reason) == ("Not sent", "Confirmed")


def test_suppressed_address_is_told_twice():
    newsletter = NewsletterFactory()
    SubscriptionFactory(
        newsletter=newsletter, subscriber__email="reader@example.org", confirmed=True
    )
    Suppression.objects.create(email_folded="reader@example.org", reason="complained")
    sent_issue(newsletter)

    words, [found] = why.explain(addresses.parse("reader@example.org"))

    assert "no newsletter is sent to this address" in words
    assert (found.got_it, found.reason) == (
        "Left out",
        "The reader called a mail spam",
    )


def test_unknown_address_is_told():
    sent_issue(NewsletterFactory())

    words, answers = why.explain(addresses.parse("nobody@example.org"))

    assert words == "Nobody has ever entered this address here."
    assert answers == []


def test_page_answers_editors_and_nobody_else(client):
    newsletter = NewsletterFactory()
    SubscriptionFactory(
        newsletter=newsletter, subscriber__email="reader@example.org", confirmed=True
    )
    sent_issue(newsletter)
    address = reverse("admin:newsletter_delivery_why")

    client.force_login(UserFactory(role="Newsletter editor"))
    page = client.get(address, {"email": "reader@example.org"})
    odd = client.get(address, {"email": "no address"})
    client.force_login(UserFactory(role="Reporter"))
    refused = client.get(address, {"email": "reader@example.org"})

    assert "The mail server took it." in page.text
    assert "This is not a whole email address" in odd.text
    assert refused.status_code == 403


@pytest.mark.parametrize("count", [1, 3])
def test_answer_takes_six_statements(django_assert_num_queries, count):
    newsletter = NewsletterFactory()
    SubscriptionFactory(
        newsletter=newsletter, subscriber__email="reader@example.org", confirmed=True
    )
    for _ in range(count):
        sent_issue(newsletter)

    with django_assert_num_queries(6):
        why.explain(addresses.parse("reader@example.org"))


def test_address_is_suppressed_whatever_its_spelling(client):
    client.force_login(UserFactory(role="Newsletter editor"))

    client.post(
        reverse("admin:newsletter_suppression_add"),
        {"email_folded": "Reader@Example.ORG", "reason": "manual", "note": ""},
    )

    assert Suppression.objects.get().email_folded == "reader@example.org"
