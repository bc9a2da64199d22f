"""NewsML-G2 of IPTC (2.x): `newsItem`, and `newsMessage` that carries several.

Pictures, films and sounds are items as well. Packages, planning and concept items are
no stories and are refused by name.
"""

from functools import partial

from articles.wire import markup, nitf
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
    whole,
)
from articles.wire.safe_xml import first_words, words
from newsroom.lib import text

_OTHER_ITEMS = {
    "packageItem": "a package of other items",
    "planningItem": "a plan for coverage",
    "conceptItem": "a concept",
    "knowledgeItem": "a list of concepts",
    "catalogItem": "a catalogue",
}
_PICTURES = {"picture", "graphic"}
_TEXTS = {"text", "composite"}
_KINDS = _PICTURES | {"audio", "video"}


def read(root):
    """`item.collect` of a `newsItem` or `newsMessage`. Raises UnreadableItemError."""
    if root.tag == "newsItem":
        return collect(partial(_item, pictures=[]), [root])
    if root.tag in _OTHER_ITEMS:
        raise UnreadableItemError(f"It is {_OTHER_ITEMS[root.tag]}, not a story.")
    items = [item for items in root.findall("itemSet") for item in items]
    items = [item for item in items if item.tag == "newsItem"]
    texts = [item for item in items if _item_class(item) in _TEXTS]
    if not items:
        raise UnreadableItemError("The message carries no news item.")
    if not texts:
        return collect(partial(_item, pictures=[]), items)
    # Beside texts, pictures are theirs.
    pictures = [item for item in items if _item_class(item) in _PICTURES]
    return collect(partial(_item, pictures=pictures), texts)


def _code(element):
    if element is None:
        return ""
    return short_code(
        element.get("qcode") or element.get("uri") or element.get("literal")
    )


def _item_class(item):
    return _code(item.find("itemMeta/itemClass")) or "text"


def _item(item, pictures):
    kind = _item_class(item)
    if kind not in _TEXTS | _KINDS:
        raise UnreadableItemError(f"It is of class {kind[:40]}, and no news item.")
    guid = line(item.get("guid"))
    if not guid:
        raise UnreadableItemError("It has no guid, by which versions are known.")
    found = NewsItem(guid=guid, version=line(item.get("version"), 40))
    found.language = item.get("lang") or ""
    _management(found, item)
    _content_meta(found, item)
    _body(found, item)
    _rights(found, item)
    if kind in _KINDS:
        _of_kind(found, item, kind)
    found.pictures += filter(None, map(_picture, pictures))
    return check(found)


def _of_kind(found, item, kind):
    """An item that is a picture, a film or a sound: where it lies, and its caption."""
    found.kind = kind
    caption = _caption(item)
    found.standfirst = line(caption, 600) or found.standfirst
    found.headline = found.headline or text.summary(caption, max_length=100)
    if kind in _PICTURES:
        found.pictures = list(filter(None, [_picture(item)]))
        return
    remote = item.findall("contentSet//remoteContent")
    hrefs = dict.fromkeys(filter(None, (one.get("href") for one in remote)))
    found.ed_note = "\n".join([found.ed_note, *list(hrefs)[:10]]).strip()


def _caption(item):
    return first_words(
        item,
        "contentMeta/description[@role='drol:caption']",
        "contentMeta/description",
    )


def _management(found, item):
    meta = item.find("itemMeta")
    if meta is None:
        return
    found.version_created_at = moment(words(meta, "versionCreated"))
    found.embargoed_until = moment(words(meta, "embargoed"))
    found.pub_status = _code(meta.find("pubStatus")) or "usable"
    found.signals = [_code(signal) for signal in meta.findall("signal")]
    notes = [*meta.findall("edNote"), *item.findall("contentMeta/edNote")]
    found.ed_note = "\n".join(filter(None, map(words, notes)))
    provider = meta.find("provider")
    found.provider = line(first_words(provider, "name"), 120) or line(
        (provider.get("qcode") or provider.get("literal") or "").rpartition(":")[2]
        if provider is not None
        else "",
        120,
    )


def _content_meta(found, item):
    meta = item.find("contentMeta")
    if meta is None:
        return
    found.headline = line(first_words(meta, "headline"))
    found.slugline = line(first_words(meta, "slugline"), 120)
    found.dateline = line(first_words(meta, "dateline", "located/name"), 120)
    found.urgency = urgency(words(meta, "urgency"))
    found.byline = [line(by, 120) for by in map(words, meta.findall("by")) if by]
    found.byline = found.byline or [
        line(name, 120)
        for name in (first_words(person, "name") for person in meta.findall("creator"))
        if name
    ]
    if not found.language and meta.find("language") is not None:
        found.language = meta.find("language").get("tag", "")
    summaries = [
        element
        for element in meta.findall("description")
        if short_code(element.get("role")) in {"", "summary", "lead", "abstract"}
    ]
    found.standfirst = line(words(summaries[0]), 600) if summaries else ""
    names = [*meta.findall("keyword"), *meta.findall("subject/name[1]")]
    found.keywords = [line(name, 80) for name in map(words, names) if name]


def _body(found, item):
    content = item.find("contentSet")
    if content is None:
        return
    for inline in content.findall("inlineXML"):
        for child in inline:
            if child.tag == "nitf":
                nitf.fill(found, child)
            elif child.tag == "html":
                found.headline = found.headline or line(words(child, "head/title"))
                found.body = found.body or markup.html_of(child.find("body"))
            elif child.tag in {"body", "div"}:
                found.body = found.body or markup.html_of(child)
    for inline in content.findall("inlineData"):
        if (inline.get("contenttype") or "text/plain").startswith("text/plain"):
            found.body = found.body or markup.paragraphs("".join(inline.itertext()))


def _rights(found, item):
    rights = item.find("rightsInfo")
    found.copyright_notice = line(
        first_words(rights, "copyrightNotice", "copyrightHolder/name")
    )
    found.usage_terms = line(
        " ".join(words(one) for one in item.findall("rightsInfo/usageTerms")), 1000
    )


def _picture(item):
    contents = [
        content
        for content in item.findall("contentSet/remoteContent")
        if (content.get("contenttype") or "image/").startswith("image/")
    ]
    contents = [content for content in contents if content.get("href")]
    if not contents:
        return None

    widest = max(contents, key=lambda content: whole(content.get("width")) or 0)
    return WirePicture(
        widest.get("href"),
        caption=_caption(item),
        credit_line=line(first_words(item, "contentMeta/creditline"), 200),
        copyright_notice=line(first_words(item, "rightsInfo/copyrightNotice")),
        usage_terms=line(words(item, "rightsInfo/usageTerms"), 1000),
    )
