"""Tries at a password or a code: slower and slower from a stranger, never locked.

A lock would let anybody who knows a name keep its owner out on election night. Here
each failure after the first few makes the next try wait a little longer, at most a
minute, and that is decided before a password's hash is worked out. Who tries from a
browser in which this account was signed in before stands in a queue of their own, so
that a stranger at the same name does not hold them up.

Places are taken with `cache.add`, which one of several processes wins; the cache has to
be a shared one where there are several.
"""

import hashlib
import logging
import math
import time
from dataclasses import dataclass, field

from django.core.cache import cache
from django.core.exceptions import ValidationError

from newsroom.accounts import devices
from newsroom.lib.throttle import client_network

logger = logging.getLogger(__name__)

WINDOW = 900  # seconds that a failure counts
LONGEST_WAIT = 60
FREE_FOR_A_NAME = 5
FREE_FOR_A_DEVICE = 10
# A newsroom shares one address.
FREE_FOR_A_NETWORK = 30


class TooSoonError(ValidationError):
    """The next try has to wait; `seconds` says how long, and a form shows it."""

    def __init__(self, seconds):
        self.seconds = seconds
        unit = "second" if seconds == 1 else "seconds"
        super().__init__(
            f"Too many tries went wrong. Please wait {seconds} {unit} and try again.",
            code="too_soon",
        )


@dataclass
class Attempt:
    """A try that may be made now; `succeeded` is called where it was right."""

    own: str
    taken: list = field(default_factory=list)

    def succeeded(self):
        """Forget the failures before it, and give the network its place back."""
        try:
            cache.delete_many([*_keys(self.own), *self.taken])
        except Exception:
            logger.warning("The cache did not forget an attempt.", exc_info=True)


def begin(request, scope, name):
    """Take a place for one try of `name`. Raises TooSoonError.

    A cache that does not answer lets everybody try.
    """
    name = name.casefold()
    device = devices.known_id(request, name)
    if device:
        own, free = _key(scope, "device", f"{device} {name}"), FREE_FOR_A_DEVICE
    else:
        own, free = _key(scope, "name", name), FREE_FOR_A_NAME
    attempt = Attempt(own)
    try:
        if not device:
            network = _key(scope, "network", client_network(request))
            attempt.taken += _take(network, FREE_FOR_A_NETWORK)
        _take(own, free)
    except TooSoonError:
        cache.delete_many(attempt.taken)
        raise
    except Exception:
        logger.warning("The cache did not count an attempt.", exc_info=True)
    return attempt


def _take(key, free):
    """The free place taken, or none for a try that had to wait for its turn."""
    wait = f"{key}:wait"
    left = (cache.get(wait) or 0) - time.time()
    if left > 0:
        raise TooSoonError(math.ceil(left))
    for place in _places(key, free):
        if cache.add(place, 1, WINDOW):
            return [place]
    steps = f"{key}:steps"
    cache.add(steps, 0, WINDOW)
    seconds = min(2 ** min(cache.incr(steps), 10), LONGEST_WAIT)
    cache.touch(steps, WINDOW)
    if not cache.add(wait, time.time() + seconds, seconds):
        raise TooSoonError(seconds)
    return []


def _key(scope, kind, value):
    digest = hashlib.sha256(value.encode()).hexdigest()[:32]
    return f"attempt:{scope}:{kind}:{digest}"


def _places(key, free):
    return [f"{key}:{number}" for number in range(free)]


def _keys(key):
    places = _places(key, max(FREE_FOR_A_NAME, FREE_FOR_A_DEVICE))
    return [*places, f"{key}:wait", f"{key}:steps"]
