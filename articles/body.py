"""From stored article HTML to what readers get: pictures, embeds, tables, notes.

The HTML comes from `lib.html.clean`, so it is balanced, its attributes are in double
quotes and its text is escaped: patterns are enough to find elements in it.
"""

import re
from html import unescape
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.html import escape, format_html, format_html_join, strip_tags
from django.utils.safestring import SafeString

from articles.models import Picture
from articles.renditions import file_name, rendition_sizes, renditions_url, srcset
from newsroom.lib import embeds
from newsroom.lib.html import linked, picture_keys

# Of a phone, pictures say a little less than their place, 88 for 91 hundredths: the
# 640 pixels of one file do for 656, and the next is twice as large.
BODY_SIZES = {
    "wide": "(min-width: 48rem) 48rem, 88vw",
    "full": "(min-width: 76rem) 46rem, 88vw",
    "inset": "(min-width: 40rem) 20rem, 88vw",
}
BODY_SIZE = "(min-width: 48rem) 42rem, 88vw"
# The file named in `src`, for browsers without srcset and for those who save it.
PLAIN_WIDTH = 960

_ATTRIBUTES = r'((?:\s+[a-z-]+="[^"]*")*)'
_FIGURE = re.compile(
    rf"<figure{_ATTRIBUTES}>((?:(?!<figure\b).)*?)</figure>", re.DOTALL
)
_PICTURE_ID = re.compile(r'\sdata-picture="([0-9]+)"')
_PICTURE_SIZE = re.compile(r'\sdata-size="([a-z]+)"')
_FIGCAPTION = re.compile(r"<figcaption[^>]*>(.*?)</figcaption>", re.DOTALL)
_EMBED = re.compile(
    r'<div(?:\s+[a-z-]+="[^"]*")*?\s+data-embed="([^"]*)"'
    r'(?:\s+[a-z-]+="[^"]*")*>((?:(?!<div\b).)*?)</div>',
    re.DOTALL,
)
_LINK_OR_NOTE = re.compile(
    rf"(?P<link><a{_ATTRIBUTES}>)|(?P<end></a>)"
    rf"|<sup(?P<note>{_ATTRIBUTES})>(?P<mark>(?:(?!</?sup\b).)*?)</sup>",
    re.DOTALL,
)
_FOOTNOTE = re.compile(r'\sdata-footnote="([^"]*)"')
_NOTE_LINK = re.compile(
    r'<a href="#note-\d+" role="doc-noteref">(\d+)</a>'
    r'| <a href="#note-\d+-mark" role="doc-backlink"[^>]*>[^<]*</a>'
)
_TABLE = re.compile(r"<(/?)table\b[^>]*>")
_CAPTION = re.compile(r"<caption[^>]*>(.*?)</caption>", re.DOTALL)


def library_pictures(*bodies):
    """The library's pictures that these bodies show, by key; one query at most."""
    return Picture.objects.in_bulk(set().union(*map(picture_keys, bodies)))


def frame_origins(*bodies):
    """Where the frames come from that readers may open in these bodies, sorted."""
    frames = [
        _frame_of(match[1].replace("&amp;", "&"))
        for body in bodies
        for match in _EMBED.finditer(body)
    ]
    return sorted({frame.provider.frame_origin for frame in frames if frame})


def render_body(body, *, pictures=None, has_frames=False):
    """The stored HTML as readers see it.

    Figures of library pictures get picture, caption and credit; embeds become plain
    links, so that nothing is fetched from elsewhere; wide tables scroll; notes get
    numbers and stand at the end. `pictures` is what `library_pictures` found for many
    bodies; without it there is a query. With `has_frames`, for pages of the site alone,
    what can be seen in place stands on a card whose button asks for it.
    """
    if "data-picture" in body:
        found = library_pictures(body) if pictures is None else pictures
        body = _with_pictures(body, found)
    if "data-embed" in body:
        body = _EMBED.sub(_embed_card if has_frames else _embed_link, body)
    if "<table" in body:
        body = _with_scrolling_tables(body)
    # Words of the story set large are no landmark of the page.
    body = body.replace(
        '<aside class="pullquote"', '<aside class="pullquote" role="note"'
    )
    return _with_notes(body) if "data-footnote" in body else body


def render_copy(body, *, picture_html):
    """The stored HTML for others to publish: no embed, and notes without links.

    `picture_html` is called with the key of each library picture and the HTML of its
    caption, and returns what stands in its place.
    """

    def replace(match):
        attributes, inner = match.groups()
        found = _PICTURE_ID.search(attributes)
        caption = _FIGCAPTION.search(inner)
        rest = _FIGCAPTION.sub("", inner, count=1)
        kept = f"<figure>{inner}</figure>" if strip_tags(rest).strip() else ""
        if not found:
            return kept
        return picture_html(int(found[1]), caption[1] if caption else "") or kept

    body = _EMBED.sub("", _FIGURE.sub(replace, body))
    if "data-footnote" in body:
        body = _NOTE_LINK.sub(r"\1", _with_notes(body))
    return body


def picture_html(picture, *, crop="original", sizes="100vw", priority=False, alt=None):
    """A `<picture>` of the public files, empty text when readers may not see it.

    `sizes` is the attribute of that name; `priority` marks the picture readers see
    first; `alt` stands in for the picture's own alternative text. Until it has come,
    its place has a colour near its own, by the classes of `picture.css`. While there
    are no files yet, an empty box of the same shape keeps the place.
    """
    if picture is None or not picture.is_usable():
        return SafeString("")
    if alt is None:
        alt = "" if picture.is_decorative else picture.alt_text
    return shown_html(picture, crop=crop, sizes=sizes, priority=priority, alt=alt)


def names_html(names):
    """Names as they stand in a line of a teaser."""
    return format_html_join(", ", "<bdi>{}</bdi>", ((name,) for name in names))


def shown_html(picture, *, crop, sizes, priority, alt):
    """The `<picture>` of one whose rights hold, from its renditions and its colour."""
    crop = crop if rendition_sizes(picture, crop) else "original"
    files = (picture.renditions or {}).get("bytes", ())
    made = rendition_sizes(picture, crop)
    made = [pair for pair in made if file_name(crop, pair[0], "jpg") in files]
    if not made:
        return SafeString('<span class="picture picture-waiting"></span>')
    width, height = made[-1]
    plain = max((w for w, _ in made if w <= PLAIN_WIDTH), default=made[0][0])
    widths = [w for w, _ in made]
    # Escaped once: what follows the folder is our own.
    folder, sizes = escape(renditions_url(picture)), escape(sizes)
    sources = [
        f'<source type="image/{form}" srcset="{found}" sizes="{sizes}">'
        for form in ["avif", "webp"]
        if (found := srcset(folder, files, crop, widths, form))
    ]
    # All browsers that know srcset know WebP: with it one JPEG is enough.
    jpegs = "" if sources else srcset(folder, files, crop, widths, "jpg")
    return format_html(
        '<picture>{}<img class="picture{}" src="{}"{} width="{}"'
        ' height="{}" alt="{}" {}></picture>',
        SafeString("".join(sources)),
        SafeString(tone(picture.colour)),
        SafeString(f"{folder}/{file_name(crop, plain, 'jpg')}"),
        SafeString(jpegs and f' srcset="{jpegs}" sizes="{sizes}"'),
        width,
        height,
        alt,
        # What readers see first is painted with the text, not in a frame after it.
        SafeString(
            'decoding="sync" loading="eager" fetchpriority="high"'
            if priority
            else 'decoding="async" loading="lazy"'
        ),
    )


def tone(colour):
    """The classes of `picture.css` nearest to six hex digits, with a blank before."""
    if not colour:
        return ""
    levels = (round(part / 85) for part in bytes.fromhex(colour))
    return "".join(f" {name}{level}" for name, level in zip("rgb", levels, strict=True))


def _with_pictures(body, pictures):
    def replace(match):
        attributes, inner = match.groups()
        found = _PICTURE_ID.search(attributes)
        if not found:
            return match[0]
        return _figure(pictures.get(int(found[1])), attributes, inner)

    return _FIGURE.sub(replace, body)


def _figure(picture, attributes, inner):
    caption = _FIGCAPTION.search(inner)
    rest = _FIGCAPTION.sub("", inner, count=1)
    if picture is None or not picture.is_usable():
        # A caption without its picture says nothing; other content stays.
        return f"<figure>{inner}</figure>" if strip_tags(rest).strip() else ""
    text = caption[1] if caption else ""
    if not strip_tags(text).strip():
        text = escape(picture.caption)
    parts = []
    if text:
        parts.append(f'<div class="caption-text" dir="auto">{text}</div>')
    if picture.credit_line:
        parts.append(
            '<div class="caption-credit">'
            f"<bdi>{escape(picture.credit_line)}</bdi></div>"
        )
    figcaption = (
        f'<figcaption class="caption">{"".join(parts)}</figcaption>' if parts else ""
    )
    size = _PICTURE_SIZE.search(attributes)
    sizes = BODY_SIZES.get(size[1], BODY_SIZE) if size else BODY_SIZE
    image = picture_html(picture, sizes=sizes)
    return f"<figure{attributes}>{image}{rest}{figcaption}</figure>"


def _embed_link(match):
    url, inner = match.groups()
    address = url.replace("&amp;", "&")
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        return inner
    if parts.scheme not in ("http", "https") or not host:
        return inner
    words = (
        " ".join(strip_tags(inner).split()) or f"See it at {host.removeprefix('www.')}"
    )
    return (
        '<p class="embed"><a href="'
        f'{escape(address)}" rel="noopener external">{words}</a></p>'
    )


def _frame_of(address):
    """The Frame for an embed's address, unless the site does not show its host."""
    frame = embeds.frame_of(address)
    is_shown = frame and embeds.is_host(
        urlsplit(address).hostname, settings.EMBED_HOSTS
    )
    return frame if is_shown else None


def _embed_card(match):
    """The link on a card; `embeds.js` adds what takes a script to do."""
    link = _embed_link(match)
    frame = _frame_of(match[1].replace("&amp;", "&"))
    if frame is None:
        return link
    provider = frame.provider
    words = " ".join(strip_tags(match[2]).split())
    name = f"{provider.shape.capitalize()} on {provider.name}"
    title = f"{name}: {words}" if words else name
    company = provider.name
    if provider.company != provider.name:
        company = f"{provider.name} ({provider.company})"
    return (
        f'<div class="embed-card" data-frame="{escape(frame.url)}"'
        f' data-shape="{provider.shape}" data-title="{_attribute(title)}">'
        f'<p class="embed-name"><bdi>{name}</bdi></p>{link}'
        '<p class="embed-ask" hidden><bdi>Shown here, it comes from '
        f"{company}, which then learns your network address and may set cookies."
        "</bdi></p>"
        '<button class="button" type="button" hidden>'
        f"Show the {provider.shape}</button></div>"
    )


def _attribute(words):
    """Text that is escaped already, for an attribute in double quotes."""
    return words.replace('"', "&quot;")


def _with_notes(body):
    """Number the notes in the text and list them below it, each linked to the other."""
    notes = []
    is_in_link = False

    def replace(match):
        nonlocal is_in_link
        if match["link"] or match["end"]:
            is_in_link = bool(match["link"])
            return match[0]
        found = _FOOTNOTE.search(match["note"])
        text = " ".join(unescape(found[1]).split()) if found else ""
        if not text:
            return match[0] if not found else f"<sup>{match['mark']}</sup>"
        notes.append(text)
        number = len(notes)
        mark = f"{number}"
        if not is_in_link:
            mark = f'<a href="#note-{number}" role="doc-noteref">{number}</a>'
        return f'<sup class="note-mark" id="note-{number}-mark">{mark}</sup>'

    body = _LINK_OR_NOTE.sub(replace, body)
    if not notes:
        return body
    items = "".join(
        f'<li id="note-{number}">'
        f'<span dir="auto">{linked(text)}</span>'
        f' <a href="#note-{number}-mark" role="doc-backlink"'
        f' aria-label="Back to note {number} in the text">↩</a></li>'
        for number, text in enumerate(notes, start=1)
    )
    return (
        f'{body}<section class="notes" role="doc-endnotes" aria-label="Notes">'
        f"<ol>{items}</ol></section>"
    )


def _with_scrolling_tables(body):
    """Wrap each outermost table in a box that scrolls, also by the keyboard."""
    pieces, labels, depth, start, position = [], {}, 0, 0, 0
    for match in _TABLE.finditer(body):
        if not match[1]:
            if depth == 0:
                start = match.start()
            depth += 1
            continue
        depth -= 1
        if depth == 0:
            table = body[start : match.end()]
            label = _table_label(table, labels)
            pieces += [
                body[position:start],
                '<section class="table-scroll" tabindex="0"'
                f' aria-label="{label}">{table}</section>',
            ]
            position = match.end()
    return "".join([*pieces, body[position:]])


def _table_label(table, labels):
    """The table's caption, or "Table"; numbered where another has the same."""
    caption = _CAPTION.search(table)
    words = " ".join(strip_tags(caption[1]).split()) if caption else ""
    words = words.replace('"', "&quot;") or "Table"
    number = labels[words] = labels.get(words, 0) + 1
    return words if number == 1 else f"{words} ({number})"
