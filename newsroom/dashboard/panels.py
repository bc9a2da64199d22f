"""What the desk's first page lists. One more panel is one more entry in PANELS.

A panel is shown to those who have its permission; its rows are only those that the
person may open. It costs one statement: up to COUNTED rows are read and the first SHOWN
of them are shown, so the number beside the title needs no statement of its own.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, timedelta

from django.db.models import Case, F, OuterRef, Q, When
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.text import Truncator

from articles.models import (
    Article,
    ArticleEvent,
    Correction,
    ErrorReport,
    Status,
    WireItem,
)
from articles.models.desk import desks_of
from articles.models.expressions import JSONRows
from newsletter.models import Subscription
from newsroom.lib.days import day_start
from republishing.models import RepublishingRequest

SHOWN = 8
COUNTED = 100
SOON = timedelta(days=7)

VIEW_STORIES = "articles.view_article"
STORIES = "admin:articles_article_changelist"


@dataclass(frozen=True)
class Row:
    """One line of a panel: where it leads, and what is told beside it."""

    title: str
    url: str
    note: str = ""
    at: object = None
    at_label: str = ""

    @property
    def when(self):
        """The time in few words: of today the hour, else the day as well."""
        local = timezone.localtime(self.at)
        is_today = local.date() == timezone.localdate()
        return date_format(local, "H:i" if is_today else "j M, H:i")


@dataclass(frozen=True)
class Panel:
    """`find(user)` returns the queryset of all it lists, `row(found)` one Row.

    `link` is a name of an address with its query, which lists the same. `in_band` puts
    its number at the top of the page.
    """

    name: str
    title: str
    permission: str
    find: Callable
    row: Callable
    link: tuple
    in_band: bool = False
    hides_empty: bool = False


@dataclass(frozen=True)
class Filled:
    """A panel with what it shows to one person."""

    panel: Panel
    rows: list
    count: int

    @property
    def count_label(self):
        return f"{COUNTED - 1}+" if self.count == COUNTED else str(self.count)

    @property
    def url(self):
        name, query = self.panel.link
        return reverse(name) + query


def fill(user):
    """The panels of this person, in the order of PANELS."""
    found = [
        _filled(panel, user) for panel in PANELS if user.has_perm(panel.permission)
    ]
    return [filled for filled in found if filled.rows or not filled.panel.hides_empty]


def _filled(panel, user):
    found = list(panel.find(user)[:COUNTED])
    return Filled(panel, [panel.row(one) for one in found[:SHOWN]], len(found))


# Stories ----------------------------------------------------------------------------


def _stories(user):
    return Article.objects.reachable_by(user).for_lines()


def _story_row(story, *, at=None, at_label="", note=""):
    return Row(
        story.headline,
        reverse("admin:articles_article_change", args=[story.pk]),
        note or story.section_name,
        at,
        at_label,
    )


def _drafts(user):
    stories = _stories(user).of(user).with_status(Status.DRAFT)
    return stories.order_by("-created_at", "-pk")


def _draft_row(story):
    return _story_row(story, at=story.created_at, at_label="begun")


def _in_review(user):
    submitted = ArticleEvent.objects.filter(
        article=OuterRef("pk"), kind=ArticleEvent.Kind.SUBMITTED
    ).order_by("-at", "-pk")
    names = submitted.values(
        row_at=F("at"),
        row_first=F("by__first_name"),
        row_last=F("by__last_name"),
        row_login=F("by__username"),
    )
    stories = _stories(user).with_status(Status.IN_REVIEW)
    return stories.annotate(submitted=JSONRows(names[:1])).order_by("created_at", "pk")


def _in_review_row(story):
    if not story.submitted:
        return _draft_row(story)
    [row] = story.submitted
    full_name = f"{row['row_first'] or ''} {row['row_last'] or ''}".strip()
    at = parse_datetime(row["row_at"])
    return _story_row(
        story,
        note=" · ".join(
            filter(None, [full_name or row["row_login"], story.section_name])
        ),
        at=at if at.tzinfo else at.replace(tzinfo=UTC),
        at_label="since",
    )


def _ready(user):
    return _stories(user).with_status(Status.READY).order_by("created_at", "pk")


def _scheduled(user):
    return _stories(user).with_status(Status.SCHEDULED).order_by("published_at", "pk")


def _runs_at(story):
    return max(filter(None, [story.published_at, story.embargoed_until]))


def _scheduled_row(story):
    return _story_row(story, at=_runs_at(story))


def _published_today(user):
    begin = day_start(timezone.localdate())
    stories = _stories(user).with_status(Status.PUBLISHED)
    return stories.filter(published_at__gte=begin).latest_first()


def _published_row(story):
    return _story_row(story, at=story.published_at)


def _ending(user, name):
    now = timezone.now()
    ends = {f"{name}__gt": now, f"{name}__lte": now + SOON}
    stories = _stories(user).exclude(pub_status=Article.PubStatus.CANCELED)
    return stories.filter(**ends).order_by(name, "pk")


def _embargoed(user):
    return _ending(user, "embargoed_until")


def _embargoed_row(story):
    return _story_row(story, at=story.embargoed_until, at_label="until")


def _expiring(user):
    return _ending(user, "expires_at")


def _expiring_row(story):
    return _story_row(story, at=story.expires_at, at_label="until")


def _corrections(user):
    found = Correction.objects.select_related("article").only(
        "kind", "text", "published_at", "article__headline"
    )
    if not (user.has_perm("articles.see_others_article") and desks_of(user) is None):
        found = found.filter(article__in=Article.objects.reachable_by(user))
    since = timezone.now() - timedelta(days=30)
    return found.shown().filter(published_at__gte=since).latest_first()


def _correction_row(correction):
    return Row(
        correction.article.headline,
        reverse("admin:articles_article_change", args=[correction.article_id]),
        f"{correction.label}: {Truncator(correction.text).chars(90)}",
        correction.published_at,
    )


def _error_reports(user):
    open_ones = ErrorReport.objects.filter(status=ErrorReport.Status.OPEN)
    return (
        open_ones.filter(article__in=Article.objects.reachable_by(user))
        .select_related("article")
        .only("error", "received_at", "article__headline")
        .order_by("received_at", "pk")
    )


def _error_report_row(report):
    return Row(
        report.article.headline,
        reverse("admin:articles_errorreport_change", args=[report.pk]),
        Truncator(report.error).chars(90),
        report.received_at,
        "since",
    )


def _wire(user):
    """What the wire asks an editor to look at: what is withdrawn and public first."""
    found = WireItem.objects.exclude(attention="")
    sections = desks_of(user)
    if sections is not None:
        found = found.filter(source__section__in=sections)
    is_urgent = Q(attention=WireItem.Attention.PUBLIC)
    return found.only(
        "headline", "slugline", "file_name", "guid", "attention", "received_at"
    ).order_by(Case(When(is_urgent, then=0), default=1), "-received_at", "-pk")


def _wire_row(item):
    return Row(
        str(item),
        reverse("admin:articles_wireitem_change", args=[item.pk]),
        item.get_attention_display(),
        item.received_at,
        "since",
    )


# Readers and others -----------------------------------------------------------------


def _requests(user):
    new = RepublishingRequest.objects.filter(state=RepublishingRequest.State.NEW)
    return (
        new.select_related("article")
        .only("organisation", "created_at", "medium", "article__headline")
        .order_by("created_at", "pk")
    )


def _request_row(request):
    return Row(
        request.organisation,
        reverse("admin:republishing_republishingrequest_change", args=[request.pk]),
        request.article.headline if request.article else request.get_medium_display(),
        request.created_at,
        "since",
    )


def _sign_ups(user):
    return (
        Subscription.objects.pending()
        .select_related("subscriber", "newsletter")
        .only("requested_at", "subscriber__email", "newsletter__name")
        .order_by("-requested_at", "-pk")
    )


def _sign_up_row(subscription):
    return Row(
        subscription.subscriber.masked_email,
        reverse("admin:newsletter_subscription_change", args=[subscription.pk]),
        subscription.newsletter.name,
        subscription.requested_at,
        "since",
    )


PANELS = [
    Panel(
        "wire", "Wire: look at these", "articles.view_wireitem", _wire, _wire_row,
        ("admin:articles_wireitem_changelist", "?attention__gt="), hides_empty=True,
    ),
    Panel(
        "drafts", "My drafts", "articles.change_article", _drafts, _draft_row,
        (STORIES, "?whose=mine&status=draft"),
    ),
    Panel(
        "review", "Waiting for review", VIEW_STORIES, _in_review, _in_review_row,
        (STORIES, "?status=in_review"), in_band=True,
    ),
    Panel(
        "ready", "Ready to run", VIEW_STORIES, _ready, _draft_row,
        (STORIES, "?status=ready"), in_band=True,
    ),
    Panel(
        "scheduled", "Scheduled", VIEW_STORIES, _scheduled, _scheduled_row,
        (STORIES, "?status=scheduled"), in_band=True,
    ),
    Panel(
        "published", "Published today", VIEW_STORIES, _published_today, _published_row,
        (STORIES, "?status=published&time=today"), in_band=True,
    ),
    Panel(
        "embargoes", "Embargoes ending soon", VIEW_STORIES, _embargoed, _embargoed_row,
        (STORIES, "?ends=embargo"),
    ),
    Panel(
        "expiries", "Expiring soon", VIEW_STORIES, _expiring, _expiring_row,
        (STORIES, "?ends=expiry"),
    ),
    Panel(
        "reports", "Errors readers report", "articles.view_errorreport",
        _error_reports, _error_report_row,
        ("admin:articles_errorreport_changelist", "?status=open"),
    ),
    Panel(
        "corrections", "Latest corrections", VIEW_STORIES, _corrections,
        _correction_row, (STORIES, "?corrected=yes"),
    ),
    Panel(
        "requests", "Requests to republish",
        "republishing.view_republishingrequest", _requests, _request_row,
        ("admin:republishing_republishingrequest_changelist", "?state__exact=new"),
    ),
    Panel(
        "sign-ups", "Sign-ups not confirmed yet", "newsletter.view_subscription",
        _sign_ups, _sign_up_row,
        ("admin:newsletter_subscription_changelist", "?confirmed_at__isempty=1"),
    ),
]  # fmt: skip
