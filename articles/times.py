"""Times as readers see them: in the publication's zone, in words."""

from functools import lru_cache

from django.utils.dateformat import format as format_date
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import get_language


def time_html(value):
    """A `<time>` element with date and time."""
    value = localtime(value)
    return _element(value, conditional_escape(format_date(value, "j F Y, H:i T")))


def date_html(value):
    """A `<time>` element with the date."""
    value = localtime(value)
    return _element(value, _day(value.date(), get_language()))


def _element(value, words):
    moment = value.isoformat(timespec="seconds")
    return SafeString(f'<time datetime="{moment}">{words}</time>')


@lru_cache(maxsize=1_000)
def _day(day, language):
    return conditional_escape(format_date(day, "j F Y"))
