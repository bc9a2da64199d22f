"""Languages of stories, by their BCP 47 tags."""

import re
import unicodedata
from collections import Counter

from django.conf.locale import LANG_INFO
from django.core.exceptions import ValidationError

_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
RIGHT_TO_LEFT = {
    "ar",
    "arc",
    "ckb",
    "dv",
    "fa",
    "he",
    "ks",
    "ps",
    "sd",
    "ug",
    "ur",
    "yi",
}
_RIGHT_TO_LEFT_SCRIPTS = ("-arab", "-hebr", "-syrc", "-thaa")


def validate_language(value):
    """Refuse what is not the shape of a BCP 47 tag (RFC 5646, section 2.1)."""
    if not _TAG.fullmatch(value):
        raise ValidationError(
            "Use a language tag such as en, fr, ar or pt-BR.", code="invalid_language"
        )


def direction_of(language):
    """Return "rtl" for languages written from right to left, else "ltr"."""
    language = language.lower()
    if any(script in language for script in _RIGHT_TO_LEFT_SCRIPTS):
        return "rtl"
    if "-latn" in language or "-cyrl" in language:
        return "ltr"
    return "rtl" if language.partition("-")[0] in RIGHT_TO_LEFT else "ltr"


def is_written_from_right(value):
    """Whether most letters of a text belong to scripts written from right to left."""
    if value.isascii():
        return False
    found = Counter(map(unicodedata.bidirectional, value))
    return found["R"] + found["AL"] > found["L"]


def language_name(language):
    """The language's own name for itself, or its tag where Django knows none."""
    info = LANG_INFO.get(language.lower()) or LANG_INFO.get(
        language.lower().partition("-")[0]
    )
    return info["name_local"] if info and "name_local" in info else language
