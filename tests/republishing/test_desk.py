"""What the desk does with a request in the admin."""

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from articles import pages
from republishing import licensing
from republishing.models import AnswerTemplate, Grant, Invoice, Quote
from tests.factories.articles import ArticleFactory, UserFactory
from tests.factories.republishing import (
    FeeFactory,
    GrantFactory,
    LicenseFactory,
    RepublishingRequestFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client):
    client.force_login(UserFactory(username="rosa", role="Rights manager"))
    return client


@pytest.fixture
def row():
    return RepublishingRequestFactory(article=ArticleFactory(published=True))


def url_of(row):
    return reverse("admin:republishing_republishingrequest_change", args=[row.pk])


def press(client, row, step, **fields):
    return client.post(url_of(row), {"step": step, **fields})


OFFER = {
    "price": "45.50",
    "currency": "EUR",
    "days": "90",
    "is_paid_first": "on",
    "valid_days": "14",
    "text": "With pleasure.",
}


def test_offer_begins_with_the_schedule(desk, row):
    single_use = LicenseFactory(is_default=True)
    FeeFactory(amount=4500)

    form = desk.get(url_of(row)).context["forms"]["quote"]

    assert (form["license"].value(), str(form["price"].value())) == (
        single_use.pk,
        "45.00",
    )


def test_offer_is_made_and_mailed_with_the_desks_words(desk, row):
    single_use = LicenseFactory()

    response = press(desk, row, "quote", license=single_use.pk, **OFFER)

    quote = Quote.objects.get()
    assert (
        response.status_code,
        quote.price,
        quote.days,
        quote.issued_by.username,
    ) == (
        302,
        "€45.50",
        90,
        "rosa",
    )
    [message] = mail.outbox
    assert message.to == [row.email]
    assert "€45.50" in message.body
    assert "With pleasure." in message.body


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("price", "-1"),
        ("price", "abc"),
        ("price", "1e400"),
        ("currency", "euro"),
        ("license", "999"),
        ("valid_days", "0"),
        ("days", "99999999999999999999"),
    ],
)
def test_bad_offer_is_explained_and_nothing_is_lost(desk, row, field, value):
    fields = {**OFFER, "license": LicenseFactory().pk, field: value}

    response = press(desk, row, "quote", **fields)

    assert (response.status_code, Quote.objects.count()) == (200, 0)
    assert list(response.context["forms"]["quote"].errors) == [field]
    assert "With pleasure." in response.text


def test_desk_takes_a_request_to_the_licence(desk, row):
    press(desk, row, "quote", license=LicenseFactory().pk, **OFFER)
    licensing.accept(Quote.objects.get())

    press(desk, row, "pay")

    row.refresh_from_db()
    assert (row.state, Grant.objects.get().article) == ("licensed", row.article)


def test_desk_sends_the_invoice_of_what_was_accepted_without_one(desk, row):
    press(desk, row, "quote", license=LicenseFactory().pk, **OFFER)
    licensing.accept(Quote.objects.get())
    row.refresh_from_db()
    asked_before = "Send the invoice" in desk.get(url_of(row)).text
    Invoice.objects.all().delete()
    asked = "Send the invoice" in desk.get(url_of(row)).text
    mail.outbox.clear()

    press(desk, row, "invoice")
    press(desk, row, "invoice")

    invoice = Invoice.objects.get()
    told = [message.to for message in mail.outbox if invoice.number in message.body]
    assert (asked_before, asked, told) == (False, True, [[row.email]])
    assert invoice.number in desk.get(row.get_absolute_url()).text


def test_what_costs_nothing_has_no_invoice_to_send(desk, row):
    press(desk, row, "quote", license=LicenseFactory().pk, **{**OFFER, "price": "0"})
    licensing.accept(Quote.objects.get())

    response = press(desk, row, "invoice")

    assert "This offer costs nothing." in response.text
    assert not Invoice.objects.exists()


def test_note_stays_inside_and_message_goes_out(desk, row):
    press(desk, row, "note", text="Pays late.")
    press(desk, row, "message", text="One moment, please.")

    page = desk.get(url_of(row)).text
    assert ("Pays late." in page, "One moment, please." in page) == (True, True)
    [message] = mail.outbox
    assert ("One moment, please." in message.body, "late" in message.body) == (
        True,
        False,
    )


def test_responsible_person_is_one_of_the_desk(desk, row):
    other = UserFactory(role="Rights manager")
    reporter = UserFactory(role="Reporter")

    press(desk, row, "assign", to=other.pk)
    row.refresh_from_db()
    assert row.assigned_to == other
    press(desk, row, "assign", to=reporter.pk)

    row.refresh_from_db()
    assert row.assigned_to is None


@pytest.mark.parametrize("key", ["²", "9" * 30])
def test_responsible_person_that_is_nobody_is_nobody(desk, row, key):
    press(desk, row, "assign", to=key)

    row.refresh_from_db()
    assert row.assigned_to is None


def test_words_of_a_template_are_filled_in(desk, row):
    template = AnswerTemplate.objects.create(
        name="Thanks", text="Dear {name}, on {headline} {price}"
    )

    page = desk.get(url_of(row), {"answer": template.pk})

    assert page.context["forms"]["message"]["text"].value() == (
        f"Dear Berta Boss, on {row.article.headline} {{price}}"
    )


@pytest.mark.parametrize("answer", ["abc", "99999999999999999999", "²"])
def test_odd_template_is_left_aside(desk, row, answer):
    assert desk.get(url_of(row), {"answer": answer}).status_code == 200


@pytest.mark.parametrize("step", ["pay", "invoice", "end", "publish", ""])
def test_step_that_is_not_possible_is_said(desk, row, step):
    response = press(desk, row, step)

    row.refresh_from_db()
    assert (response.status_code, row.state) == (200, "new")


@pytest.mark.parametrize(
    "step", ["quote", "decline", "pay", "invoice", "end", "note", "assign"]
)
def test_who_may_only_look_changes_nothing(client, row, step):
    user = UserFactory()
    user.user_permissions.add(
        *user.user_permissions.model.objects.filter(codename="view_republishingrequest")
    )
    client.force_login(user)

    page = client.get(url_of(row))
    response = press(client, row, step, text="x")

    assert (page.status_code, "Send the offer" in page.text) == (200, False)
    assert (response.status_code, row.events.count()) == (403, 0)


def test_reporter_does_not_see_requests(client, row):
    client.force_login(UserFactory(role="Reporter"))

    assert client.get(url_of(row)).status_code == 403


@pytest.mark.parametrize(
    "model", ["grant", "updatenotice", "surcharge", "answertemplate"]
)
def test_lists_open(desk, model):
    GrantFactory()

    assert (
        desk.get(reverse(f"admin:republishing_{model}_changelist")).status_code == 200
    )


def test_licences_list_counts_readings_without_a_statement_each(desk):
    url = reverse("admin:republishing_grant_changelist")
    GrantFactory()
    desk.get(url)

    with CaptureQueriesContext(connection) as one:
        desk.get(url)
    GrantFactory.create_batch(3)
    pages.chrome()
    with CaptureQueriesContext(connection) as four:
        desk.get(url)

    assert len(four) == len(one)
