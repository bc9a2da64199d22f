"""Which story has its day when: what the desk's calendar shows."""

import calendar
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import (
    Case,
    DateTimeField,
    F,
    Q,
    Value,
    When,
)
from django.db.models.functions import Cast, TruncDate
from django.utils import timezone
from django.utils.formats import get_format
from django.utils.functional import cached_property

from articles.models import Article
from articles.models.article import on_days


@dataclass
class Entry:
    """A story on one day; `at` is None where only the day is planned."""

    story: Article
    at: datetime | None
    reason: str = ""

    @cached_property
    def status(self):
        return self.story.status

    @property
    def label(self):
        return f"{self.status.label}{self.reason}"

    @cached_property
    def local(self):
        return self.at and timezone.localtime(self.at)


@dataclass(frozen=True)
class Day:
    """A day with its first stories, and the number of all."""

    day: object
    entries: list
    count: int

    @property
    def more(self):
        """How many are not shown, in words; empty where all are."""
        more = self.count - len(self.entries)
        return f"{more:,}" if more else ""


def month_days(day):
    """The days of this day's month, with the days that fill its first and last week."""
    weeks = _calendar().monthdatescalendar(day.year, day.month)
    return [one for week in weeks for one in week]


def week_days(day):
    """The seven days of the week in which this day lies."""
    first = day - timedelta(days=(day.weekday() - _calendar().firstweekday) % 7)
    return [first + timedelta(days=number) for number in range(7)]


def _calendar():
    # Django counts from Sunday, Python from Monday.
    return calendar.Calendar((get_format("FIRST_DAY_OF_WEEK") - 1) % 7)


def fill(days, stories, *, shown):
    """These consecutive days, each with the first `shown` stories of a queryset.

    Two statements: what stands where, and the rows of what is shown.
    """
    places = _places(stories, days[0], days[-1] + timedelta(days=1), shown)
    rows = Article.objects.filter(pk__any_of={key for key, *_ in places})
    rows = rows.for_lines().in_bulk() if places else {}
    found, counts = defaultdict(list), defaultdict(Counter)
    for key, day, at, reason, count in places:
        counts[day][reason] = count
        if key in rows:
            found[day].append(Entry(rows[key], at, reason))
    return [
        Day(day, sorted(found[day], key=_order)[:shown], counts[day].total())
        for day in days
    ]


def _places(stories, first, end, shown):
    """The first stories of each day: key, day, time, reason, how many of this reason.

    A story whose embargo ends on the day for which it is planned stands there once.
    """
    runs, is_planned, embargo_ends = on_days(first, end)
    same_day = Q(embargo_ends, planned_for=TruncDate("embargoed_until"))
    is_later = Q(embargoed_until__gt=F("published_at"))
    time = Case(When(is_later, then="embargoed_until"), default="published_at")
    of_time = TruncDate("at")
    parts = [
        _part("", stories.filter(runs), of_time, time, shown),
        _part(
            ", planned",
            stories.filter(is_planned).exclude(same_day),
            F("planned_for"),
            Cast(None, DateTimeField()),
            shown,
        ),
        _part(
            ", embargo ends",
            stories.filter(embargo_ends),
            of_time,
            F("embargoed_until"),
            shown,
        ),
    ]
    return list(parts[0].union(*parts[1:], all=True))


def _part(reason, stories, day, at, shown):
    found = stories.order_by().annotate(at=at, reason=Value(reason))
    found = found.first_of_days(shown, day=day, order=["at", "pk"])
    return found.values_list("pk", "day", "at", "reason", "of_day")


def _order(entry):
    """By time; what has only a day stands last."""
    return (entry.at is None, entry.at and entry.at.timestamp(), entry.story.pk)
