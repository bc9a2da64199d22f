"""The XML of Ritzau, the Danish agency: one `RBNews` element a story."""

from articles.wire import markup
from articles.wire.item import (
    NewsItem,
    UnreadableItemError,
    check,
    collect,
    line,
    moment,
    urgency,
)
from articles.wire.safe_xml import words


def read(root):
    """`item.collect` of an `RBNews` element."""
    return collect(_item, [root])


def _item(root):
    guid = line(words(root, "NewsID"))
    if not guid:
        raise UnreadableItemError("It has no NewsID, by which versions are known.")
    content = root.find("content")
    body = "".join(content.itertext()) if content is not None else ""
    is_canceled = words(root, "Annuleret").lower() == "true"
    return check(
        NewsItem(
            guid=guid,
            version=line(words(root, "version"), 40),
            headline=line(words(root, "headline")),
            standfirst=line(words(root, "subtitle"), 600),
            body=body if "<" in body else markup.paragraphs(body),
            byline=[name] if (name := line(words(root, "byLine"), 120)) else [],
            dateline=line(words(root, "town"), 120),
            language="da",
            slugline=line(words(root, "strapline"), 120),
            provider="Ritzau",
            ed_note=words(root, "TilRedaktionen"),
            pub_status="canceled" if is_canceled else "usable",
            urgency=urgency(words(root, "Priority")),
            version_created_at=moment(words(root, "PublishDate")),
        )
    )
