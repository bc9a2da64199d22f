"""Each rule of RETENTION_DAYS forgets at its edge, and no sooner."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.tasks import TaskResultStatus
from django.utils import timezone
from django_tasks_db.models import DBTaskResult, get_date_max

from articles.models import (
    AutosavedText,
    ErrorReport,
    LoginEvent,
    MissingPath,
    PolicyReport,
    PreviewLink,
    PreviewVisit,
)
from newsletter.models import ConsentEvent, ErasedAddress, Subscriber
from newsroom.lib import retention
from republishing.models import CopyDownload, RepublishingRequest
from tests.factories.articles import ArticleFactory, UserFactory
from tests.factories.newsletter import (
    DeliveryFactory,
    IssueFactory,
    NewsletterFactory,
    SubscriberFactory,
    SubscriptionFactory,
)
from tests.factories.republishing import (
    GrantFactory,
    QuoteFactory,
    RepublishingRequestFactory,
)

pytestmark = pytest.mark.django_db


def unconfirmed(at):
    return SubscriptionFactory(subscriber__created_at=at, requested_at=at).subscriber


def left(at):
    return SubscriptionFactory(
        requested_at=at - timedelta(days=9),
        confirmed_at=at - timedelta(days=9),
        unsubscribed_at=at,
    ).subscriber


def consent(at):
    return ConsentEvent.objects.create(
        subscriber=SubscriptionFactory(confirmed=True).subscriber,
        kind="confirmed",
        at=at,
        network_address="192.0.2.1",
        wording="Yes",
    )


def moved(at):
    return SubscriptionFactory(
        confirmed=True,
        subscriber__previous_email="was@example.org",
        subscriber__moved_at=at,
    ).subscriber


def delivery(at):
    return DeliveryFactory(issue=IssueFactory(sent=True, finished_at=at), status="sent")


def report(at):
    return ErrorReport.objects.create(
        article=ArticleFactory(),
        error="It left at nine.",
        name="Rita",
        status="unchanged",
        handled_at=at,
    )


def visit(at):
    link = PreviewLink.objects.create(
        article=ArticleFactory(), name="Rita", expires_at=at
    )
    return PreviewVisit.objects.create(link=link, at=at)


def log_in(at):
    return LoginEvent.objects.create(kind="login", at=at)


def text(at):
    return AutosavedText.objects.create(
        user=UserFactory(), key=uuid4(), tab="one", count=1, typed={}, saved_at=at
    )


def missing(at):
    return MissingPath.objects.create(
        path=f"gone-{at:%d%H%M%S}", first_seen_at=at, last_seen_at=at
    )


def policy_report(at):
    facts = {
        "directive": "img-src",
        "blocked": "ads.example",
        "path": f"/{at:%d%H%M%S}",
    }
    return PolicyReport.objects.create(**facts, first_seen_at=at, last_seen_at=at)


def closed(at):
    request = RepublishingRequestFactory(created_at=at, state="declined")
    QuoteFactory(request=request, accepted_at=None)
    return request


def asked(at):
    return RepublishingRequestFactory(created_at=at, network_address="192.0.2.1")


def download(at):
    return CopyDownload.objects.create(
        grant=GrantFactory(), format="html", at=at, network_address="192.0.2.0"
    )


def finished(at):
    return DBTaskResult.objects.create(
        status=TaskResultStatus.SUCCESSFUL,
        finished_at=at,
        args_kwargs={"args": [], "kwargs": {}},
        task_path="newsletter.tasks.mail_welcome",
        worker_ids=[],
        run_after=get_date_max(),
        backend_name="default",
        queue_name="default",
    )


def session(at):
    return Session.objects.create(session_key=str(at), expire_date=at)


# Of each rule: what makes a row, and what is left of it; None where nothing is.
CASES = {
    "unconfirmed_sign_ups": (unconfirmed, None),
    "left_readers": (left, None),
    "consent_network_addresses": (consent, {"network_address": None, "wording": "Yes"}),
    "address_changes": (moved, {"previous_email": ""}),
    "deliveries": (delivery, {"subscriber_id": None, "status": "sent"}),
    "error_report_names": (report, {"name": "", "error": "It left at nine."}),
    "preview_visits": (visit, None),
    "log_ins": (log_in, None),
    "autosaved_texts": (text, None),
    "missing_paths": (missing, None),
    "policy_reports": (policy_report, None),
    "closed_requests": (closed, None),
    "request_network_addresses": (asked, {"network_address": None}),
    "copy_downloads": (download, {"network_address": None, "format": "html"}),
    "finished_tasks": (finished, None),
    "sessions": (session, None),
}


def test_every_rule_has_its_days_and_its_case():
    assert set(retention.rules()) == set(settings.RETENTION_DAYS) == set(CASES)


@pytest.mark.parametrize("name", CASES)
def test_rule_forgets_at_its_edge(name):
    make, left_over = CASES[name]
    now = timezone.now()
    edge = now - timedelta(days=settings.RETENTION_DAYS[name])
    young = make(edge + timedelta(seconds=5))
    young_values = vars(type(young).objects.get(pk=young.pk))
    old = make(edge - timedelta(seconds=5))
    manager = type(old).objects

    first = retention.forget_old(at=now)[name]
    second = retention.forget_old(at=now)[name]

    assert (first, second) == (1, 0)
    kept = {**vars(manager.get(pk=young.pk)), "_state": None}
    assert kept == {**young_values, "_state": None}
    found = manager.filter(pk=old.pk).first()
    if left_over is None:
        assert found is None
    else:
        assert {key: getattr(found, key) for key in left_over} == left_over


def test_batches_reach_all_and_stop_in_time(monkeypatch):
    monkeypatch.setattr(retention, "BATCH", 2)
    long_ago = timezone.now() - timedelta(days=4000)
    for _ in range(5):
        log_in(long_ago)

    stopped = retention.forget_old(seconds=1e-9)["log_ins"]
    rest = retention.forget_old()["log_ins"]

    assert (stopped, rest) == (2, 3)


def test_left_reader_is_kept_out_of_lists_by_a_hash():
    left(timezone.now() - timedelta(days=4000))

    retention.forget_old()

    assert not Subscriber.objects.exists()
    assert ErasedAddress.objects.count() == 1


def test_reader_of_another_newsletter_is_not_forgotten():
    reader = left(timezone.now() - timedelta(days=4000))
    SubscriptionFactory(
        subscriber=reader, newsletter=NewsletterFactory(), confirmed=True
    )
    SubscriberFactory()

    retention.forget_old()

    assert Subscriber.objects.filter(pk=reader.pk).exists()


def test_licensed_request_stays_with_the_accounts():
    old = timezone.now() - timedelta(days=4000)
    request = RepublishingRequestFactory(created_at=old, state="expired")
    GrantFactory(quote__request=request)

    call_command("forget_old", verbosity=0)

    assert RepublishingRequest.objects.filter(pk=request.pk).exists()
