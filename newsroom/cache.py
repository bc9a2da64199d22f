"""A shared cache whose loss costs speed, not pages, and a process's own, kept small."""

import logging
import os
import time
from functools import wraps

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache, RedisCacheClient

logger = logging.getLogger(__name__)

# Of what a process keeps in a cache of its own.
OWN_BYTES = 8 * 2**20
# A connection that broke unnoticed tells nothing: after so long it is asked.
ASK_SECONDS = 1
# How long no other is tried where the server cannot tell, or is away.
RETRY_SECONDS = 10


def _or(fallback):
    """Turn a method that cannot reach Redis into one that returns `fallback`."""

    def decorate(method):
        @wraps(method)
        def wrapped(self, *args, **kwargs):
            # Imported here: who names no Redis need not have its client.
            from redis.exceptions import RedisError  # noqa: PLC0415

            try:
                return method(self, *args, **kwargs)
            except (RedisError, OSError) as error:
                # Its own words: a wrong password and a refusal are mended elsewhere.
                logger.warning(
                    "The cache does not answer: %s: %.150s", type(error).__name__, error
                )
                return fallback(*args, **kwargs)

        return wrapped

    return decorate


def _default(key, default=None, *args, **kwargs):
    return default


class LastingClient(RedisCacheClient):
    """Keeps the client that Django's makes for each call, which takes twice as long as
    to ask.
    """

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._clients = {}

    def get_client(self, key=None, *, write=False):
        if write not in self._clients:
            self._clients[write] = super().get_client(key, write=write)
        return self._clients[write]


class Line:
    """A connection on which Redis tells of each change of one key (CLIENT TRACKING).

    To ask costs a process more than all the rest of giving a kept page: it sleeps, and
    wakes among strangers. To look whether something was told costs next to nothing.
    """

    def __init__(self, pool, key):
        options = {**pool.connection_kwargs, "protocol": 3}
        self.connection = pool.connection_class(**options)
        self.key = key
        self.process = os.getpid()
        self.connection.send_command("CLIENT", "TRACKING", "ON")
        self.connection.read_response()
        self._ask()

    def present(self):
        if time.monotonic() > self.asks_at or self.connection.can_read():
            self._ask()
        return self.value

    def _ask(self):
        self.connection.send_command("GET", self.key)
        # Passes over what was told before; what is told after is left for next time.
        self.value = self.connection.read_response()
        self.asks_at = time.monotonic() + ASK_SECONDS


class ForgetfulRedisCache(RedisCache):
    """Django's Redis cache that holds nothing while its server does not answer.

    Limits that count in it let everybody through then: better than nobody.
    """

    def __init__(self, server, params):
        super().__init__(server, params)
        self._class = LastingClient
        self._lines = {}
        self._no_line_until = 0

    def told(self, key):
        """What `get` returns, of a key that changes seldom: mostly without asking.

        Django makes a cache for each thread, so no two read from one connection.
        """
        from redis.exceptions import RedisError  # noqa: PLC0415 - as above

        if time.monotonic() < self._no_line_until:
            return self.get(key)
        try:
            # One whose answer was not read to its end does not come back.
            line = self._lines.pop(key, None)
            # After a fork parent and child would take each other's news away.
            if line is None or line.process != os.getpid():
                pool = self._cache.get_client(key).connection_pool
                line = Line(pool, self.make_and_validate_key(key))
            value = line.present()
            self._lines[key] = line
        except (RedisError, OSError):
            self._no_line_until = time.monotonic() + RETRY_SECONDS
            return self.get(key)
        return None if value is None else self._cache._serializer.loads(value)  # noqa: SLF001 - Django's own form

    add = _or(lambda *args, **kwargs: True)(RedisCache.add)
    get = _or(_default)(RedisCache.get)
    set = _or(lambda *args, **kwargs: None)(RedisCache.set)
    touch = _or(lambda *args, **kwargs: False)(RedisCache.touch)
    delete = _or(lambda *args, **kwargs: False)(RedisCache.delete)
    get_many = _or(lambda *args, **kwargs: {})(RedisCache.get_many)
    has_key = _or(lambda *args, **kwargs: False)(RedisCache.has_key)
    incr = _or(lambda key, delta=1, **kwargs: delta)(RedisCache.incr)
    set_many = _or(lambda data, *args, **kwargs: list(data))(RedisCache.set_many)
    delete_many = _or(lambda *args, **kwargs: None)(RedisCache.delete_many)
    clear = _or(lambda *args, **kwargs: False)(RedisCache.clear)


class BoundedLocMemCache(LocMemCache):
    """Django's cache of a process's own, bounded by bytes too: a feed has 200 kB."""

    def _set(self, key, value, timeout=DEFAULT_TIMEOUT):
        size = len(value) + sum(map(len, self._cache.values()))
        while self._cache and size > OWN_BYTES:
            oldest, dropped = self._cache.popitem()
            del self._expire_info[oldest]
            size -= len(dropped)
        super()._set(key, value, timeout)
