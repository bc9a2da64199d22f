"""The server's entry: granian (or any WSGI server) loads `application`."""

import os

from django.core.exceptions import BadRequest
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")

_site = get_wsgi_application()


class _Whole:
    """What a visitor sends, which must not end before the length that was announced.

    A server gives what came until the connection broke, and Django takes it for the
    whole: half a story would be saved.
    """

    def __init__(self, stream):
        self._stream = stream
        self.readline = stream.readline

    def read(self, size):
        # Django asks for no more than the length that is left.
        found = self._stream.read(size)
        if len(found) < size:
            raise BadRequest("The request ended before its length.")
        return found


def application(environ, start_response):
    environ["wsgi.input"] = _Whole(environ["wsgi.input"])
    return _site(environ, start_response)
