from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils import timezone

from newsletter.models import Newsletter, Subscriber, Subscription
from newsletter.models.newsletter import validate_newsletter_slug
from newsroom import queue
from newsroom.lib import addresses
from tests.factories.newsletter import (
    NewsletterFactory,
    SubscriberFactory,
    SubscriptionFactory,
)

pytestmark = pytest.mark.django_db


def test_database_refuses_second_default_newsletter():
    NewsletterFactory(is_default=True)

    with pytest.raises(IntegrityError), transaction.atomic():
        NewsletterFactory(is_default=True)


def test_database_refuses_second_row_of_one_address():
    SubscriberFactory(email="reader@example.org")

    with pytest.raises(IntegrityError), transaction.atomic():
        SubscriberFactory(email="Reader@example.org", email_folded="reader@example.org")


def test_database_refuses_second_subscription_of_one_pair():
    first = SubscriptionFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        SubscriptionFactory(subscriber=first.subscriber, newsletter=first.newsletter)


def test_newsletter_with_readers_cannot_be_deleted():
    subscription = SubscriptionFactory(confirmed=True)

    with pytest.raises(ProtectedError):
        subscription.newsletter.delete()


@pytest.mark.parametrize("slug", ["sign-up", "confirm", "Harbour Letter"])
def test_slug_that_the_site_answers_itself_is_refused(slug):
    with pytest.raises(ValidationError):
        validate_newsletter_slug(slug)


def test_subscriptions_by_state():
    with time_machine.travel(timezone.now() - timedelta(days=8)):
        SubscriptionFactory()  # never confirmed, and too old to confirm
    pending = SubscriptionFactory()
    active = SubscriptionFactory(confirmed=True)
    SubscriptionFactory(left=True)
    SubscriptionFactory(unsubscribed_at=timezone.now())
    again = SubscriptionFactory(left=True)
    Subscription.objects.filter(pk=again.pk).update(
        unsubscribed_at=again.requested_at - timedelta(hours=1)
    )

    assert set(Subscription.objects.active()) == {active}
    assert set(Subscription.objects.pending()) == {pending, again}


def test_every_spelling_of_an_address_is_one_subscriber():
    found = {
        Subscriber.objects.for_address(addresses.parse(typed)).pk
        for typed in ["Reader@Example.org", "reader@example.org", " READER@example.org"]
    }

    assert (len(found), Subscriber.objects.count()) == (1, 1)


def test_confirmation_is_claimed_once_a_day():
    subscriber = SubscriberFactory()
    claims = [subscriber.claim_confirmation(), subscriber.claim_confirmation()]
    subscriber.keep_confirmation()
    for wait in [timedelta(hours=23), timedelta(days=1, seconds=1)]:
        with time_machine.travel(timezone.now() + wait):
            claims.append(subscriber.claim_confirmation())

    assert claims == [True, False, False, True]


def test_claim_of_a_killed_worker_is_void_before_its_task_runs_again():
    subscriber = SubscriberFactory()
    subscriber.claim_confirmation()

    with time_machine.travel(timezone.now() + queue.LOST_AFTER):
        again = subscriber.claim_confirmation()

    assert again


def test_open_newsletters():
    shown = NewsletterFactory()
    NewsletterFactory(is_open=False)

    assert list(Newsletter.objects.open()) == [shown]
