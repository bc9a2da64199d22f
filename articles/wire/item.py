"""What the readers of all formats make: one item of an agency, as plain values."""

import re
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime

from django.utils.dateparse import parse_date, parse_datetime

from newsroom.lib import text

_WHOLE = re.compile(r"[0-9]{1,17}")


class UnreadableItemError(Exception):
    """The data is no item that a story can be made of; the message says why."""


# What an item is, by IPTC's words; a composite and a component count as texts.
TEXT = "text"
KINDS = {TEXT, "picture", "graphic", "audio", "video", "event", "planning"}


@dataclass
class WirePicture:
    """A picture that comes with an item: where it lies and what the agency says."""

    href: str
    caption: str = ""
    credit_line: str = ""
    copyright_notice: str = ""
    usage_terms: str = ""

    def as_dict(self):
        return {field.name: getattr(self, field.name) for field in fields(self)}


@dataclass
class NewsItem:
    """One version of one item. Names are those of ninjs and NewsML-G2."""

    guid: str
    kind: str = TEXT
    version: str = ""
    headline: str = ""
    standfirst: str = ""
    body: str = ""  # HTML, not yet cleaned
    byline: list = field(default_factory=list)
    dateline: str = ""
    language: str = ""
    slugline: str = ""
    keywords: list = field(default_factory=list)
    provider: str = ""
    ed_note: str = ""
    copyright_notice: str = ""
    usage_terms: str = ""
    pub_status: str = "usable"
    signals: list = field(default_factory=list)
    urgency: int | None = None
    version_created_at: datetime | None = None
    embargoed_until: datetime | None = None
    expires_at: datetime | None = None
    pictures: list = field(default_factory=list)
    web_url: str = ""  # where readers find it at its publisher's
    # Of feeds: it has no version of its own, and a later time alone makes a new one.
    is_versioned_by_time: bool = False

    @property
    def is_withdrawn(self):
        """Whether the agency takes it back: a state or a signal says so."""
        signals = {"kill", "withdraw", "withhold", "mandatorykill"}
        return self.pub_status == "canceled" or bool(signals & set(self.signals))

    @property
    def says_nothing(self):
        """Whether there is nothing in it that a story could be made of."""
        return not (self.is_withdrawn or self.headline or self.body)


def collect(make, values):
    """(What `make` gave for each value, the reasons of those it refused)."""
    found, reasons = [], []
    for value in values:
        try:
            found.append(make(value))
        except UnreadableItemError as error:
            reasons.append(str(error))
    return found, reasons


def check(item):
    """The item, or UnreadableItemError where no story can be made of it.

    A withdrawal needs no text.
    """
    if item.says_nothing:
        raise UnreadableItemError("It has neither a headline nor a text.")
    return item


def moment(value):
    """An aware time from ISO 8601 in any of its forms, or None.

    Without a zone it is UTC, as IPTC says; a date is its first moment.
    """
    value = (value or "").strip()
    if not value:
        return None
    try:
        found = parse_datetime(value) or parse_date(value)
        if found is None:
            found = datetime.fromisoformat(value)
    except ValueError:
        return None
    if not isinstance(found, datetime):
        found = datetime(found.year, found.month, found.day, tzinfo=UTC)
    found = found if found.tzinfo else found.replace(tzinfo=UTC)
    return found if 1900 < found.year < 9000 else None


def line(value, length=300):
    """One clean line of at most `length` letters."""
    return text.clean_line(value or "")[:length].strip()


def short_code(value):
    """The last part of a code: `canceled` of `stat:canceled` or a URI."""
    return (
        (value or "").strip().rstrip("/").replace("/", ":").rpartition(":")[2].lower()
    )


def urgency(value):
    """A whole number from 1, most urgent, to 9; None for anything else."""
    number = whole(value)
    return number if number and number <= 9 else None


def whole(value):
    """A whole number in as few digits as every database holds, or None."""
    found = _WHOLE.fullmatch(str(value or "").strip())
    return int(found[0]) if found else None
