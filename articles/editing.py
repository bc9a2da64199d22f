"""Several people at one story: who writes in it, what they typed, whose text counts."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from articles import copies, revisions
from articles.actions import record_edit
from articles.models import Article, AutosavedText, EditingSession, Revision
from newsroom.lib import text

UNSAVED_KEPT_FOR = timedelta(days=30)


class StoryChangedError(Exception):
    """Somebody has changed the story since the page was opened."""


@transaction.atomic
def claim(article, *, by, tab, take_over=False):
    """Say that somebody's page is open, and return the session of who writes now.

    That is the caller's where nobody else was heard of lately, or with `take_over`.
    The other learns of it at the next call.
    """
    Article.objects.select_for_update().only("pk").get(pk=article.pk)
    session = EditingSession.objects.filter(article=article).first()
    now = timezone.now()
    if session and session.by_id == by.pk and session.is_fresh(at=now):
        EditingSession.objects.filter(pk=article.pk).update(seen_at=now, tab=tab)
        return session
    if session and session.is_fresh(at=now) and not take_over:
        return session
    session = EditingSession(article=article, by=by, tab=tab, began_at=now, seen_at=now)
    EditingSession.objects.update_or_create(
        article=article,
        defaults={"by": by, "tab": tab, "began_at": now, "seen_at": now},
    )
    return session


def leave(article, *, by, tab):
    """The page was closed; another page of the same person goes on."""
    EditingSession.objects.filter(article=article, by=by, tab=tab).delete()


def somebody_else(article, *, user):
    """The session of another person who writes in the story now, or None."""
    session = (
        EditingSession.objects.filter(article=article).select_related("by").first()
    )
    return session if session and session.by != user and session.is_fresh() else None


@transaction.atomic
def autosave(*, user, key, tab, count, typed, is_new_story, restored=""):
    """Keep what somebody typed. Returns its row, or None where newer text is there.

    `typed` maps field names to lists of values; `restored` is the key of the unsaved
    text that it began with, which is not needed any more.
    """
    _forget_restored(AutosavedText.objects.filter(user=user).exclude(tab=tab), restored)
    typed = {
        text.without_controls(name): [text.without_controls(value) for value in values]
        for name, values in typed.items()
    }
    row = {"typed": typed, "count": count, "saved_at": timezone.now()}
    found, is_made = AutosavedText.objects.get_or_create(
        user=user, key=key, tab=tab, defaults={**row, "is_new_story": is_new_story}
    )
    if is_made:
        return found
    newer = AutosavedText.objects.filter(pk=found.pk, count__lt=count)
    return AutosavedText.objects.get(pk=found.pk) if newer.update(**row) else None


def unsaved(user, *, key=None):
    """What somebody typed and never saved, newest first; without `key`, new stories."""
    rows = AutosavedText.objects.filter(user=user).exclude(typed={})
    rows = rows.filter(key=key) if key else rows.filter(is_new_story=True)
    return rows.filter(saved_at__gt=timezone.now() - UNSAVED_KEPT_FOR).order_by("-pk")


@transaction.atomic
def forget_unsaved(*, user, key, tab, restored=""):
    """The text of a page is saved: do not offer it again, nor what comes late of it."""
    mine = AutosavedText.objects.filter(user=user)
    old = timezone.now() - timedelta(hours=1)
    mine.filter(key=key, typed={}, saved_at__lt=old).delete()
    mine.filter(saved_at__lt=timezone.now() - UNSAVED_KEPT_FOR).delete()
    _forget_restored(mine, restored)
    if tab:
        saved = {"typed": {}, "count": AutosavedText.LAST, "saved_at": timezone.now()}
        if not mine.filter(tab=tab).update(**saved):
            mine.create(user=user, key=key, tab=tab, **saved)


def _forget_restored(rows, restored):
    if restored.isdecimal() and len(restored) < 19:
        rows.filter(pk=int(restored)).delete()


@transaction.atomic
def restore(article, revision, *, by, seen_version):
    """Bring back a revision's text and relations; not its status, address or times.

    What readers see of a live story stays: its working copy gets the text. Returns the
    story and what could not be brought back, in words. Raises StoryChangedError when
    the story is no longer what `seen_version` says.
    """
    article = _locked(article, seen_version)
    gone = _write(article, revision.content, fields=revisions.content_fields(), by=by)
    when = timezone.localtime(revision.at)
    revisions.snapshot(
        article,
        by=by,
        kind=Revision.Kind.RESTORED,
        note=f"As on {when:%-d %B %Y, %H:%M}",
    )
    if revision.is_conflict:
        revisions.settle(revision)
    return article, gone


@transaction.atomic
def merge(article, conflict, *, mine, by, seen_version):
    """Give a story the fields named in `mine` of a refused text; the others stay.

    Raises StoryChangedError, and ValidationError for what the story cannot hold.
    """
    article = _locked(article, seen_version)
    gone = _write(article, conflict.content, fields=mine, by=by, check=True)
    revisions.snapshot(article, by=by, kind=Revision.Kind.MERGED)
    revisions.settle(conflict)
    return article, gone


def _locked(article, seen_version):
    article = Article.objects.select_for_update().get(pk=article.pk)
    if revisions.version_of(article) != seen_version:
        raise StoryChangedError
    revisions.keep_present(article)
    return article


def _write(article, content, *, fields, by, check=False):
    """Write to the story, or to the working copy of one that readers see."""
    if article.is_live:
        present = revisions.present_content(article)
        copied = {
            name: content[name] if name in fields and name in content else present[name]
            for name in copies.COPIED
        }
        copies.keep(article, copied, by=by)
        fields = [name for name in fields if name not in copies.COPIED]
    left = (article.section_id, article.slug)
    gone = revisions.write_content(article, content, fields=fields, check=check)
    record_edit(article, left=left)
    return gone
