"""NITF and XHTML bodies as our HTML; what is kept of it `HTMLField` decides."""

from html import escape

# NITF's element to ours; what is not named here gives its content alone.
_TAGS = {
    "p": "p", "hl2": "h2", "hedline": "h2", "h1": "h2", "h2": "h2", "h3": "h3",
    "h4": "h4", "ul": "ul", "ol": "ol", "li": "li", "bq": "blockquote",
    "blockquote": "blockquote", "em": "em", "i": "em", "b": "strong",
    "strong": "strong", "q": "q", "sub": "sub", "sup": "sup", "pre": "pre",
    "table": "table", "thead": "thead", "tbody": "tbody", "tr": "tr", "td": "td",
    "th": "th", "caption": "caption", "dl": "dl", "dt": "dt", "dd": "dd",
}  # fmt: skip
# Pictures, notes to editors, what a browser would run, and the head of a page.
_LEFT_OUT = {
    "media", "ednote", "note", "script", "style", "head", "object", "iframe",
    "body.head", "body.end",
}  # fmt: skip


def html_of(element):
    """The inside of an element as HTML."""
    if element is None:
        return ""
    parts = [escape(element.text or "", quote=False)]
    for child in element:
        parts += [_one(child), escape(child.tail or "", quote=False)]
    return "".join(parts).strip()


def _one(element):
    if element.tag in _LEFT_OUT:
        return ""
    inner = html_of(element)
    if element.tag == "br":
        return "<br>"
    if element.tag == "a" and (href := element.get("href")):
        return f'<a href="{escape(href)}">{inner}</a>'
    if tag := _TAGS.get(element.tag):
        return f"<{tag}>{inner}</{tag}>"
    return inner


def paragraphs(text):
    """Plain text as paragraphs: a blank line, or a line, begins a new one."""
    blocks = text.replace("\r", "").split("\n\n" if "\n\n" in text else "\n")
    return "".join(
        f"<p>{escape(' '.join(block.split()), quote=False)}</p>"
        for block in blocks
        if block.strip()
    )
