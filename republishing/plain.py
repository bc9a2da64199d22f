"""Article HTML as plain text that people read: paragraphs, lists, tables, links."""

import re
from html.parser import HTMLParser

_BLANK_LINES = re.compile(r"\n{3,}")

_BLOCKS = {
    "p", "h2", "h3", "h4", "blockquote", "pre", "ul", "ol", "dl", "table", "caption",
    "figure", "aside", "section", "div", "hr",
}  # fmt: skip
_LINES = {"li", "tr", "dt", "dd", "figcaption", "br"}


class _Reader(HTMLParser):
    def __init__(self):
        super().__init__()
        self.parts = []
        self.lists = []
        self.hrefs = []
        self.is_preformatted = False

    def handle_starttag(self, tag, attrs):
        if tag in _BLOCKS:
            self._break("\n" if self.lists and tag in {"ul", "ol", "p"} else "\n\n")
        elif tag in _LINES:
            self._break("\n")
        if tag in {"ul", "ol"}:
            start = dict(attrs).get("start") or "1"
            self.lists.append(int(start) if tag == "ol" and start.isdigit() else None)
        elif tag == "li" and self.lists:
            self._item()
        elif tag in {"td", "th"} and self.parts and not self.parts[-1].endswith("\n"):
            self.parts.append(" | ")
        elif tag == "hr":
            self.parts.append("* * *")
        elif tag == "a":
            self.hrefs.append((dict(attrs).get("href"), len(self.parts)))
        elif tag == "pre":
            self.is_preformatted = True

    def handle_endtag(self, tag):
        if tag in {"ul", "ol"} and self.lists:
            self.lists.pop()
        elif tag == "pre":
            self.is_preformatted = False
        elif tag == "a" and self.hrefs:
            href, start = self.hrefs.pop()
            words = "".join(self.parts[start:]).strip()
            if href and href != words:
                self.parts.append(f" ({href.removeprefix('mailto:')})")
        if tag in _BLOCKS:
            self._break("\n" if self.lists else "\n\n")

    def handle_data(self, data):
        if self.is_preformatted:
            self.parts.append(data)
            return
        words = " ".join(data.split())
        if not words:
            self.parts.append(" " if data else "")
            return
        before = " " if data[0].isspace() else ""
        after = " " if data[-1].isspace() else ""
        self.parts.append(f"{before}{words}{after}")

    def _item(self):
        number = self.lists[-1]
        indent = "  " * (len(self.lists) - 1)
        if number is None:
            self.parts.append(f"{indent}- ")
        else:
            self.parts.append(f"{indent}{number}. ")
            self.lists[-1] = number + 1

    def _break(self, line):
        self.parts.append(line)


def to_plain(value):
    """The words of clean HTML, one blank line between its blocks."""
    reader = _Reader()
    reader.feed(value)
    reader.close()
    text = "\n".join(line.rstrip() for line in "".join(reader.parts).split("\n"))
    return _BLANK_LINES.sub("\n\n", text).strip("\n")
