"""Whose videos and charts readers may see inside a story, and at which address.

One row a company. A page elsewhere that no row knows stays a link.
"""

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class Provider:
    """`hosts` are those of pages that editors link to; subdomains count as well.

    `path` is matched against the page's path and query; its groups fill `frame`, the
    address of what is shown in the story. `shape` is "video" or "chart".
    """

    name: str
    company: str
    shape: str
    hosts: tuple
    path: re.Pattern
    frame: str

    @property
    def frame_origin(self):
        parts = urlsplit(self.frame)
        return f"{parts.scheme}://{parts.netloc}"


@dataclass(frozen=True)
class Frame:
    """What one embed shows once a reader has asked for it."""

    provider: Provider
    url: str


PROVIDERS = [
    Provider(
        "YouTube", "Google", "video", ("youtube.com", "youtu.be"),
        re.compile(r"/(?:(?:embed|shorts|live|v)/)?([\w-]{11})/?", re.ASCII),
        "https://www.youtube-nocookie.com/embed/{}",
    ),
    Provider(
        "Vimeo", "Vimeo", "video", ("vimeo.com",),
        re.compile(r"/(?:video/)?(\d{1,12})/?", re.ASCII),
        "https://player.vimeo.com/video/{}?dnt=1",
    ),
    Provider(
        "Datawrapper", "Datawrapper", "chart", ("datawrapper.dwcdn.net",),
        re.compile(r"/(\w{5})(?:/\d{1,5})?/?", re.ASCII),
        "https://datawrapper.dwcdn.net/{}/",
    ),
    Provider(
        "Flourish", "Canva", "chart", ("flourish.studio",),
        re.compile(r"/((?:visualisation|story)/\d{1,12})/?", re.ASCII),
        "https://flo.uri.sh/{}/embed",
    ),
]  # fmt: skip
HOSTS = [host for provider in PROVIDERS for host in provider.hosts]


def is_host(host, names):
    """Whether a host is one of these or stands below one."""
    return any(host == name or host.endswith(f".{name}") for name in names)


def frame_of(url):
    """The Frame for the address of a page, or None where it stays a link."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return None
    if parts.scheme not in ("http", "https"):
        return None
    path = parts.path
    if path == "/watch":
        path = f"/{parse_qs(parts.query).get('v', [''])[0]}"
    for provider in PROVIDERS:
        found = is_host(host, provider.hosts) and provider.path.fullmatch(path)
        if found:
            return Frame(provider, provider.frame.format(*found.groups()))
    return None
