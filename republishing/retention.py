"""What the licensing desk forgets with time; `newsroom.lib.retention` says how."""

from newsroom.lib.retention import change
from republishing import people
from republishing.models import CopyDownload, RepublishingRequest

State = RepublishingRequest.State


def _closed_requests(before, batch):
    """Requests that came to nothing, since nothing happened to them any more."""
    over = RepublishingRequest.objects.filter(
        state__in=[State.DECLINED, State.WITHDRAWN, State.EXPIRED],
        created_at__lt=before,
    ).exclude(events__at__gte=before)
    over = over.exclude(pk__in=people.with_accounts(over).values("pk"))
    keys = list(over.order_by("pk").values_list("pk", flat=True)[:batch])
    people.delete(keys)
    return len(keys)


def _request_network_addresses(before, batch):
    rows = RepublishingRequest.objects.filter(
        created_at__lt=before, network_address__isnull=False
    )
    return change(rows, batch, network_address=None)


def _copy_downloads(before, batch):
    """The row stays and counts; from where it was taken does not."""
    rows = CopyDownload.objects.filter(at__lt=before, network_address__isnull=False)
    return change(rows, batch, network_address=None)


RULES = {
    "closed_requests": _closed_requests,
    "request_network_addresses": _request_network_addresses,
    "copy_downloads": _copy_downloads,
}
