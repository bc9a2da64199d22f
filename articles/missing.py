"""Counts addresses that nothing answers, for editors who may redirect them.

Counts are collected in the process and written once a minute at most, so that a robot
that guesses addresses costs neither a write each nor a full table.
"""

import logging
import re
import threading
import time
from collections import Counter
from urllib.parse import urlsplit

from django.conf import settings
from django.db import DatabaseError, transaction
from django.db.models import F
from django.utils import timezone

from articles.models import MissingPath
from articles.models.past_path import fold_path

logger = logging.getLogger(__name__)

WRITE_EVERY = 60  # seconds
COLLECTED_PATHS = 200
NEW_PATHS = 20  # at a writing

# What robots try on every site, and no reader ever follows.
PROBE = re.compile(
    r"(?:^|/)\.|(?:^|/)(?:wp-|cgi-bin|phpmyadmin|xmlrpc|vendor/|node_modules/)"
    r"|\.(?:php\d?|phtml|aspx?|jsp|cgi|env|sql|bak|old|zip|rar|7z|t?gz|tar|ini|ya?ml"
    r"|log|conf|config|sh|exe|dll|map|pem|key)(?:/|$)",
    re.IGNORECASE,
)
NOT_PAGES = ("static/", "media/", "favicon", "apple-touch-icon")


class _Collected:
    """What one process has seen since it last wrote."""

    def __init__(self):
        self.lock = threading.Lock()
        self.clear()

    def clear(self):
        self.counts = Counter()
        self.hosts = {}
        self.written_at = None

    def add(self, path, host):
        if path not in self.counts and len(self.counts) >= COLLECTED_PATHS:
            return
        self.counts[path] += 1
        if host:
            self.hosts[path] = host

    def take_if_due(self):
        """The counts and hosts to write now, or None until the minute is over."""
        now = time.monotonic()
        if self.written_at is not None and now - self.written_at < WRITE_EVERY:
            return None
        taken = self.counts, self.hosts
        self.counts, self.hosts, self.written_at = Counter(), {}, now
        return taken


collected = _Collected()


def note(request):
    """Count one request that nothing answered. Never fails."""
    path = fold_path(request.path_info)[: MissingPath.PATH_LENGTH]
    # `?page=99` of a list is not found at an address that is.
    if not path or "page" in request.GET or is_probe(path):
        return
    with collected.lock:
        collected.add(path, _referrer_host(request))
        taken = collected.take_if_due()
    if taken:
        try:
            _write(*taken)
        except DatabaseError:
            logger.exception("Addresses not found could not be counted.")


def is_probe(path):
    """Whether a folded path is none that a reader would follow."""
    return path.startswith(NOT_PAGES) or PROBE.search(path) is not None


def _referrer_host(request):
    try:
        parts = urlsplit(request.headers.get("Referer", ""))
        host = parts.hostname or ""
    except ValueError:
        return ""
    is_own = host == urlsplit(settings.SITE_URL).hostname
    return host[:100] if is_own or parts.scheme == "https" else ""


@transaction.atomic
def _write(counts, hosts):
    now = timezone.now()
    known = list(MissingPath.objects.filter(path__in=counts))
    for row in known:
        row.referrer_host = hosts.get(row.path, row.referrer_host)
        row.last_seen_at = now
        row.count = F("count") + counts.pop(row.path)
    MissingPath.objects.bulk_update(known, ["count", "last_seen_at", "referrer_host"])
    MissingPath.objects.bulk_create(
        [
            MissingPath(
                path=path,
                count=count,
                first_seen_at=now,
                last_seen_at=now,
                referrer_host=hosts.get(path, ""),
            )
            for path, count in counts.most_common(NEW_PATHS)
        ],
        ignore_conflicts=True,
    )
    if counts:
        _drop_least_asked()


def _drop_least_asked():
    """Keep the table at its size. What an editor ignores stays, or it would return."""
    least = MissingPath.objects.order_by("is_ignored", "count", "last_seen_at", "pk")
    too_many = MissingPath.objects.count() - MissingPath.MOST_ROWS
    if too_many > 0:
        keys = list(least.values_list("pk", flat=True)[:too_many])
        MissingPath.objects.filter(pk__in=keys).delete()
