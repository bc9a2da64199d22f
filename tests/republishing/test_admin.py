import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from republishing.models import RepublishingRequest
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
