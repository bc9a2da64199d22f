"""Later work: each loads a row by its key and calls one action."""

from functools import partial

from django.db import transaction
from django.tasks import task

from articles import pictures, reports
from articles.models import ErrorReport, Picture
from newsroom.lib import images, rendering


@task
def mail_error_report(report_id):
    """Tell the desk of a new report."""
    found = ErrorReport.objects.select_related("article__section")
    reports.mail_desk(found.get(pk=report_id))


@task
def make_renditions(picture_id):
    """Make the public files of a picture: what readers need first, then the rest.

    May run twice and in any order: each run does what the row lacks. Why it failed
    stands in the row, where editors see it and can have it tried again.
    """
    picture = Picture.objects.filter(pk=picture_id).first()
    if picture is None or Picture.objects.ended().filter(pk=picture_id).exists():
        return
    try:
        for forms in [rendering.FIRST_FORMS, rendering.LATER_FORMS]:
            pictures.make_renditions(picture, forms=forms)
    except (images.UnacceptablePictureError, OSError):
        return


def make_renditions_after_commit(picture):
    transaction.on_commit(partial(make_renditions.enqueue, picture.pk))


def make_the_rest_later():
    """Have a worker make what pictures still lack, after many were taken in at once.

    Without a worker it is left to `manage.py make_renditions`: nobody waits for it.
    """
    if make_renditions.get_backend().supports_defer:
        for key in pictures.unfinished():
            make_renditions.enqueue(key)
