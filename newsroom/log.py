"""Log lines as JSON, one a line, with a request id and without secrets.

Tokens in addresses are keys to somebody's page, and e-mail addresses are somebody's:
neither belongs in a log that many people and programs read.
"""

import json
import logging
import re
import uuid
from contextvars import ContextVar
from datetime import UTC, datetime

from newsroom.lib.text import without_addresses
from newsroom.personal import without_keys

request_id = ContextVar("request_id", default="")

# Read where WSGI puts it: `request.headers` makes all of them, at each request.
GIVEN_ID = "HTTP_X_REQUEST_ID"
REQUEST_ID = re.compile(r"[\w-]{8,64}", re.ASCII)


def mask(text):
    """Return text with tokens and e-mail addresses replaced."""
    return without_addresses(without_keys(text))


def mask_all(value):
    """Return lists and dicts of text with every text masked."""
    if isinstance(value, str):
        return mask(value)
    if isinstance(value, dict):
        return {mask_all(key): mask_all(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [mask_all(one) for one in value]
    return value


def mask_event(event, hint):
    """Take keys, addresses, names and networks out of what Sentry is told."""
    event.pop("user", None)
    event.pop("server_name", None)
    request = event.get("request", {})
    for name in ["cookies", "data", "env", "headers"]:
        request.pop(name, None)
    return mask_all(event)


class JsonFormatter(logging.Formatter):
    def format(self, record):
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname,
            "logger": record.name,
            "message": mask(record.getMessage()),
        }
        if current := request_id.get():
            line["request_id"] = current
        if record.exc_info:
            line["exception"] = mask(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False)


class NoAlarm(logging.Filter):
    """Makes one warning, without a traceback, of a request that Django refuses.

    Anybody can send a wrong host or thousands of fields; none of it is an error of
    ours, and nobody should be called for it or have a full disk.
    """

    def filter(self, record):
        if record.name.startswith("django.security."):
            record.levelno, record.levelname = logging.WARNING, "WARNING"
            record.exc_info = record.exc_text = None
        return True


class RequestIdMiddleware:
    """Takes the proxy's `X-Request-ID`, if it is one, or makes an id.

    The id is on every log line of the request and on the response, so that what a
    reader reports can be found.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        given = request.META.get(GIVEN_ID, "")
        current = given if REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
        token = request_id.set(current)
        try:
            response = self.get_response(request)
        finally:
            request_id.reset(token)
        response["X-Request-ID"] = current
        return response
