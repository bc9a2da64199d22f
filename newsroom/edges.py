"""Tells the caches in front of us what has changed: our own nginx, and a CDN.

Each node of EDGE_NODES is asked for the addresses that changed, with the header that
makes it fetch them anew (deploy/nginx.conf); a CDN is told by CDN_PURGE to forget what
has certain keys. Both begin at once, beside one another; what has not been told within
seconds, a task tells later. Until then pages are late by the time that such a cache
keeps them.
"""

import http.client
import json
import logging
import ssl
import time
from concurrent.futures import ThreadPoolExecutor, wait
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.module_loading import import_string

from articles import due
from newsroom.lib.surrogate_keys import LISTS, SITE, story_key
from newsroom.lib.urls import path

logger = logging.getLogger(__name__)

HEADER = "X-Refresh"
# The target that is not a node.
CDN = "cdn"
WAIT_SECONDS = 0.3
SECONDS = 2
AGAIN = 3
LATER_SECONDS = 10
# Of one change; more are left to the time that caches keep a page.
MOST_STORIES = 10


# What nodes keep (proxy_cache_valid in deploy/nginx.conf): a story that is gone counts.
KEPT_STATUSES = {200, 301, 404, 410}
# What nginx says of an answer that it did not ask the site for.
FROM_A_COPY = {"HIT", "STALE", "UPDATING"}


class NotToldError(Exception):
    """A cache in front of us could not be told of a change."""


def refresh(*, since):
    """Tell every node and the CDN of what has changed since a time.

    The caller waits for 300 ms at most, while threads go on; what a target has not been
    told in the end is left to a task.
    """
    targets = [*settings.EDGE_NODES, *([CDN] if settings.CDN_PURGE else [])]
    if not targets:
        return
    paths, keys = changed(since=since, at=timezone.now())
    pool = ThreadPoolExecutor(len(targets))
    telling = [
        pool.submit(_tell_now_or_later, target, paths, keys) for target in targets
    ]
    pool.shutdown(wait=False)
    wait(telling, timeout=WAIT_SECONDS)


def _tell_now_or_later(target, paths, keys):
    # Loaded with the models; a task's module names this one.
    from newsroom.tasks import tell_edge  # noqa: PLC0415

    try:
        left = tell(target, paths, keys, until=time.monotonic() + SECONDS)
    except Exception as error:  # noqa: BLE001 - one's own function may raise anything
        logger.warning("%s is not told yet: %r", target, error)
        left = paths
    if left:
        try:
            tell_edge.enqueue(target, left, keys)
        finally:
            connection.close()


def changed(*, since, at):
    """The addresses, most read first, and the CDN's keys of what changed in a time.

    The keys of a change that is none of a story are those of the whole site.
    """
    stories = due.come_or_gone(since=since, at=at, most=MOST_STORIES + 1)
    front = [path("articles:front_page")]
    if not stories:
        return front, [SITE]
    if len(stories) > MOST_STORIES:
        return [*front, path("articles:site_feed")], [SITE]
    last, *others = stories
    paths = [last.get_absolute_url(), *front, last.section.get_absolute_url()]
    paths += [story.get_absolute_url() for story in others]
    paths += [story.section.get_absolute_url() for story in others]
    paths += [path("articles:site_feed"), path("articles:news_sitemap")]
    for story in stories:
        paths += [tag.get_absolute_url() for tag in story.tags.all()]
        paths += [author.get_absolute_url() for author in story.authors.all()]
    return list(dict.fromkeys(paths)), [LISTS, *(story_key(story) for story in stories)]


def tell(target, paths, keys, *, until):
    """Tell one target; return the paths it has not been told of at `until`.

    Raises OSError, http.client.HTTPException or NotToldError.
    """
    if target != CDN:
        return _refresh_node(target, paths, until)
    if settings.CDN_PURGE.startswith(("https://", "http://")):
        _purge_by_post(keys, until)
    else:
        import_string(settings.CDN_PURGE)(keys)
    return []


def why_not_refreshed(node):
    """Why a node does not fetch the front page when it is told; None where it does.

    Raises OSError or http.client.HTTPException where it does not answer.
    """
    asking = _site_of(node, time.monotonic() + SECONDS)
    try:
        answer = _fetch_anew(asking, path("articles:front_page"))
    finally:
        asking.close()
    copy = answer.headers.get("X-Cache")
    if answer.status in KEPT_STATUSES and copy != "BYPASS":
        return f"took no notice (X-Cache: {copy})"
    return _why_not_told(answer)


def _site_of(node, until):
    return _connect(node, until, name=urlsplit(settings.SITE_URL).hostname)


def _fetch_anew(asking, address):
    headers = {
        "Host": urlsplit(settings.SITE_URL).netloc,
        "Accept-Encoding": "gzip",
        HEADER: settings.EDGE_SECRET,
    }
    asking.request("GET", address, headers=headers)
    answer = asking.getresponse()
    answer.read()
    return answer


def _refresh_node(node, paths, until):
    asking = _site_of(node, until)
    # The first ones twice: a copy of before the change may have been on its way.
    left, refused = [*paths, *paths[:AGAIN]], {}
    try:
        while left and time.monotonic() < until:
            asking.timeout = max(0.01, until - time.monotonic())
            if asking.sock:
                asking.sock.settimeout(asking.timeout)
            try:
                answer = _fetch_anew(asking, left[0])
            except TimeoutError:
                break
            if why := _why_not_told(answer):
                refused[left[0]] = why
            left.pop(0)
    finally:
        asking.close()
    if refused:
        address, why = next(iter(refused.items()))
        logger.warning(
            "%s did not fetch %d addresses; %s %s", node, len(refused), address, why
        )
    return list(dict.fromkeys([*refused, *left]))


def _why_not_told(answer):
    """Why the node has no new copy after this answer; None where it has one."""
    if answer.status not in KEPT_STATUSES:
        return f"was answered with {answer.status}"
    if answer.headers.get("X-Cache") in FROM_A_COPY:
        return "came from its copy: is its secret our EDGE_SECRET?"
    return None


def _purge_by_post(keys, until):
    """One request that both kinds of CDN understand: keys in a header, and as JSON."""
    url = urlsplit(settings.CDN_PURGE)
    asking = _connect(settings.CDN_PURGE, until)
    token = settings.CDN_TOKEN
    headers = {
        "Content-Type": "application/json",
        "Surrogate-Key": " ".join(keys),
        "Authorization": f"Bearer {token}",
        "Fastly-Key": token,
    }
    address = f"{url.path or '/'}?{url.query}" if url.query else url.path or "/"
    try:
        asking.request("POST", address, json.dumps({"tags": keys}), headers)
        status = asking.getresponse().status
    finally:
        asking.close()
    if status >= 300:
        raise NotToldError(f"The CDN answered {status}.")


class _SiteAt(http.client.HTTPSConnection):
    """A connection to an address that must have the certificate of `name`."""

    name = None

    def connect(self):
        http.client.HTTPConnection.connect(self)
        name = self.name or self.host
        self.sock = ssl.create_default_context().wrap_socket(
            self.sock, server_hostname=name
        )


def _connect(address, until, *, name=None):
    url = urlsplit(address)
    timeout = max(0.01, until - time.monotonic())
    if url.scheme != "https":
        return http.client.HTTPConnection(url.netloc, timeout=timeout)
    connection = _SiteAt(url.netloc, timeout=timeout)
    connection.name = name
    return connection
