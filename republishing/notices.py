"""Licensed copies kept honest: whoever holds one hears of each change of the story.

The work is found by comparing licences with the stories' events, so nothing is lost
when it is done late, and nothing is done twice.
"""

from datetime import timedelta
from difflib import ndiff

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from articles.models import Article, ArticleEvent, Correction
from republishing import emails
from republishing.copies import plain_text_of
from republishing.models import Grant, UpdateNotice

Kind = UpdateNotice.Kind
KINDS = {
    ArticleEvent.Kind.CORRECTED: Kind.CORRECTION,
    ArticleEvent.Kind.CHANGED: Kind.UPDATE,
    ArticleEvent.Kind.WITHDRAWN: Kind.RETRACTION,
}
REMIND_AFTER = timedelta(days=7)
REMINDERS = 3
DIFFERENCE_LENGTH = 6000


def make_notices():
    """Note for each licence in force what happened to its story; return how many."""
    waiting = ArticleEvent.objects.filter(
        kind__in=KINDS, article__grants__in=Grant.objects.in_force()
    ).values_list("article__grants", "pk")
    known = set(UpdateNotice.objects.values_list("grant", "event"))
    count = 0
    for grant_id, event_id in sorted(set(waiting) - known):
        count += _make(grant_id, event_id)
    return count


@transaction.atomic
def _make(grant_id, event_id):
    grant = Grant.objects.select_for_update().get(pk=grant_id)
    event = ArticleEvent.objects.get(pk=event_id)
    if event.at <= grant.starts_at:
        return 0
    kind = KINDS[event.kind]
    story = Article.objects.get(pk=grant.article_id)
    note = _note_of(event) if kind == Kind.CORRECTION else None
    if note and note.kind == Correction.Kind.RETRACTION:
        kind = Kind.RETRACTION
    text = _words(kind, grant, story, note)
    # Changes that left the words alone are nothing to write about.
    done_at = timezone.now() if kind == Kind.UPDATE and not text else None
    _, is_new = UpdateNotice.objects.get_or_create(
        grant=grant,
        event=event,
        defaults={
            "kind": kind, "text": text, "done_at": done_at, "mailed_at": done_at
        },
    )  # fmt: skip
    if kind != Kind.RETRACTION:
        grant.text_given = plain_text_of(story)
        grant.save(update_fields=["text_given"])
    return int(is_new)


def _note_of(event):
    """The public note that an event is about: the newest at its time."""
    notes = Correction.objects.filter(article=event.article_id).latest_first()
    return notes.filter(published_at__lte=event.at).first() or notes.first()


def _words(kind, grant, story, note):
    words = [f"{note.label}: {note.text}"] if note else []
    if kind != Kind.RETRACTION:
        words += _difference(grant.text_given, plain_text_of(story))
    return "\n\n".join(words)


def _difference(before, after):
    """The paragraphs that went and came, marked with − and +."""
    lines = [
        line.replace("- ", "− ", 1) if line.startswith("- ") else line
        for line in ndiff(_paragraphs(before), _paragraphs(after))
        if line[:2] in {"- ", "+ "}
    ]
    text = "\n\n".join(lines)
    return [text[:DIFFERENCE_LENGTH]] if text else []


def _paragraphs(text):
    return [part for part in text.split("\n\n") if part.strip()]


def mail_notices():
    """Write to licensees about what is new, and remind those who have not answered."""
    now = timezone.now()
    new = UpdateNotice.objects.filter(mailed_at=None, done_at=None)
    for notice in new.select_related("grant__quote__request__article__section"):
        if UpdateNotice.objects.filter(pk=notice.pk, mailed_at=None).update(
            mailed_at=now
        ):
            emails.update_notice(notice).send(using="default")
    late = now - REMIND_AFTER
    due = UpdateNotice.objects.filter(
        Q(reminded_at__lte=late) | Q(reminded_at=None, mailed_at__lte=late),
        done_at=None,
        reminder_count__lt=REMINDERS,
    )
    for notice in due.select_related("grant__quote__request__article__section"):
        is_mine = due.filter(pk=notice.pk).update(
            reminded_at=now, reminder_count=F("reminder_count") + 1
        )
        if is_mine:
            emails.update_notice(notice, is_reminder=True).send(using="default")
