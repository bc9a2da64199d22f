"""How often a network or an address may do something, counted in the cache."""

import hashlib
import ipaddress
import logging
import time

from django.conf import settings
from django.core.cache import cache

logger = logging.getLogger(__name__)


def client_address(request):
    """The visitor's IP address as text, or None where the server does not tell.

    Each of our own PROXY_COUNT proxies adds one address to X-Forwarded-For; what stands
    to the left of those was written by the visitor and is not believed.
    """
    address = request.META.get("REMOTE_ADDR", "")
    if settings.PROXY_COUNT:
        forwarded = request.headers.get("X-Forwarded-For", "").split(",")
        if len(forwarded) >= settings.PROXY_COUNT:
            address = forwarded[-settings.PROXY_COUNT]
    try:
        found = ipaddress.ip_address(address.strip())
    except ValueError:
        return None
    return str(getattr(found, "ipv4_mapped", None) or found)


def client_network(request):
    """What one machine can change at will: an IPv4 address, an IPv6 /64."""
    address = client_address(request) or "unknown"
    if ":" in address:
        return str(ipaddress.ip_network(f"{address}/64", strict=False))
    return address


def client_area(request):
    """The visitor's neighbourhood, too large to name anybody: IPv4 /24, IPv6 /48.

    Empty where the server does not tell.
    """
    address = client_address(request)
    if address is None:
        return ""
    length = 48 if ":" in address else 24
    return str(ipaddress.ip_network(f"{address}/{length}", strict=False))


def allow(scope, key, *, limit, seconds):
    """Count one attempt of `key` in `scope`; whether it is among the first `limit`.

    The window is fixed: it begins anew every `seconds`. A cache that does not answer
    lets everybody through, because a lost sign-up is worse than a spared one.
    """
    window = int(time.time() // seconds)
    digest = hashlib.sha256(str(key).encode()).hexdigest()[:32]
    name = f"throttle:{scope}:{digest}:{window}"
    try:
        cache.add(name, 0, seconds)
        return cache.incr(name) <= limit
    except Exception:
        logger.warning("The cache did not count an attempt.", exc_info=True)
        return True
