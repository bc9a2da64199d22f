"""One run: a source read to its end, brought in, linked, and accounted for.

A run may be stopped at any point and started again. Each batch of stories is one
transaction with the items that account for it, and what is here is known by its id.
"""

import hashlib
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from articles.bulk import Loader
from articles.models import ImportedItem, ImportRun
from articles.moving import linking
from articles.moving.desk import Desk
from articles.moving.ghost import Ghost
from articles.moving.journal import RunJournal
from articles.moving.json_lines import JSONLines
from articles.moving.mapping import Mapping
from articles.moving.media import MediaShelf
from articles.moving.wordpress import WordPress
from articles.moving.wxr import FormatError

SOURCES = {
    ImportRun.Kind.WORDPRESS: WordPress,
    ImportRun.Kind.GHOST: Ghost,
    ImportRun.Kind.LINES: JSONLines,
}
BEAT_SECONDS = 1.0


@dataclass
class Order:
    """What is to be brought in, and how."""

    path: Path
    kind: str
    media: Path | None = None
    mapping: Mapping = field(default_factory=Mapping)
    # "update", "fetch", "schedule".
    options: dict = field(default_factory=dict)
    is_dry_run: bool = False
    by: object = None


class Work:
    """Carries out an order; `journal` tells of each item afterwards.

    `run` is the row to account in, or None: then nothing is written but counted.
    `progress(done, total)` is called while the file is read.
    """

    def __init__(self, order, run=None, *, progress=lambda done, total: None):
        self.order, self.run, self.progress = order, run, progress
        self.source = SOURCES[order.kind](order.path)
        self.journal = RunJournal(
            run, dry_run=order.is_dry_run, update=order.options.get("update", False)
        )

    def look(self):
        """Read the file once. Raises FormatError."""
        self.source.look(lambda done: self.progress(done, 2 * self.source.total))
        return self.source.found()

    def carry_out(self):
        """Bring in what `look` has found."""
        order = self.order
        loader = Loader(
            order.media or order.path.parent,
            update=order.options.get("update", False),
            report=lambda number, message: None,
            warn=self.journal.warn,
            journal=self.journal,
            dry_run=order.is_dry_run,
            by=order.by,
        )
        media = MediaShelf(
            loader.shelf,
            self.journal,
            prefix=self.source.prefix,
            directory=order.media,
            may_fetch=order.options.get("fetch", True),
        )
        desk = Desk(loader, self.journal, order.mapping, media, order.options)
        loader.load(self._watched(self.source.lines(desk)))
        self.source.finish()
        if self.run is not None and not order.is_dry_run:
            linking.relink(self.run)

    def _watched(self, lines):
        last = 0.0
        total = self.source.total
        for line in lines:
            yield line
            now = time.monotonic()
            if now - last > BEAT_SECONDS:
                last = now
                self.progress(total + self.source.done, 2 * total)


def checksum_of(path):
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def begin(order, *, run=None):
    """The row of a run of this file: the one that was stopped, or a new one.

    What an earlier attempt did not bring in is forgotten, to be said anew.
    """
    if run is None:
        checksum = checksum_of(order.path)
        stopped = ImportRun.objects.filter(
            kind=order.kind,
            checksum=checksum,
            state__in=[ImportRun.State.RUNNING, ImportRun.State.FAILED],
        )
        run = stopped.first() or ImportRun(
            kind=order.kind,
            checksum=checksum,
            file_name=order.path.name[:200],
            file_size=order.path.stat().st_size,
            by=order.by,
        )
    run.state = ImportRun.State.RUNNING
    run.started_at = run.started_at or timezone.now()
    run.finished_at, run.message = None, ""
    run.mapping, run.options = order.mapping.as_dict(), order.options
    with transaction.atomic():
        run.save()
        run.items.filter(is_made=False).exclude(
            outcome=ImportedItem.Outcome.UPDATED
        ).delete()
    return run


def bring_in(order, *, run=None, progress=lambda done, total: None):
    """Carry out an order and account for it; returns the run at its end.

    Raises FormatError, after the run has been marked with it.
    """
    run = begin(order, run=run)
    work = Work(order, run, progress=progress)
    try:
        run.found = work.look()
        work.carry_out()
    except Exception as error:
        run.state = ImportRun.State.FAILED
        run.message = _reason(error)
        run.counts = count(run)
        run.save(update_fields=["state", "message", "found", "counts"])
        raise
    run.state = ImportRun.State.FINISHED
    run.finished_at = timezone.now()
    run.counts = count(run)
    run.found["waiting"] = getattr(work.source, "waiting", {})
    run.done_count = run.total_count = 2 * work.source.total
    run.save()
    return run


def check(order, *, run=None, progress=lambda done, total: None):
    """A dry run: (what the file has, the journal). Writes no more than the report.

    Raises FormatError.
    """
    work = Work(order, run, progress=progress)
    if run is not None:
        run.items.all().delete()
    found = work.look()
    work.carry_out()
    return found, work.journal, work.source


def count(run):
    """From "kind:outcome" to the number of items."""
    rows = run.items.order_by().values_list("kind", "outcome").annotate(Count("pk"))
    return {f"{kind}:{outcome}": number for kind, outcome, number in rows}


def totals(counts):
    """From outcome to the number of stories, pages and what is listed beside them."""
    found = Counter()
    for key, number in counts.items():
        kind, _, outcome = key.partition(":")
        if kind in ("story", "page", "other") or outcome in ("look", "failed"):
            found[outcome] += number
    return found


def _reason(error):
    if isinstance(error, FormatError):
        return str(error)
    return f"{type(error).__name__}: {error}"[:1000]
