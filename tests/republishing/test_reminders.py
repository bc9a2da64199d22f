"""What waits too long is said once a period, to whom it concerns, with an event."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.core.management import call_command
from django.utils import timezone

from republishing import licensing, reminders
from republishing.models import RequestEvent, UpdateNotice
from tests.factories.articles import ArticleFactory, UserFactory
from tests.factories.republishing import (
    GrantFactory,
    LicenseFactory,
    RepublishingRequestFactory,
)

pytestmark = pytest.mark.django_db

Kind = RequestEvent.Kind
DAY = timedelta(days=1)


def made(at):
    """The kinds of the reminders that are made at an instant."""
    before = set(RequestEvent.objects.values_list("pk", flat=True))
    reminders.remind(at=at)
    new = RequestEvent.objects.exclude(pk__in=before).order_by("pk")
    return list(new.values_list("kind", flat=True))


def quoted(**terms):
    request = RepublishingRequestFactory()
    return licensing.quote(
        request, under=LicenseFactory(), amount=4500, currency="EUR", **terms
    )


def test_new_request_waits_two_days_and_is_said_every_three():
    request = RepublishingRequestFactory()
    now = request.created_at

    found = [made(now + number * DAY) for number in range(1, 9)]

    said = [Kind.REMIND_WAITING]
    assert found == [[], said, [], [], said, [], [], said]


def test_answered_request_does_not_wait():
    quote = quoted()

    assert made(timezone.now() + 5 * DAY) == []
    assert quote.request.events.filter(kind=Kind.QUOTED).exists()


def test_message_waits_for_an_answer():
    request = quoted(valid_days=300).request
    licensing.write_to_desk(request, text="And with the map?")
    now = timezone.now()

    assert made(now + 2 * DAY) == [Kind.REMIND_WAITING]
    with time_machine.travel(now + 3 * DAY):
        licensing.write_to_requester(request, by=UserFactory(), text="Yes.")
    assert made(now + 9 * DAY) == []


def test_offer_about_to_end_is_said_once():
    now = timezone.now()
    quoted(valid_days=14)

    found = [made(now + number * DAY) for number in (1, 10, 12, 13, 13.9)]

    assert found == [[], [], [Kind.REMIND_OFFER], [], []]


def test_new_offer_is_said_again():
    now = timezone.now()
    request = quoted(valid_days=14).request
    made(now + 12 * DAY)
    with time_machine.travel(now + 13 * DAY):
        licensing.quote(request, under=LicenseFactory(), amount=1, currency="EUR")

    assert made(now + 42 * DAY) == [Kind.REMIND_OFFER]


def test_unpaid_invoice_is_said_three_times_after_its_day():
    now = timezone.now()
    licensing.accept(quoted())

    days = (20, 30, 32, 40, 46, 60, 74, 88, 200)
    found = {number: made(now + number * DAY) for number in days}

    said = [day for day, kinds in found.items() if kinds == [Kind.REMIND_INVOICE]]
    assert said == [32, 46, 60]


def test_paid_invoice_is_not_asked_for():
    now = timezone.now()
    quote = licensing.accept(quoted())
    licensing.record_payment(quote.request, by=UserFactory())

    assert made(now + 40 * DAY) == []


def test_desk_hears_of_changes_that_nobody_confirmed():
    grant = GrantFactory(article=ArticleFactory(published=True))
    now = timezone.now()
    event = grant.article.events.create(kind="corrected")
    UpdateNotice.objects.create(
        grant=grant, event=event, kind="correction", mailed_at=now
    )

    found = [made(now + number * DAY) for number in (6, 7, 10, 14)]
    assert found == [[], [Kind.REMIND_UPDATE], [], [Kind.REMIND_UPDATE]]
    UpdateNotice.objects.update(done_at=now)
    assert made(now + 30 * DAY) == []


def test_reminders_are_mailed_to_whom_they_concern():
    now = timezone.now()
    RepublishingRequestFactory(email="waits@paper.example", created_at=now - 3 * DAY)
    offer = quoted(valid_days=14)
    offer.request.events.update(mailed_at=now)
    with time_machine.travel(now + 12 * DAY):
        reminders.remind()
    mail.outbox.clear()

    with time_machine.travel(now + 12 * DAY + timedelta(minutes=2)):
        call_command("send_due_notices", stdout=None, verbosity=0)
        call_command("send_due_notices", stdout=None, verbosity=0)

    sent = sorted((one.subject.partition(":")[0].partition(" (")[0], one.to[0])
                  for one in mail.outbox)  # fmt: skip
    assert [subject for subject, _ in sent] == [
        "A requester waits for our answer",
        "An offer ends soon",
        "Our offer ends soon",
    ]
    assert sent[2][1] == offer.request.email
    assert offer.request.email not in {sent[0][1], sent[1][1]}


def test_requester_does_not_read_the_desks_reminders(client):
    request = RepublishingRequestFactory()
    made(timezone.now() + 3 * DAY)

    page = client.get(request.get_absolute_url())

    assert request.events.get().kind == Kind.REMIND_WAITING
    assert "Reminder" not in page.text


@pytest.mark.parametrize("count", [1, 3])
def test_statements_do_not_grow_with_what_is_not_due(count, django_assert_num_queries):
    RepublishingRequestFactory.create_batch(count)

    with django_assert_num_queries(len(reminders.REMINDERS)):
        reminders.remind()
