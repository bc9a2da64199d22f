"""Undoing a run: what it made and nobody has touched since goes, the rest is listed."""

from dataclasses import dataclass
from itertools import batched

from django.contrib.admin.models import CHANGE, LogEntry
from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone

from articles import pictures
from articles.models import (
    Article,
    ArticleEvent,
    Author,
    Contribution,
    Correction,
    ImportedItem,
    ImportRun,
    Page,
    PastAddress,
    PastPath,
    Picture,
    PictureUse,
    SearchEntry,
    Section,
    StoryToIndex,
    Tag,
    TaggedArticle,
)
from articles.moving.journal import changed_in_admin, edited
from newsroom.lib.relations import references_to

BATCH = 200
SHOWN = 200
# Redirects first, then stories and pages, then what they used.
MODELS = {
    "redirect": PastPath,
    "story": Article,
    "page": Page,
    "picture": Picture,
    "tag": Tag,
    "author": Author,
    "section": Section,
}
# What came with a story, and goes with it.
_PARTS = {
    Contribution, TaggedArticle, Correction, PastAddress, PastPath, ArticleEvent,
    SearchEntry, StoryToIndex, PictureUse,
}  # fmt: skip
_STATES = {ImportRun.State.FINISHED, ImportRun.State.FAILED, ImportRun.State.UNDOING}


class NotUndoableError(Exception):
    """The run has nothing to undo; the message says why."""


@dataclass(frozen=True)
class Kept:
    """A row that stays, and why."""

    kind: str
    title: str
    reason: str


def plan(run):
    """({kind: how many would go}, [Kept, …]) without changing anything.

    What is used by rows that go as well, such as a tag of theirs, counts as going.
    """
    counts, kept = {}, []
    for kind, model in MODELS.items():
        if kind not in ("story", "page", "redirect"):
            counts[kind] = _made(run, kind).count()
            continue
        counts[kind] = 0
        for batch in batched(_made(run, kind).iterator(), BATCH):
            reasons = _reasons(model, [item.target for item in batch], run)
            counts[kind] += sum(1 for item in batch if item.target not in reasons)
            kept += [
                Kept(kind, item.title, reasons[item.target])
                for item in batch
                if item.target in reasons
            ]
    return {kind: number for kind, number in counts.items() if number}, kept


def undo(run, *, by, progress=lambda done, total: None):
    """Remove what a run made; returns [Kept, …] of what had to stay.

    Batch by batch, so that it can be stopped and started again. Raises
    NotUndoableError.
    """
    with transaction.atomic():
        run = ImportRun.objects.select_for_update().get(pk=run.pk)
        if run.state not in _STATES:
            raise NotUndoableError("This import has brought nothing in.")
        run.state = ImportRun.State.UNDOING
        run.undone_by = by or run.undone_by
        run.save(update_fields=["state", "undone_by"])
    kept, removed = [], 0
    total = _made(run).count()
    for kind, model in MODELS.items():
        for batch in batched(list(_made(run, kind)), BATCH):
            kept += _remove(run, kind, model, batch)
            removed += len(batch)
            progress(removed, total)
    _finish(run, kept)
    return kept


def _made(run, kind=None):
    items = run.items.filter(is_made=True, target__isnull=False).order_by("pk")
    return items.filter(kind=kind) if kind else items


@transaction.atomic
def _remove(run, kind, model, items):
    keys = [item.target for item in items]
    list(model.objects.select_for_update().filter(pk__in=keys).values_list("pk"))
    reasons = _reasons(model, keys, run)
    going = set(keys) - set(reasons)
    if model is Picture:
        pictures.delete_pictures(Picture.objects.filter(pk__in=going))
    elif going:
        try:
            with transaction.atomic():
                model.objects.filter(pk__in=going).delete()
        except ProtectedError:
            for key in sorted(going):
                try:
                    with transaction.atomic():
                        model.objects.filter(pk=key).delete()
                except ProtectedError:
                    reasons[key] = "something else uses it"
    gone = [item.pk for item in items if item.target not in reasons]
    ImportedItem.objects.filter(pk__in=gone).update(
        target=None, is_made=False, reason="Removed when the import was undone."
    )
    return [
        Kept(kind, item.title, reasons[item.target])
        for item in items
        if item.target in reasons
    ]


def _reasons(model, keys, run):
    """From the key of a row that must stay to the reason, in words."""
    reasons = {}
    if model is not Article:
        reasons |= dict.fromkeys(changed_in_admin(model, keys), "edited here since")
    for relation in references_to(model):
        user = relation.related_model
        if user in _PARTS and model in (Article, Page):
            continue
        rows = user.objects.filter(**{f"{relation.field.name}__in": keys})
        used = rows.values_list(relation.field.attname, flat=True)
        words = f"used by: {user._meta.verbose_name}"  # noqa: SLF001 - documented API
        for key in used.distinct():
            reasons.setdefault(key, words)
    if model is Author:
        accounts = Author.objects.filter(pk__in=keys).exclude(user=None)
        for key in accounts.values_list("pk", flat=True):
            reasons.setdefault(key, "an account belongs to it")
    later = ImportedItem.objects.standing().exclude(run=run)
    kind = next(kind for kind, one in MODELS.items() if one is model)
    for key in later.filter(
        kind=kind, target__in=keys, outcome=ImportedItem.Outcome.UPDATED
    ).values_list("target", flat=True):
        reasons.setdefault(key, "a later import has brought it up to date")
    if model is Article:
        reasons |= dict.fromkeys(edited(keys), "edited or published here since")
    return reasons


@transaction.atomic
def _finish(run, kept):
    run.state = ImportRun.State.UNDONE
    run.undone_at = timezone.now()
    run.found = {
        **run.found,
        "kept": [[one.kind, one.title, one.reason] for one in kept[:SHOWN]],
        "kept_count": len(kept),
    }
    run.save(update_fields=["state", "undone_at", "found"])
    if run.undone_by_id:
        log(run, run.undone_by_id, f"Import undone; {len(kept):,} rows stayed.")


def log(run, user_id, words):
    """A line in the history of all that was done."""
    LogEntry.objects.log_actions(user_id, [run], CHANGE, words)
