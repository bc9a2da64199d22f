from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from newsletter import merging, sending, tokens
from newsletter.models import Delivery, Subscriber
from newsroom.lib import addresses
from tests.factories.articles import ArticleFactory
from tests.factories.newsletter import (
    DeliveryFactory,
    IssueFactory,
    NewsletterFactory,
    SubscriberFactory,
    SubscriptionFactory,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("statuses", [("pending", "sent"), ("sent", "pending")])
def test_reader_of_two_rows_gets_an_issue_in_flight_once(statuses):
    issue = IssueFactory(scheduled=True, stories=[ArticleFactory(published=True)])
    rows = [
        SubscriptionFactory(newsletter=issue.newsletter, confirmed=True).subscriber
        for _ in statuses
    ]
    for row, status in zip(rows, statuses, strict=True):
        DeliveryFactory(issue=issue, subscriber=row, status=status)

    kept = merging.merge(rows[1], into=rows[0])
    sending.run()

    assert mail.outbox == []
    assert kept.deliveries.get().status == "sent"
    assert sorted(Delivery.objects.values_list("status", flat=True)) == [
        "sent",
        "skipped",
    ]


def test_last_word_of_the_reader_counts():
    now = timezone.now()
    kept, gone = SubscriberFactory.create_batch(2)
    left_later, joined_later, only_gone = NewsletterFactory.create_batch(3)

    def say(reader, newsletter, confirmed, left=None):
        SubscriptionFactory(
            subscriber=reader,
            newsletter=newsletter,
            confirmed_at=now - timedelta(days=confirmed),
            unsubscribed_at=left and now - timedelta(days=left),
        )

    say(kept, left_later, 10)
    say(gone, left_later, 20, 5)
    say(kept, joined_later, 20, 15)
    say(gone, joined_later, 10)
    say(gone, only_gone, 10)
    shown = {row.newsletter: row.words for row in merging.outcomes(gone, into=kept)}

    merging.merge(gone, into=kept)

    active = kept.subscriptions.active().order_by("newsletter")
    assert [row.newsletter for row in active] == [joined_later, only_gone]
    assert shown == {
        left_later: "left, and stays out",
        joined_later: "goes on",
        only_gone: "goes on",
    }


def test_history_and_links_of_both_stay(client):
    kept = SubscriptionFactory(confirmed=True).subscriber
    other = SubscriptionFactory(confirmed=True)
    link = tokens.unsubscribe_url(other).removeprefix("https://news.example")
    DeliveryFactory(subscriber=other.subscriber, status="sent")
    other.subscriber.consent_events.create(kind="confirmed", wording="Yes")

    merging.merge(other.subscriber, into=kept)
    response = client.post(link, {"List-Unsubscribe": "One-Click"})

    assert response.status_code == 200
    kinds = {event.kind for event in kept.consent_events.all()}
    assert kinds == {"confirmed", "merged", "unsubscribed"}
    assert kept.deliveries.count() == 1
    assert not kept.subscriptions.active().filter(newsletter=other.newsletter).exists()


def test_row_is_not_merged_with_itself():
    row = SubscriberFactory()

    with pytest.raises(merging.NotMergeableError):
        merging.merge(row, into=row)


def test_merged_by_hand_after_a_look_at_both(admin_client):
    kept = SubscriptionFactory(confirmed=True).subscriber
    gone = SubscriptionFactory(confirmed=True).subscriber
    url = reverse("admin:newsletter_subscriber_merge", args=[kept.pk])

    look = admin_client.post(url, {"email": gone.email.upper()})
    still_two = Subscriber.objects.count()
    admin_client.post(url, {"email": gone.email, "confirmed": "1"})

    assert "goes on" in look.text
    assert still_two == 2
    assert Subscriber.objects.get() == kept


@pytest.mark.parametrize("email", ["nobody@example.org", "own", "no address"])
def test_row_that_cannot_be_merged_is_refused_kindly(admin_client, email):
    kept = SubscriberFactory()
    email = kept.email if email == "own" else email
    url = reverse("admin:newsletter_subscriber_merge", args=[kept.pk])

    response = admin_client.post(url, {"email": email, "confirmed": "1"})

    assert response.status_code == 200
    assert response.context["form"].errors
    assert Subscriber.objects.count() == 1


def test_person_is_taken_out_and_erased_in_the_admin(admin_client):
    SubscriptionFactory(confirmed=True, subscriber__email="reader@example.org")
    url = reverse("admin:newsletter_person")

    look = admin_client.post(url, {"email": "Reader@example.org"})
    still_there = Subscriber.objects.exists()
    taken = admin_client.post(url, {"email": "reader@example.org", "step": "export"})
    done = admin_client.post(
        url, {"email": "reader@example.org", "step": "erase"}, follow=True
    )

    assert "Reader of newsletters" in look.text
    assert still_there
    assert "reader@example.org" in taken.text
    assert "is erased" in done.text
    assert not Subscriber.objects.exists()


@pytest.mark.parametrize("step", ["export", "erase", ""])
def test_person_page_is_for_those_with_the_right(client, step):
    client.force_login(User.objects.create_user("editor", is_staff=True))
    SubscriberFactory(email="reader@example.org")
    url = reverse("admin:newsletter_person")

    response = client.post(url, {"email": "reader@example.org", "step": step})

    assert response.status_code == 403
    assert Subscriber.objects.exists()


def test_admins_log_does_not_name_readers(admin_client):
    reader = SubscriberFactory()
    admin_client.post(
        reverse("admin:newsletter_suppression_add"),
        {"email_folded": "other@example.org", "reason": "manual", "note": ""},
    )
    admin_client.post(
        reverse("admin:newsletter_subscriber_delete", args=[reader.pk]), {"post": "yes"}
    )

    kept = list(LogEntry.objects.values_list("object_repr", "change_message"))
    assert len(kept) == 2
    assert reader.email not in str(kept)
    assert "other@example.org" not in str(kept)
    assert addresses.mask("other@example.org") in str(kept)
