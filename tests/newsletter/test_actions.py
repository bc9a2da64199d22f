from datetime import timedelta
from threading import Barrier, Thread

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.utils import timezone

from newsletter import actions, tasks
from newsletter.models import (
    ConsentEvent,
    Newsletter,
    Subscriber,
    Subscription,
    Suppression,
)
from newsroom.lib import addresses
from tests.factories.articles import SectionFactory
from tests.factories.newsletter import (
    NewsletterFactory,
    SubscriberFactory,
    SubscriptionFactory,
)

READER = addresses.parse("reader@example.org")

pytestmark = pytest.mark.django_db


def ask(*newsletters, address=READER):
    """What a posted form does: note it, then send what it asks for."""
    subscriber = actions.sign_up(address, newsletters)
    actions.mail_sign_up(subscriber)
    return subscriber


def kinds():
    return list(ConsentEvent.objects.order_by("pk").values_list("kind", flat=True))


def test_sign_up_waits_for_confirmation_and_keeps_its_proof():
    newsletter = NewsletterFactory(name="Harbour Letter")

    subscriber = actions.sign_up(
        READER, [newsletter], source_page="/world/a-story/", network_address="192.0.2.1"
    )

    assert list(Subscription.objects.pending()) == [subscriber.subscriptions.get()]
    event = ConsentEvent.objects.get()
    assert (event.kind, event.source_page, event.network_address) == (
        "requested",
        "/world/a-story/",
        "192.0.2.1",
    )
    assert event.wording.startswith("Sign up: Harbour Letter. We ask you to confirm")


def test_six_sign_ups_are_one_row_and_one_mail():
    newsletter = NewsletterFactory()

    for _ in range(6):
        ask(newsletter)

    assert (Subscription.objects.count(), len(mail.outbox), kinds()) == (
        1,
        1,
        ["requested"],
    )


def test_unanswered_sign_up_is_mailed_once_a_day():
    newsletter = NewsletterFactory()
    ask(newsletter)
    with time_machine.travel(timezone.now() + timedelta(hours=23)):
        ask(newsletter)
    within_a_day = len(mail.outbox)
    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        ask(newsletter)

    assert (within_a_day, len(mail.outbox)) == (1, 2)


def test_victim_of_many_newsletters_gets_one_mail():
    for newsletter in NewsletterFactory.create_batch(5):
        ask(newsletter)

    assert len(mail.outbox) == 1


def test_reader_who_has_it_already_is_told_so_once_a_day():
    subscription = SubscriptionFactory(confirmed=True, subscriber__email=READER.email)

    ask(subscription.newsletter)
    ask(subscription.newsletter)

    assert [message.subject for message in mail.outbox] == ["You are signed up already"]
    assert kinds() == []


def test_mail_that_does_not_leave_can_be_sent_again(monkeypatch, settings):
    subscriber = actions.sign_up(READER, [NewsletterFactory()])
    settings.MAILERS = {
        "default": {"BACKEND": "tests.newsletter.broken_mail.EmailBackend"}
    }
    with pytest.raises(OSError, match="no mail server"):
        actions.mail_sign_up(subscriber)

    subscriber.refresh_from_db()

    assert subscriber.confirmation_sent_at is None


def test_confirm_activates_once():
    newsletter = NewsletterFactory()
    subscriber = ask(newsletter)

    first = actions.confirm(subscriber, network_address="192.0.2.1")
    second = actions.confirm(subscriber)

    assert (first, second) == (list(Subscription.objects.active()), [])
    assert kinds() == ["requested", "confirmed"]


def test_confirm_leaves_out_what_the_reader_was_not_shown():
    wanted, slipped_in = NewsletterFactory.create_batch(2)
    subscriber = actions.sign_up(READER, [wanted, slipped_in])

    actions.confirm(subscriber, only=[wanted.slug])

    assert [row.newsletter for row in Subscription.objects.active()] == [wanted]


def test_sign_up_is_not_confirmed_after_a_week():
    subscriber = actions.sign_up(READER, [NewsletterFactory()])

    with time_machine.travel(timezone.now() + timedelta(days=7, seconds=1)):
        confirmed = actions.confirm(subscriber)

    assert confirmed == []


def test_reader_who_confirmed_can_ask_for_more_on_the_same_day():
    first, second = NewsletterFactory.create_batch(2)
    subscriber = ask(first)
    actions.confirm(subscriber)

    ask(second)

    assert len(mail.outbox) == 2


def test_reader_who_left_comes_back_only_by_confirming():
    newsletter = NewsletterFactory()
    subscriber = ask(newsletter)
    actions.confirm(subscriber)
    actions.unsubscribe(subscriber, newsletter)

    ask(newsletter)
    before = Subscription.objects.active().count()
    actions.confirm(subscriber)

    assert (before, Subscription.objects.active().count(), len(mail.outbox)) == (
        0,
        1,
        2,
    )


def test_leaving_one_newsletter_keeps_the_other():
    subscriber = SubscriberFactory()
    left, kept = SubscriptionFactory.create_batch(
        2, subscriber=subscriber, confirmed=True
    )

    actions.unsubscribe(subscriber, left.newsletter)
    actions.unsubscribe(subscriber, left.newsletter)

    assert list(Subscription.objects.active()) == [kept]
    assert kinds() == ["unsubscribed"]


def test_leaving_before_confirming_ends_the_request():
    subscription = SubscriptionFactory()

    actions.unsubscribe(subscription.subscriber, subscription.newsletter)

    assert not Subscription.objects.pending().exists()


def test_undo_brings_back_what_was_confirmed():
    subscription = SubscriptionFactory(left=True)

    actions.undo_unsubscribe(subscription.subscriber, subscription.newsletter)

    assert list(Subscription.objects.active()) == [subscription]


def test_undo_confirms_nothing_that_never_was():
    subscription = SubscriptionFactory(unsubscribed_at=timezone.now())

    actions.undo_unsubscribe(subscription.subscriber, subscription.newsletter)

    assert not Subscription.objects.active().exists()


def test_choose_joins_and_leaves():
    left = SubscriptionFactory(confirmed=True)
    subscriber = left.subscriber
    kept = SubscriptionFactory(subscriber=subscriber, confirmed=True)
    joined = NewsletterFactory()
    other = SubscriptionFactory(confirmed=True)

    new = actions.choose(subscriber, [kept.newsletter, joined])

    assert [row.newsletter for row in new] == [joined]
    assert set(subscriber.subscriptions.active()) == {kept, *new}
    assert other in Subscription.objects.active()


def test_welcome_is_not_sent_to_who_left_at_once():
    subscription = SubscriptionFactory(left=True)

    tasks.mail_welcome.enqueue(subscription.pk)

    assert mail.outbox == []


def test_load_newsletters_is_idempotent():
    SectionFactory(slug="world")
    NewsletterFactory(slug="old-default", is_default=True)
    rows = [
        {
            "slug": "weekly",
            "name": "Weekly",
            "is_default": True,
            "sections": ["world", "none"],
        },
        {
            "slug": "unpacked",
            "name": "Turkey Unpacked",
            "tags": ["Turkey"],
            "is_default": False,
        },
    ]

    actions.load_newsletters(rows)
    actions.load_newsletters(rows)

    loaded = Newsletter.objects.exclude(slug="old-default").order_by("position")
    assert [
        (
            row.slug,
            row.is_default,
            [section.slug for section in row.sections.all()],
            [tag.name for tag in row.tags.all()],
        )
        for row in loaded
    ] == [("weekly", True, ["world"], []), ("unpacked", False, [], ["Turkey"])]
    assert Newsletter.objects.filter(is_default=True).count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(
    connection.vendor == "sqlite",
    reason="connections to a database in memory lock it whole",
)
def test_twenty_sign_ups_at_once_are_one_row_and_one_mail():
    newsletter = NewsletterFactory()
    barrier = Barrier(20)
    errors = []

    def post():
        try:
            barrier.wait()
            ask(newsletter)
        except Exception as error:  # noqa: BLE001 -- a thread's error must reach the test
            errors.append(error)
        finally:
            connection.close()

    threads = [Thread(target=post) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert errors == []
    counts = [
        Subscriber.objects.count(),
        Subscription.objects.count(),
        len(mail.outbox),
    ]
    assert (counts, kinds()) == ([1, 1, 1], ["requested"])


@pytest.mark.parametrize(
    ("reason", "is_kept"),
    [
        (Suppression.Reason.BOUNCED, False),
        (Suppression.Reason.COMPLAINED, False),
        (Suppression.Reason.UNREACHABLE, False),
        (Suppression.Reason.MANUAL, True),
    ],
)
def test_confirming_ends_a_suppression_that_no_editor_entered(reason, is_kept):
    subscription = SubscriptionFactory()
    other = SubscriptionFactory()
    for row in [subscription, other]:
        Suppression.objects.create(
            email_folded=row.subscriber.email_folded, reason=reason
        )

    actions.confirm(subscription.subscriber)

    kept = set(Suppression.objects.values_list("email_folded", flat=True))
    assert (subscription.subscriber.email_folded in kept) is is_kept
    assert other.subscriber.email_folded in kept
