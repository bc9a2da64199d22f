"""What editors do to an issue, and how it begins and ends: each step is recorded."""

import logging
from datetime import timedelta

from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone

from articles.models import Article
from articles.refusals import RefusedError
from newsletter import counting, emails, letters
from newsletter.models import (
    Delivery,
    Issue,
    IssueCopy,
    IssueEvent,
    IssueItem,
    Subscription,
    Suppression,
)

logger = logging.getLogger(__name__)

# How far back a newsletter's first issue looks for stories.
FIRST_ISSUE_DAYS = 7
DRAFTED_STORIES = 12
ISSUES_IN_FIGURES = 12
LISTED_AT_ONCE = 2_000
Kind = IssueEvent.Kind
Status = Issue.Status


def stories_by_rule(issue):
    """What the newsletter's rule finds for an issue, newest first.

    The stories published since its last issue, in its language, with one of its tags
    or in one of its sections, and in no earlier issue.
    """
    newsletter = issue.newsletter
    begun = newsletter.issues.filter(started_at__isnull=False).exclude(pk=issue.pk)
    since = begun.aggregate(last=Max("started_at"))["last"] or (
        timezone.now() - timedelta(days=FIRST_ISSUE_DAYS)
    )
    carried = IssueItem.objects.filter(
        Q(issue__in=begun) | Q(issue=issue), article__isnull=False
    )
    language = newsletter.language.partition("-")[0]
    stories = (
        Article.objects.published()
        .filter(
            Q(language=language) | Q(language__startswith=f"{language}-"),
            published_at__gt=since,
        )
        .exclude(pk__in=carried.values("article"))
    )
    tags, sections = list(newsletter.tags.all()), list(newsletter.sections.all())
    if tags or sections:
        tagged = Article.tags.through.objects.filter(tag__in=tags)
        stories = stories.filter(
            Q(section__in=sections) | Q(pk__in=tagged.values("content_object_id"))
        )
    return stories.latest_first()


@transaction.atomic
def draft(issue, *, by):
    """Add the stories that the newsletter's rule finds; return how many."""
    issue = _editable(issue)
    last = issue.items.aggregate(last=Max("position"))["last"] or 0
    found = list(stories_by_rule(issue)[:DRAFTED_STORIES])
    IssueItem.objects.bulk_create(
        IssueItem(issue=issue, article=story, position=last + number)
        for number, story in enumerate(found, start=1)
    )
    _note(issue, Kind.DRAFTED, by=by, note=f"{len(found)} stories")
    return len(found)


def number_items(issue):
    """Number the items from 1 in their order; what has no position yet comes last."""
    for position, item in enumerate(issue.items.order_by("position", "pk"), start=1):
        if item.position != position:
            item.position = position
            item.save(update_fields=["position"])


@transaction.atomic
def look_again(issue, *, by):
    """Note that an editor has seen what changed in the stories since."""
    _editable(issue).items.update(chosen_at=timezone.now())


@transaction.atomic
def schedule(issue, *, by, at=None):
    """Let an issue go out at a time, or now. Raises RefusedError."""
    issue = _editable(issue)
    now = timezone.now()
    if at is not None and at <= now:
        raise RefusedError("This time has passed. To send it at once, use “Send now”.")
    if reason := _why_not(issue, at=at or now):
        raise RefusedError(reason)
    issue.scheduled_at, issue.status, issue.problem = at or now, Status.SCHEDULED, ""
    issue.save(update_fields=["scheduled_at", "status", "problem"])
    local = issue.scheduled_at.astimezone(issue.newsletter.zone)
    _note(issue, Kind.SCHEDULED, by=by, note=f"for {local:%d.%m.%Y %H:%M %Z}")
    return issue


@transaction.atomic
def unschedule(issue, *, by, problem=""):
    """Take a scheduled issue back to draft."""
    issue = _locked(issue)
    if issue.status != Status.SCHEDULED:
        raise RefusedError("This issue is not scheduled.")
    issue.status, issue.scheduled_at, issue.problem = Status.DRAFT, None, problem[:300]
    issue.save(update_fields=["status", "scheduled_at", "problem"])
    _note(issue, Kind.UNSCHEDULED, by=by, note=problem)
    return issue


@transaction.atomic
def start(issue):
    """Begin to send an issue whose time has come; True if this call did.

    What it says is copied here and stays. Where it cannot go out, it is a draft again
    and says why.
    """
    issue = _locked(issue)
    now = timezone.now()
    if issue.status != Status.SCHEDULED or issue.scheduled_at > now:
        return False
    if reason := _why_not(issue, at=now):
        unschedule(issue, by=None, problem=reason)
        return False
    left_out = _keep_copy(issue)
    issue.status, issue.started_at = Status.SENDING, now
    issue.save(update_fields=["status", "started_at"])
    _note(issue, Kind.STARTED)
    _note_left_out(issue, left_out)
    return True


def list_recipients(issue):
    """Give every reader of the newsletter a delivery, once, however often it is called.

    In portions, so that editors need not wait for a large list to be written.
    """
    if issue.listed_at:
        return
    takers = Subscription.objects.active().filter(newsletter=issue.newsletter_id)
    keys = takers.order_by("subscriber").values_list("subscriber", flat=True)
    last = 0
    while portion := list(keys.filter(subscriber__gt=last)[:LISTED_AT_ONCE]):
        Delivery.objects.add_portion(issue, first=portion[0], last=portion[-1])
        last = portion[-1]
    issue.listed_at = timezone.now()
    issue.save(update_fields=["listed_at"])


@transaction.atomic
def leave_out_withdrawn(issue):
    """Write an issue's copy anew without stories that were withdrawn since it began.

    Where nothing is left to say, it pauses. What was out when it began is out, also for
    a sender whose clock is behind.
    """
    at = max(filter(None, [timezone.now(), issue.started_at]))
    published = Article.objects.published(at=at)
    stories = Article.objects.filter(issuecopy__issue=issue)
    if not stories.exclude(pk__in=published).exists():
        return
    issue = _locked(issue)
    left_out = list(map(str, stories.exclude(pk__in=published)))
    if _why_empty(issue, at=at):
        stop(issue, problem="Every story in it was withdrawn.")
        return
    _keep_copy(issue)
    _note_left_out(issue, left_out)


@transaction.atomic
def pause(issue, *, by):
    """Stop sending; who has had the mail has had it."""
    issue = _locked(issue)
    if issue.status != Status.SENDING:
        raise RefusedError("This issue is not being sent.")
    _pause(issue, by=by)
    return issue


@transaction.atomic
def stop(issue, *, problem):
    """Pause an issue that cannot go on, unless somebody has done so; say why.

    One that has not begun is a draft again.
    """
    issue = _locked(issue)
    if issue.status == Status.SCHEDULED:
        unschedule(issue, by=None, problem=problem)
    elif issue.status == Status.SENDING:
        _pause(issue, problem=problem)
        logger.error("Newsletter issue %s is paused. %s", issue.pk, problem)


@transaction.atomic
def resume(issue, *, by):
    """Go on with a paused issue, also to those for whom it was refused before."""
    issue = _locked(issue)
    if issue.status != Status.PAUSED:
        raise RefusedError("This issue is not paused.")
    if issue.newsletter.is_discontinued:
        raise RefusedError("This newsletter is no longer sent.")
    issue.deliveries.filter(status=Delivery.Status.FAILED).update(
        status=Delivery.Status.PENDING, attempts=0, due_at=timezone.now(), reason=""
    )
    issue.status, issue.problem = Status.SENDING, ""
    issue.save(update_fields=["status", "problem"])
    _note(issue, Kind.RESUMED, by=by)
    return issue


@transaction.atomic
def cancel(issue, *, by):
    """End an issue for good; those who have not had it never get it."""
    issue = _locked(issue)
    if issue.status in {Status.SENT, Status.CANCELLED}:
        raise RefusedError("This issue is over already.")
    issue.status, issue.finished_at = Status.CANCELLED, timezone.now()
    issue.save(update_fields=["status", "finished_at"])
    waiting = issue.deliveries.filter(status=Delivery.Status.PENDING)
    for rows in [waiting, _in_hand(issue)]:
        rows.update(
            status=Delivery.Status.SKIPPED, claim="", reason="The issue was cancelled"
        )
    _note(issue, Kind.CANCELLED, by=by)
    return issue


@transaction.atomic
def finish(issue):
    """Call an issue sent, once nothing of it is left to do; True if this call did."""
    issue = _locked(issue)
    if issue.status != Status.SENDING or not issue.listed_at:
        return False
    if issue.deliveries.unsettled().exists():
        return False
    figures = issue.deliveries.figures()
    refused = issue.deliveries.filter(status=Delivery.Status.FAILED).first()
    if refused and not figures["sent"]:
        stop(issue, problem=f"No mail was taken: {refused.reason}")
        return False
    issue.status, issue.finished_at, issue.problem = Status.SENT, timezone.now(), ""
    issue.save(update_fields=["status", "finished_at", "problem"])
    _note(issue, Kind.FINISHED, note=f"{figures['sent']} of {figures['all']} mails")
    return True


@transaction.atomic
def record_sent(issue, *, at):
    """Note that an issue went out at this time by other means: it mails nobody."""
    issue = _editable(issue)
    _keep_copy(issue)
    issue.status = Status.SENT
    issue.started_at = issue.listed_at = issue.finished_at = at
    issue.save(update_fields=["status", "started_at", "listed_at", "finished_at"])
    IssueEvent.objects.create(issue=issue, kind=Kind.FINISHED, at=at, note="Elsewhere")


def tell_problems():
    """Mail staff about issues that do not go out, once for each new reason."""
    Issue.objects.filter(problem="").exclude(problem_told="").update(problem_told="")
    for issue in Issue.objects.with_news_for_staff().select_related("newsletter"):
        to = issue.staff_address()
        news = Issue.objects.with_news_for_staff().filter(pk=issue.pk)
        if not to or not news.update(problem_told=issue.problem):
            continue
        try:
            emails.problem(issue, to=to).send(using="default")
        except OSError:
            # Perhaps the same server that is away; at the next turn again.
            Issue.objects.filter(pk=issue.pk).update(problem_told="")


def send_test(issue, *, to, by):
    """Send a test mail of what is saved to one address."""
    content = letters.compose(issue, entries_of(issue), is_test=True)
    letters.test_letter(issue, content, to=to).send(using="news")
    _note(issue, Kind.TESTED, by=by)


def note_made(issue, *, by):
    """Record who made an issue."""
    _note(issue, Kind.MADE, by=by)


def entries_of(issue):
    """The entries of an issue as they would go out: at its time, else now."""
    at = issue.scheduled_at if issue.status == Status.SCHEDULED else None
    return letters.entries(issue.items.all(), newsletter=issue.newsletter, at=at)


def in_figures(newsletter):
    """The last issues that went out, each with its `figures`; two statements."""
    found = list(newsletter.issues.with_counts().latest_first()[:ISSUES_IN_FIGURES])
    figures = Delivery.objects.figures_of(found)
    for issue in found:
        issue.figures = figures.get(issue.pk)
    return found


def recipients(issue):
    """The subscriptions to which an issue would go now."""
    takers = Subscription.objects.receiving().filter(newsletter=issue.newsletter_id)
    held_back = Suppression.objects.values("email_folded")
    return takers.exclude(subscriber__email_folded__in=held_back)


def _locked(issue):
    issues = Issue.objects.select_for_update(of=["self"]).select_related("newsletter")
    return issues.get(pk=issue.pk)


def _editable(issue):
    issue = _locked(issue)
    if not issue.is_editable:
        raise RefusedError("What was sent cannot be changed any more.")
    return issue


def _pause(issue, *, by=None, problem=""):
    issue.status, issue.problem = Status.PAUSED, problem[:300]
    issue.save(update_fields=["status", "problem"])
    _note(issue, Kind.PAUSED, by=by, note=problem)
    _in_hand(issue).update(status=Delivery.Status.PENDING, claim="")


def _in_hand(issue):
    """What a sender has claimed and not yet begun: it finds them gone, and stops."""
    claimed = issue.deliveries.filter(status=Delivery.Status.CLAIMED)
    return claimed.filter(attempted_at=None)


def _why_not(issue, *, at):
    """Why an issue cannot go out at this time, in words; or nothing."""
    if issue.newsletter.is_discontinued:
        return "This newsletter is no longer sent."
    if reason := _why_empty(issue, at=at):
        return reason
    if not recipients(issue).exists():
        return "Nobody takes this newsletter yet."
    return ""


def _why_empty(issue, *, at):
    found = letters.entries(issue.items.all(), newsletter=issue.newsletter, at=at)
    return "" if found else "There is no story in it that readers may see then."


def _keep_copy(issue):
    """Write what is mailed; return the headlines of the stories that are not in it."""
    items = list(issue.items.select_related("article"))
    found = letters.entries(
        items, newsletter=issue.newsletter, is_mailed=bool(issue.started_at)
    )
    content = letters.compose(issue, found)
    html = counting.mark(issue, content.html)
    copy, _ = IssueCopy.objects.update_or_create(
        issue=issue, defaults={"html": html, "text": content.text}
    )
    copy.stories.set(content.stories)
    said = {entry.article.pk: entry for entry in found if entry.article}
    for item in items:
        if entry := said.get(item.article_id):
            # From here on the issue says what was mailed, whatever the story says.
            item.headline, item.standfirst = entry.headline, entry.standfirst
            item.save(update_fields=["headline", "standfirst"])
    return [
        str(item.article)
        for item in items
        if item.article_id and item.article_id not in said
    ]


def _note(issue, kind, *, by=None, note=""):
    IssueEvent.objects.create(issue=issue, kind=kind, by=by, note=note[:300])


def _note_left_out(issue, headlines):
    for headline in headlines:
        _note(issue, Kind.LEFT_OUT, note=headline)
