"""ninjs of IPTC, 1.0 to 3.x, with the spellings that agencies' systems use for it.

Properties that we do not know are left alone, because agencies add their own. What we
read must have the type that the standard gives it.
"""

from articles.wire import markup
from articles.wire.item import (
    NewsItem,
    UnreadableItemError,
    WirePicture,
    check,
    collect,
    line,
    moment,
    short_code,
    urgency,
)

PUB_STATUSES = {"usable", "withheld", "canceled", "cancelled"}
_TEXTS = {"", "text", "composite"}
_LARGEST_FIRST = ("baseimage", "main", "original", "hires", "viewimage")


def read(data):
    """`item.collect` of a JSON value: a document, a list of them, or `{items: […]}`."""
    if isinstance(data, dict):
        for name in ("items", "_items"):
            if isinstance(data.get(name), list):
                data = data[name]
                break
    documents = data if isinstance(data, list) else [data]
    if not documents:
        raise UnreadableItemError("The list is empty.")
    return collect(_item, documents)


class _Document:
    """A JSON object asked without regard to the case of its names (3.0 changed it)."""

    def __init__(self, values):
        if not isinstance(values, dict):
            raise UnreadableItemError("A document must be a JSON object.")
        self.values = {str(name).lower(): value for name, value in values.items()}

    def get(self, name, kind, default):
        value = self.values.get(name)
        if value is None:
            return default
        if not isinstance(value, kind) or isinstance(value, bool):
            raise UnreadableItemError(f"“{name}” is of the wrong type.")
        return value

    def text(self, *names):
        found = (self.get(name, str, "").strip() for name in names)
        return next(filter(None, found), "")

    def rows(self, name):
        value = self.values.get(name)
        if isinstance(value, dict):  # 1.x keyed associations and renditions by name
            value = [
                {"name": key, **row} if isinstance(row, dict) else row
                for key, row in value.items()
            ]
        if value is None:
            return []
        if not isinstance(value, list):
            raise UnreadableItemError(f"“{name}” is of the wrong type.")
        return [_Document(row) for row in value]


def _item(values):
    document = _Document(values)
    guid = line(document.text("uri", "guid"))
    if not guid:
        raise UnreadableItemError("It has no uri, by which versions are known.")
    kind = document.text("type").lower()
    if kind not in _TEXTS or "eventdetails" in document.values:
        raise UnreadableItemError(f"It is of type {kind or 'event'}, not a text.")
    pub_status = (document.text("pubstatus") or "usable").lower()
    if pub_status not in PUB_STATUSES:
        raise UnreadableItemError(f"“{pub_status}” is no pubStatus.")
    version = document.get("version", (str, int), "")
    found = NewsItem(
        guid=guid,
        version=line(str(version), 40),
        headline=_headline(document),
        standfirst=_standfirst(document),
        body=_body(document),
        byline=_byline(document),
        dateline=line(document.text("located"), 120),
        language=document.text("language"),
        slugline=line(document.text("slugline"), 120),
        keywords=[
            line(name, 80)
            for name in (row.text("name") for row in _subjects(document))
            if name
        ],
        provider=_provider(document),
        ed_note=document.text("ednote"),
        copyright_notice=line(document.text("copyrightnotice", "copyrightholder")),
        usage_terms=line(document.text("usageterms"), 1000),
        pub_status="canceled" if pub_status == "cancelled" else pub_status,
        signals=[short_code(row.text("name", "qcode")) for row in _signals(document)],
        urgency=urgency(document.get("urgency", (int, str), None)),
        version_created_at=moment(document.text("versioncreated")),
        embargoed_until=moment(document.text("embargoed", "embargoeduntil")),
        expires_at=moment(document.text("expires")),
        pictures=_pictures(document),
    )
    return check(found)


def _subjects(document):
    return [*document.rows("subjects"), *document.rows("subject")]


def _signals(document):
    return document.rows("signals") if "signals" in document.values else []


def _headline(document):
    several = [row.text("value") for row in document.rows("headlines")]
    found = document.text("headline") or next(filter(None, several), "")
    return line(found or document.text("title"))


def _standfirst(document):
    several = [
        row.text("value")
        for row in document.rows("descriptions")
        if row.text("contenttype") in {"", "text/plain"}
    ]
    return line(
        document.text("description_text") or next(filter(None, several), ""), 600
    )


def _body(document):
    if found := document.text("body_html", "body_xhtml"):
        return found
    rows = document.rows("bodies")
    for row in rows:
        if "html" in row.text("contenttype"):
            return row.text("value")
    plain = [row.text("value") for row in rows if "xml" not in row.text("contenttype")]
    return markup.paragraphs(document.text("body_text") or next(iter(plain), ""))


def _byline(document):
    if found := document.text("byline", "by"):
        return [line(found, 120)]
    authors = [row.text("name") for row in document.rows("authors")]
    return [line(name, 120) for name in authors if name]


def _provider(document):
    names = [row.text("name") for row in document.rows("infosources")]
    return line(document.text("source") or next(filter(None, names), ""), 120)


def _pictures(document):
    found = []
    for row in document.rows("associations"):
        if row.text("type").lower() not in {"picture", "graphic"}:
            continue
        hrefs = {
            rendition.text("name").lower(): rendition.text("href")
            for rendition in row.rows("renditions")
            if rendition.text("href")
        }
        if not hrefs:
            continue
        name = next((name for name in _LARGEST_FIRST if name in hrefs), min(hrefs))
        found.append(
            WirePicture(
                hrefs[name],
                caption=_standfirst(row) or _headline(row),
                credit_line=line(row.text("byline", "by", "copyrightholder"), 200),
                copyright_notice=line(row.text("copyrightnotice", "copyrightholder")),
                usage_terms=line(row.text("usageterms"), 1000),
            )
        )
    return found
