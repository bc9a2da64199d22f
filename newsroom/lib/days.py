"""Days of the publication's one time zone."""

from datetime import date, datetime, time

from django.utils import timezone

from newsroom.lib.times import YEARS


def day_start(day):
    """The first instant of a day."""
    return timezone.make_aware(datetime.combine(day, time.min))


def day_named(value):
    """The day that an address names as 2026-11-23, or None."""
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return None
    return day if day.year in YEARS else None
