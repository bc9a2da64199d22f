import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from articles import pages
from newsletter import choice
from newsletter.models import ConsentEvent, Newsletter
from tests.factories.newsletter import NewsletterFactory, SubscriptionFactory

pytestmark = pytest.mark.django_db


def test_saving_a_newsletter_changes_what_pages_offer(admin_client):
    choice.default()

    response = admin_client.post(
        reverse("admin:newsletter_newsletter_add"),
        {
            "name": "Harbour Letter",
            "slug": "harbour-letter",
            "language": "en",
            "is_open": "on",
            "position": "0",
        },
    )

    assert response.status_code == 302
    assert choice.default() == Newsletter.objects.get()


def test_second_default_newsletter_is_refused_in_words(admin_client):
    NewsletterFactory(is_default=True)

    response = admin_client.post(
        reverse("admin:newsletter_newsletter_add"),
        {
            "name": "Harbour Letter",
            "slug": "harbour-letter-x",
            "language": "en",
            "is_default": "on",
            "position": "0",
        },
    )

    assert "Another newsletter has this place already." in response.text


@pytest.mark.parametrize("name", ["newsletter", "subscriber", "subscription"])
def test_list_takes_as_many_queries_for_four_rows_as_for_one(admin_client, name):
    url = reverse(f"admin:newsletter_{name}_changelist")
    SubscriptionFactory(confirmed=True)
    admin_client.get(url)

    with CaptureQueriesContext(connection) as one:
        admin_client.get(url)
    SubscriptionFactory.create_batch(3, confirmed=True)
    pages.chrome()
    with CaptureQueriesContext(connection) as four:
        response = admin_client.get(url)

    assert (len(response.context["cl"].result_list), len(four)) == (4, len(one))


def test_subscriber_is_found_by_address_and_shows_history(admin_client):
    subscription = SubscriptionFactory(
        confirmed=True, subscriber__email="reader@example.org"
    )
    ConsentEvent.objects.create(
        subscriber=subscription.subscriber,
        newsletter=subscription.newsletter,
        kind="confirmed",
        wording="Yes, <script>alert(1)</script>{{7*7}}",
    )

    found = admin_client.get(
        reverse("admin:newsletter_subscriber_changelist"), {"q": "READER@example"}
    )
    page = admin_client.get(
        reverse("admin:newsletter_subscriber_change", args=[subscription.subscriber.pk])
    )

    assert list(found.context["cl"].queryset) == [subscription.subscriber]
    assert "Yes, &lt;script&gt;alert(1)&lt;/script&gt;{{7*7}}" in page.text
    assert 'name="consent_events-0-wording"' not in page.text


def test_history_is_not_changed_by_hand(admin_client):
    subscription = SubscriptionFactory()

    add = admin_client.get(reverse("admin:newsletter_subscription_add"))
    change = admin_client.post(
        reverse("admin:newsletter_subscription_change", args=[subscription.pk]),
        {"confirmed_at_0": "2026-01-01", "confirmed_at_1": "00:00"},
    )

    subscription.refresh_from_db()
    assert (add.status_code, change.status_code, subscription.confirmed_at) == (
        403,
        403,
        None,
    )


def test_editor_without_the_right_sees_no_subscriber(client, django_user_model):
    editor = django_user_model.objects.create_user(
        "editor", password="pass", is_staff=True
    )
    editor.user_permissions.add(Permission.objects.get(codename="view_newsletter"))
    client.force_login(editor)

    statuses = [
        client.get(reverse(f"admin:newsletter_{name}_changelist")).status_code
        for name in ["newsletter", "subscriber"]
    ]

    assert statuses == [200, 403]
