"""Our own pages and files, asked for without a server."""

import io
from collections import namedtuple
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.files.storage import default_storage
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.template.loader import render_to_string

from newsroom.mirror import addresses

Answer = namedtuple("Answer", ["status", "content_type", "location", "body"])
CHUNK = 1 << 20


class Site:
    """Answers addresses as a reader with no cookie would have them answered."""

    def __init__(self):
        self.handler = WSGIHandler()

    def get(self, address):
        """Return the Answer for an address of a page."""
        if address == addresses.NOTE:
            request = WSGIRequest(_environ(address))
            body = render_to_string("mirror_note.html", request=request).encode()
            return Answer(200, "text/html", "", body)
        # Without the signals of a request: this command has its own connection.
        response = self.handler.get_response(WSGIRequest(_environ(address)))
        content_type = response.get("Content-Type", "").partition(";")[0]
        location = response.get("Location", "")
        return Answer(response.status_code, content_type, location, b"".join(response))


def chunks_of(address):
    """The bytes of a static file or picture in portions; None where it is neither."""
    path = unquote(address)
    if name := addresses.static_name(path):
        return _read(lambda: _open_static(name))
    if name := addresses.media_name(path):
        return _read(lambda: default_storage.open(name))
    return None


def media_size(address):
    """The size of a public picture, whose name never comes back with other bytes."""
    name = addresses.media_name(unquote(address))
    return default_storage.size(name) if name else None


def _open_static(name):
    try:
        return staticfiles_storage.open(name)
    except FileNotFoundError:
        found = finders.find(name)
        if not found:
            raise
        return Path(found).open("rb")


def _read(opened):
    with opened() as file:
        while chunk := file.read(CHUNK):
            yield chunk


def _environ(address):
    path, _, query = address.partition("?")
    site = urlsplit(settings.SITE_URL)
    environ = {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        # WSGI wants the bytes of the path as Latin-1.
        "PATH_INFO": unquote(path).encode().decode("latin-1"),
        "QUERY_STRING": query,
        "REMOTE_ADDR": "127.0.0.1",
        "SERVER_NAME": site.hostname,
        "SERVER_PORT": str(site.port or (443 if site.scheme == "https" else 80)),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": site.netloc,
        "HTTP_USER_AGENT": "newsroom-export-mirror",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": site.scheme,
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    if proxy_header := settings.SECURE_PROXY_SSL_HEADER:
        environ[proxy_header[0]] = site.scheme
    return environ
