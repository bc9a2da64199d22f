"""What each part of a sitemap holds, known from one change of the site to the next.

To read all stories for the index at each change would take a second of a large archive.
So the parts are read whole once an hour and, in between, those of the stories to which
something happened (`due.keys_come_or_gone`).
"""

import zlib
from datetime import timedelta
from functools import partial
from secrets import token_hex
from typing import NamedTuple

from django.core.cache import caches
from django.db import connection
from django.utils import timezone

from articles import due
from newsroom.lib import generation
from newsroom.lib.keeping import kept

PART_SIZE = 2_000

_KEY = "sitemap-parts"
_SECONDS = 3_600
# A transaction may have told a time and been committed after others read.
_OVERLAP = timedelta(minutes=1)
# More stories than this, and reading all parts is the shorter way.
_MOST = 1_000
_MOST_PARTS = 20


class Part(NamedTuple):
    """When a part last changed, and a word that another content does not have."""

    changed: object
    version: str


def in_part(queryset, number):
    return queryset.filter(pk__gt=(number - 1) * PART_SIZE, pk__lte=number * PART_SIZE)


def number_of(key):
    return (key - 1) // PART_SIZE + 1


def holding(queryset):
    """The numbers of the parts that hold a row of the queryset.

    Each part is asked for its first row: of many rows few are looked at.
    """
    last = queryset.model.objects.order_by("-pk").values_list("pk", flat=True).first()
    numbers = range(1, number_of(last or 0) + 1)
    return [n for n in numbers if in_part(queryset.order_by(), n).exists()]


def known(read):
    """From the number of each part of stories to its Part.

    read: a function that gives (number, time of change) of the parts that hold a story,
    of all or, with `number`, of one.
    """
    return generation.kept(_KEY, partial(_brought_up_to_date, read))


def _brought_up_to_date(read):
    now = timezone.now()
    # Within a transaction one may see more than others.
    is_shared = not connection.in_atomic_block
    state = caches["default"].get(_KEY) if is_shared else None
    parts = None
    if state and state["read"] > now - timedelta(seconds=_SECONDS):
        read_at = state["read"]
        parts = _mended(state, now, read)
    if parts is None:
        read_at, parts = now, _fresh(read())
    if is_shared:
        found = {"read": read_at, "at": now, "parts": parts}
        caches["default"].set(_KEY, found, _SECONDS)
    return parts


def _fresh(rows):
    return {number: Part(changed, token_hex(4)) for number, changed in rows}


def _mended(state, now, read):
    """The parts with those that changed read anew; None if too many did."""
    keys = due.keys_come_or_gone(since=state["at"] - _OVERLAP, at=now, most=_MOST + 1)
    numbers = {number_of(key) for key in keys}
    if len(keys) > _MOST or len(numbers) > _MOST_PARTS:
        return None
    parts = {n: part for n, part in state["parts"].items() if n not in numbers}
    for number in numbers:
        parts.update(_fresh(read(number=number)))
    return dict(sorted(parts.items()))


def body(name, make):
    """The bytes that `make` returns, kept for as long as `name` stays what it is."""
    packed = kept(f"sitemap:{name}", lambda: zlib.compress(make(), 1), seconds=_SECONDS)
    return zlib.decompress(packed)
