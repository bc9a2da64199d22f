"""Counts by day as bars: the geometry for a template to draw, and the same in words."""

from dataclasses import dataclass
from datetime import timedelta

DAYS = 30
HEIGHT = 96
# One day's share of the width, and how much of it the bar takes.
STEP, BAR = 20, 14


@dataclass(frozen=True)
class Bar:
    day: object
    value: int
    x: int
    y: int
    height: int


@dataclass(frozen=True)
class Chart:
    """`summary` says in words what the bars show; `unit` is what they count."""

    name: str
    title: str
    unit: str
    bars: tuple
    more: str = ""
    width: int = DAYS * STEP
    height: int = HEIGHT
    bar_width: int = BAR

    @property
    def total(self):
        return sum(bar.value for bar in self.bars)

    @property
    def highest(self):
        return max(bar.value for bar in self.bars)

    @property
    def summary(self):
        said = f"{self.total:,} {self.unit} in {len(self.bars)} days"
        if self.highest:
            best = max(self.bars, key=lambda bar: bar.value)
            said += f", at most {best.value:,} on one day ({best.day:%-d %B})"
        return f"{said}{self.more}."


def days_until(today):
    """The last DAYS days up to today, oldest first."""
    return [today - timedelta(days=ago) for ago in reversed(range(DAYS))]


def bars(counts, *, today):
    """A bar for each of the last days from a dict of days to counts."""
    days = days_until(today)
    highest = max([counts.get(day, 0) for day in days] + [1])
    drawn = []
    for position, day in enumerate(days):
        value = counts.get(day, 0)
        height = round(value / highest * HEIGHT)
        # A day without anything keeps a line, so that it is seen to be there.
        height = max(height, 3 if value else 1)
        x = position * STEP + (STEP - BAR) // 2
        drawn.append(Bar(day, value, x, HEIGHT - height, height))
    return tuple(drawn)
