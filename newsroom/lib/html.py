"""The one sanitiser of article HTML: what a body may hold, whoever wrote it."""

import re
from html import unescape
from urllib.parse import quote

import nh3
from django.core.exceptions import ValidationError
from django.utils.encoding import iri_to_uri
from django.utils.html import escape, strip_tags, urlize
from django.utils.safestring import mark_safe

from newsroom.lib.text import clean_text, without_controls

MAX_LENGTH = 300_000
MAX_DEPTH = 60

TAGS = {
    "p", "br", "h2", "h3", "h4", "strong", "em", "b", "i", "s", "sub", "sup", "code",
    "pre", "blockquote", "cite", "q", "ul", "ol", "li", "dl", "dt", "dd", "hr", "a",
    "abbr",
    "table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td",
    "figure", "figcaption", "aside", "div", "span", "bdi", "time", "mark",
}  # fmt: skip
ATTRIBUTES = {
    "*": {"lang", "dir"},
    "a": {"href", "title", "hreflang"},
    "abbr": {"title"},
    "ol": {"start", "reversed"},
    "th": {"scope", "colspan", "rowspan"},
    "td": {"colspan", "rowspan"},
    "blockquote": {"cite"},
    "q": {"cite"},
    "time": {"datetime"},
    "figure": {"data-picture", "data-size"},
    "div": {"data-embed"},
    "sup": {"data-footnote"},
}
CLASSES = {"aside": {"pullquote"}}
# How large a library picture runs; without one it is as wide as the text.
PICTURE_SIZES = {"wide", "full", "inset"}
SCHEMES = {"http", "https", "mailto", "tel"}

_VOID = {
    "br",
    "hr",
    "img",
    "input",
    "meta",
    "link",
    "wbr",
    "col",
    "source",
    "area",
    "embed",
}
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)\b[^>]*?(/?)>")
_CONTROLS = re.compile(
    r"[\s\x00-\x20\xad\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]"
)
_SKIPPED = "".join(map(chr, range(33))) + "\xa0\u200b\u2028\u2029\ufeff"
_SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*):")


# Python reads no number of some thousand digits, and no database holds one of twenty.
_NUMBER = re.compile(r"[0-9]{1,18}")
_LANGUAGE = re.compile(r"[a-zA-Z]{2,8}(?:-[a-zA-Z0-9]{1,8})*|")
# A day, a month, a year, a time, or a day and a time, as HTML writes them.
_TIME = re.compile(
    r"\d{4}(?:-\d{2}(?:-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?"
    r"(?:Z|[+-]\d{2}:?\d{2})?)?)?)?|\d{2}:\d{2}(?::\d{2})?",
    re.ASCII,
)
# Without one, its words would have to be a time themselves.
_TIMELESS = re.compile(
    r'<time((?: (?!datetime)[a-z]+="[^"]*")*)>((?:(?!</?time\b).)*)</time>', re.DOTALL
)
_NOT_IN_ADDRESS = re.compile(r'[\s"<>^`{|}]|%(?![0-9a-fA-F]{2})')


class CleanHTML(str):
    """HTML that `clean` has been over; it need not be cleaned twice."""

    __slots__ = ()


_LINK = re.compile(r'<a href="(https?)://[^"]*"(?: rel="nofollow")?>([^<]*)</a>')


def _depth(value):
    depth = deepest = 0
    for closing, name, closed in _TAG.findall(value):
        if name.lower() in _VOID or closed:
            continue
        depth += -1 if closing else 1
        depth = max(depth, 0)
        deepest = max(deepest, depth)
    return deepest


def _attribute_filter(tag, name, value):
    if name in {"href", "cite"}:
        # Browsers skip white space and controls around a scheme, the cleaner does not.
        value = value.strip(_SKIPPED)
        scheme = _SCHEME.match(_CONTROLS.sub("", value))
        return _address(value) if not scheme or scheme[1].lower() in SCHEMES else None
    if name == "dir":
        return value if value in {"ltr", "rtl", "auto"} else None
    if name == "data-picture":
        value = value[:18]  # still no picture's, as it was
    if name in {"colspan", "rowspan", "start", "data-picture"}:
        return value if _NUMBER.fullmatch(value) else None
    if name == "data-size":
        return value if value in PICTURE_SIZES else None
    if name in {"lang", "hreflang"}:
        return value if _LANGUAGE.fullmatch(value) else None
    if name == "datetime":
        return value if _TIME.fullmatch(value) else None
    if name == "scope":
        return value if value in {"col", "row", "colgroup", "rowgroup"} else None
    return value


def _address(value):
    """An address as standards write it; browsers read the same in the one given."""
    before, *after = re.split("(?=[?#])", value, maxsplit=1)
    value = "".join([before.replace("\\", "/"), *after])
    return _NOT_IN_ADDRESS.sub(lambda found: quote(found[0]), value)


_CLEANER = nh3.Cleaner(
    tags=TAGS,
    attributes=ATTRIBUTES,
    allowed_classes=CLASSES,
    attribute_filter=_attribute_filter,
    url_schemes=SCHEMES,
    clean_content_tags={
        "script",
        "style",
        "template",
        "noscript",
        "iframe",
        "object",
        "title",
    },
    link_rel=None,
    strip_comments=True,
)


def clean(value):
    """The HTML with nothing in it but what a story may hold.

    Raises ValidationError, with a sentence for an editor, when the text is longer
    than MAX_LENGTH characters or nested deeper than MAX_DEPTH: both are checked
    first, because cleaning deep nesting takes quadratic time.
    """
    if isinstance(value, CleanHTML):
        return value
    value = clean_text(value or "")
    if len(value) > MAX_LENGTH:
        raise ValidationError(
            "This text is too long: %(length)s characters of HTML, and %(limit)s fit.",
            code="too_long",
            params={"length": f"{len(value):,}", "limit": f"{MAX_LENGTH:,}"},
        )
    if _depth(value) > MAX_DEPTH:
        raise ValidationError(
            "This text is nested too deeply. Paste it again as plain text.",
            code="too_deep",
        )
    # A character reference may stand for what `clean_text` takes out.
    value = without_controls(_CLEANER.clean(value))
    return CleanHTML(_TIMELESS.sub(r"<span\1>\2</span>", value))


_FIGURE_PICTURE = re.compile(
    r'<figure(?:\s+[a-z-]+="[^"]*")*?\s+data-picture="([0-9]{1,18})"'
)


def picture_keys(value):
    """The keys of the library pictures that a piece of HTML, cleaned, shows."""
    if "data-picture" not in value:
        return set()
    return {int(key) for key in _FIGURE_PICTURE.findall(value)}


def linked(value):
    """Text as HTML in which addresses are links, each to exactly what was typed.

    Django's `urlize` finds them, but writes an address's escapes and query anew.
    """
    return mark_safe(_LINK.sub(_as_typed, urlize(value, autoescape=True)))  # noqa: S308


def _as_typed(found):
    scheme, words = found.groups()
    typed = unescape(words).replace("&amp;", "&")
    if "://" not in typed:
        typed = f"{scheme}://{typed}"
    return f'<a href="{escape(iri_to_uri(typed))}">{words}</a>'


def to_text(value):
    """The words of a piece of HTML, with a blank where an element ends."""
    spaced = re.sub(
        r"(</?(?:p|h\d|li|td|th|tr|br|div|blockquote|figcaption|dd|dt)\b)",
        r" \1",
        value,
    )
    return " ".join(unescape(strip_tags(spaced)).split())


_BLOCK_TAG = re.compile(
    r"</?(?:p|h\d|li|td|th|tr|br|hr|div|aside|blockquote|figure|figcaption|caption|pre|dd|dt)\b"
    r'[^<>"]*(?:"[^"]*"[^<>"]*)*>'
)
_ANY_TAG = re.compile(r'<[^<>"]*(?:"[^"]*"[^<>"]*)*>')


def clean_to_text(value):
    """`to_text` for HTML that `clean` wrote, about ten times as fast.

    It trusts that every tag is whole and every attribute is in double quotes. White
    space stays as it is.
    """
    return unescape(_ANY_TAG.sub("", _BLOCK_TAG.sub(" ", value)))
