"""Who did what: steps of stories, the admin's own log and log-ins as one list.

Each source is read newest first by an index of its own, one page long, and the pages
are merged; nothing is counted.
"""

import heapq
from dataclasses import dataclass
from itertools import islice

from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
from django.db.models import Q
from django.urls import NoReverseMatch, reverse
from django.utils.dateparse import parse_datetime

from articles.models import Article, ArticleEvent, LoginEvent
from articles.revisions import name_of
from newsroom.lib.lists import COUNTED
from newsroom.lib.text import without_addresses
from newsroom.lib.times import YEARS

PAGE_SIZE = 50
KINDS = {
    "story": "Steps of stories",
    "added": "Additions",
    "changed": "Changes",
    "deleted": "Deletions",
    "login": "Log-ins",
    "failed": "Failed log-ins",
    "password": "Changed passwords",
    "mfa_on": "Second steps added",
    "mfa_off": "Second steps removed",
    "recovery": "Recovery codes used",
    "reset": "Second steps taken off",
    "ended": "Sessions ended",
}
_FLAGS = {"added": ADDITION, "changed": CHANGE, "deleted": DELETION}


@dataclass(frozen=True)
class Entry:
    """One line. `place` orders all of them and leads to what comes after it."""

    place: tuple
    by: str
    what: str
    about: str
    url: str = ""

    @property
    def at(self):
        return self.place[0]


def page(*, person=None, kind="", begin=None, end=None, about="", after=None):
    """The entries that match, newest first, and the place the next page follows.

    `after` is the place of the entry before the first; a next place of None says that
    there are no more.
    """
    sources = enumerate(source(kind, about) for source in [_logins, _log, _steps])
    parts = [
        _part(number, source, person, begin, end, after)
        for number, source in sources
        if source
    ]
    merged = heapq.merge(*parts, key=lambda entry: entry.place, reverse=True)
    entries = list(islice(merged, PAGE_SIZE + 1))
    has_more = len(entries) > PAGE_SIZE
    entries = entries[:PAGE_SIZE]
    return entries, entries[-1].place if has_more else None


def _part(number, source, person, begin, end, after):
    """The entries of one source, as many as could all be on the page."""
    rows, time, who, entry_of = source
    if person:
        rows = rows.filter(**{who: person})
    if begin:
        rows = rows.filter(**{f"{time}__gte": begin})
    if end:
        rows = rows.filter(**{f"{time}__lt": end})
    if after:
        at, last, pk = after
        rows = rows.filter(**{f"{time}__lte": at})
        if number > last:
            rows = rows.filter(**{f"{time}__lt": at})
        elif number == last:
            rows = rows.filter(Q(**{f"{time}__lt": at}) | Q(pk__lt=pk))
    rows = rows.order_by(f"-{time}", "-pk")[: PAGE_SIZE + 1]
    return [entry_of(row, (getattr(row, time), number, row.pk)) for row in rows]


def _steps(kind, about):
    if kind not in {"", "story"}:
        return None
    rows = ArticleEvent.objects.select_related("article", "by").only(
        "kind", "at", "note", "article__headline", "by__username", "by__first_name",
        "by__last_name",
    )  # fmt: skip
    if about:
        # Asked on their own, by their index; a join would read every event.
        stories = Article.objects.filter(headline__icontains=about).order_by("-pk")
        rows = rows.filter(article__among=stories.values("pk")[:COUNTED])

    def entry_of(row, place):
        note = f": {row.note}" if row.note else ""
        return Entry(
            place,
            name_of(row.by),
            f"{row.get_kind_display()}{note}",
            f"Article: {row.article.headline}",
            reverse("admin:articles_article_change", args=[row.article_id]),
        )

    return rows, "at", "by", entry_of


def _log(kind, about):
    if kind and kind not in _FLAGS:
        return None
    rows = LogEntry.objects.select_related("user", "content_type")
    if kind:
        rows = rows.filter(action_flag=_FLAGS[kind])
    if about:
        rows = rows.filter(object_repr__icontains=about)

    def entry_of(row, place):
        words = {ADDITION: "Added.", DELETION: "Deleted."}.get(row.action_flag)
        kind_of_row = row.content_type.name.capitalize() if row.content_type else ""
        return Entry(
            place,
            name_of(row.user),
            # A reader's address may be the name of a row.
            without_addresses(words or row.get_change_message()),
            without_addresses(f"{kind_of_row}: {row.object_repr}"),
            "" if row.action_flag == DELETION else _address_of(row),
        )

    return rows, "action_time", "user", entry_of


def _address_of(row):
    try:
        return row.get_admin_url() or ""
    except NoReverseMatch:
        return ""


def _logins(kind, about):
    if about or kind not in {"", *LoginEvent.Kind.values}:
        return None
    rows = LoginEvent.objects.select_related("user")
    if kind:
        rows = rows.filter(kind=kind)

    def entry_of(row, place):
        by = name_of(row.user) or "No known account"
        return Entry(place, by, row.get_kind_display(), row.network)

    return rows, "at", "user", entry_of


def as_text(place):
    """A place as it stands in an address."""
    at, number, pk = place
    return f"{at.isoformat()}~{number}~{pk}"


def as_place(value):
    """What `as_text` wrote; None for anything else."""
    try:
        at, number, pk = value.split("~")
        at, number, pk = parse_datetime(at), int(number), int(pk)
    except ValueError:
        return None
    if at is None or at.tzinfo is None or at.year not in YEARS or pk >= 2**63:
        return None
    return at, number, pk
