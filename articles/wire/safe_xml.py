"""XML of strangers as a tree: no entities, nothing fetched, no depth bomb."""

from xml.etree.ElementTree import TreeBuilder
from xml.parsers import expat

from articles.wire.item import UnreadableItemError

MAX_DEPTH = 200


def parse(data, *, encoding=None):
    """The root element of bytes. Raises UnreadableItemError.

    A document type may stand there, as NITF has one; entities that it declares may not
    (CWE-776), and none is ever loaded from elsewhere (CWE-611).
    """
    builder = TreeBuilder()
    parser = expat.ParserCreate(encoding, namespace_separator="}")
    parser.buffer_text = True
    depth = 0

    def refuse(*_):
        raise UnreadableItemError(
            "It declares entities of its own, which we never read."
        )

    def start(name, attributes):
        nonlocal depth
        depth += 1
        if depth > MAX_DEPTH:
            raise UnreadableItemError("Its elements are nested too deeply.")
        named = {_name(key): value for key, value in attributes.items()}
        builder.start(_name(name), named)

    def end(name):
        nonlocal depth
        depth -= 1
        builder.end(_name(name))

    parser.EntityDeclHandler = refuse
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = builder.data
    try:
        parser.Parse(data, True)  # noqa: FBT003 - the last portion
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise UnreadableItemError(f"It is no whole XML: {error}.") from error
    return builder.close()


# What feeds put beside elements of the same name.
_PREFIXES = {
    "http://search.yahoo.com/mrss/": "media_",
    "http://search.yahoo.com/mrss": "media_",
    "http://www.itunes.com/dtds/podcast-1.0.dtd": "itunes_",
}


def _name(name):
    """Without its namespace: agencies differ in those, and agree in the names."""
    space, _, own = name.rpartition("}")
    return _PREFIXES.get(space, "") + own


def words(element, path=""):
    """The text of an element, or of one below it, in one line; empty for none."""
    found = element.find(path) if path and element is not None else element
    return " ".join("".join(found.itertext()).split()) if found is not None else ""


def first_words(element, *paths):
    """The first of several places that says something."""
    return next(filter(None, (words(element, path) for path in paths)), "")
