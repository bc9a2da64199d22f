"""What became of each item of a file, kept in the transaction that writes it."""

from collections import Counter
from contextlib import contextmanager

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType

from articles.bulk.journal import Journal
from articles.models import ArticleDraft, ArticleEvent, ImportedItem, Revision
from newsroom.lib import text

Kind, Outcome = ImportedItem.Kind, ImportedItem.Outcome
KEPT_LINES = 100_000
HERE_ALREADY = "Here already; left as it is."
EDITED_HERE = "Edited here since it was brought in; left as it is."


def edited(keys):
    """Those of these stories that somebody has worked on since they were brought in."""
    keys = list(keys)
    touched = set()
    for model in (Revision, ArticleDraft):
        touched.update(
            model.objects.filter(article__in=keys).values_list("article", flat=True)
        )
    events = ArticleEvent.objects.filter(article__in=keys)
    events = events.exclude(kind=ArticleEvent.Kind.IMPORTED)
    return touched | set(events.values_list("article", flat=True))


def changed_in_admin(model, keys):
    """Those of these rows that Django's log of the admin names."""
    kind = ContentType.objects.get_for_model(model)
    entries = LogEntry.objects.filter(
        content_type=kind, object_id__in=[str(key) for key in keys]
    )
    return {int(key) for key in entries.values_list("object_id", flat=True)}


class RunJournal(Journal):
    """Writes an ImportedItem for each item; without a run it only counts and lists."""

    def __init__(self, run=None, *, dry_run=False, update=False):
        self.run, self.dry_run, self.update = run, dry_run, update
        self.counts = Counter()
        self.lines = []
        self._told = {}
        self._picture_source = None

    # What the reader of a format says -------------------------------------------------

    def tell(self, number, source_id, *, title="", notes=(), has_own_links=False):
        """What to write of a line once the loader has taken it."""
        self._told[number] = (source_id, title, list(notes), has_own_links)

    def warn(self, number, message):
        """Something that a line names was left out."""
        if number in self._told:
            self._told[number][2].append(message)
        else:
            self._told[number] = (None, "", [message], False)

    def item(self, kind, source_id, outcome, **values):
        self._write([self._row(kind, source_id, outcome, **values)])

    @contextmanager
    def naming_pictures(self, source_id):
        """Pictures made inside are known by this id later."""
        self._picture_source = source_id
        try:
            yield
        finally:
            self._picture_source = None

    # What the loader says -------------------------------------------------------------

    def wrote(self, drafts, *, is_new):
        rows = []
        for draft in drafts:
            _, title, notes, has_links = self._told.pop(
                draft.number, (None, "", (), False)
            )
            outcome = Outcome.IMPORTED if is_new else Outcome.UPDATED
            rows.append(
                self._row(
                    Kind.STORY,
                    draft.key,
                    Outcome.LOOK if notes else outcome,
                    title=title or draft.article.headline,
                    reason=_in_words(notes),
                    target=draft.article.pk,
                    is_made=is_new,
                    has_own_links=has_links,
                )
            )
        self._write(rows)

    def kept(self, rows):
        touched = edited([pk for _, _, pk in rows]) if rows else set()
        self._write(
            [
                self._row(
                    Kind.STORY,
                    key,
                    Outcome.SKIPPED,
                    title=self._told.pop(number, (None, ""))[1],
                    reason=EDITED_HERE if pk in touched else HERE_ALREADY,
                    target=pk,
                )
                for number, key, pk in rows
            ]
        )

    def twice(self, number, key):
        title = self._told.pop(number, (None, ""))[1]
        self.item(
            Kind.OTHER, f"{key}#{number}"[:200], Outcome.SKIPPED, title=title,
            reason="Twice in the file; the first counts.",
        )  # fmt: skip

    def refused(self, number, message):
        source_id, title, *_ = self._told.pop(number, (None, ""))
        self.item(
            Kind.STORY, source_id or f"line {number}", Outcome.FAILED,
            title=title or f"Line {number}", reason=message,
        )  # fmt: skip

    def thing(self, number, kind, row, *, is_new):
        known = kind in Kind.values
        pk = getattr(row, "pk", None)
        self.item(
            kind if known else Kind.OTHER,
            f"{kind}:{pk}",
            Outcome.IMPORTED if is_new else Outcome.SKIPPED,
            title=str(row),
            reason="" if is_new else HERE_ALREADY,
            target=pk if known else None,
            is_made=is_new and known,
        )

    def made(self, kind, rows):
        self._write(
            [
                self._row(
                    kind,
                    self._picture_source or f"{kind}:{pk or name}",
                    Outcome.IMPORTED,
                    title=name,
                    target=pk,
                    is_made=True,
                )
                for pk, name in rows
            ]
        )

    def protected(self, existing):
        if not self.update or not existing:
            return set()
        touched = edited(existing.values())
        return {key for key, pk in existing.items() if pk in touched}

    # Rows -----------------------------------------------------------------------------

    def _row(self, kind, source_id, outcome, **values):
        is_real = not self.dry_run
        target = values.pop("target", None)
        return ImportedItem(
            run=self.run,
            kind=kind,
            source_id=str(source_id)[:200],
            outcome=outcome,
            title=text.summary(values.pop("title", ""), max_length=299),
            reason=values.pop("reason", "")[:2000],
            target=target if target is not None and target > 0 else None,
            is_made=values.pop("is_made", False) and is_real,
            **values,
        )

    def _write(self, rows):
        if not rows:
            return
        for row in rows:
            self.counts[row.kind, row.outcome] += 1
        if self.run is None:
            if len(self.lines) < KEPT_LINES:
                self.lines += rows
            return
        ImportedItem.objects.bulk_create(rows, ignore_conflicts=True)


def _in_words(notes):
    """Notes as one text, each with its first letter large."""
    return "\n".join(note[:1].upper() + note[1:] for note in dict.fromkeys(notes))
