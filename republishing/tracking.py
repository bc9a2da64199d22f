"""What is counted of licensed copies: downloads, and readings by their pixel."""

import logging

from django.db import DatabaseError
from django.db.models import F
from django.utils import timezone

from republishing.models import CopyDownload, Grant, GrantViews, Partner

logger = logging.getLogger(__name__)


def record_download(grant, name, *, network=""):
    """Note that a copy was taken, from a network as `throttle.client_area` tells it."""
    return CopyDownload.objects.create(
        grant=grant, format=name, network_address=network.partition("/")[0] or None
    )


def count_view(key, *, is_seen=True):
    """Count one reading today; whether the pixel's key is a licence's.

    Nothing is counted unless it `is_seen`: a HEAD request shows nobody a picture.
    A database that is busy loses the count, not the picture.
    """
    try:
        grant = Grant.objects.filter(pixel_key=key).only("pk").first()
        if grant is None:
            partner = Partner.objects.filter(pixel_key=key)
            if not is_seen:
                return partner.exists()
            return bool(partner.update(view_count=F("view_count") + 1))
        if is_seen:
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
