"""How a newsletter's list grows: who joined and who left, week by week."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, F
from django.db.models.functions import TruncWeek
from django.utils import timezone

from newsroom.lib.days import day_start

WEEKS = 26
WEEK = timedelta(weeks=1)
# The chart's own units: a week's share of the width, and how much of it a bar takes.
STEP, BAR = 24, 16
HALF = 72


@dataclass(frozen=True)
class Week:
    """`starts_on` is a Monday; the bars are above and below the chart's middle."""

    starts_on: object
    joined: int
    left: int
    x: int
    joined_height: int
    left_height: int

    @property
    def net(self):
        return self.joined - self.left

    @property
    def joined_y(self):
        return HALF - self.joined_height


@dataclass(frozen=True)
class Growth:
    """The last weeks of one newsletter; `readers` is how many it has now."""

    weeks: tuple
    readers: int
    width: int = WEEKS * STEP
    height: int = 2 * HALF
    middle: int = HALF
    bar_width: int = BAR

    @property
    def joined(self):
        return sum(week.joined for week in self.weeks)

    @property
    def left(self):
        return sum(week.left for week in self.weeks)

    @property
    def net(self):
        return self.joined - self.left

    @property
    def summary(self):
        return (
            f"{self.joined:,} joined and {self.left:,} left in {len(self.weeks)} "
            f"weeks: {self.net:+,}. It has {self.readers:,} readers now."
        )


def of(newsletter):
    """The Growth of a newsletter, in the current time zone; three statements.

    A reader who left and came back counts where their newest times are: older ones
    stand in the history of consent alone.
    """
    today = timezone.localdate()
    this_week = today - timedelta(days=today.weekday())
    starts = [this_week - WEEK * ago for ago in reversed(range(WEEKS))]
    rows = newsletter.subscriptions
    joined = _by_week(rows.filter(confirmed_at__isnull=False), "confirmed_at", starts)
    left = _by_week(
        rows.filter(unsubscribed_at__gte=F("confirmed_at")), "unsubscribed_at", starts
    )
    highest = max([*joined.values(), *left.values(), 1])
    weeks = tuple(
        Week(
            start,
            joined.get(start, 0),
            left.get(start, 0),
            position * STEP + (STEP - BAR) // 2,
            _height(joined.get(start, 0), highest),
            _height(left.get(start, 0), highest),
        )
        for position, start in enumerate(starts)
    )
    return Growth(weeks, readers=rows.active().count())


def _by_week(rows, name, starts):
    rows = rows.filter(**{f"{name}__gte": day_start(starts[0])})
    counted = rows.order_by().values(week=TruncWeek(name)).annotate(count=Count("pk"))
    return {
        timezone.localdate(week): count
        for week, count in counted.values_list("week", "count")
    }


def _height(value, highest):
    """What is there is seen, however little beside the highest."""
    return max(round(value / highest * HALF), 2 if value else 0)
