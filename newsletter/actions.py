"""What readers do with newsletters: every change of more than one write."""

from django.db import transaction
from django.utils import timezone

from articles.models import Section, Tag
from newsletter import emails, wording
from newsletter.models import (
    ConsentEvent,
    ErasedAddress,
    Newsletter,
    Subscriber,
    Subscription,
    Suppression,
)
from newsroom.lib import addresses, throttle

DAY = 86_400


@transaction.atomic
def sign_up(address, newsletters, *, source_page="", network_address=None):
    """Note that an address was entered for some newsletters; nothing is sent yet.

    `address` is a `lib.addresses.Address`. Only what this changes leaves a trace: a
    repeated sign-up for what waits or comes already adds no row. Returns the
    subscriber.
    """
    subscriber = _locked(Subscriber.objects.for_address(address))
    subscriptions = subscriber.subscriptions.filter(newsletter__in=newsletters)
    settled = {
        *subscriptions.active().values_list("newsletter_id", flat=True),
        *subscriptions.pending().values_list("newsletter_id", flat=True),
    }
    now = timezone.now()
    for newsletter in newsletters:
        if newsletter.pk in settled:
            continue
        Subscription.objects.update_or_create(
            subscriber=subscriber, newsletter=newsletter, defaults={"requested_at": now}
        )
        ConsentEvent.objects.create(
            subscriber=subscriber,
            newsletter=newsletter,
            kind=ConsentEvent.Kind.REQUESTED,
            at=now,
            source_page=source_page[:300],
            wording=wording.sign_up([newsletter]),
            network_address=network_address,
        )
    return subscriber


def mail_sign_up(subscriber):
    """Answer a sign-up in the reader's inbox, where alone it may show who is known.

    One confirmation mail a day until the reader answers one; who has confirmed all they
    asked for is told so, once a day at most.
    """
    pending = list(subscriber.subscriptions.pending().select_related("newsletter"))
    if not pending:
        if throttle.allow(
            "already-subscribed", subscriber.email_folded, limit=1, seconds=DAY
        ):
            emails.already_subscribed(subscriber).send(using="default")
        return
    if not subscriber.claim_confirmation():
        return
    try:
        newsletters = [subscription.newsletter for subscription in pending]
        emails.confirmation(subscriber, newsletters).send(using="default")
    except Exception:
        subscriber.release_confirmation()
        raise
    subscriber.keep_confirmation()


@transaction.atomic
def confirm(subscriber, *, only=None, network_address=None):
    """Confirm what a reader asked for; returns the subscriptions that this made active.

    `only` are the slugs of the newsletters the reader was shown; what somebody else
    added since then stays as it is. None confirms all that waits.
    """
    subscriber = _locked(subscriber)
    pending = subscriber.subscriptions.pending().select_related("newsletter")
    if only is not None:
        pending = pending.filter(newsletter__slug__in=only)
    pending = list(pending)
    _activate(
        subscriber,
        pending,
        wording=wording.confirm([subscription.newsletter for subscription in pending]),
        network_address=network_address,
    )
    if pending:
        subscriber.release_confirmation()
        # Who comes back by their own will is no longer somebody to be kept out.
        ErasedAddress.objects.filter(
            digest__in=addresses.digests(subscriber.email_folded)
        ).delete()
    return pending


@transaction.atomic
def choose(subscriber, newsletters, *, network_address=None):
    """Make these the newsletters a reader gets. Returns the subscriptions that are new.

    Whoever holds the preference link reads the mailbox, so this is consent enough.
    """
    subscriber = _locked(subscriber)
    active = subscriber.subscriptions.active().select_related("newsletter")
    wanted = {newsletter.pk for newsletter in newsletters}
    for subscription in active:
        if subscription.newsletter_id not in wanted:
            _end(
                subscription,
                network_address=network_address,
                wording=wording.preferences(newsletters),
            )
    missing = wanted - {subscription.newsletter_id for subscription in active}
    for newsletter in newsletters:
        if newsletter.pk in missing:
            Subscription.objects.get_or_create(
                subscriber=subscriber, newsletter=newsletter
            )
    joined = list(
        subscriber.subscriptions.filter(newsletter__in=missing).select_related(
            "newsletter"
        )
    )
    _activate(
        subscriber,
        joined,
        wording=wording.preferences(newsletters),
        network_address=network_address,
    )
    return joined


@transaction.atomic
def unsubscribe(
    subscriber, newsletter, *, network_address=None, delivery_id=None, wording=""
):
    """End a subscription, confirmed or not; doing it again changes nothing.

    `delivery_id` is that of the mail whose link was followed; `wording` says what
    happened where no link was.
    """
    subscriber = _locked(subscriber)
    for subscription in subscriber.subscriptions.filter(newsletter=newsletter):
        if subscription.is_active or subscription.unsubscribed_at is None:
            _end(subscription, network_address=network_address, wording=wording)
            subscriber.release_confirmation()
            subscriber.deliveries.filter(pk=delivery_id).update(
                unsubscribed_at=timezone.now()
            )


@transaction.atomic
def undo_unsubscribe(subscriber, newsletter, *, network_address=None):
    """Take back an `unsubscribe`; only what was confirmed once can come back so."""
    subscriber = _locked(subscriber)
    ended = subscriber.subscriptions.filter(
        newsletter=newsletter, confirmed_at__isnull=False, unsubscribed_at__isnull=False
    )
    _activate(
        subscriber,
        list(ended.select_related("newsletter")),
        wording=wording.UNDO,
        network_address=network_address,
    )


def mail_welcome(subscription):
    """Welcome a reader to one newsletter, with the links to change or leave it."""
    emails.welcome(subscription).send(using="default")


@transaction.atomic
def load_newsletters(rows):
    """Write newsletters from dicts, by slug; loading them again changes nothing.

    Keys are the field names; `tags` are names (missing ones are made), `sections` are
    slugs (unknown ones are skipped). The order of the rows is the order in lists.
    """
    if any(row.get("is_default") for row in rows):
        Newsletter.objects.update(is_default=False)
    loaded = []
    for position, row in enumerate(rows):
        fields = {key: row[key] for key in _LOADED_FIELDS if key in row}
        newsletter, _ = Newsletter.objects.update_or_create(
            slug=row["slug"], defaults={**fields, "position": position}
        )
        newsletter.tags.set(Tag.objects.get_or_make(row.get("tags", [])))
        newsletter.sections.set(
            Section.objects.filter(slug__in=row.get("sections", []))
        )
        loaded.append(newsletter)
    return loaded


_LOADED_FIELDS = [
    "name",
    "strapline",
    "description",
    "frequency",
    "from_name",
    "reply_to",
    "language",
    "is_default",
    "is_open",
]


def _locked(subscriber):
    return Subscriber.objects.select_for_update().get(pk=subscriber.pk)


def _activate(subscriber, subscriptions, *, wording, network_address):
    now = timezone.now()
    if subscriptions:
        # Somebody reads the mailbox, and wants to.
        found = Suppression.objects.filter(email_folded=subscriber.email_folded)
        found.exclude(reason=Suppression.Reason.MANUAL).delete()
    for subscription in subscriptions:
        subscription.confirmed_at, subscription.unsubscribed_at = now, None
        subscription.save(update_fields=["confirmed_at", "unsubscribed_at"])
        ConsentEvent.objects.create(
            subscriber=subscriber,
            newsletter=subscription.newsletter,
            kind=ConsentEvent.Kind.CONFIRMED,
            at=now,
            wording=wording,
            network_address=network_address,
        )


def _end(subscription, *, network_address, wording=""):
    subscription.unsubscribed_at = timezone.now()
    subscription.save(update_fields=["unsubscribed_at"])
    ConsentEvent.objects.create(
        subscriber_id=subscription.subscriber_id,
        newsletter_id=subscription.newsletter_id,
        kind=ConsentEvent.Kind.UNSUBSCRIBED,
        at=subscription.unsubscribed_at,
        wording=wording,
        network_address=network_address,
    )
