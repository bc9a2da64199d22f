"""What is counted of licensed copies: downloads, and readings by their pixel."""

import ipaddress
import logging

from django.db import DatabaseError
from django.db.models import F
from django.utils import timezone

from republishing.models import CopyDownload, Grant, GrantViews, Partner

logger = logging.getLogger(__name__)


def record_download(grant, name, *, network_address=None):
    """Note that a copy was taken; of the network only its first part is kept."""
    return CopyDownload.objects.create(
        grant=grant, format=name, network_address=_shortened(network_address)
    )


def count_view(key):
    """Count one reading today; whether the pixel's key is a licence's.

    A database that is busy loses the count, not the picture.
    """
    try:
        grant = Grant.objects.filter(pixel_key=key).only("pk").first()
        if grant is None:
            partner = Partner.objects.filter(pixel_key=key)
            return bool(partner.update(view_count=F("view_count") + 1))
        count_one(GrantViews, grant=grant, day=timezone.localdate())
    except DatabaseError:
        logger.warning("A reading of a licensed copy was not counted.", exc_info=True)
    return True


def count_one(model, **key):
    """Add one to the `count` of the row with this key; two at once are two."""
    rows = model.objects.filter(**key)
    if not rows.update(count=F("count") + 1):
        model.objects.get_or_create(**key)
        rows.update(count=F("count") + 1)


def _shortened(address):
    """The /24 of an IPv4 address, the /48 of an IPv6 one."""
    if not address:
        return None
    length = 48 if ":" in address else 24
    network = ipaddress.ip_network(f"{address}/{length}", strict=False)
    return str(network.network_address)
