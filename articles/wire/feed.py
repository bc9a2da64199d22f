"""RSS (0.9x, 1.0, 2.0), Atom and JSON Feed: what other publishers and offices announce.

An entry has no version: its id, or its address, is what it is known by, and only a
later time makes a new version of it. Words that are no markup stay words, addresses
that begin at the site's root are completed, and e-mail addresses of authors are left
behind.
"""

import hashlib
import re
from datetime import UTC
from email.utils import parsedate_to_datetime
from functools import partial
from html import escape, unescape
from urllib.parse import urljoin, urlsplit

from lxml import etree
from lxml import html as lxml_html

from articles.wire import markup
from articles.wire.item import (
    NewsItem,
    UnreadableItemError,
    WirePicture,
    check,
    collect,
    line,
    moment,
)
from articles.wire.safe_xml import words
from newsroom.lib import html

_IN_BRACKETS = re.compile(r"[^\s@]+@[^\s@]+\s*\((.+)\)")
_PICTURE_NAME = re.compile(r"\.(?:jpe?g|png|gif|webp|avif)$", re.IGNORECASE)
JSON_FEED = "://jsonfeed.org/version/"


def read(root):
    """`item.collect` of an `rss`, `RDF` or `feed` element."""
    if root.tag == "feed":
        return _collected(partial(_atom_entry, feed=root), root.findall("entry"))
    channel = root.find("channel")
    if channel is None:
        raise UnreadableItemError("The feed has no channel.")
    entries = [*channel.findall("item"), *root.findall("item")]
    return _collected(partial(_rss_item, channel=channel), entries)


def read_json(data):
    """`item.collect` of a JSON Feed."""
    entries = data.get("items")
    if not isinstance(entries, list):
        raise UnreadableItemError("The feed has no list of items.")
    return _collected(partial(_json_item, feed=data), entries)


def _collected(make, entries):
    # An empty feed is no fault: nothing is new today.
    return collect(make, entries) if entries else ([], [])


def _whole(found, *, id_there, feed_id, body, standfirst):
    """An entry with what follows of its parts; `body` and `standfirst` are HTML."""
    if not id_there:
        # Better known by its words than not at all.
        said = f"{found.headline}\n{body}\n{standfirst}"
        id_there = hashlib.sha256(said.encode()).hexdigest()[:32]
    if ":" not in id_there:  # "4711" is not the only one of its name
        id_there = f"{line(feed_id, 200)} {id_there}"
    found.guid = _short(id_there)
    text = body or standfirst
    if "<" not in text:
        text = markup.paragraphs(unescape(text))
    found.body = _completed(text, found.web_url)
    if body and standfirst:
        short = " ".join(html.clean_to_text(standfirst).split())
        found.standfirst = line(short, 600)
    if not found.pictures:
        found.pictures = _pictures_in(found.body)
    said = [found.headline, found.standfirst, found.body, *map(str, found.pictures)]
    found.version = hashlib.sha256("\n".join(said).encode()).hexdigest()[:16]
    found.is_versioned_by_time = True
    return check(found)


def _short(guid):
    if len(guid) <= 300:
        return line(guid)
    return line(guid[:230]) + " " + hashlib.sha256(guid.encode()).hexdigest()


# RSS --------------------------------------------------------------------------------


def _rss_item(item, channel):
    site = _web(words(channel, "link"))
    guid = item.find("guid")
    id_there = words(guid)
    link = _first_text(item, "link") or (
        id_there
        if guid is not None and guid.get("isPermaLink", "true") != "false"
        else ""
    )
    found = NewsItem(
        guid="",
        headline=line(_plain(_first_text(item, "title"))),
        byline=_names([*item.findall("creator"), *item.findall("author")]),
        language=words(item, "language") or words(channel, "language"),
        keywords=_keywords(words(one) for one in item.findall("category")),
        provider=line(words(item, "source") or words(channel, "title"), 120),
        copyright_notice=line(
            words(item, "rights")
            or words(item, "media_copyright")
            or words(channel, "copyright")
            or words(channel, "rights")
        ),
        version_created_at=_time(
            words(item, "modified") or words(item, "pubDate") or words(item, "date")
        ),
        web_url=_web(link, site),
    )
    found.pictures = _rss_pictures(item)
    return _whole(
        found,
        id_there=id_there or item.get("about") or found.web_url,
        feed_id=site or words(channel, "title"),
        body=_inner(item, "encoded"),
        standfirst=_inner(item, "description") or _inner(item, "summary"),
    )


def _first_text(element, name):
    """The first that says something: atom:link stands beside link."""
    return next(filter(None, map(words, element.findall(name))), "")


def _inner(element, name):
    """The HTML of an element, whether it is escaped or stands there as elements."""
    found = element.find(name)
    if found is None:
        return ""
    return markup.html_of(found) if len(found) else (found.text or "").strip()


def _rss_pictures(item):
    media = [*item.iter("media_content")]
    credit = line(words(item, "media_credit") or words(item, ".//media_credit"), 200)
    caption = words(item, "media_description") or words(item, ".//media_description")
    hrefs = [
        one.get("url")
        for one in media
        if one.get("medium") == "image"
        or (one.get("type") or "").startswith("image/")
        or (not one.get("medium") and not one.get("type") and _is_picture(one))
    ]
    hrefs += [
        one.get("url")
        for one in item.findall("enclosure")
        if (one.get("type") or "").startswith("image/")
    ]
    hrefs = hrefs or [one.get("url") for one in item.iter("media_thumbnail")]
    hrefs += [one.get("href") for one in item.findall("itunes_image")]
    return _pictures(hrefs, caption=_plain(caption), credit_line=credit)


def _is_picture(element):
    return bool(_PICTURE_NAME.search(urlsplit(element.get("url") or "").path))


# Atom -------------------------------------------------------------------------------


def _atom_entry(entry, feed):
    base = entry.get("base") or feed.get("base") or ""
    site = _atom_link(feed, base)
    source = entry.find("source")
    authors = entry.findall("author") or (
        source.findall("author") if source is not None else []
    )
    authors = authors or feed.findall("author")
    found = NewsItem(
        guid="",
        headline=line(_plain(_atom_text(entry.find("title")))),
        byline=_names(name for one in authors for name in one.findall("name")),
        language=entry.get("lang") or feed.get("lang") or "",
        keywords=_keywords(
            one.get("label") or one.get("term") for one in entry.findall("category")
        ),
        provider=line(words(entry, "source/title") or words(feed, "title"), 120),
        copyright_notice=line(words(entry, "rights") or words(feed, "rights")),
        version_created_at=_time(
            words(entry, "updated")
            or words(entry, "modified")
            or words(entry, "published")
            or words(entry, "issued")
        ),
        web_url=_atom_link(entry, base or site),
    )
    enclosed = [
        urljoin(base, link.get("href") or "")
        for link in entry.findall("link")
        if link.get("rel") == "enclosure"
        and (link.get("type") or "").startswith("image/")
    ]
    found.pictures = _pictures(enclosed) or _rss_pictures(entry)
    return _whole(
        found,
        id_there=words(entry, "id") or found.web_url,
        feed_id=words(feed, "id") or site,
        body=_atom_text(entry.find("content")),
        standfirst=_atom_text(entry.find("summary"))
        or escape(words(entry, ".//media_description"), quote=False),
    )


def _atom_text(element):
    """The HTML of a text construct of Atom; of plain text as well."""
    if element is None:
        return ""
    kind = (element.get("type") or "text").lower()
    if len(element) or kind == "xhtml":
        return markup.html_of(element)
    text = (element.text or "").strip()
    if kind in {"html", "text/html"} or element.get("mode") == "escaped":
        return text
    if kind not in {"text", "text/plain"}:
        return ""
    return escape(text, quote=False)


def _atom_link(element, base):
    links = element.findall("link")
    pages = [one for one in links if one.get("rel", "alternate") == "alternate"]
    return next(filter(None, (_web(one.get("href"), base) for one in pages)), "")


# JSON Feed --------------------------------------------------------------------------


def _json_item(item, feed):
    if not isinstance(item, dict):
        raise UnreadableItemError("An item must be a JSON object.")

    def text(name, values=item):
        value = values.get(name)
        return str(value) if isinstance(value, str | int | float) else ""

    authors = item.get("authors") or item.get("author") or feed.get("authors") or []
    authors = authors if isinstance(authors, list) else [authors]
    tags = item.get("tags")
    names = [text("name", one) for one in authors if isinstance(one, dict)]
    found = NewsItem(
        guid="",
        headline=line(text("title")),
        byline=[line(name, 120) for name in names if name and "@" not in name],
        language=text("language") or text("language", feed),
        keywords=_keywords(tags if isinstance(tags, list) else []),
        provider=line(text("title", feed), 120),
        version_created_at=_time(text("date_modified") or text("date_published")),
        web_url=_web(text("url")) or _web(text("external_url")),
    )
    found.pictures = _pictures([text("image"), text("banner_image")])
    summary = text("summary")
    return _whole(
        found,
        id_there=text("id") or found.web_url,
        feed_id=text("home_page_url", feed) or text("feed_url", feed),
        body=text("content_html") or markup.paragraphs(text("content_text")),
        standfirst=escape(summary, quote=False),
    )


# Parts ------------------------------------------------------------------------------


def _plain(value):
    """Words of a title, which some escape once and some twice."""
    return html.clean_to_text(value) if "<" in value or "&" in value else value


def _names(elements):
    """Of "desk@example.org (Ada Moe)" the name; of a bare address nothing."""
    names = []
    for said in map(words, elements):
        found = _IN_BRACKETS.fullmatch(said)
        name = found[1] if found else said
        if name and "@" not in name:
            names.append(line(name, 120))
    return list(dict.fromkeys(names))


def _keywords(names):
    kept = [line(name, 80) for name in names if isinstance(name, str)]
    return list(dict.fromkeys(filter(None, kept)))


def _time(value):
    if found := moment(value):
        return found
    try:
        found = parsedate_to_datetime(value)
    except (ValueError, TypeError, OverflowError):
        return None
    found = found if found.tzinfo else found.replace(tzinfo=UTC)
    # `moment` bounds the year, whatever the zone.
    return moment(found.isoformat())


def _web(value, base=""):
    """A whole address of the web, or nothing."""
    value = (value or "").strip()
    try:
        found = urljoin(base, value) if value else ""
        parts = urlsplit(found)
    except ValueError:
        return ""
    is_web = parts.scheme in {"http", "https"} and parts.netloc
    return found if is_web and len(found) <= 500 else ""


def _pictures(hrefs, *, caption="", credit_line=""):
    kept = dict.fromkeys(filter(None, map(_web, hrefs)))
    return [
        WirePicture(href, caption=line(caption, 600), credit_line=credit_line)
        for href in kept
    ]


def _pictures_in(body):
    """The first picture of a text, where the feed names none beside it."""
    tree = _tree(body) if "<img" in body.lower() else None
    if tree is None:
        return []
    for image in tree.iter("img"):
        # A counting pixel is no picture.
        if {image.get("width"), image.get("height")} & {"0", "1"}:
            continue
        if found := _pictures([image.get("src")], caption=image.get("alt") or ""):
            return found
    return []


def _completed(body, base):
    """A text whose links and pictures are whole addresses."""
    if not base or not ("href" in body or "src" in body):
        return body
    tree = _tree(body)
    if tree is None:
        return body
    tree.make_links_absolute(base, resolve_base_href=False, handle_failures="discard")
    inner = lxml_html.tostring(tree, encoding="unicode")
    return inner.removeprefix("<div>").removesuffix("</div>")


def _tree(body):
    try:
        return lxml_html.fragment_fromstring(body, create_parent="div")
    except (etree.ParserError, ValueError):
        return None
