import base64
import json

import pytest
from django.urls import reverse

from newsletter import outcomes, sending
from newsletter.models import Suppression
from tests.factories.articles import ArticleFactory
from tests.factories.newsletter import IssueFactory

pytestmark = pytest.mark.django_db

SECRET = "provider:only-for-tests-0123456789"  # noqa: S105 -- of no account


@pytest.fixture
def delivery():
    issue = IssueFactory(
        scheduled=True, stories=[ArticleFactory(published=True)], readers=1
    )
    sending.run()
    return issue.deliveries.select_related("issue", "subscriber").get()


@pytest.fixture(autouse=True)
def _postmark(settings):
    settings.EMAIL_EVENTS = "postmark"
    settings.ANYMAIL = {"WEBHOOK_SECRET": SECRET}


def tell(client, event, *, secret=SECRET, provider="postmark", raw=None):
    headers = {}
    if secret:
        encoded = base64.b64encode(secret.encode()).decode()
        headers["authorization"] = f"Basic {encoded}"
    return client.post(
        reverse("newsletter:provider_events", args=[provider]),
        json.dumps(event) if raw is None else raw,
        content_type="application/json",
        headers=headers,
    )


def event_of(delivery, kind, **words):
    return {
        "RecordType": "Bounce" if "Type" in words else kind,
        "MessageID": "00000000-0000-0000-0000-000000000000",
        "Recipient": delivery.subscriber.email,
        "Email": delivery.subscriber.email,
        "DeliveredAt": "2026-03-02T08:00:00Z",
        "Metadata": {"delivery": outcomes.key_of(delivery)},
        **words,
    }


def test_delivered_is_noted_with_its_own_time(client, delivery):
    answer = tell(client, event_of(delivery, "Delivery"))

    delivery.refresh_from_db()
    assert answer.status_code == 200
    assert delivery.delivered_at.isoformat() == "2026-03-02T08:00:00+00:00"


@pytest.mark.parametrize(
    ("kind", "fact", "reason"),
    [
        ("HardBounce", "bounced_at", "bounced"),
        ("SoftBounce", "soft_bounced_at", None),
        ("SpamComplaint", "complained_at", "complained"),
        ("Transient", None, None),
    ],
)
def test_bounces_and_complaints_act(client, delivery, kind, fact, reason):
    event = event_of(delivery, "Bounce", Type=kind, Details="smtp;550 said no")
    for _ in range(2):  # providers tell twice
        assert tell(client, event).status_code == 200

    delivery.refresh_from_db()
    facts = ["bounced_at", "soft_bounced_at", "complained_at"]
    assert [name for name in facts if getattr(delivery, name)] == [fact] * bool(fact)
    reasons = list(Suppression.objects.values_list("reason", flat=True))
    assert reasons == [reason] * bool(reason)


@pytest.mark.parametrize("secret", ["", "provider:wrong", "provider:"])
def test_events_without_the_secret_are_refused(client, delivery, secret):
    answer = tell(client, event_of(delivery, "Delivery"), secret=secret)

    delivery.refresh_from_db()
    assert (answer.status_code, delivery.delivered_at) == (400, None)


@pytest.mark.parametrize("raw", ["", "{", "[]", "[1]", '"x"', "null", "{}", "\xff"])
def test_nonsense_is_answered_kindly(client, raw):
    assert tell(client, None, raw=raw).status_code in {200, 400}


@pytest.mark.parametrize("provider", ["", "mailgun"])
def test_nothing_is_there_unless_it_is_set_up(client, settings, delivery, provider):
    settings.EMAIL_EVENTS = provider

    answer = tell(client, event_of(delivery, "Delivery"))

    delivery.refresh_from_db()
    assert (answer.status_code, delivery.delivered_at) == (404, None)


def test_provider_can_try_the_address(client):
    url = reverse("newsletter:provider_events", args=["postmark"])

    assert (client.head(url).status_code, client.get(url).status_code) == (200, 200)


def test_event_of_another_site_of_the_same_account_changes_nothing(client, delivery):
    event = event_of(delivery, "Delivery")
    event["Metadata"] = {"delivery": f"i{delivery.issue_id}.d{delivery.pk}.{'0' * 12}"}

    tell(client, event)

    delivery.refresh_from_db()
    assert delivery.delivered_at is None


def test_amazon_is_asked_for_the_secret_before_it_gives_it(client, settings):
    settings.EMAIL_EVENTS = "amazon_ses"

    answer = tell(client, {}, secret="", provider="amazon_ses")

    assert (answer.status_code, "WWW-Authenticate" in answer) == (401, True)
