"""Paragraphs of WordPress's classic editor, which stored none.

A blank line begins a paragraph, a line break inside one is a break: the rules of
WordPress's `wpautop`, as far as readers can see a difference.
"""

import re

_BLOCKS = (
    "table|thead|tfoot|caption|colgroup|tbody|tr|td|th|div|dl|dd|dt|ul|ol|li|pre|form|"
    "blockquote|address|p|h[1-6]|hr|section|article|aside|header|footer|nav|figure|"
    "figcaption|details|summary|iframe|video|audio|object|center"
)
_BLOCK = re.compile(rf"(</?(?:{_BLOCKS})\b[^>]*>)", re.IGNORECASE)
_KEPT = re.compile(
    r"<(pre|script|style|textarea)\b[^>]*>.*?</\1\s*>", re.IGNORECASE | re.DOTALL
)
_BREAKS = re.compile(r"\n\s*\n+")
_DOUBLE_BR = re.compile(r"<br\s*/?>\s*<br\s*/?>", re.IGNORECASE)
_OPENS = re.compile(rf"</?(?:{_BLOCKS})\b", re.IGNORECASE)
_IS_BLOCK = re.compile(rf"\s*(?:</?(?:{_BLOCKS})\b[^>]*>\s*)+", re.IGNORECASE)
_TEXTUAL = "p|h[1-6]|li|td|th|dt|dd|figcaption|caption"
_AFTER_OPENING = re.compile(rf"(<(?:{_TEXTUAL})\b[^>]*>)\n", re.IGNORECASE)
_BEFORE_CLOSING = re.compile(rf"\n(</(?:{_TEXTUAL})>)", re.IGNORECASE)
_MARK = "\x02{}\x03"
_MARKED = re.compile("\x02(\\d+)\x03")
_INNER_BREAK = re.compile(r"(?<!>)[ \t]*\n[ \t]*|(?<=[a-z/]>)[ \t]*\n[ \t]*(?=[^<\s])")


def autop(value):
    """The text with paragraphs as elements; what has them already stays as it is."""
    value = value.replace("\r\n", "\n").replace("\r", "\n")
    kept = []

    def keep(match):
        kept.append(match[0])
        mark = _MARK.format(len(kept) - 1)
        return f"\n\n{mark}\n\n" if match[1].lower() == "pre" else mark

    value = _KEPT.sub(keep, value.replace("\x02", "").replace("\x03", ""))
    value = _DOUBLE_BR.sub("\n\n", value)
    if _OPENS.search(value):
        value = _BLOCK.sub(r"\n\n\1\n\n", value)
    out = []
    depth = 0
    for piece in filter(None, map(str.strip, _BREAKS.split(value))):
        if _MARKED.fullmatch(piece) or _IS_BLOCK.fullmatch(piece):
            depth += _inline_depth(piece)
            out.append(piece)
        elif depth > 0:
            out.append(_broken(piece))
        else:
            out.append(f"<p>{_broken(piece)}</p>")
    found = _AFTER_OPENING.sub(r"\1", "\n".join(out))
    found = _BEFORE_CLOSING.sub(r"\1", found)
    return _MARKED.sub(lambda match: kept[int(match[1])], found)


# Inside these a text is no paragraph of its own.
_NO_PARAGRAPH = re.compile(
    r"<(/?)(p|li|td|th|dt|dd|h[1-6]|caption|figcaption|figure|summary|address"
    r"|iframe|video|audio|object)\b[^>]*?(/?)>",
    re.IGNORECASE,
)


def _inline_depth(piece):
    depth = 0
    for closing, _, closed in _NO_PARAGRAPH.findall(piece):
        if not closed:
            depth += -1 if closing else 1
    return depth


def _broken(piece):
    return _INNER_BREAK.sub("<br>\n", piece) if "\n" in piece else piece
