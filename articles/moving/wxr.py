"""Reading WordPress's export format (WXR 1.0 to 1.2) as a stream.

The file is RSS 2.0 with WordPress's own elements. Only one item is held in memory.
A document type is refused, and with it every entity that a file could declare
(CWE-611, CWE-776); nothing outside the file is ever read.
"""

import codecs
import re
from html.entities import html5
from xml.parsers import expat

CHUNK_BYTES = 256 * 1024
MAX_TEXT = 8 * 1024 * 1024  # characters of one element
MAX_META = 64 * 1024
MAX_DEPTH = 40

# What expat takes, but neither XML 1.0 nor a database: old comments hold such.
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
# The same as bytes, which are far quicker to leave out; UTF-8 uses none of them.
_CONTROL_BYTES = bytes({*range(9), 11, 12, *range(14, 32)})
_NO_CHARACTERS = ("\ufffe", "\uffff")
_DECLARED = re.compile(rb"<\?xml[^>]*?encoding=[\"']([A-Za-z0-9._-]+)[\"']")
_VERSION = re.compile(r"1\.\d{1,2}")

# From an element of an item to its key.
_ITEM = {
    "title": "title", "link": "link", "guid": "guid", "pubDate": "pub_date",
    "dc:creator": "creator", "wp:author": "creator", "content:encoded": "content",
    "excerpt:encoded": "excerpt", "wp:post_id": "id", "wp:post_date": "date",
    "wp:post_date_gmt": "date_gmt", "wp:post_modified_gmt": "modified_gmt",
    "wp:post_name": "name", "wp:status": "status", "wp:post_parent": "parent",
    "wp:post_type": "type", "wp:post_password": "password",
    "wp:is_sticky": "sticky", "wp:attachment_url": "url",
}  # fmt: skip
_CHANNEL = {
    "title": "title", "link": "link", "language": "language",
    "wp:wxr_version": "version", "wp:base_site_url": "site_url",
    "wp:base_blog_url": "blog_url",
}  # fmt: skip
_AUTHOR = {
    "wp:author_login": "login", "wp:author_email": "email",
    "wp:author_display_name": "name", "wp:author_first_name": "first",
    "wp:author_last_name": "last",
}  # fmt: skip
_TERM = {
    "wp:category_nicename": "slug", "wp:category_parent": "parent",
    "wp:cat_name": "name", "wp:category_description": "description",
    "wp:tag_slug": "slug", "wp:tag_name": "name", "wp:tag_description": "description",
    "wp:term_slug": "slug", "wp:term_name": "name", "wp:term_parent": "parent",
    "wp:term_taxonomy": "taxonomy", "wp:term_description": "description",
    "wp:term_id": "id",
}  # fmt: skip
# Kinds of item whose texts are kept even where texts are passed over.
_SHORT = {"wp_block", "attachment"}
_BLOCKS = {
    "wp:category": ("category", _TERM),
    "wp:tag": ("post_tag", _TERM),
    "wp:term": ("", _TERM),
    "wp:author": ("author", _AUTHOR),
}


class FormatError(ValueError):
    """The file is not what it should be; the message says why, and in which line."""


class Reader:
    """Yields ("author" | "term" | "item", dict) from a binary file.

    `wanted_meta` are the custom fields to keep; without `with_text` the long texts of
    items are passed over. `is_lenient` reads what old plug-ins wrote and no XML parser
    takes: CDATA inside CDATA, a bare "&", the names of HTML's characters. Raises
    FormatError, at the place where reading stopped.
    """

    def __init__(self, file, *, wanted_meta=(), with_text=True, is_lenient=False):
        self.channel = {}
        self.comment_count = 0
        self.replaced_count = 0
        self.encoding = ""
        self.bytes_read = 0
        self._file = file
        self._meta = frozenset(wanted_meta)
        self._with_text = with_text
        self._mender = _Mender() if is_lenient else None
        self._out = []
        self._stack = []
        self._item = self._block = self._fields = None
        self._text = self._key = None
        self._skip_until = 0
        self._is_export = False

    def __iter__(self):
        parser = self._parser = expat.ParserCreate("utf-8")
        parser.buffer_text = True
        parser.buffer_size = 256 * 1024
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._chars
        parser.StartDoctypeDeclHandler = self._doctype
        try:
            for text in self._texts():
                parser.Parse(text, False)  # noqa: FBT003 - expat's signature
                yield from self._out
                self._out.clear()
            parser.Parse("", True)  # noqa: FBT003
            yield from self._out
        except expat.ExpatError as error:
            # What was read whole before the fault counts.
            yield from self._out
            reason = expat.ErrorString(error.code)
            raise FormatError(
                f"line {error.lineno}: the file is not well-formed XML ({reason})."
            ) from error
        if not self._is_export:
            raise FormatError(
                "This is not a WordPress export: nothing of WordPress is in it."
            )

    def _texts(self):
        """The file's characters, decoded as it says, without what XML forbids."""
        first = self._file.read(CHUNK_BYTES)
        if not first.strip():
            raise FormatError("The file is empty.")
        encoding = self.encoding = _encoding(first)
        decode = codecs.getincrementaldecoder(encoding)("replace").decode
        is_utf_8 = encoding.startswith("utf-8")
        chunk, is_first = first, True
        while chunk:
            self.bytes_read += len(chunk)
            text = decode(chunk.translate(None, _CONTROL_BYTES) if is_utf_8 else chunk)
            if is_first:
                text, is_first = text.lstrip("\ufeff \t\r\n"), False
                if not text.startswith("<"):
                    raise FormatError(
                        "line 1: this is no XML file, and no WordPress export."
                    )
                if re.match(r"<(?:!doctype\s+)?html\b", text, re.IGNORECASE):
                    raise FormatError("This is a web page, and no WordPress export.")
            self.replaced_count += text.count("\ufffd")
            if not is_utf_8 or any(one in text for one in _NO_CHARACTERS):
                text = _CONTROLS.sub("", text)
            yield self._mender.mend(text) if self._mender else text
            chunk = self._file.read(CHUNK_BYTES)
        if self._mender:
            yield self._mender.rest()

    def _doctype(self, *_):
        raise FormatError(
            f"line {self._parser.CurrentLineNumber}: the file has a document type "
            "(<!DOCTYPE>). A WordPress export has none, and it could name other files."
        )

    def _start(self, name, attributes):
        stack = self._stack
        stack.append(name)
        depth = len(stack)
        if self._skip_until:
            return
        if depth > MAX_DEPTH:
            raise FormatError(
                f"line {self._parser.CurrentLineNumber}: the file is nested too deeply."
            )
        if depth == 1:
            _check_root(name)
        self._is_export = self._is_export or name.startswith("wp:")
        if self._item is not None:
            self._start_in_item(name, attributes)
        elif self._block is not None:
            if name in self._fields:
                self._collect(self._fields[name])
        elif name == "item":
            self._item = {
                "categories": [],
                "meta": {},
                "comments": 0,
                "line": self._parser.CurrentLineNumber,
            }
        elif depth == 3 and name in _BLOCKS:
            kind, self._fields = _BLOCKS[name]
            self._block = {"taxonomy": kind}
        elif depth == 3 and name in _CHANNEL:
            self._collect(_CHANNEL[name])

    def _start_in_item(self, name, attributes):
        if name in _ITEM:
            self._collect(_ITEM[name])
        elif name == "category":
            self._domain = (attributes.get("domain"), attributes.get("nicename", ""))
            self._collect("category")
        elif name == "wp:comment":
            self._item["comments"] += 1
            self.comment_count += 1
            self._skip_until = len(self._stack)
        elif name == "wp:meta_key":
            self._collect("meta_key")
        elif name == "wp:meta_value" and self._meta_key in self._meta:
            self._collect("meta_value")

    _meta_key = ""

    def _collect(self, key):
        self._text, self._key, self._length = [], key, 0

    def _chars(self, data):
        if self._text is None or self._skip_until:
            return
        self._length += len(data)
        limit = MAX_META if self._key == "meta_value" else MAX_TEXT
        if self._length <= limit:
            self._text.append(data)
        elif self._item is not None and self._key in ("content", "excerpt"):
            self._item["is_too_long"] = True

    def _end(self, name):
        depth = len(self._stack)
        self._stack.pop()
        if self._skip_until:
            if depth == self._skip_until:
                self._skip_until = 0
            return
        if self._text is not None:
            text, key = "".join(self._text).strip(), self._key
            self._text = None
            self._keep(key, text)
        if name == "item" and self._item is not None:
            if not self._with_text and self._item.get("type") not in _SHORT:
                self._item.pop("content", None)
            self._out.append(("item", self._item))
            self._item = None
        elif self._block is not None and depth == 3:
            kind = "author" if name == "wp:author" else "term"
            self._out.append((kind, self._block))
            self._block = None

    def _keep(self, key, text):
        if self._item is not None:
            if key == "category":
                self._item["categories"].append((*self._domain, text))
            elif key == "meta_key":
                self._meta_key = text
            elif key == "meta_value":
                self._item["meta"][self._meta_key] = text
            elif text or key not in self._item:
                self._item[key] = text
        elif self._block is not None:
            self._block[key] = text
        else:
            self.channel.setdefault(key, text)
            if key == "version" and not _VERSION.fullmatch(text):
                raise FormatError(
                    f"line {self._parser.CurrentLineNumber}: this export says it is "
                    f"of version “{text[:20]}”; 1.0, 1.1 and 1.2 are known."
                )


def _check_root(name):
    if name != "rss":
        raise FormatError(
            f"This is not a WordPress export: it begins with <{name[:40]}>, "
            "and an export with <rss>."
        )


def _encoding(first):
    for mark, name in [
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ]:
        if first.startswith(mark):
            return name
    declared = _DECLARED.match(first.lstrip())
    name = declared[1].decode() if declared else "utf-8"
    try:
        codecs.lookup(name)
        first[:200].decode(name, "replace")
    except LookupError:
        return "utf-8"
    try:
        first.decode("utf-8")
    except UnicodeDecodeError as error:
        # The end of the chunk may cut a character in two.
        if error.start >= len(first) - 4:
            return "utf-8"
        return name if _is_mostly(first, name) else "cp1252"
    return "utf-8"  # what it is, whatever it says


def _is_mostly(first, name):
    """Whether more of its letters are what it says than are none at all."""
    text = first.decode(name, "replace")
    bad = text.count("\ufffd")
    return bad <= sum(not letter.isascii() for letter in text) - bad


_MENDED = re.compile(
    r"<!\[CDATA\[|&(?!(?:#\d{1,7}|#x[0-9a-fA-F]{1,6}|amp|lt|gt|quot|apos);)"
    r"(?:([a-zA-Z][a-zA-Z0-9]{1,30});)?"
)
_CDATA_END = re.compile(r"\]\]>(?=\s*<(?:/[a-zA-Z]|!\[CDATA\[))")


class _Mender:
    """Turns what WordPress's own importer reads into what an XML parser reads.

    A CDATA section ends where a tag follows; "]]>" before that is text.
    """

    HELD = 64  # characters kept back, which may be the begin of something

    def __init__(self):
        self._held, self._in_cdata = "", False

    def mend(self, text):
        text = self._held + text
        text, self._held = text[: -self.HELD], text[-self.HELD :]
        return self._mended(text)

    def rest(self):
        text, self._held = self._held, ""
        return self._mended(text)

    def _mended(self, text):
        # Where a pattern could run over the end, the rest waits for more text.
        out, at = [], 0
        whole = text + self._held
        while at < len(text):
            if self._in_cdata:
                end = _CDATA_END.search(whole, at)
                stop = end.start() if end and end.start() < len(text) else len(text)
                literal = text[at:stop]
                if stop == len(text) and self._held:
                    # The begin of an end, perhaps: it waits.
                    literal = literal.rstrip("]")
                    self._held = text[at + len(literal) :] + self._held
                    out.append(_literal(literal))
                    return "".join(out)
                out.append(_literal(literal))
                at = stop
                if end and end.start() < len(text):
                    out.append("]]>")
                    at = end.end()
                    self._in_cdata = False
            else:
                found = _MENDED.search(whole, at)
                if not found or found.start() >= len(text):
                    out.append(text[at:])
                    break
                out.append(text[at : found.start()])
                at = found.end()
                if found[0] == "<![CDATA[":
                    out.append(found[0])
                    self._in_cdata = True
                else:
                    out.append(_character(found))
        # What a pattern took beyond `text` is gone from the rest.
        self._held = whole[max(at, len(text)) :]
        return "".join(out)


def _literal(text):
    return text.replace("]]>", "]]]]><![CDATA[>")


def _character(found):
    known = html5.get(f"{found[1]};") if found[1] else None
    if known:
        return known.replace("&", "&amp;").replace("<", "&lt;")
    return "&amp;" + (f"{found[1]};" if found[1] else "")
