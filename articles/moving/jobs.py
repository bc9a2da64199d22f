"""What a worker does with an import of the admin: check it, run it, undo it."""

import time

from articles.models import ImportRun
from articles.moving import runs, undo, uploads
from articles.moving.mapping import Mapping
from articles.moving.wxr import FormatError

State = ImportRun.State
BEAT_SECONDS = 2.0


class _Progress:
    """Writes how far a run is, every two seconds at most."""

    def __init__(self, run):
        self.run, self.last = run, 0.0

    def __call__(self, done, total):
        now = time.monotonic()
        if now - self.last >= BEAT_SECONDS:
            self.last = now
            ImportRun.objects.filter(pk=self.run.pk).update(
                done_count=done, total_count=total
            )


def _order(run, path, media, *, is_dry_run):
    return runs.Order(
        path=path,
        kind=run.kind,
        media=media,
        mapping=Mapping.from_dict(run.mapping),
        options=run.options,
        is_dry_run=is_dry_run,
        by=run.by,
    )


def _fail(run, error):
    ImportRun.objects.filter(pk=run.pk).update(state=State.FAILED, message=str(error))


def check(run):
    """Make the preview report."""
    ImportRun.objects.filter(pk=run.pk).update(state=State.CHECKING, done_count=0)
    try:
        with uploads.on_disk(run) as (path, media):
            run.checksum = runs.checksum_of(path)
            order = _order(run, path, media, is_dry_run=True)
            run.found, journal, source = runs.check(
                order, run=run, progress=_Progress(run)
            )
            run.found["rows"] = source.mapping_rows(order.mapping)
    except (FormatError, uploads.UploadError, FileNotFoundError) as error:
        _fail(run, error)
        return
    run.counts = {f"{kind}:{out}": n for (kind, out), n in journal.counts.items()}
    run.state, run.message = State.CHECKED, ""
    run.save(update_fields=["state", "message", "found", "counts", "checksum"])


def bring_in(run):
    """Bring it in; a worker that was killed leaves it to the next one."""
    try:
        with uploads.on_disk(run) as (path, media):
            order = _order(run, path, media, is_dry_run=False)
            rows = run.found.get("rows", [])
            run = runs.bring_in(order, run=run, progress=_Progress(run))
            run.found["rows"] = rows
            run.save(update_fields=["found"])
    except (FormatError, uploads.UploadError, FileNotFoundError) as error:
        _fail(run, error)
        return
    uploads.forget(run)
    if run.by_id:
        undo.log(run, run.by_id, "Import finished.")


def take_back(run):
    """Undo it."""
    try:
        undo.undo(run, by=run.undone_by, progress=_Progress(run))
    except undo.NotUndoableError as error:
        _fail(run, error)
