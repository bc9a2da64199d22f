"""Days of the publication's one time zone."""

from datetime import datetime, time

from django.utils import timezone


def day_start(day):
    """The first instant of a day."""
    return timezone.make_aware(datetime.combine(day, time.min))
