"""Which addresses of the site are in a copy, and as which file."""

import hashlib
import posixpath
import re
from urllib.parse import parse_qsl, quote, unquote, urljoin, urlsplit

from django.conf import settings
from django.urls import Resolver404, resolve

from newsroom.personal import is_personal

# Where a link leads whose page only a server can answer.
NOTE = "/not-in-this-copy.html"
STARTS = [
    "/",
    "/feed/",
    "/feed/?format=rss",
    "/robots.txt",
    "/sitemap.xml",
    "/sitemap-news.xml",
    NOTE,
]
# They need a server: forms, and what one reader asked for.
_LEFT_OUT = re.compile(
    r"admin:.*|articles:(?:search|report_\w+|article_preview)"
    r"|newsletter:(?:sign_up|check_your_inbox)|republishing:request_create"
)
_FEED = re.compile(r"/feed/$")
_LONGEST_PART = 200  # bytes; file systems allow 255


def local(link, *, page):
    """The address on our site that a link of a page leads to, or None for another's.

    Of the query only what makes another page stays; a fragment is dropped.
    """
    try:
        parts = urlsplit(urljoin(settings.SITE_URL + page, link.strip()))
        is_ours = f"{parts.scheme}://{parts.netloc}" == settings.SITE_URL
        if not is_ours and not is_media(parts.geturl()):
            return None
    except ValueError:
        return None
    if not is_ours:
        name = parts.geturl()[len(settings.MEDIA_URL) :].partition("?")[0]
        return f"/media/{name}"
    path = quote(unquote(parts.path)) or "/"
    if "." not in posixpath.basename(path) and not path.endswith("/"):
        path += "/"
    return path + _query(path, parts.query)


def is_media(url):
    """Whether a picture's address is on a host of its own."""
    return "//" in settings.MEDIA_URL and url.startswith(settings.MEDIA_URL)


def _query(path, query):
    values = dict(parse_qsl(query))
    if _FEED.search(path):
        return "?format=rss" if values.get("format") == "rss" else ""
    number = values.get("page", "")
    is_list_page = number.isascii() and number.isdigit() and int(number) > 1
    return f"?page={int(number)}" if is_list_page else ""


def is_kept(address):
    """Whether a page of this address is in the copy."""
    path = unquote(address.partition("?")[0])
    if address == NOTE or _is_file_of(path):
        return True
    if is_personal(path) or ".." in path.split("/"):
        return False
    try:
        return not _LEFT_OUT.fullmatch(resolve(path).view_name or "")
    except Resolver404:
        return True


def _is_file_of(path):
    return static_name(path) is not None or media_name(path) is not None


def static_name(path):
    """The name of a static file, from its path."""
    return _below(path, settings.STATIC_URL)


def media_name(path):
    """The name of a public picture, from its path."""
    prefix = "/media/" if "//" in settings.MEDIA_URL else settings.MEDIA_URL
    return _below(path, prefix)


def _below(path, prefix):
    name = path.removeprefix(prefix)
    return name if name != path and ".." not in name.split("/") else None


def file_of(address):
    """The file of an address, relative to the copy's directory."""
    path, _, query = address.partition("?")
    parts = [_part(part) for part in unquote(path).split("/") if part]
    if not path.endswith("/"):
        return "/".join(parts)
    if _FEED.search(path):
        return "/".join([*parts, "rss.xml" if query else "index.xml"])
    if query:
        parts.append(query.replace("=", "-"))
    return "/".join([*parts, "index.html"])


def _part(part):
    data = part.encode()
    if len(data) <= _LONGEST_PART:
        return part
    digest = hashlib.sha256(data).hexdigest()[:16]
    return data[: _LONGEST_PART - 20].decode(errors="ignore") + "-" + digest


def relative(address, *, page):
    """The link from the file of one address to that of another."""
    directory = posixpath.dirname(file_of(page))
    return quote(posixpath.relpath(file_of(address), directory or "."))
