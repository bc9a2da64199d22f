"""One person in every app: taken out whole, and erased so that no search finds them."""

import json
from io import StringIO

import pytest
from django.apps import apps
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.tasks import TaskResultStatus
from django.utils import timezone
from django_tasks_db.models import DBTaskResult, get_date_max

from articles.models import ErrorReport, PreviewLink, Republication, Revision
from newsletter.models import ConsentEvent, Delivery, Suppression
from newsroom.lib import addresses, people
from republishing.models import (
    CopyDownload,
    Grant,
    Partner,
    Payment,
    Quote,
    RepublishingRequest,
    RequestEvent,
)
from tests.factories.articles import ArticleFactory, UserFactory
from tests.factories.newsletter import DeliveryFactory, SubscriptionFactory
from tests.factories.republishing import (
    GrantFactory,
    LicenseFactory,
    RepublishingRequestFactory,
)

pytestmark = pytest.mark.django_db
EMAIL = "rita@xn--bcher-kva.example"
SPELLINGS = ["Rita@Bücher.example", EMAIL, EMAIL.upper()]


def everything():
    """All text in the database, whatever the table."""
    found = []
    for model in apps.get_models(include_auto_created=True):
        for row in model._base_manager.values():
            found += [str(value) for value in row.values()]
    return "\n".join(found).casefold()


@pytest.fixture
def everywhere():
    subscription = SubscriptionFactory(
        confirmed=True, subscriber__email=EMAIL, subscriber__email_folded=EMAIL
    )
    reader = subscription.subscriber
    ConsentEvent.objects.create(
        subscriber=reader,
        newsletter=subscription.newsletter,
        kind="confirmed",
        network_address="192.0.2.77",
        wording="Yes, send me it",
    )
    DeliveryFactory(subscriber=reader, status="sent", reason=f"250 to {EMAIL}")
    Suppression.objects.create(email_folded=EMAIL, note=f"<{EMAIL}> is full")
    article = ArticleFactory(ed_note=f"Heard it from {EMAIL}.")
    ErrorReport.objects.create(
        article=article, error=f"Ask {EMAIL}", name="Rita Reader", email=EMAIL
    )
    PreviewLink.objects.create(
        article=article, name=f"For {EMAIL}", expires_at="2030-01-01T00:00Z"
    )
    RepublishingRequestFactory(
        email=EMAIL, name="Rita Reader", message="Mine", network_address="192.0.2.77"
    )
    licensed = RepublishingRequestFactory(
        email=EMAIL,
        name="Rita Reader",
        organisation="Rita Reader",
        network_address="192.0.2.77",
    )
    grant = GrantFactory(
        quote__request=licensed,
        is_credited=True,
        credit_url="https://rita.example/",
        agreed_to_credit_at=timezone.now(),
    )
    Republication.objects.create(
        article=grant.article,
        source=grant.number,
        name="Rita Reader",
        url="https://rita.example/",
    )
    Payment.objects.create(quote=grant.quote, amount=4500, currency="EUR")
    CopyDownload.objects.create(
        grant=grant, format="html", network_address="192.0.2.77"
    )
    RequestEvent.objects.create(
        request=licensed, kind="message_from", text=f"Rita Reader, {EMAIL}"
    )
    Partner.objects.create(name="Weekly", email=EMAIL, license=LicenseFactory())
    staff = UserFactory(is_superuser=True)
    LogEntry.objects.create(
        user=staff, action_flag=CHANGE, object_repr=EMAIL, change_message=f"of {EMAIL}"
    )
    DBTaskResult.objects.create(
        status=TaskResultStatus.FAILED,
        args_kwargs={"args": ["rita@bücher.example"], "kwargs": {}},
        task_path="some.task",
        worker_ids=[],
        run_after=get_date_max(),
        backend_name="default",
        queue_name="default",
        traceback=f"Refused: {EMAIL}",
    )
    gone = UserFactory(
        email=EMAIL, is_active=False, first_name="Rita", last_name="Reader"
    )
    Revision.objects.create(
        article=article,
        kind="saved",
        by=gone,
        by_name="Rita Reader",
        content={},
        digest="x",
    )


@pytest.mark.usefixtures("everywhere")
@pytest.mark.parametrize("spelling", SPELLINGS)
def test_person_is_erased_from_every_app(spelling):
    text = everything()
    assert "rita" in text
    assert "192.0.2.77" in text

    call_command("erase_person", spelling, stdout=StringIO())

    text = everything()
    assert "rita" not in text
    assert "192.0.2.77" not in text
    assert Delivery.objects.filter(status="sent").count() == 1
    assert RepublishingRequest.objects.get().organisation == "Erased person"
    assert RepublishingRequest.objects.get().events.filter(
        note="The requester's data was erased."
    )
    assert (Quote.objects.count(), Payment.objects.count()) == (1, 1)
    assert Grant.objects.count() == 1
    assert ErrorReport.objects.get().error == "Ask [erased]"


@pytest.mark.usefixtures("everywhere")
def test_dry_run_changes_nothing():
    before = everything()
    output = StringIO()

    call_command("erase_person", EMAIL, "--dry-run", stdout=output)

    assert everything() == before
    assert "Requests to republish: 1 erased." in output.getvalue()
    assert "Nothing was changed." in output.getvalue()


@pytest.mark.usefixtures("everywhere")
def test_second_erasure_finds_nothing():
    people.erase(addresses.parse(EMAIL))

    assert people.erase(addresses.parse(EMAIL)) == []


@pytest.mark.usefixtures("everywhere")
def test_erasure_is_whole_or_not_at_all(monkeypatch):
    before = everything()

    def fails(*args):
        raise ValidationError("The last step fails.")

    monkeypatch.setattr(people, "_scrub_all", fails)
    with pytest.raises(ValidationError):
        people.erase(addresses.parse(EMAIL))

    assert everything() == before


@pytest.mark.usefixtures("everywhere")
def test_export_holds_what_erasure_finds():
    output = StringIO()

    call_command("export_person", "RITA@bücher.example", stdout=output)

    found = json.loads(output.getvalue())
    assert sorted(found["data"]) == [
        "newsletter: consents",
        "newsletter: held back",
        "newsletter: mails",
        "newsletter: reader",
        "newsletter: subscriptions",
        "republishing: copies taken",
        "republishing: licences",
        "republishing: named under stories",
        "republishing: offers",
        "republishing: partner",
        "republishing: payments",
        "republishing: requests",
        "republishing: steps and messages",
        "staff: account",
        "staff: saved versions",
        "stories: error reports",
        "stories: preview links",
    ]
    assert "password" not in output.getvalue()


def test_account_in_use_is_kept_and_said():
    user = UserFactory(email=EMAIL, is_active=True)
    output = StringIO()

    call_command("erase_person", EMAIL, stdout=output)

    user.refresh_from_db()
    assert user.email == EMAIL
    assert "Accounts in use: 1 kept." in output.getvalue()


@pytest.mark.parametrize("command", ["erase_person", "export_person"])
def test_what_is_no_address_is_refused(command):
    with pytest.raises(CommandError, match="not a whole email address"):
        call_command(command, "rita")


def test_another_persons_rows_are_not_touched():
    others = [f"x{EMAIL}", f"{EMAIL}.org", "ri.ta@xn--bcher-kva.example"]
    for email in others:
        RepublishingRequestFactory(email=email, message=f"I am {email}")

    people.erase(addresses.parse(EMAIL))

    rows = RepublishingRequest.objects.order_by("pk")
    assert list(rows.values_list("email", "message")) == [
        (email, f"I am {email}") for email in others
    ]
