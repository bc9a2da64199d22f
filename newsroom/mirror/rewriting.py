"""A page as it stands in a copy: its links made relative, its forms taken out."""

import re
from html import escape, unescape
from html.parser import HTMLParser

from newsroom.mirror import addresses

FORM_NOTE = (
    '<p class="page-lead">This is a copy for reading: forms and search work on '
    '<a href="{site}">the site itself</a>.</p>'
)
_ATTRIBUTE = re.compile(
    r"""([^\s"'<>/=]+)(\s*=\s*)("[^"]*"|'[^']*'|[^\s"'<>]+)""", re.ASCII
)
_LINKS = {"href", "src", "poster"}
_CSS_URL = re.compile(r"""url\(\s*(["']?)([^"')]+)\1\s*\)|@import\s+(["'])([^"']+)\3""")
_LOCATION = re.compile(r"<loc>([^<]+)</loc>")
_CANDIDATE = re.compile(r"(\S+?)(\s+[\d.]+[wx])?\s*(?:,\s+|,?$)")


def page(html, *, address, site):
    """Return (the page's HTML in the copy, the addresses it needs)."""
    writer = _Writer(address, site)
    writer.feed(html)
    writer.close()
    return "".join(writer.parts), writer.found


def css(text, *, address):
    """The addresses that a style sheet needs. Its links are relative already."""
    links = [match[2] or match[4] for match in _CSS_URL.finditer(text)]
    found = [addresses.local(link, page=address) for link in links]
    return [one for one in found if one and not one.startswith("data:")]


def locations(text):
    """The addresses that a sitemap names."""
    found = map(unescape, _LOCATION.findall(text))
    return [one for one in (addresses.local(link, page="/") for link in found) if one]


class _Writer(HTMLParser):
    """Passes everything through as it came, but links and forms."""

    def __init__(self, address, site):
        super().__init__(convert_charrefs=False)
        self.address = address
        self.site = site
        self.parts = []
        self.found = []
        self.in_form = False
        self.link_in_form = None
        self.links_in_form = []

    def _write(self, text):
        if not self.in_form:
            self.parts.append(text)

    def handle_starttag(self, tag, attrs):
        if tag == "form":
            if not self.in_form:
                self._write(FORM_NOTE.format(site=escape(self.site)))
            self.in_form = True
        if self.in_form and tag == "a":
            self.link_in_form = [dict(attrs).get("href") or "", ""]
        values = dict(attrs)
        rel = set((values.get("rel") or "").lower().split())
        # A preload with CORS fails in a folder, and what it loads comes anyhow.
        if self.in_form or (tag == "link" and "preload" in rel):
            return
        raw = self.get_starttag_text()
        # Search engines should find the site, not the copy.
        if not (tag == "link" and (rel & {"canonical"} or "hreflang" in values)):
            raw = _ATTRIBUTE.sub(self._attribute, raw)
        if tag == "script" and values.get("type") == "module":
            # Browsers load no module from a folder; ours import nothing.
            raw = re.sub(r"""type=["']?module["']?""", "defer", raw)
        self._write(raw)

    handle_startendtag = handle_starttag

    def handle_endtag(self, tag):
        if tag == "form":
            self.in_form = False
            self._write_links_of_form()
        elif tag == "a" and self.link_in_form:
            self.links_in_form.append(self.link_in_form)
            self.link_in_form = None
        else:
            self._write(f"</{tag}>")

    def _write_links_of_form(self):
        """What a form leads to stays in reach: newsletters, the privacy page."""
        items = [
            f'<li><a href="{escape(self._link(href))}">{text.strip()}</a></li>'
            for href, text in self.links_in_form
            if text.strip()
        ]
        self.links_in_form = []
        if items:
            self._write(f"<ul>{''.join(items)}</ul>")

    def handle_data(self, data):
        if self.link_in_form:
            self.link_in_form[1] += data
        self._write(data)

    def handle_entityref(self, name):
        self.handle_data(f"&{name};")

    def handle_charref(self, name):
        self.handle_data(f"&#{name};")

    def handle_comment(self, data):
        self._write(f"<!--{data}-->")

    def handle_decl(self, decl):
        self._write(f"<!{decl}>")

    def _attribute(self, match):
        name, equals, value = match.groups()
        quote = value[0] if value[0] in "\"'" else '"'
        bare = unescape(value.strip("\"'") if value[0] in "\"'" else value)
        if name.lower() in _LINKS:
            changed = self._link(bare)
        elif name.lower() in {"srcset", "imagesrcset"}:
            changed = ", ".join(
                self._link(link) + (size or "")
                for link, size in _CANDIDATE.findall(bare)
            )
        else:
            return match[0]
        if changed == bare:
            return match[0]
        return f"{name}{equals}{quote}{escape(changed)}{quote}"

    def _link(self, link):
        if link.startswith("#"):
            return link
        address = addresses.local(link, page=self.address)
        if address is None:
            return link
        fragment = link.partition("#")[2]
        if not addresses.is_kept(address):
            address, fragment = addresses.NOTE, ""
        self.found.append(address)
        target = addresses.relative(address, page=self.address)
        return f"{target}#{fragment}" if fragment else target
