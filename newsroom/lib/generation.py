"""Which generation of the site's content readers get; a new one with every change.

Whatever is made of content and kept (pages, navigation) is of one generation, and is
made anew once that has passed. All processes of a site know the same one: in the cache
that they share or, where each has a cache of its own, in the time of a file.
"""

import logging
import os
import time
from contextvars import ContextVar
from secrets import token_hex

from django.conf import settings
from django.core.cache import caches
from django.core.cache.backends.locmem import LocMemCache

from newsroom.lib import keeping

logger = logging.getLogger(__name__)

KEY = "generation"
# How many things a process keeps.
MOST = 10_000

_writes = 0
_kept_here = {}
# What the cache has told this request: a page is of the generation that it began with.
_told = ContextVar("generation")


def current(found=None):
    """The present generation, or None where there has been no change yet.

    `found` is what the cache of pages holds of KEY, for who has asked it already.
    """
    told = _told.get(None)
    if told and found is None:
        return told[0]
    if isinstance(caches["pages"], LocMemCache):
        try:
            return os.stat(settings.GENERATION_FILE).st_mtime_ns  # noqa: PTH116 - asked for each page
        except OSError:
            return None
    if found is None:
        pages = caches["pages"]
        # A cache that tells of a change need not be asked.
        present = getattr(pages, "told", pages.get)(KEY)
    else:
        present = found.get(KEY)
    if told is not None:
        told[:] = [present]
    return present


def begin_request(**kwargs):
    """From here to `end_request` a cache that is shared is asked only once."""
    _told.set([])


def end_request(**kwargs):
    _told.set(None)


def kept_here(name, make, *, seconds):
    """What `make` returns, made once by this process for each generation and so many
    seconds. What it has written itself it sees before that is committed.
    """
    present = current(), _writes
    kept_of, until, found = _kept_here.get(name, (None, 0, None))
    if kept_of != present or until < time.monotonic():
        found = make()
        if len(_kept_here) > MOST:
            _kept_here.clear()
        _kept_here[name] = (present, time.monotonic() + seconds, found)
    return found


def forget():
    """Make all that this process keeps anew: for tests, which commit nothing."""
    _kept_here.clear()


def note_write():
    """Say that this process has written what readers see, and may yet take it back."""
    global _writes  # noqa: PLW0603 - a process has one
    _writes += 1


def kept(name, make, *, seconds=60):
    """What `make` returns, made once for each generation and so many seconds.

    For what is read from the whole archive: by one process for all that share a cache.
    Within a transaction, which may see more than others, it is made each time.
    """
    return keeping.kept(f"{name}:{current()}", make, seconds=seconds)


def bump():
    """Begin a new generation."""
    if told := _told.get(None):
        told.clear()
    if not isinstance(caches["pages"], LocMemCache):
        caches["pages"].set(KEY, token_hex(8), None)
        # Redis answers once it has told all the others, so nobody hears of a change
        # before they do.
        caches["pages"].get(KEY)
        return
    # A file system's own clock ticks too slowly to tell two changes apart.
    now = max(time.time_ns(), (current() or 0) + 1)
    try:
        settings.GENERATION_FILE.touch()
        os.utime(settings.GENERATION_FILE, ns=(now, now))
    except OSError:
        logger.exception("Other processes are not told of a change.")
