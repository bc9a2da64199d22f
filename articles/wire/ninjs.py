"""ninjs of IPTC, 1.0 to 3.x, with the spellings that agencies' systems use for it.

A document that has a `uri`, as IPTC asks, must follow IPTC's schema. One that has a
`guid` instead is of a newsroom system: properties that we do not know are left alone,
and what we read must have the type that the standard gives it.
"""

from functools import partial

from articles.wire import markup, ninjs_rules
from articles.wire.item import (
    KINDS,
    TEXT,
    NewsItem,
    UnreadableItemError,
    WirePicture,
    collect,
    line,
    moment,
    short_code,
    urgency,
)

_PICTURES = {"picture", "graphic"}
_CAPTIONS = ("caption", "text", "main", "")
_DATES = {
    "startdate": "Starts", "expectedstartdate": "Is expected to start",
    "enddate": "Ends", "expectedenddate": "Is expected to end",
}  # fmt: skip
_LARGEST_FIRST = ("baseimage", "main", "original", "hires", "viewimage")


def read(data, *, adds_its_own=False):
    """`item.collect` of a JSON value: a document, a list of them, or `{items: […]}`.

    With `adds_its_own` no document is held to the schema.
    """
    if isinstance(data, dict):
        for name in ("items", "_items"):
            if isinstance(data.get(name), list):
                data = data[name]
                break
    documents = data if isinstance(data, list) else [data]
    if not documents:
        raise UnreadableItemError("The list is empty.")
    return collect(partial(_item, adds_its_own=adds_its_own), documents)


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


def _item(values, *, adds_its_own):
    document = _Document(values)
    if "uri" in document.values and not adds_its_own:
        ninjs_rules.check(values)
    guid = line(document.text("uri", "guid"))
    if not guid:
        raise UnreadableItemError("It has no uri, by which versions are known.")
    pub_status = (document.text("pubstatus") or "usable").lower()
    if pub_status not in ninjs_rules.PUB_STATUSES:
        raise UnreadableItemError(f"“{pub_status}” is no pubStatus.")
    version = document.get("version", (str, int), "")
    found = NewsItem(
        guid=guid,
        kind=_kind(document),
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
    if found.kind in _PICTURES:
        found.standfirst = _caption(document)
        found.pictures = [*filter(None, [_picture(document)]), *found.pictures]
    elif found.kind != TEXT:
        # Films and sounds are not taken in: the note says where they lie.
        found.ed_note = "\n".join([found.ed_note, *_places(document)]).strip()
    return found


def _kind(document):
    if document.values.get("eventdetails"):
        return "event"
    kind = document.text("type").lower()
    return kind if kind in KINDS else TEXT


def _places(document):
    hrefs = [row.text("href") for row in document.rows("renditions")]
    details = document.values.get("eventdetails")
    dates = _Document(details).values.get("dates") if details else None
    dates = _Document(dates).values if dates else {}
    when = [
        f"{words}: {dates[name]}"
        for name, words in _DATES.items()
        if isinstance(dates.get(name), str)
    ]
    return [*when, *dict.fromkeys(filter(None, hrefs))][:10]


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
    rows = [*document.rows("infosources"), *document.rows("infosource")]
    names = [row.text("name") for row in rows]
    return line(document.text("source") or next(filter(None, names), ""), 120)


def _caption(document):
    """The words below a picture: agencies describe them in several roles."""
    plain = {
        row.text("role").lower(): row.text("value")
        for row in reversed(document.rows("descriptions"))
        if row.text("contenttype") in {"", "text/plain"}
    }
    found = next((plain[role] for role in _CAPTIONS if plain.get(role)), "")
    return line(document.text("description_text") or found, 600) or _standfirst(
        document
    )


def _pictures(document):
    rows = document.rows("associations")
    rows = [row for row in rows if row.text("type").lower() in _PICTURES]
    return list(filter(None, map(_picture, rows)))


def _picture(document):
    """The largest file of a picture with what is said of it, or None."""
    files = [
        row
        for row in document.rows("renditions")
        if row.text("href")
        and (row.text("contenttype", "mimetype") or "image/").startswith("image/")
    ]
    if not files:
        return None

    def rank(row):
        name = row.text("name").lower()
        width = row.values.get("width")
        return (
            width if isinstance(width, int | float) else 0,
            -_LARGEST_FIRST.index(name) if name in _LARGEST_FIRST else -99,
        )

    return WirePicture(
        max(files, key=rank).text("href"),
        caption=_caption(document) or _headline(document),
        credit_line=line(document.text("byline", "by", "copyrightholder"), 200),
        copyright_notice=line(document.text("copyrightnotice", "copyrightholder")),
        usage_terms=line(document.text("usageterms"), 1000),
    )
