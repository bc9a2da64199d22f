"""What may be a little old: kept for a time, whatever changes on the site meanwhile."""

from django.core.cache import caches
from django.db import connection


def kept(name, make, *, seconds):
    """What `make` returns, made by one process for all that share a cache.

    Within a transaction, which may see more than others, it is made each time.
    """
    if connection.in_atomic_block:
        return make()
    return caches["default"].get_or_set(f"kept:{name}", make, seconds)
