"""Reads a whole site by its own links."""

import re
import urllib.error
import urllib.request
from collections import deque
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

import lxml.html
from lxml import etree

PAGES_AT_MOST = 3000
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
ATOM = "{http://www.w3.org/2005/Atom}"


@dataclass
class Page:
    address: str  # path and query
    status: int
    content_type: str
    body: bytes
    headers: dict
    links: list = field(default_factory=list)

    @property
    def is_html(self):
        return self.content_type == "text/html"

    @cached_property
    def tree(self):
        return lxml.html.document_fromstring(self.body.decode())

    @cached_property
    def ids(self):
        return set(self.tree.xpath("//@id"))


class _StayHere(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args, **kwargs):
        return None


_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _StayHere)


def fetch(site, address):
    """Return the page at an address of the site, whatever its status."""
    try:
        answer = _opener.open(site + address, timeout=30)
    except urllib.error.HTTPError as error:
        answer = error
    with answer:
        body = answer.read()
    content_type = answer.headers.get_content_type() if body else ""
    return Page(address, answer.status, content_type, body, dict(answer.headers))


def crawl(site, starts):
    """Return every page reachable from `starts` as a dict by address.

    A page's `links` are (address, fragment) pairs on the same site; other hosts and the
    admin are left alone.
    """
    pages = {}
    waiting = deque(starts)
    while waiting:
        address = waiting.popleft()
        if address in pages:
            continue
        if len(pages) >= PAGES_AT_MOST:
            raise AssertionError(f"More than {PAGES_AT_MOST} addresses: {address}")
        page = pages[address] = fetch(site, address)
        page.links = list(_links(site, page))
        waiting.extend(link for link, _ in page.links)
    return pages


def _links(site, page):
    base = site + page.address
    for raw in _raw_links(page):
        url, fragment = urldefrag(urljoin(base, raw.strip()))
        if not url.startswith(site + "/"):
            continue
        parts = urlsplit(url)
        if parts.path.startswith("/admin/"):
            continue
        query = f"?{parts.query}" if parts.query else ""
        yield parts.path + query, unquote(fragment)


def _raw_links(page):
    if page.status >= 300:
        if location := page.headers.get("location"):
            yield location
        return
    if page.is_html:
        yield from page.tree.xpath(
            "//a/@href | //area/@href | //link/@href | //img/@src | //script/@src"
            " | //source/@src | //iframe/@src"
            " | //meta[@property='og:image' or @property='og:url']/@content"
        )
        for srcset in page.tree.xpath("//@srcset"):
            yield from re.findall(r"(\S+)(?:\s+[\d.]+[wx])?\s*(?:,\s+|$)", srcset)
    elif page.content_type.endswith("xml") and not page.content_type.startswith(
        "image"
    ):
        root = etree.fromstring(page.body)
        yield from (element.text for element in root.iter(f"{SITEMAP}loc"))
        yield from (element.get("href") for element in root.iter(f"{ATOM}link"))
        yield from (element.text for element in root.iter("link") if element.text)
    elif page.content_type == "text/css":
        yield from re.findall(r"url\(\s*[\"']?([^\"')]+)", page.body.decode())
