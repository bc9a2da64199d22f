"""HTML of the two forms in which Ghost keeps texts: Lexical and Mobiledoc, as JSON."""

import json
from html import escape

# Lexical's formats of a text are bits of a number.
_FORMATS = [
    (1, "strong"), (2, "em"), (4, "s"), (16, "code"), (32, "sub"), (64, "sup"),
]  # fmt: skip
_MARKUPS = {
    "strong", "b", "em", "i", "s", "code", "sub", "sup", "a", "u", "del", "ins",
}  # fmt: skip
_MARKED_SECTIONS = {
    "p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "aside", "pull-quote",
}  # fmt: skip
# Cards that ask readers for something and have no text of the story.
_SILENT = {
    "paywall", "signup", "email", "email-cta", "cta", "call-to-action", "divider",
}  # fmt: skip


def _parsed(value):
    try:
        found = json.loads(value) if isinstance(value, str) else value
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def lexical_html(value, notes):
    """The HTML of a Lexical document; `notes` gets what had to be left out."""
    root = _parsed(value).get("root")
    return _children(root, notes, 0) if isinstance(root, dict) else ""


def _children(node, notes, depth):
    children = node.get("children")
    if not isinstance(children, list) or depth > 40:
        return ""
    return "".join(
        _node(child, notes, depth + 1) for child in children if isinstance(child, dict)
    )


def _node(node, notes, depth):
    kind = str(node.get("type", "")).removeprefix("extended-")
    if kind == "text":
        return _formatted(node)
    if kind == "linebreak":
        return "<br>"
    if kind in ("link", "autolink"):
        return f'<a href="{_at(node, "url")}">{_children(node, notes, depth)}</a>'
    element = {
        "paragraph": "p", "quote": "blockquote", "aside": "blockquote",
        "listitem": "li",
    }.get(kind)  # fmt: skip
    if kind == "heading":
        element = node.get("tag") if node.get("tag") in _MARKED_SECTIONS else "h2"
    if kind == "list":
        element = "ol" if node.get("listType") == "number" else "ul"
    inner = _children(node, notes, depth)
    if element:
        return f"<{element}>{inner}</{element}>"
    return card_html(kind, node, notes) or inner


def _formatted(node):
    words = escape(str(node.get("text", "")), quote=False)
    bits = node.get("format")
    for bit, element in _FORMATS:
        if isinstance(bits, int) and bits & bit:
            words = f"<{element}>{words}</{element}>"
    return words


def _at(values, key):
    value = values.get(key)
    return escape(value) if isinstance(value, str) else ""


def _raw(values, key):
    value = values.get(key)
    return value if isinstance(value, str) else ""


def card_html(kind, card, notes):
    """The HTML of one card, such as a picture, an embed or a box of HTML."""
    kind = kind.replace("_", "-").removeprefix("card-")
    if kind in _CARDS:
        return _CARDS[kind](card)
    if kind == "markdown":
        notes.append("a card of Markdown was taken in as plain text")
        parts = _raw(card, "markdown").split("\n\n")
        return "".join(f"<p>{escape(part)}</p>" for part in parts)
    if kind in ("embed", "video", "audio", "bookmark", "file"):
        return _elsewhere(kind, card)
    if kind and kind not in _SILENT and kind != "root":
        notes.append(f"a card of the kind “{kind[:40]}” was left out")
    return ""


def _gallery(card):
    images = card.get("images")
    images = images if isinstance(images, list) else []
    return "".join(_image(one) for one in images if isinstance(one, dict))


def _image(card):
    caption = _raw(card, "caption")
    words = f"<figcaption>{caption}</figcaption>" if caption else ""
    source = _at(card, "src")
    return f'<figure><img src="{source}" alt="{_at(card, "alt")}">{words}</figure>'


def _elsewhere(kind, card):
    metadata = card.get("metadata") if isinstance(card.get("metadata"), dict) else {}
    address = _at(card, "url") or _at(card, "src")
    if not address:
        return _raw(card, "html")
    if kind in ("video", "audio"):
        return f'<{kind} src="{address}"></{kind}>'
    words = _at(card, "caption") or _at(metadata, "title") or _at(card, "fileName")
    if kind == "embed":
        link = f'<a href="{address}">{words or address}</a>'
        return f'<div data-embed="{address}">{link}</div>'
    return f'<p><a href="{address}">{words or address}</a></p>'


_CARDS = {
    "image": _image,
    "gallery": _gallery,
    "html": lambda card: _raw(card, "html"),
    "code": lambda card: f"<pre><code>{_at(card, 'code')}</code></pre>",
    "codeblock": lambda card: f"<pre><code>{_at(card, 'code')}</code></pre>",
    "hr": lambda card: "<hr>",
    "horizontalrule": lambda card: "<hr>",
    "callout": lambda card: (
        f"<blockquote><p>{_raw(card, 'calloutText')}</p></blockquote>"
    ),
    "toggle": lambda card: f"<h3>{_raw(card, 'heading')}</h3>{_raw(card, 'content')}",
    "button": lambda card: (
        f'<p><a href="{_at(card, "buttonUrl")}">{_at(card, "buttonText")}</a></p>'
    ),
    "header": lambda card: (
        f"<h2>{_raw(card, 'header')}</h2><p>{_raw(card, 'subheader')}</p>"
    ),
}


# Mobiledoc 0.3 ------------------------------------------------------------------------


def mobiledoc_html(value, notes):
    """The HTML of a Mobiledoc document; `notes` gets what had to be left out."""
    document = _parsed(value)
    sections = document.get("sections")
    out = []
    for section in sections if isinstance(sections, list) else []:
        try:
            out.append(_section(document, section, notes))
        except (IndexError, TypeError, ValueError, KeyError, AttributeError):
            notes.append("a part of the text could not be read")
    return "".join(out)


def _section(document, section, notes):
    kind = section[0]
    if kind == 1:
        element = section[1].lower()
        inner = _markers(document, section[2])
        if element not in _MARKED_SECTIONS or element in ("aside", "pull-quote"):
            element = "blockquote"
        return f"<{element}>{inner}</{element}>"
    if kind == 2:
        return f'<figure><img src="{escape(section[1])}" alt=""></figure>'
    if kind == 3:
        element = "ol" if section[1] == "ol" else "ul"
        items = "".join(f"<li>{_markers(document, item)}</li>" for item in section[2])
        return f"<{element}>{items}</{element}>"
    if kind == 10:
        name, values = document["cards"][section[1]]
        return card_html(str(name), values if isinstance(values, dict) else {}, notes)
    return ""


def _markers(document, markers):
    out, opened = [], []
    for kind, opening, closing, value in markers:
        for number in opening:
            tag, *attributes = document["markups"][number]
            tag = tag.lower()
            if tag not in _MARKUPS:
                tag = "span"
            pairs = attributes[0] if attributes else []
            named = dict(zip(pairs[::2], pairs[1::2], strict=False))
            href = f' href="{escape(named["href"])}"' if "href" in named else ""
            out.append(f"<{tag}{href}>")
            opened.append(tag)
        if kind == 0:
            out.append(escape(value, quote=False))
        else:
            name, words, *_ = document["atoms"][value]
            out.append("<br>" if name == "soft-return" else escape(str(words)))
        out += [f"</{opened.pop()}>" for _ in range(closing)]
    return "".join(out)
