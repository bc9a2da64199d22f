"""HTML of another system as the body of a story: pictures, embeds, links.

What a body cannot hold is said in `notes`, and its words stay. `lib.html.clean` has the
last word when the story is written.
"""

import re
from urllib.parse import urlsplit

from lxml import etree
from lxml import html as lxml_html

from newsroom.lib import embeds, text

# Without any of these the HTML is as it should be.
_NEEDS_WORK = re.compile(
    r"<(?:img|iframe|embed|object|video|audio|picture|figure|figcaption|h1|h5|h6|del|ins"
    r"|strike|u|center|div|section|article|header|footer|main|nav|font|form|input|button|span"
    r"|select|textarea|svg|details|summary|a|source|script|style)\b",
    re.IGNORECASE,
)
_RENAMED = {
    "h1": "h2", "h5": "h4", "h6": "h4", "del": "s", "strike": "s", "summary": "p",
}  # fmt: skip
_GROUPS = {
    "div", "section", "article", "main", "header", "footer", "nav", "center", "details",
    "hgroup", "address", "font", "u", "ins", "form", "label", "button", "picture",
}  # fmt: skip
_INLINE = {
    "a", "abbr", "b", "bdi", "br", "cite", "code", "em", "i", "mark", "q", "s", "small",
    "span", "strong", "sub", "sup", "time", "big", "tt", "kbd", "var", "samp", "img",
    "font", "u", "ins", "del", "strike", "label",
}  # fmt: skip
_GONE = {"script", "style", "input", "select", "textarea", "svg", "noscript"}
_MEDIA = {"video", "audio"}
_FRAMES = {"iframe", "embed", "object"}
# Hosts whose pages WordPress showed inside a text when their address stood alone.
SHOWN_HOSTS = (
    *embeds.HOSTS, "twitter.com", "x.com", "instagram.com", "facebook.com",
    "soundcloud.com", "tiktok.com", "spotify.com", "ted.com", "dailymotion.com",
    "bsky.app", "reddit.com", "flickr.com", "wordpress.tv",
)  # fmt: skip
_WP_IMAGE = re.compile(r"\bwp-image-(\d+)")


def is_shown(url):
    """Whether the page at an address is shown inside a story."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return False
    return embeds.is_host(host, SHOWN_HOSTS)


class Markup:
    """Converts bodies; `picture(address, number)` answers with a picture's key or None.

    `own_hosts` are those of the former site: links to their pages become paths, which
    lead to the stories once these are here. `notes` has what an editor should look at,
    of the body converted last.
    """

    def __init__(self, picture, *, own_hosts=(), is_file=lambda path: False):
        self.picture = picture
        self.own_hosts = frozenset(own_hosts)
        self.is_file = is_file
        self.notes = []
        self.has_own_links = False
        self._first_key = None

    def convert(self, value):
        """The body; see the class. Sets `notes`, `has_own_links`."""
        self.notes, self.has_own_links = [], False
        if not _NEEDS_WORK.search(value):
            return value
        try:
            root = lxml_html.fragment_fromstring(value, create_parent="div")
        except (etree.ParserError, ValueError):
            return value
        for element in list(root.iter()):
            if not isinstance(element.tag, str):
                if element.getparent() is not None:
                    element.drop_tree()
            elif element is not root:
                self._change(element)
        self._flatten(root)
        for image in list(root.iter("img")):
            self._place_picture(root, image)
        for figure in list(root.iter("figure")):
            self._tidy_figure(figure)
        made = lxml_html.tostring(root, encoding="unicode")
        return made[len("<div>") : -len("</div>")].strip()

    def _note(self, words):
        if words not in self.notes:
            self.notes.append(words)

    def _change(self, element):
        tag = element.tag
        if tag in _RENAMED:
            element.tag = _RENAMED[tag]
        elif tag in _GONE:
            if tag == "script" and element.get("src"):
                self._note(f"a script was left out: {element.get('src')[:120]}")
            element.drop_tree()
        elif tag == "span":
            if not (element.get("lang") or element.get("dir")):
                element.drop_tag()
        elif tag == "a":
            self._change_link(element)
        elif tag in _FRAMES:
            address = element.get("src") or element.get("data") or ""
            self._show_elsewhere(element, address)
        elif tag in _MEDIA:
            self._link_media(element, tag)
        else:
            self._change_block(element)

    def _change_block(self, element):
        tag = element.tag
        if tag == "figure" and "wp-block-embed" in element.get("class", ""):
            self._change_embed(element)
        elif tag == "blockquote" and _is_pullquote(element):
            element.tag = "aside"
            element.attrib.clear()
            element.set("class", "pullquote")

    def _change_link(self, link):
        href = (link.get("href") or "").strip()
        try:
            parts = urlsplit(href)
            host = (parts.hostname or "").removeprefix("www.")
        except ValueError:
            return
        if not host and not href.startswith("/"):
            return
        if host and (
            host not in self.own_hosts or parts.scheme not in ("http", "https")
        ):
            return
        if self.is_file(parts.path):
            if link.find(".//img") is None:
                self._note(f"links to a file of the former site: {href[:200]}")
            return
        if link.find(".//img") is None or len("".join(link.itertext()).strip()):
            self.has_own_links = True
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        link.set("href", path + (f"#{parts.fragment}" if parts.fragment else ""))

    def _change_embed(self, figure):
        words = " ".join("".join(figure.itertext()).split())
        found = re.search(r"https?://\S+", words)
        frame = figure.find(".//iframe")
        address = found[0] if found else (frame is not None and frame.get("src")) or ""
        caption = figure.find(".//figcaption")
        kept = (
            " ".join("".join(caption.itertext()).split()) if caption is not None else ""
        )
        if address:
            self._show_elsewhere(figure, address, words=kept)

    def _show_elsewhere(self, element, address, *, words=""):
        if address.startswith("//"):
            address = f"https:{address}"
        if not address.startswith(("http://", "https://")):
            self._note(f"something embedded was left out: {address[:200]}")
            element.drop_tree()
            return
        if not embeds.frame_of(address) and not is_shown(address):
            self._note(f"something embedded is a link now: {address[:200]}")
        box = etree.Element("div")
        box.set("data-embed", address)
        link = etree.SubElement(box, "a")
        link.set("href", address)
        link.text = words or element.get("title") or address
        _swap(element, box)

    def _link_media(self, element, tag):
        sources = [element, *element.iter("source")]
        address = next((one.get("src") for one in sources if one.get("src")), "")
        if not address or address.startswith("data:"):
            element.drop_tree()
            return
        if embeds.frame_of(address) or is_shown(address):
            self._show_elsewhere(element, address)
            return
        self._note(f"{tag} is a link now: {address[:200]}")
        box = etree.Element("p")
        link = etree.SubElement(box, "a")
        link.set("href", address)
        link.text = f"{tag.capitalize()}: {address.rpartition('/')[2][:80]}"
        _swap(element, box)

    def _flatten(self, root):
        """Take away boxes that only laid things out; loose words become paragraphs."""
        for element in list(root.iter(*_GROUPS)):
            if element is root or element.get("data-embed"):
                continue
            is_inline = element.tag in _INLINE
            holds_blocks = any(
                isinstance(child.tag, str) and child.tag not in _INLINE
                for child in element
            )
            if is_inline or holds_blocks or element.getparent().tag in (
                "p", "li", "td", "th", "blockquote", "figcaption", "figure", "aside",
            ):  # fmt: skip
                element.drop_tag()
            elif len(element) or (element.text or "").strip():
                element.tag = "p"
                element.attrib.clear()
            else:
                element.drop_tag()

    def _place_picture(self, root, image):
        """Put a figure of the library where the picture stood, before its paragraph."""
        address = image.get("data-src") or image.get("src") or ""
        alt = image.get("alt") or ""
        if _is_no_picture(image):
            _swap_words(image, alt)
            return
        numbered = _WP_IMAGE.search(image.get("class", ""))
        number = image.get("data-attachment") or image.get("data-id")
        number = numbered[1] if numbered else number
        figure = next(image.iterancestors("figure"), None)
        caption = None
        if figure is not None and figure.get("data-picture") is None:
            caption = figure.find("figcaption")
            caption = figure.find(".//figcaption") if caption is None else caption
        if caption is None and image.get("title") and not alt:
            alt = image.get("title")
        key = self.picture(address, number, alt=alt, caption=_words(caption))
        made = _figure(key) if key is not None else _link(address, alt)
        if made is None:
            _remove(image)
            return
        is_alone = figure is not None and len(figure.findall(".//img")) == 1
        if caption is not None and is_alone and key is not None:
            made.append(caption)
            caption.tail = None
        block = figure if figure is not None else image
        if figure is None:
            while block.getparent() is not root and block.getparent().tag not in (
                "blockquote", "aside", "td", "th", "li",
            ):  # fmt: skip
                block = block.getparent()
        if block is image:
            _swap(image, made)
            return
        block.addprevious(made)
        _remove(image, up_to=block)

    def _tidy_figure(self, figure):
        if figure.get("data-picture") or figure.getparent() is None:
            return
        for caption in figure.findall("figcaption"):
            caption.tag = "p"
        if len(figure) or (figure.text or "").strip():
            figure.drop_tag()
        else:
            figure.drop_tree()


def _is_no_picture(image):
    """Whether it is a smiley, or counted readers."""
    classes = image.get("class", "")
    if "wp-smiley" in classes or "emoji" in classes.split():
        return True
    sides = image.get("width"), image.get("height", "1")
    return all(side in ("0", "1") for side in sides)


def _figure(key):
    made = etree.Element("figure")
    made.set("data-picture", str(key))
    return made


def _link(address, alt):
    """A link to a picture that could not be had; None where it has no address."""
    if not address or address.startswith("data:"):
        return None
    made = etree.Element("p")
    link = etree.SubElement(made, "a")
    link.set("href", address)
    link.text = f"Picture: {text.clean_line(alt) or address.rpartition('/')[2]}"
    return made


def _is_pullquote(quote):
    parent = quote.getparent()
    classes = quote.get("class", "")
    if parent is not None:
        classes += " " + parent.get("class", "")
    return "pullquote" in classes


def _words(element):
    return "" if element is None else " ".join("".join(element.itertext()).split())


def _swap(element, other):
    other.tail, element.tail = element.tail, None
    element.getparent().replace(element, other)


def _swap_words(element, words):
    element.tail = words + (element.tail or "")
    element.drop_tree()


def _remove(element, *, up_to=None):
    """Take an element away, and what holds nothing then."""
    while element is not None:
        parent = element.getparent()
        if parent is None:
            return
        element.drop_tree()
        is_empty = not len(parent) and not (parent.text or "").strip()
        if element is up_to or not is_empty or parent.tag in ("div", "td", "th"):
            return
        element = parent
