"""Parts of addresses."""

import unicodedata
from functools import cache

from django.urls import register_converter


class SlugConverter:
    """One part of an address in any script; NFC, as slugs are stored."""

    regex = r"[^/\x00-\x20\x7f]+"

    def to_python(self, value):
        return unicodedata.normalize("NFC", value)

    def to_url(self, value):
        return value


class YearConverter:
    regex = "[0-9]{4}"

    def to_python(self, value):
        return int(value)

    def to_url(self, value):
        return f"{value:04}"


class TwoDigitConverter(YearConverter):
    regex = "[0-9]{2}"

    def to_url(self, value):
        return f"{value:02}"


@cache
def register():
    """Make `word`, `year` and `two` known to `path()`, once for all who ask."""
    register_converter(SlugConverter, "word")
    register_converter(YearConverter, "year")
    register_converter(TwoDigitConverter, "two")
