"""A shared cache whose loss costs speed, not pages."""

import logging
from functools import wraps

from django.core.cache.backends.redis import RedisCache, RedisCacheClient

logger = logging.getLogger(__name__)


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


class ForgetfulRedisCache(RedisCache):
    """Django's Redis cache that holds nothing while its server does not answer.

    Limits that count in it let everybody through then: better than nobody.
    """

    def __init__(self, server, params):
        super().__init__(server, params)
        self._class = LastingClient

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
