"""What newsletters forget with time; `newsroom.lib.retention` says how."""

from django.db.models import Exists, OuterRef, Q

from newsletter import people
from newsletter.models import ConsentEvent, Delivery, Subscriber, Subscription
from newsroom.lib import addresses
from newsroom.lib.retention import change, delete

Status = Delivery.Status


def _unconfirmed_sign_ups(before, batch):
    """Addresses that never confirmed anything, and got nothing."""
    rows = (
        Subscriber.objects.filter(created_at__lt=before)
        .exclude(subscriptions__confirmed_at__isnull=False)
        .exclude(subscriptions__requested_at__gte=before)
        .exclude(deliveries__isnull=False)
    )
    return delete(rows, batch)


def _consent_network_addresses(before, batch):
    """When, where and under which words stay: that is the proof."""
    rows = ConsentEvent.objects.filter(at__lt=before, network_address__isnull=False)
    return change(rows, batch, network_address=None)


def _left_readers(before, batch):
    """Who left all newsletters long ago; a hash keeps old lists from bringing them."""
    rows = Subscriber.objects.filter(subscriptions__unsubscribed_at__lt=before).exclude(
        Exists(
            Subscription.objects.filter(subscriber=OuterRef("pk")).filter(
                Q(unsubscribed_at=None)
                | Q(unsubscribed_at__gte=before)
                | Q(requested_at__gte=before)
            )
        )
    )
    found = list(rows.distinct().order_by("pk")[:batch])
    for reader in found:
        people.erase(addresses.Address(reader.email, reader.email_folded))
    return len(found)


def _address_changes(before, batch):
    asked = change(
        Subscriber.objects.filter(wanted_at__lt=before),
        batch,
        wanted_email="",
        wanted_at=None,
    )
    moved = Subscriber.objects.filter(moved_at__lt=before).exclude(previous_email="")
    return asked + change(moved, batch, previous_email="")


def _deliveries(before, batch):
    """The rows stay and count; whose they were does not."""
    is_old = Q(issue__finished_at__lt=before)
    rows = Delivery.objects.filter(is_old, subscriber__isnull=False).exclude(
        status__in=[Status.PENDING, Status.CLAIMED]
    )
    return change(rows, batch, subscriber=None, reason="")


RULES = {
    "unconfirmed_sign_ups": _unconfirmed_sign_ups,
    "left_readers": _left_readers,
    "consent_network_addresses": _consent_network_addresses,
    "address_changes": _address_changes,
    "deliveries": _deliveries,
}
