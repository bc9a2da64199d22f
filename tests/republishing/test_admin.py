import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from articles import pages
from newsroom.lib import money
from republishing.models import Fee, RepublishingRequest
from tests.factories.republishing import (
    FeeFactory,
    LicenseFactory,
    RepublishingRequestFactory,
)

pytestmark = pytest.mark.django_db


def test_request_list_takes_as_many_queries_for_four_rows_as_for_one(admin_client):
    url = reverse("admin:republishing_republishingrequest_changelist")
    RepublishingRequestFactory()
    admin_client.get(url)

    with CaptureQueriesContext(connection) as one:
        admin_client.get(url)
    RepublishingRequestFactory.create_batch(3)
    pages.chrome()
    with CaptureQueriesContext(connection) as four:
        response = admin_client.get(url)

    assert (len(response.context["cl"].result_list), len(four)) == (4, len(one))


def test_rights_manager_sees_requests_and_nothing_else(client, django_user_model):
    manager = django_user_model.objects.create_user(
        "rights", password="pass", is_staff=True
    )
    manager.user_permissions.add(
        Permission.objects.get(codename="view_republishingrequest")
    )
    client.force_login(manager)
    request = RepublishingRequestFactory(name="<script>alert(1)</script>{{7*7}}")

    page = client.get(
        reverse("admin:republishing_republishingrequest_change", args=[request.pk])
    )
    fees = client.get(reverse("admin:republishing_fee_changelist"))

    assert "&lt;script&gt;alert(1)&lt;/script&gt;{{7*7}}" in page.text
    assert (page.status_code, fees.status_code) == (200, 403)


def test_what_was_asked_is_not_changed_by_hand(admin_client):
    request = RepublishingRequestFactory(name="Berta Boss")

    admin_client.post(
        reverse("admin:republishing_republishingrequest_change", args=[request.pk]),
        {
            "name": "Someone Else",
            "state": "licensed",
            "events-TOTAL_FORMS": "0",
            "events-INITIAL_FORMS": "0",
        },
    )

    found = RepublishingRequest.objects.get()
    assert (found.name, found.state) == ("Berta Boss", "new")


@pytest.mark.parametrize(
    ("model", "factory", "search"),
    [
        ("republishingrequest", RepublishingRequestFactory, "The Other"),
        ("license", LicenseFactory, "Single use"),
    ],
)
def test_search_finds(admin_client, model, factory, search):
    wanted = factory()

    response = admin_client.get(
        reverse(f"admin:republishing_{model}_changelist"), {"q": search}
    )

    assert list(response.context["cl"].queryset) == [wanted]


def test_fee_shows_its_price(admin_client):
    FeeFactory(amount=4550)

    assert (
        "€45.50" in admin_client.get(reverse("admin:republishing_fee_changelist")).text
    )


def _fee(**changes):
    fee = {
        "organisation_type": "publisher",
        "audience": "any",
        "medium": "web",
        "amount": "45.50",
        "currency": "EUR",
        "valid_from": "2026-01-01",
    }
    return fee | changes


@pytest.mark.parametrize(
    ("price", "currency", "amount"),
    [("45", "EUR", 4500), ("45.5", "EUR", 4550), ("4000", "JPY", 4000)],
)
def test_price_is_typed_as_people_write_money(admin_client, price, currency, amount):
    answer = admin_client.post(
        reverse("admin:republishing_fee_add"), _fee(amount=price, currency=currency)
    )

    assert answer.status_code == 302
    fee = Fee.objects.get()
    assert fee.amount == amount
    form = (
        admin_client.get(reverse("admin:republishing_fee_change", args=[fee.pk]))
        .context["adminform"]
        .form
    )
    assert form["amount"].value() == money.major(amount, currency)


@pytest.mark.parametrize(
    ("price", "currency", "message"),
    [
        ("45.5", "JPY", "JPY has no decimal places."),
        ("45.505", "EUR", "EUR has 2 decimal places."),
        ("-1", "EUR", "greater than or equal to 0"),
    ],
)
def test_price_that_no_one_can_pay_is_refused(admin_client, price, currency, message):
    answer = admin_client.post(
        reverse("admin:republishing_fee_add"), _fee(amount=price, currency=currency)
    )

    assert message in answer.text
    assert not Fee.objects.exists()
