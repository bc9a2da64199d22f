"""Reader pages, kept for a moment: what is made for one reader is given to all.

A page is kept for `PAGE_CACHE_SECONDS`, so what changes by itself (a picture whose
rights end) is late by no more than that; what anybody saves is seen at once, for with
it begins a new generation (`newsroom.changes`). Of many who ask for one page at once,
one waits for it to be made. Where a page cannot be made, the last copy is given, for up
to a day.

The pages lie in the cache that all processes share; each has those it gave of late at
hand as well. For one of these it looks which generation is present, every time: an
answer kept even for a moment would show an editor the old page after a save, for the
next request may come to another process. Redis is not asked for it but tells (`Line`
in `newsroom.cache`).
"""

import logging
import re
import threading
import time
from hashlib import sha256
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode

from django.conf import settings
from django.core.cache import caches
from django.http import HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import parse_http_date_safe

from newsroom.lib import generation
from newsroom.personal import is_personal

logger = logging.getLogger(__name__)

STALE_SECONDS = 24 * 3600
# Longer than any page takes; after this another may try.
LOCK_SECONDS = 10
WAIT_SECONDS = 2
POLL_SECONDS = 0.02
# Bytes of the pages that a process has at hand, and what one takes beside its body.
SHELF_BYTES = 8 * 2**20
ENTRY_BYTES = 4096

# The arguments that make another page; an address with others is not kept at all,
# except for those that tell where the reader came from.
ARGUMENTS = {"page", "format"}
TRACKING = re.compile(r"utm_\w+|fbclid|gclid|dclid|msclkid|mc_[ce]id|ref|igshid")
CONDITIONS = ("HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE")


class Entry(NamedTuple):
    """A page as it was sent; `made_at` is in seconds since 1970."""

    generation: str | int | None
    made_at: float
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def is_fresh(self):
        # Of a page from the future nobody knows the age: a clock was set back.
        return abs(time.time() - self.made_at) < settings.PAGE_CACHE_SECONDS

    def response(self):
        return HttpResponse(self.body, headers=dict(self.headers))


class Shelf:
    """The entries that a process has at hand; all go when they take too many bytes."""

    def __init__(self):
        self.entries = {}
        self.size = 0
        self.lock = threading.Lock()

    def get(self, key):
        return self.entries.get(key)

    def put(self, key, entry):
        with self.lock:
            if before := self.entries.pop(key, None):
                self.size -= len(before.body) + ENTRY_BYTES
            size = len(entry.body) + ENTRY_BYTES
            if self.size + size > SHELF_BYTES:
                self.entries.clear()
                self.size = 0
            if size <= SHELF_BYTES:
                self.entries[key] = entry
                self.size += size


class PageCache:
    def __init__(self, get_response):
        self.get_response = get_response
        self.shelf = Shelf()

    def __call__(self, request):
        is_kept = settings.PAGE_CACHE_SECONDS and request.method in ("GET", "HEAD")
        key = _key(request) if is_kept else None
        if key is None:
            return self.get_response(request)
        conditions = {name: request.META.pop(name, None) for name in CONDITIONS}
        entry = self.shelf.get(key)
        if entry and entry.is_fresh() and entry.generation == generation.current():
            response = entry.response()
        else:
            response = self._find(request, key)
        request.META.update({name: at for name, at in conditions.items() if at})
        return _conditional(request, response)

    def _find(self, request, key):
        cache, lock = caches["pages"], f"{key}:lock"
        until = time.monotonic() + WAIT_SECONDS
        has_waited = has_lock = False
        try:
            while True:
                found = cache.get_many([key, generation.KEY, lock])
                entry, present = found.get(key), generation.current(found)
                is_of_now = entry is not None and entry.generation == present
                if is_of_now and entry.is_fresh():
                    self.shelf.put(key, entry)
                    return entry.response()
                if has_lock:
                    return self._make(request, key, entry, present)
                if has_waited and lock not in found:
                    # What was made meanwhile is not for others: an error, an address
                    # moved.
                    return self.get_response(request)
                if cache.add(lock, 1, LOCK_SECONDS):
                    # Another may have made it since: looked at once more.
                    has_lock = True
                    continue
                if is_of_now:
                    return entry.response()
                if time.monotonic() > until:
                    return entry.response() if entry else self.get_response(request)
                has_waited = True
                time.sleep(POLL_SECONDS)
        finally:
            if has_lock:
                cache.delete(lock)

    def _make(self, request, key, entry, present):
        response = self.get_response(request)
        if response.status_code >= 500 and entry is not None:
            logger.error("%s is given as it was: it cannot be made.", request.path_info)
            response = entry.response()
        elif not _may_be_kept(response):
            return response
        # Also where an old copy is given: the others need not try before their time.
        headers = tuple(response.headers.items())
        made = Entry(present, time.time(), headers, response.content)
        caches["pages"].set(key, made, STALE_SECONDS)
        self.shelf.put(key, made)
        return response


def _key(request):
    """The name of the page that is asked for; None where pages are not kept."""
    path = request.path_info
    if is_personal(path) or path.startswith((settings.STATIC_URL, settings.MEDIA_URL)):
        return None
    meta = request.META
    arguments = []
    if query := meta.get("QUERY_STRING", ""):
        asked = parse_qsl(query, keep_blank_values=True)
        arguments = [pair for pair in asked if not TRACKING.fullmatch(pair[0])]
        if not {name for name, _ in arguments} <= ARGUMENTS:
            return None
    is_gzip = "gzip" in meta.get("HTTP_ACCEPT_ENCODING", "")
    words = [
        request.scheme,
        meta.get("HTTP_HOST", ""),
        path,
        urlencode(arguments),
        "gzip" if is_gzip else "",
    ]
    # Caches refuse blanks and control characters in a key, and long ones.
    return sha256("\n".join(words).encode()).hexdigest()


def _may_be_kept(response):
    return (
        response.status_code == 200
        and not response.streaming
        and not response.cookies
        and "public" in response.get("Cache-Control", "")
    )


def _conditional(request, response):
    """304 without the page for who has it already (RFC 9110, section 13)."""
    if response.status_code != 200:
        return response
    changed = response.get("Last-Modified")
    return get_conditional_response(
        request,
        etag=response.get("ETag"),
        last_modified=changed and parse_http_date_safe(changed),
        response=response,
    )
