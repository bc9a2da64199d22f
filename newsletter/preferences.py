"""What a reader does with the preference link: pauses, resumes, moves to an address."""

from datetime import datetime, time
from functools import partial

from django.db import transaction
from django.utils import timezone

from newsletter import emails, merging
from newsletter.models import ConsentEvent, PastKey, Subscriber, Suppression
from newsletter.models.subscriber import new_key
from newsletter.tokens import WAY_BACK_WITHIN
from newsroom.lib import addresses

Kind = ConsentEvent.Kind


@transaction.atomic
def pause(subscriber, *, until=None, network_address=None):
    """Send nothing until the beginning of a day, or, without one, until resumed."""
    subscriber = _locked(subscriber)
    end = timezone.make_aware(datetime.combine(until, time.min)) if until else None
    if subscriber.is_paused and subscriber.paused_until == end:
        return subscriber
    subscriber.paused_at, subscriber.paused_until = timezone.now(), end
    subscriber.save(update_fields=["paused_at", "paused_until"])
    words = f"until {until:%Y-%m-%d}" if until else "until resumed"
    _note(subscriber, Kind.PAUSED, f"Pause {words}", network_address)
    return subscriber


@transaction.atomic
def resume(subscriber, *, network_address=None):
    """Send again what comes from now on; what was passed over is not sent late."""
    subscriber = _locked(subscriber)
    if subscriber.paused_at is None:
        return subscriber
    subscriber.paused_at = subscriber.paused_until = None
    subscriber.save(update_fields=["paused_at", "paused_until"])
    _note(subscriber, Kind.RESUMED, "Resume", network_address)
    return subscriber


def ask_to_move(subscriber, address):
    """Note where a reader wants mail to go; that mailbox has to say yes.

    `address` is a `lib.addresses.Address`. Returns whether a mail is to be sent there:
    not to one's own address, and not to one that mail must not be sent to. The reader
    hears the same in every case.
    """
    if address.folded == subscriber.email_folded:
        return False
    if Suppression.objects.filter(email_folded=address.folded).exists():
        return False
    Subscriber.objects.filter(pk=subscriber.pk).update(
        wanted_email=address.email, wanted_at=timezone.now()
    )
    return True


def mail_address_change(subscriber):
    """Ask the wanted address, if it is still wanted."""
    if subscriber.wanted_email:
        emails.confirm_address(subscriber).send(using="default")


def mail_data_link(subscriber):
    """Send the link to all that is kept to the only one who may have it."""
    emails.data_link(subscriber).send(using="default")


@transaction.atomic
def move(subscriber, *, network_address=None):
    """Let a reader's mail go to the wanted address, whose mailbox said yes.

    Where that address is another row here, the two were proved to be one person's and
    become one. The address before hears of it and may take it back; of several changes
    within that time it is the first, so that a second one does not shut it out.
    """
    subscriber = _locked(subscriber)
    address = addresses.parse(subscriber.wanted_email)
    before, now = subscriber.email, timezone.now()
    _change(subscriber, address, network_address)
    may_go_back = subscriber.moved_at and subscriber.moved_at > now - WAY_BACK_WITHIN
    if not (subscriber.previous_email and may_go_back):
        subscriber.previous_email, subscriber.moved_at = before, now
    subscriber.wanted_email, subscriber.wanted_at = "", None
    subscriber.save(
        update_fields=["previous_email", "moved_at", "wanted_email", "wanted_at"]
    )
    notice = emails.address_changed(subscriber)
    transaction.on_commit(partial(notice.send, using="default"), robust=True)
    return subscriber


@transaction.atomic
def move_back(subscriber, *, network_address=None):
    """Let mail go again to the address before: its reader did not want the change.

    Somebody else had a link to the preferences, so no link that was given out before
    opens anything any more; those that unsubscribe still do.
    """
    subscriber = _locked(subscriber)
    address = addresses.parse(subscriber.previous_email)
    _change(subscriber, address, network_address)
    _shut_links(subscriber)
    subscriber.previous_email, subscriber.moved_at = "", None
    subscriber.wanted_email, subscriber.wanted_at = "", None
    subscriber.save(
        update_fields=["previous_email", "moved_at", "wanted_email", "wanted_at"]
    )
    return subscriber


def _shut_links(subscriber):
    PastKey.objects.create(key=subscriber.key, subscriber=subscriber)
    subscriber.past_keys.update(only_leaves=True)
    subscriber.key = new_key()
    subscriber.save(update_fields=["key"])


def _change(subscriber, address, network_address):
    other = Subscriber.objects.filter(email_folded=address.folded).first()
    if other and other.pk != subscriber.pk:
        merging.merge(other, into=subscriber)
    words = f"Changed from {subscriber.masked_email} to {addresses.mask(address.email)}"
    subscriber.email, subscriber.email_folded = address.email, address.folded
    subscriber.save(update_fields=["email", "email_folded"])
    _note(subscriber, Kind.MOVED, words, network_address)


def _note(subscriber, kind, wording, network_address):
    ConsentEvent.objects.create(
        subscriber=subscriber,
        kind=kind,
        wording=wording,
        network_address=network_address,
    )


def _locked(subscriber):
    return Subscriber.objects.select_for_update().get(pk=subscriber.pk)
