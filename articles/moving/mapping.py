"""What becomes of the former site's categories, tags and kinds of item.

Written by an editor as CSV with the columns `kind,name,becomes,value`, or as JSON of
the same rows:

    kind,name,becomes,value
    setting,default_section,,News
    setting,time_zone,,Europe/Berlin
    category,world-politics,section,World
    category,opinion,tag,Opinion
    category,uncategorized,nothing,
    tag,breaking,nothing,
    type,review,story,
    author,jdoe,,Jane Doe

`name` is the slug or the name over there. What no row names goes the usual way.
"""

import csv
import io
import json
from dataclasses import asdict, dataclass, field
from zoneinfo import ZoneInfo

from django.conf import settings

from newsroom.lib import text

KINDS = {
    "category": ("section", "tag", "nothing"),
    "tag": ("section", "tag", "nothing"),
    "type": ("story", "page", "nothing"),
    "author": ("", "nothing"),
    "setting": ("",),
}
SETTINGS = ("default_section", "time_zone", "language")
MOST_SECTIONS = 12
MAX_BYTES = 2_000_000
# What the blog software files a story under when nobody chose.
UNSORTED = {
    "uncategorized",
    "uncategorised",
    "allgemein",
    "sin-categoria",
    "non-classe",
}


class MappingError(ValueError):
    """The mapping cannot be used; the message says why, and in which row."""


@dataclass
class Mapping:
    """From (kind, folded name) to (what it becomes, value)."""

    rules: dict = field(default_factory=dict)
    default_section: str = "News"
    time_zone: str = ""
    language: str = ""

    def rule(self, kind, *names):
        """(what it becomes, value) by the first of these names that has a row."""
        for name in names if self.rules else ():
            if name and (found := self.rules.get(f"{kind}:{text.fold(name)}")):
                return tuple(found)
        return None

    def add(self, kind, name, becomes, value=""):
        self.rules[f"{kind}:{text.fold(name)}"] = (becomes, text.clean_line(value))

    @property
    def zone(self):
        return ZoneInfo(self.time_zone or settings.TIME_ZONE)

    def as_dict(self):
        return asdict(self)

    @classmethod
    def from_dict(cls, data):
        return cls(**data) if data else cls()


def read(content):
    """The Mapping of a file's bytes. Raises MappingError."""
    if len(content) > MAX_BYTES:
        raise MappingError("The mapping is larger than 2 MB.")
    try:
        words = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise MappingError("The mapping is not UTF-8 text.") from None
    is_json = words.lstrip()[:1] in ("[", "{")
    rows = _json_rows(words) if is_json else _csv_rows(words)
    mapping = Mapping()
    for number, row in enumerate(rows, 1 if is_json else 2):
        try:
            _take(mapping, row)
        except MappingError as error:
            raise MappingError(f"Row {number} of the mapping: {error}") from None
    return mapping


def _json_rows(words):
    try:
        rows = json.loads(words)
    except (ValueError, RecursionError):
        raise MappingError("The mapping is neither CSV nor JSON.") from None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise MappingError("The mapping is not a list of objects.")
    return rows


def _csv_rows(words):
    try:
        reader = csv.DictReader(io.StringIO(words), strict=True)
        if not {"kind", "name"} <= set(reader.fieldnames or []):
            raise MappingError(
                "The first row of the mapping must be: kind,name,becomes,value"
            )
        return [row for row in reader if any(row.values())]
    except csv.Error as error:
        raise MappingError(f"The mapping is no CSV file ({error}).") from None


def _take(mapping, row):
    kind, name, becomes, value = (
        text.clean_line(str(row.get(key) or ""))
        for key in ["kind", "name", "becomes", "value"]
    )
    if kind not in KINDS:
        raise MappingError(f"there is no kind “{kind[:40]}”; use {', '.join(KINDS)}.")
    if not name:
        raise MappingError("there is no name.")
    if kind == "setting":
        _set(mapping, name, value)
        return
    if becomes not in KINDS[kind]:
        known = ", ".join(filter(None, KINDS[kind]))
        raise MappingError(f"“{name[:40]}” can become {known}.")
    if becomes == "section" and len(value) > 80:
        raise MappingError("a section's name has at most 80 characters.")
    mapping.add(kind, name, becomes, value)


def _set(mapping, name, value):
    if name not in SETTINGS:
        raise MappingError(f"there is no setting “{name[:40]}”.")
    if name == "time_zone":
        try:
            ZoneInfo(value)
        except (ValueError, OSError, KeyError):
            raise MappingError(f"there is no time zone “{value[:40]}”.") from None
    if value:
        setattr(mapping, name, value[:80])


def write(mapping, rows):
    """A mapping as CSV, for an editor to change.

    `rows` are (kind, name, becomes, value) of all that the export has.
    """
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["kind", "name", "becomes", "value"])
    writer.writerow(["setting", "default_section", "", mapping.default_section])
    writer.writerow(
        ["setting", "time_zone", "", mapping.time_zone or settings.TIME_ZONE]
    )
    writer.writerows([text.inert(cell) for cell in row] for row in rows)
    return out.getvalue()


class Categories:
    """What each category of an export becomes: by its row, else the usual way.

    The usual way: the twelve categories at the top that most stories are in are
    sections, those below them lead to the section of the one above and are tags as
    well, and what is left are tags.
    """

    def __init__(self, mapping, terms, counts):
        """`terms`: slug to (name, slug of the one above); `counts`: slug to stories."""
        self.mapping, self.terms = mapping, terms
        tops = {self._top(slug) for slug in terms} - UNSORTED
        totals = dict.fromkeys(tops, 0)
        for slug, count in counts.items():
            if (top := self._top(slug)) in totals:
                totals[top] += count
        most = sorted(totals, key=lambda top: (-totals[top], top))[:MOST_SECTIONS]
        self._sections = {top for top in most if totals[top]}

    def _top(self, slug):
        seen = set()
        while slug in self.terms and (parent := self.terms[slug][1]):
            if parent in seen or parent not in self.terms:
                break
            seen.add(slug)
            slug = parent
        return slug

    def becomes(self, slug, name=""):
        """(what it becomes, name of the section or tag) of one category."""
        name = self.terms.get(slug, (name, ""))[0] or name or slug
        if rule := self.mapping.rule("category", slug, name):
            return rule[0], rule[1] or name
        if slug in UNSORTED:
            return "nothing", ""
        if slug in self._sections:
            return "section", name[:80]
        return "tag", name

    def section_above(self, slug):
        """The name of the section that the category at its top becomes, or ""."""
        top = self._top(slug)
        becomes, name = self.becomes(top)
        return name if top != slug and becomes == "section" else ""
