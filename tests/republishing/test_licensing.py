"""The way of a request, from the schedule's offer to the end of the licence."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from articles import actions as article_actions
from articles.refusals import RefusedError
from republishing import actions, licensing
from republishing.models import Fee, Grant, Payment, Quote, RepublishingRequest
from tests.factories.articles import ArticleFactory, UserFactory
from tests.factories.republishing import (
    FeeFactory,
    LicenseFactory,
    RepublishingRequestFactory,
)
from tests.republishing.asked import ANSWERS

pytestmark = pytest.mark.django_db


def ask(*, amount=4500, article=None, is_paid_first=True, **answers):
    LicenseFactory(is_default=True, is_paid_first=is_paid_first)
    FeeFactory(amount=amount)
    request, _ = actions.request_republishing(
        article or ArticleFactory(published=True), **{**ANSWERS, **answers}
    )
    return request


def kinds(request):
    return list(request.events.order_by("at", "pk").values_list("kind", flat=True))


def test_request_that_the_schedule_knows_is_quoted_at_once():
    request = ask()

    quote = request.quotes.get()
    assert (request.state, quote.price, quote.issued_by) == ("quoted", "€45", None)
    assert kinds(request) == ["received", "quoted"]


def test_request_for_the_desk_stays_new():
    request = ask(is_exclusive=True)

    assert (request.state, request.quotes.count()) == ("new", 0)


def test_free_offer_is_licensed_when_it_is_accepted():
    request = ask(amount=0)

    licensing.accept(request.quotes.get())
    licensing.accept(request.quotes.get())

    request.refresh_from_db()
    assert (request.state, Grant.objects.count()) == ("licensed", 1)
    assert kinds(request) == ["received", "quoted", "accepted", "licensed"]


def test_paid_licence_waits_for_the_money():
    request = ask()

    licensing.accept(request.quotes.get())
    assert Grant.objects.count() == 0
    editor = UserFactory()
    licensing.record_payment(request, by=editor)
    licensing.record_payment(request, by=editor)

    request.refresh_from_db()
    assert (request.state, Grant.objects.count()) == ("licensed", 1)
    assert [(str(row), row.by) for row in Payment.objects.all()] == [("€45", editor)]


def test_licence_before_payment_where_its_terms_say_so():
    request = ask(is_paid_first=False)

    licensing.accept(request.quotes.get())

    assert Grant.objects.get().article == request.article


def test_change_of_the_schedule_changes_no_quote():
    request = ask()
    Fee.objects.update(amount=99900)

    quote = request.quotes.get()
    licensing.accept(quote)

    assert Quote.objects.get().price == "€45"


def test_new_offer_ends_the_one_before():
    request = ask()
    first = request.quotes.get()
    second = licensing.quote(
        request, under=first.license, amount=2000, currency="EUR", by=UserFactory()
    )

    with pytest.raises(licensing.RefusedError):
        licensing.accept(first)
    licensing.accept(second)

    request.refresh_from_db()
    assert request.state == "accepted"


def test_offer_that_is_over_cannot_be_accepted():
    request = ask()
    quote = request.quotes.get()

    with (
        time_machine.travel(quote.expires_at + timedelta(seconds=1)),
        pytest.raises(licensing.RefusedError),
    ):
        licensing.accept(quote)

    request.refresh_from_db()
    assert (request.state, Grant.objects.count()) == ("quoted", 0)


@pytest.mark.parametrize(
    "change",
    [
        {"is_republishable": False},
        {"expires_at": timezone.now() - timedelta(hours=1)},
        {"embargoed_until": timezone.now() + timedelta(days=1)},
        {"pub_status": "canceled"},
    ],
)
def test_nothing_is_licensed_once_the_story_may_not_be(change):
    request = ask(amount=0)
    type(request.article).objects.filter(pk=request.article_id).update(**change)

    with pytest.raises(licensing.RefusedError):
        licensing.accept(request.quotes.get())
    with pytest.raises(licensing.RefusedError):
        licensing.quote(
            request, under=request.quotes.get().license, amount=1, currency="EUR"
        )

    assert Grant.objects.count() == 0


@pytest.mark.parametrize("step", ["decline", "end", "withdraw"])
def test_step_out_of_turn_is_refused(step):
    request = ask()
    licensing.decline(request, by=UserFactory())

    with pytest.raises(licensing.RefusedError):
        getattr(licensing, step)(
            request, **({} if step == "withdraw" else {"by": UserFactory()})
        )

    request.refresh_from_db()
    assert request.state == "declined"


def test_what_has_run_out_is_marked_once():
    quoted, licensed = ask(), None
    licensed, _ = actions.request_republishing(
        ArticleFactory(published=True, license=""), **{**ANSWERS, "name": "Other"}
    )
    quote = licensed.quotes.get()
    licensing.accept(quote)
    licensing.record_payment(licensed, by=UserFactory())

    with time_machine.travel(timezone.now() + timedelta(days=400)):
        assert licensing.expire_what_is_over() == 2
        assert licensing.expire_what_is_over() == 0

    states = RepublishingRequest.objects.in_bulk([quoted.pk, licensed.pk])
    assert (states[quoted.pk].state, states[licensed.pk].state) == ("expired", "ended")


def test_each_step_is_mailed_once_to_whom_it_concerns():
    request = ask()
    actions.mail_news(request)
    mail.outbox.clear()

    licensing.accept(request.quotes.get())
    actions.mail_news(request)
    licensing.record_payment(request, by=UserFactory())
    licensing.note(request, by=UserFactory(), text="Pays late.")
    actions.mail_news(request)
    actions.mail_news(request)

    said = [
        (message.to[0], message.subject.partition(":")[0]) for message in mail.outbox
    ]
    assert said == [
        ("newsroom@localhost", "The offer is accepted"),
        ("berta@paper.example", f"You have accepted our offer ({request.reference})"),
        ("berta@paper.example", f"Your licence and your copy ({request.reference})"),
    ]
    assert all("Pays late" not in message.body for message in mail.outbox)


def test_withdrawn_story_ends_no_history():
    request = ask(amount=0)
    licensing.accept(request.quotes.get())
    article_actions.withdraw(request.article, by=UserFactory())

    licensing.end(request, by=UserFactory(), text="The story is gone.")

    request.refresh_from_db()
    assert (request.state, Grant.objects.in_force().count()) == ("ended", 0)


@pytest.mark.parametrize("state", ["accepted", "licensed"])
def test_payment_without_an_accepted_offer_is_refused(state):
    request = RepublishingRequestFactory(state=state)

    with pytest.raises(RefusedError, match="no accepted offer"):
        licensing.record_payment(request, by=UserFactory())

    assert kinds(request) == []


def test_retracted_story_can_neither_be_asked_for_nor_licensed():
    request = ask()
    article_actions.correct(
        request.article, text="All wrong.", by=UserFactory(), kind="retraction"
    )

    with pytest.raises(RefusedError):
        licensing.accept(request.quotes.get())
    with pytest.raises(actions.NotRepublishableError):
        actions.request_republishing(request.article, **{**ANSWERS, "name": "Carla"})


def test_payment_after_the_licence_is_thanked_for():
    request = ask(is_paid_first=False)
    licensing.accept(request.quotes.get())
    actions.mail_news(request)
    mail.outbox.clear()

    licensing.record_payment(request, by=UserFactory())
    actions.mail_news(request)

    [message] = mail.outbox
    assert message.subject == f"We have your payment ({request.reference})"
    assert "receipt" in message.body


@pytest.mark.parametrize(("to", "count"), [("other", 1), ("self", 0), ("nobody", 0)])
def test_who_becomes_responsible_hears_of_it(to, count):
    request = RepublishingRequestFactory()
    editor = UserFactory(email="rosa@news.example")
    somebody = {"other": editor, "self": editor, "nobody": None}[to]
    if to == "nobody":
        licensing.assign(request, to=editor, by=editor)
        actions.mail_news(request)
    mail.outbox.clear()

    by = editor if to == "self" else UserFactory()
    licensing.assign(request, to=somebody, by=by)
    actions.mail_news(request)

    assert [one.to for one in mail.outbox] == [["rosa@news.example"]] * count
