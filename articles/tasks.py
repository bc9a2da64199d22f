"""Later work: each loads a row by its key and calls one action."""

from functools import partial

from django.db import transaction
from django.tasks import task

from articles import discarding, pictures, reports, search
from articles.models import ErrorReport, ImportRun, Picture
from articles.moving import jobs
from articles.wire import arrivals
from newsroom.lib import decoding, images, rendering


@task
def mail_error_report(report_id):
    """Tell the desk of a new report."""
    found = ErrorReport.objects.select_related("article__section")
    reports.mail_desk(found.get(pk=report_id))


# Mails and whatever ends rights go first; what readers can do without goes last.
SOON, AFTER_UPLOADS, LAST = -1, -10, -20
# What may take hours: the worker that does it lets another do the rest meanwhile.
IMPORTS = "imports"
INDEXING_SECONDS = 20


@task(priority=AFTER_UPLOADS)
def import_wire():
    """Read the sources of the wire whose turn it is."""
    arrivals.read_due()


@task(priority=SOON)
def make_renditions(picture_id):
    """Make the public files of a picture that readers need first, then the rest.

    May run twice and in any order: each run does what the row lacks. Why it failed
    stands in the row, where editors see it and can have it tried again.
    """
    if _make(picture_id, rendering.FIRST_FORMS):
        make_later_renditions.enqueue(picture_id)


@task(priority=LAST)
def make_later_renditions(picture_id):
    """Make the forms that take long, once no picture waits for its first."""
    _make(picture_id, rendering.LATER_FORMS)


def _make(picture_id, forms):
    """Whether the picture has these forms now."""
    picture = Picture.objects.filter(pk=picture_id).first()
    if picture is None or Picture.objects.hidden().filter(pk=picture_id).exists():
        return False
    try:
        pictures.make_renditions(picture, forms=forms)
    except decoding.TooSlowError:
        raise  # at a quieter moment it may go
    except (images.UnacceptablePictureError, OSError):
        return False
    return True


@task
def keep_public_files():
    """Make the files of pictures whose rights start; delete what may not be there."""
    discarding.remove_hidden()
    for pk in list(Picture.objects.begun().values_list("pk", flat=True)):
        make_renditions.call(pk)


def make_renditions_after_commit(picture):
    transaction.on_commit(partial(make_renditions.enqueue, picture.pk))


def make_the_rest_later():
    """Have a worker make what pictures still lack, after many were taken in at once.

    Without a worker it is left to `manage.py make_renditions`: nobody waits for it.
    """
    if make_renditions.get_backend().supports_defer:
        for key in pictures.unfinished():
            make_renditions.using(priority=AFTER_UPLOADS).enqueue(key)


@task(priority=LAST)
def index_stories():
    """Tell search of stories that wait for it; the next run does what is left."""
    search.index_waiting(seconds=INDEXING_SECONDS)


@task(queue_name=IMPORTS)
def check_import(run_id):
    """Read the file of an import and report what it would bring in."""
    if run := ImportRun.objects.filter(pk=run_id).first():
        jobs.check(run)


@task(queue_name=IMPORTS)
def run_import(run_id):
    """Bring in the file of an import; what is here already is left as it is."""
    run = ImportRun.objects.filter(pk=run_id).first()
    # The worker may have been killed after the end, before it could say so.
    if run and run.state != ImportRun.State.FINISHED:
        jobs.bring_in(run)
        make_missing_pictures()


@task(queue_name=IMPORTS)
def undo_import(run_id):
    """Remove what an import made and nobody has touched since."""
    if run := ImportRun.objects.filter(pk=run_id).first():
        jobs.take_back(run)


def make_missing_pictures(done=None):
    """Make what readers need first of pictures taken in, and the rest later.

    `done` is called as by `pictures.make_missing_renditions`. Returns how many.
    """
    made = pictures.make_missing_renditions(done=done)
    make_the_rest_later()
    return made
