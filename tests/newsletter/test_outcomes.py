from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from newsletter import outcomes, sending
from newsletter.models import ConsentEvent, Delivery, Suppression
from newsletter.models.delivery import LEASE
from newsletter.outcomes import Kind, Report, bounce_kind
from tests.factories.articles import ArticleFactory
from tests.factories.newsletter import DeliveryFactory, IssueFactory

pytestmark = pytest.mark.django_db

AT = datetime(2026, 3, 2, 8, tzinfo=UTC)


@pytest.fixture
def delivery():
    issue = IssueFactory(
        scheduled=True, stories=[ArticleFactory(published=True)], readers=1
    )
    sending.run()
    return issue.deliveries.select_related("issue", "subscriber").get()


def note(delivery, kind, *, at=AT, words=""):
    key = outcomes.key_of(delivery)
    noted = outcomes.take_note(Report(key, kind, words=words, at=at))
    delivery.refresh_from_db()
    return noted


@pytest.mark.parametrize(
    ("status", "words", "kind"),
    [
        ("5.1.1", "", Kind.GONE),
        ("5.1.10", "", Kind.GONE),
        ("5.2.1", "mailbox disabled", Kind.CAME_BACK),
        ("5.4.1", "Recipient address rejected: Access denied", Kind.GONE),
        ("5.0.0", "Kullanıcı bulunamadı", Kind.GONE),
        ("5.0.0", "Empfänger unbekannt", Kind.GONE),
        ("5.0.0", "550 This account is over quota", Kind.CAME_BACK),
        ("5.4.4", "", Kind.GONE),
        ("5.0.0", "550 User unknown", Kind.GONE),
        ("", "550 no such user here", Kind.GONE),
        ("5.0.0", "", Kind.CAME_BACK),
        ("5.1.8", "Domain of sender address does not exist", Kind.CAME_BACK),
        ("5.2.2", "mailbox full", Kind.CAME_BACK),
        ("5.7.1", "550 blocked by policy", Kind.CAME_BACK),
        ("5.1.1", "550 5.7.1 Message rejected as spam", Kind.CAME_BACK),
        ("4.4.7", "", Kind.CAME_BACK),
        ("5.1.1", "450 4.1.1 user unknown", Kind.GONE),
        ("4.4.4", "450 4.4.4 host not found", Kind.CAME_BACK),
        ("", "", Kind.CAME_BACK),
    ],
)
def test_what_a_bounce_says_of_the_address(status, words, kind):
    assert bounce_kind(status=status, words=words) == kind


def test_delivered_settles_what_was_uncertain(delivery):
    delivery.status = Delivery.Status.UNKNOWN
    delivery.save()

    note(delivery, Kind.DELIVERED)

    assert (delivery.status, delivery.sent_at) == (Delivery.Status.SENT, AT)
    assert delivery.delivered_at == AT


def test_delivered_holds_back_the_second_mail_of_an_uncertain_one(delivery):
    delivery.status, delivery.attempts = Delivery.Status.PENDING, 1
    delivery.save()

    note(delivery, Kind.DELIVERED)

    assert not Delivery.objects.due().exists()


def test_mail_of_a_dead_sender_that_was_heard_of_is_sent(delivery):
    """The provider was quicker than the lease."""
    long_ago = timezone.now() - 2 * LEASE
    Delivery.objects.update(
        status="claimed", claim="dead", claimed_at=long_ago, attempted_at=long_ago
    )
    note(delivery, Kind.DELIVERED)
    assert delivery.status == Delivery.Status.CLAIMED

    sending.release_lost(delivery.issue)

    delivery.refresh_from_db()
    assert delivery.status == Delivery.Status.SENT


def test_mail_that_never_went_is_not_settled(delivery):
    delivery.status, delivery.attempts = Delivery.Status.PENDING, 0
    delivery.save()

    note(delivery, Kind.DELIVERED)

    assert delivery.status == Delivery.Status.PENDING


def test_hard_bounce_suppresses_once_whatever_comes_again(delivery):
    note(delivery, Kind.GONE, words="no such user")
    Suppression.objects.all().delete()  # an editor knows better

    note(delivery, Kind.GONE, at=AT + timedelta(days=1))

    assert (delivery.bounced_at, delivery.reason) == (AT, "no such user")
    assert not Suppression.objects.exists()


def test_complaint_ends_the_subscription_with_its_history(delivery):
    note(delivery, Kind.COMPLAINT)
    note(delivery, Kind.COMPLAINT)

    subscription = delivery.subscriber.subscriptions.get()
    event = ConsentEvent.objects.get(kind=ConsentEvent.Kind.UNSUBSCRIBED)
    assert subscription.unsubscribed_at is not None
    assert event.wording == outcomes.SPAM_WORDING
    assert Suppression.objects.get().reason == Suppression.Reason.COMPLAINED
    assert delivery.unsubscribed_at is None  # it was not by the link


def test_provider_link_ends_the_subscription_once(delivery):
    note(delivery, Kind.LEFT)
    delivery.subscriber.subscriptions.update(unsubscribed_at=None)  # came back

    note(delivery, Kind.LEFT)

    assert delivery.subscriber.subscriptions.get().is_active
    assert delivery.unsubscribed_at is not None


def soft_bounces(subscriber, newsletter, *, days, taken=(), delivered=()):
    """A mail on each of these days, each come back but for those taken."""
    for day in days:
        at = AT + timedelta(days=day)
        issue = IssueFactory(newsletter=newsletter, sent=True)
        mail = DeliveryFactory(
            issue=issue,
            subscriber=subscriber,
            status="sent",
            sent_at=at,
            attempts=1,
            delivered_at=at if day in delivered else None,
        )
        if day not in {*taken, *delivered}:
            outcomes.take_note(Report(outcomes.key_of(mail), Kind.CAME_BACK, at=at))


@pytest.mark.parametrize(
    ("days", "others", "is_suppressed"),
    [
        ([0, 4, 8, 12, 16], {}, True),
        ([0, 4, 8, 12], {}, False),
        ([0, 1, 2, 3, 4], {}, False),
        ([0, 1, 2, 3, 4, 13], {}, False),
        ([0, 1, 2, 3, 4, 14], {}, True),
        ([0, 4, 8, 12, 16, 20], {"taken": [8]}, False),
        ([0, 4, 8, 12, 16, 20], {"delivered": [8]}, False),
        ([0, 4, 8, 12, 16], {"taken": [16]}, False),
    ],
)
def test_soft_bounces_suppress_after_many_over_weeks(
    delivery, days, others, is_suppressed
):
    subscriber, newsletter = delivery.subscriber, delivery.issue.newsletter
    delivery.delete()

    soft_bounces(subscriber, newsletter, days=days, **others)

    reasons = list(Suppression.objects.values_list("reason", flat=True))
    assert reasons == (["unreachable"] if is_suppressed else [])


def test_soft_bounce_that_comes_twice_counts_once(delivery):
    note(delivery, Kind.CAME_BACK, words="full")
    note(delivery, Kind.CAME_BACK, at=AT + timedelta(days=30), words="later")

    assert (delivery.soft_bounced_at, delivery.reason) == (AT, "full")
    figures = delivery.issue.deliveries.figures()
    assert (figures["bounced"], figures["soft_bounced"]) == (0, 1)


def test_key_of_another_issue_is_not_ours(delivery):
    key = outcomes.key_of(delivery)
    forged = key[:-12] + "0" * 12

    assert not outcomes.take_note(Report(forged, Kind.GONE))
    assert not outcomes.take_note(Report("i0.d0.", Kind.GONE))
    assert not Suppression.objects.exists()
