"""The way of a story from draft to readers: one table of what is possible for whom.

Buttons, bulk actions and checks all read TRANSITIONS; nothing else says who may do what
to a story in which status.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from articles import actions, copies, revisions
from articles.completeness import MUST, SHOULD, for_gate, open_points
from articles.models import Article, ArticleDraft, Revision, RightsGate, Status
from articles.models.desk import desks_of
from articles.refusals import RefusedError

CHANGE = "articles.change_article"
REVIEW = "articles.review_article"
PUBLISH = "articles.publish_article"
OVERRIDE = "articles.override_article"

DRAFT, IN_REVIEW, READY = Status.DRAFT, Status.IN_REVIEW, Status.READY
SCHEDULED, PUBLISHED = Status.SCHEDULED, Status.PUBLISHED
EXPIRED, WITHDRAWN = Status.EXPIRED, Status.WITHDRAWN


@dataclass(frozen=True)
class Transition:
    """One button: from which statuses it leads where, who has it, and what it does.

    `run` is called with the story, `by` and `note`, and what `takes` names of what was
    typed. `is_checked` asks the completeness check first. `of_copy` needs a working
    copy; its button stands only where there is one. `done` tells the editor what
    happened.
    """

    name: str
    sources: frozenset
    target: Status
    label: str
    permission: str
    run: Callable
    revision: str
    takes: tuple = ()
    is_checked: bool = False
    of_copy: bool = False
    bulk_label: str = ""
    done: str = ""


def _row(name, sources, target, label, permission, run, revision, **more):
    return Transition(
        name, frozenset(sources), target, label, permission, run, revision, **more
    )


_KIND = Revision.Kind
# fmt: off
TRANSITIONS = [
    _row("submit", [DRAFT], IN_REVIEW, "Save and submit", CHANGE,
         actions.submit, _KIND.SUBMITTED, bulk_label="Submit for review"),
    _row("hold", [IN_REVIEW], DRAFT, "Back to draft", CHANGE,
         actions.hold, _KIND.RETURNED),
    _row("hold", [READY], DRAFT, "Back to draft", REVIEW,
         actions.hold, _KIND.RETURNED),
    _row("hold", [SCHEDULED, WITHDRAWN], DRAFT, "Back to draft", PUBLISH,
         actions.hold, _KIND.RETURNED),
    _row("mark_ready", [DRAFT, IN_REVIEW], READY, "Mark ready", REVIEW,
         actions.mark_ready, _KIND.READY, bulk_label="Mark ready"),
    _row("publish", [DRAFT, IN_REVIEW, READY, SCHEDULED, WITHDRAWN], PUBLISHED,
         "Publish now", PUBLISH, actions.publish, _KIND.PUBLISHED, is_checked=True,
         bulk_label="Publish now"),
    _row("schedule", [DRAFT, IN_REVIEW, READY, SCHEDULED, WITHDRAWN], SCHEDULED,
         "Schedule…", PUBLISH, actions.schedule, _KIND.SCHEDULED, is_checked=True,
         takes=("at",)),
    _row("publish_changes", [PUBLISHED], PUBLISHED, "Publish changes", PUBLISH,
         copies.publish_changes, _KIND.UPDATED, is_checked=True,
         takes=("is_significant",), done="Readers now see the changes."),
    _row("discard_changes", [PUBLISHED], PUBLISHED, "Discard changes", PUBLISH,
         copies.discard_changes, _KIND.SAVED, of_copy=True,
         done="The changes are discarded; the text that readers see is unchanged."),
    _row("withdraw", [SCHEDULED, PUBLISHED, EXPIRED], WITHDRAWN, "Withdraw", PUBLISH,
         actions.withdraw, _KIND.WITHDRAWN, bulk_label="Withdraw"),
]
# fmt: on
# Who may change the text of a story, by its status. Nobody changes under the eyes of
# the checker what has been checked.
EDITED_BY = {
    DRAFT: CHANGE,
    IN_REVIEW: CHANGE,
    READY: REVIEW,
    SCHEDULED: PUBLISH,
    PUBLISHED: PUBLISH,
    EXPIRED: PUBLISH,
    WITHDRAWN: PUBLISH,
}


class NotAllowedError(RefusedError):
    """The person has not the permission, or not for this story."""


class WrongStatusError(RefusedError):
    """The story has gone on meanwhile."""


class IncompleteError(RefusedError):
    """Points are open; `points` has them."""

    def __init__(self, points):
        self.points = points
        words = "; ".join(point.message for point in points)
        super().__init__(f"Still missing: {words}.")


def may_open(user, article):
    """Whether this user may see a story in the admin, as `reachable_by` has it."""
    if user.has_perm("articles.see_others_article"):
        desks = desks_of(user)
        if desks is None or article.section_id in desks:
            return True
    return article.belongs_to(user)


def may_change(user, article):
    """Whether this user may change a story's text as it stands."""
    return (
        user.has_perm(CHANGE)
        and user.has_perm(EDITED_BY[article.status])
        and may_open(user, article)
    )


def possible(user, article):
    """The transitions this user has now, in the table's order."""
    is_new = article.pk is None
    if not (is_new or may_open(user, article)):
        return []
    status = article.status
    has_copy = not is_new and ArticleDraft.objects.filter(article=article).exists()
    return [
        row
        for row in TRANSITIONS
        if status in row.sources
        and user.has_perm(row.permission)
        and (has_copy or not row.of_copy)
    ]


def points_of(article, *, by, at=None):
    """The points open before `by` lets readers see what editors see of this story.

    What readers of a live story see already is no reason to hold a change back.
    """
    now = timezone.now()
    at = max(filter(None, [at, article.embargoed_until, now]))
    found = open_points(revisions.present_content(article), at=at)
    if article.is_live and copies.copy_of(article) is not None:
        known = open_points(revisions.content_of(article), at=at)
        found = [point for point in found if point not in known]
    if not any(point.is_about_rights for point in found):
        return found
    return for_gate(found, RightsGate.objects.mode_for(by))


@transaction.atomic
def perform(article, name, *, by, note="", despite_points=False, **typed):
    """Take a story one step on, if this person may and the story is there.

    Returns the fresh row. Asked for again where it has happened already, as by a
    double click, it does nothing. `despite_points` leaves aside what only should be
    there. Raises RefusedError with the reason; nothing has changed then.
    """
    rows = [row for row in TRANSITIONS if row.name == name]
    if not rows:
        raise NotAllowedError("There is no such step.")
    article = Article.objects.select_for_update().get(pk=article.pk)
    status = article.status
    row = next((row for row in rows if status in row.sources), None)
    allowed = row or rows[0]
    if not (by.has_perm(allowed.permission) and may_open(by, article)):
        raise NotAllowedError(f"You may not do this: {allowed.label}.")
    if row is None:
        if status == rows[0].target:
            return article
        raise WrongStatusError(
            f"“{rows[0].label.rstrip('…')}” is not possible: the story is now in the "
            f"status “{status.label}”."
        )
    if row.of_copy and copies.copy_of(article) is None:
        return article
    if row.is_checked:
        at = typed.get("at") or article.published_at if "at" in row.takes else None
        left_aside = _check(article, by, despite_points, at)
        note = "; ".join(filter(None, [note, left_aside]))
    chosen = {key: typed[key] for key in row.takes if key in typed}
    article = row.run(article, by=by, note=note[:300], **chosen)
    revisions.snapshot(article, by=by, kind=row.revision, note=note[:300])
    return article


def _check(article, by, despite_points, at):
    """Raise IncompleteError, or return what was left aside, in words."""
    points = points_of(article, by=by, at=at)
    musts = [point for point in points if point.grade == MUST]
    shoulds = [point for point in points if point.grade == SHOULD]
    if musts or (shoulds and not (despite_points and by.has_perm(OVERRIDE))):
        raise IncompleteError(points)
    if not shoulds:
        return ""
    return f"without {', '.join(point.message for point in shoulds)}"
