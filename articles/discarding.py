"""The end of public files: late enough for cached pages, at once where rights end."""

import logging
from datetime import timedelta

from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from articles.models import DiscardedFiles, Picture

logger = logging.getLogger(__name__)

# A shared cache may hand out a page for 90 seconds after it was made
# (`newsroom.middleware.PUBLIC_PAGE`), with the addresses of its pictures.
KEPT = timedelta(minutes=2)


def discard(renditions, *, at=None):
    """Have these public files deleted after KEPT, counted from `at` or from now.

    To be called in the transaction that takes them out of a picture's row.
    """
    if base := renditions.get("base"):
        DiscardedFiles.objects.create(
            base=base,
            names=list(renditions["bytes"]),
            discarded_at=at or timezone.now(),
        )


def wanted_again(bases):
    """Keep discarded files for another while: they are about to be made anew."""
    DiscardedFiles.objects.filter(base__in=bases).update(discarded_at=timezone.now())


def delete_discarded():
    """Delete the files whose time has come; return of how many pictures.

    What a picture shows (again) stays. What the storage does not delete is tried
    again at the next call.
    """
    due = DiscardedFiles.objects.filter(discarded_at__lte=timezone.now() - KEPT)
    count = 0
    for pk in list(due.order_by("pk").values_list("pk", flat=True)):
        try:
            count += _delete(due, pk)
        except Exception:  # object stores have errors of their own
            logger.exception("Discarded public files could not be deleted.")
    return count


@transaction.atomic
def _delete(due, pk):
    row = due.select_for_update().filter(pk=pk).first()
    if row is None:
        return False
    same = Picture.objects.filter(public_base=row.base).exclude(renditions={})
    is_shown = same.exists()
    if not is_shown:
        for name in row.names:
            default_storage.delete(f"{row.base}/{name}")
    row.delete()
    return not is_shown


def remove_hidden():
    """Remove the public files of pictures that may be shown nowhere; return how many.

    Their rows wait to be made again, should that change. Deletes what was discarded
    before as well.
    """
    count = 0
    for pk in list(_with_files().order_by("pk").values_list("pk", flat=True)):
        with transaction.atomic():
            picture = _with_files().select_for_update().filter(pk=pk).first()
            if picture is None:
                continue
            discard(picture.renditions, at=timezone.now() - KEPT)
            picture.renditions = {}
            picture.rendition_status = Picture.RenditionStatus.WAITING
            picture.save(update_fields=["renditions", "rendition_status"])
        count += 1
    delete_discarded()
    return count


def _with_files():
    return Picture.objects.hidden().exclude(renditions={})
