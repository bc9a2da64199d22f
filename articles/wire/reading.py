"""Bytes of any agency to NewsItems: the format is found out, never believed by name."""

import json

from articles.wire import feed, newsml_g2, ninjs, nitf, ritzau, safe_xml
from articles.wire.item import UnreadableItemError

MAX_BYTES = 5_000_000
_ROOTS = {
    "nitf": nitf.read,
    "RBNews": ritzau.read,
    "newsItem": newsml_g2.read,
    "newsMessage": newsml_g2.read,
    "packageItem": newsml_g2.read,
    "planningItem": newsml_g2.read,
    "conceptItem": newsml_g2.read,
    "knowledgeItem": newsml_g2.read,
    "catalogItem": newsml_g2.read,
    "rss": feed.read,
    "RDF": feed.read,
    "feed": feed.read,
}
_KNOWN = "NewsML-G2, NITF, ninjs, Ritzau, RSS, Atom and JSON Feed"


def read(data, *, encoding=None, adds_its_own=False):
    """(The NewsItems, the reasons of those refused) of a file or an answer.

    `encoding` overrules what an XML declaration says, for text decoded before; with
    `adds_its_own` ninjs is not held to its schema. Raises UnreadableItemError where the
    whole is none, and nothing else, however hostile the data is.
    """
    if len(data) > MAX_BYTES:
        raise UnreadableItemError("It is larger than 5 MB.")
    start = data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if not start:
        raise UnreadableItemError("It is empty.")
    if start in b"{[":
        found = _json(data)
        if isinstance(found, dict) and feed.JSON_FEED in str(found.get("version")):
            return feed.read_json(found)
        return ninjs.read(found, adds_its_own=adds_its_own)
    # Some templates write a blank line before the declaration.
    root = safe_xml.parse(data.lstrip(b" \t\r\n"), encoding=encoding)
    reader = _ROOTS.get(root.tag)
    if reader is None:
        raise UnreadableItemError(f"“{root.tag[:40]}” is none of {_KNOWN}.")
    return reader(root)


def _json(data):
    try:
        return json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise UnreadableItemError(f"It is no whole JSON: {error}.") from error
