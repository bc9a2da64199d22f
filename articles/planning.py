"""Which story has its day when: what the desk's calendar shows."""

import calendar
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.formats import get_format

from articles.models import Article

# More stories than a month of the largest desk has.
READ = 3_000


@dataclass(frozen=True)
class Entry:
    """A story on one day; `at` is None where only the day is planned."""

    story: Article
    at: datetime | None
    reason: str = ""

    @property
    def label(self):
        return f"{self.story.status.label}{self.reason}"


@dataclass(frozen=True)
class Day:
    """A day with its first stories, and the number of all."""

    day: object
    entries: list
    count: int


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


def fill(days, stories, *, shown=None):
    """These consecutive days with the stories of a queryset, in one statement.

    Each has `shown` of its stories, or all.
    """
    end = days[-1] + timedelta(days=1)
    stories = stories.with_day_between(days[0], end).for_lines()
    found = defaultdict(list)
    for story in stories.order_by("-created_at", "-pk")[:READ]:
        for day, entry in _entries(story):
            found[day].append(entry)
    return [
        Day(day, sorted(found[day], key=_order)[:shown], len(found[day]))
        for day in days
    ]


def _entries(story):
    embargo = story.embargoed_until
    if story.pub_status == Article.PubStatus.USABLE:
        at = max(filter(None, [story.published_at, embargo]))
        yield timezone.localdate(at), Entry(story, at)
        return
    if story.planned_for:
        yield story.planned_for, Entry(story, None, ", planned")
    if embargo:
        yield timezone.localdate(embargo), Entry(story, embargo, ", embargo ends")


def _order(entry):
    """By time; what has only a day stands last."""
    return (entry.at is None, entry.at and entry.at.timestamp(), entry.story.pk)
