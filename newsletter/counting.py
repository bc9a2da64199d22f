"""Opened mails and followed links, as numbers alone.

Only where the newsletter says so. A link of an issue has one key for all its readers;
following it adds one to a number and leaves no other trace, so nobody can tell who.
"""

import html
import logging
import re
import secrets
from urllib.parse import urlsplit

from django.conf import settings
from django.db import DatabaseError
from django.db.models import F
from django.urls import reverse

from newsletter.models import IssueLink
from newsroom.lib.pixel import is_get
from newsroom.lib.urls import absolute

logger = logging.getLogger(__name__)

_HREF = re.compile(r'(<a\s[^>]*?\bhref=")(https?://[^"]+)(")')
# Programs that follow every link of a mail before or instead of its reader.
_MACHINE = re.compile(
    r"bot\b|crawl|spider|scan|preview|prefetch|fetch|monitor|curl|wget|python|java/"
    r"|go-http|okhttp|headless|phantom|externalhit|whatsapp|telegram|barracuda"
    r"|proofpoint|mimecast|safelinks|urldefense|symantec|fortinet|trendmicro",
    re.IGNORECASE,
)
_AHEAD_OF_TIME = ("Purpose", "Sec-Purpose", "X-Purpose", "X-Moz")


def mark(issue, content):
    """An issue's HTML with what counts in it, as its newsletter wishes.

    Marked again, the same links get the same keys. Links to readers' own pages, mail
    addresses and the issue on the web stay as they are.
    """
    newsletter = issue.newsletter
    if newsletter.counts_clicks:
        content = _HREF.sub(lambda found: _counted(issue, found), content)
    if newsletter.counts_opens:
        content = content.replace("</body>", f"{_dot(_link(issue, ''))}</body>", 1)
    return content


def unmark(issue, content):
    """The HTML as it was before `mark`: for the desk, whose looking must not count."""
    for link in issue.links.all():
        if link.url:
            counted = html.escape(_click_url(link))
            content = content.replace(f'"{counted}"', f'"{html.escape(link.url)}"')
        else:
            content = content.replace(_dot(link), "")
    return content


def count(request, key, *, opens=False):
    """Where a key leads, "" for an opened mail, or None; counts it if a person came.

    A database that is busy loses the count, not the reader's way.
    """
    links = IssueLink.objects.filter(key=key)
    links = links.filter(url="") if opens else links.exclude(url="")
    link = links.first()
    if link is None:
        return None
    if _is_of_person(request):
        wish = "counts_opens" if opens else "counts_clicks"
        wanted = links.filter(**{f"issue__newsletter__{wish}": True})
        try:
            wanted.update(count=F("count") + 1)
        except DatabaseError:
            logger.warning("A link of a newsletter was not counted.", exc_info=True)
    return link.url


def _is_of_person(request):
    agent = request.headers.get("User-Agent", "")
    return (
        is_get(request)
        and bool(agent)
        and not _MACHINE.search(agent)
        and not any(request.headers.get(name) for name in _AHEAD_OF_TIME)
        # Where a browser says what it is after: a page for the reader, or a picture.
        and request.headers.get("Sec-Fetch-Dest", "document") in {"document", "image"}
    )


def _counted(issue, found):
    url = html.unescape(found[2])
    if not _may_count(url):
        return found[0]
    return f"{found[1]}{html.escape(_click_url(_link(issue, url)))}{found[3]}"


def _may_count(url):
    """Whether a link leads to something to read, and fits a row and its index."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return False
    own = absolute(reverse("newsletter:newsletter_list"))
    home = {settings.SITE_URL, f"{settings.SITE_URL}/"}
    # The marks of a reader's own links end so (`letters.UNSUBSCRIBE`).
    is_personal = host.endswith(".invalid") or url.startswith(own)
    return (
        not is_personal and url not in home and len(url.encode()) <= IssueLink.LONGEST
    )


def _link(issue, url):
    made, _ = IssueLink.objects.get_or_create(
        issue=issue, url=url, defaults={"key": secrets.token_urlsafe(9)}
    )
    return made


def _click_url(link):
    return absolute(reverse("newsletter:count_click", args=[link.key]))


def _dot(link):
    url = absolute(reverse("newsletter:count_open", args=[link.key]))
    return (
        f'<img src="{url}" width="1" height="1" alt="" border="0" '
        'referrerpolicy="no-referrer">'
    )
