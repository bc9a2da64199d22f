"""NITF 3.x, the News Industry Text Format of IPTC, alone or inside NewsML-G2."""

from articles.wire import markup
from articles.wire.item import (
    NewsItem,
    UnreadableItemError,
    WirePicture,
    check,
    collect,
    line,
    moment,
    urgency,
)
from articles.wire.safe_xml import first_words, words


def read(root):
    """`item.collect` of an `nitf` element."""
    return collect(_item, [root])


def _item(root):
    head = root.find("head/docdata")
    doc_id = root.find("head/docdata/doc-id")
    du_key = root.find("head/docdata/du-key")
    guid = du_key.get("key") if du_key is not None else ""
    guid = guid or (doc_id.get("id-string") if doc_id is not None else "")
    if not guid:
        raise UnreadableItemError("It has no doc-id, by which versions are known.")
    found = NewsItem(guid=line(guid))
    if du_key is not None:
        found.version = line(du_key.get("version"), 40)
    found.language = root.get("baselang") or root.get("lang") or ""
    fill(found, root)
    if head is not None:
        _docdata(found, head)
    management = head.get("management-status", "") if head is not None else ""
    if management in {"canceled", "killed", "withdrawn"}:
        found.pub_status = "canceled"
    publication = root.find("head/pubdata")
    if publication is not None and not found.version_created_at:
        found.version_created_at = moment(publication.get("date.publication"))
    return check(found)


def fill(found, root):
    """Take headline, byline, body and pictures of an `nitf` element into an item."""
    body_head = "body/body.head/"
    found.headline = found.headline or line(
        first_words(root, f"{body_head}hedline/hl1", "head/title")
    )
    found.standfirst = found.standfirst or line(
        words(root, f"{body_head}abstract"), 600
    )
    found.byline = found.byline or [
        line(words(element), 120) for element in root.findall(f"{body_head}byline")
    ]
    found.dateline = found.dateline or line(
        first_words(root, f"{body_head}dateline/location", f"{body_head}dateline"), 120
    )
    found.provider = found.provider or line(words(root, f"{body_head}distributor"), 120)
    content = root.find("body/body.content")
    found.body = found.body or markup.html_of(content)
    if content is not None:
        found.pictures += filter(None, map(_picture, content.iter("media")))


def _docdata(found, head):
    def attribute(path, name):
        element = head.find(path)
        return element.get(name, "") if element is not None else ""

    found.version_created_at = moment(attribute("date.issue", "norm"))
    found.embargoed_until = moment(attribute("date.release", "norm"))
    found.expires_at = moment(attribute("date.expire", "norm"))
    found.ed_note = attribute("ed-msg", "info")
    found.urgency = urgency(attribute("urgency", "ed-urg"))
    found.slugline = line(attribute("fixture", "fix-id"), 120)
    holder = attribute("doc.copyright", "holder")
    year = attribute("doc.copyright", "year")
    found.copyright_notice = line(f"© {year} {holder}" if holder else "")
    found.usage_terms = line(attribute("doc.rights", "limitations"), 1000)
    keys = [key.get("key", "") for key in head.iter("keyword")]
    found.keywords = [line(key, 80) for key in keys if key.strip()]


def _picture(media):
    reference = media.find("media-reference")
    if media.get("media-type", "image") != "image" or reference is None:
        return None
    if not (href := reference.get("source")):
        return None
    return WirePicture(
        href,
        caption=words(media, "media-caption"),
        credit_line=line(words(media, "media-producer"), 200),
    )
