"""What browsers say that a page's Content-Security-Policy kept out, in two forms.

`report-uri` sends one report (CSP3, section 5.3), `report-to` a list of them (Reporting
API, section 3.2). Extensions of readers' browsers cause most of them, and addresses of
those may tell one reader from another: only the scheme is kept.
"""

import json
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from articles.models import PolicyReport
from newsroom.lib.text import clean_line
from newsroom.personal import without_keys

MOST_AT_ONCE = 5
# Words of a desk page's address that say which page it is; keys of rows follow.
DESK_WORDS = 3
DIRECTIVES = {
    "base-uri", "child-src", "connect-src", "default-src", "font-src", "form-action",
    "frame-ancestors", "frame-src", "img-src", "manifest-src", "media-src",
    "object-src", "sandbox", "script-src", "script-src-attr", "script-src-elem",
    "style-src", "style-src-attr", "style-src-elem", "worker-src",
}  # fmt: skip


def note(body):
    """Count what a browser reported.

    What is no report, not about a page of ours, or names no rule, is left out.
    """
    try:
        sent = json.loads(body)
    except (ValueError, RecursionError):
        return
    now = timezone.now()
    for facts in filter(None, map(_read, _reports(sent))):
        _count(facts, now)


def _reports(sent):
    """The bodies of reports, with the names of the older form."""
    if isinstance(sent, dict):
        return [sent.get("csp-report")]
    if not isinstance(sent, list):
        return []
    bodies = [one.get("body") for one in sent if isinstance(one, dict)]
    return [
        {
            "document-uri": body.get("documentURL"),
            "effective-directive": body.get("effectiveDirective"),
            "blocked-uri": body.get("blockedURL"),
        }
        for body in bodies[:MOST_AT_ONCE]
        if isinstance(body, dict)
    ]


def _read(report):
    """The facts that are counted, or None."""
    if not isinstance(report, dict):
        return None
    rule = report.get("effective-directive") or report.get("violated-directive")
    directive = str(rule or "").partition(" ")[0]
    path = _own_path(report.get("document-uri"))
    if directive not in DIRECTIVES or path is None:
        return None
    blocked = _blocked(str(report.get("blocked-uri") or "inline"))
    return {"directive": directive, "blocked": blocked, "path": path}


def _own_path(address):
    """The page's path without the keys in it; None where the page is not ours."""
    try:
        parts = urlsplit(str(address))
        host = parts.hostname
    except ValueError:
        return None
    if host != urlsplit(settings.SITE_URL).hostname:
        return None
    path = clean_line(unquote(parts.path, errors="replace")) or "/"
    words = path.split("/")
    if words[1] == "admin" and len(words) > DESK_WORDS:
        path = "/".join(words[:DESK_WORDS]) + "/…"
    return without_keys(path, "…")[: PolicyReport.PATH_LENGTH]


def _blocked(address):
    """A host, a scheme that has none, or a word such as `inline`."""
    try:
        parts = urlsplit(address)
        known = parts.hostname if parts.scheme in {"http", "https", "ws", "wss"} else ""
    except ValueError:
        return "unreadable"
    return clean_line(known or parts.scheme or parts.path)[:100] or "inline"


@transaction.atomic
def _count(facts, now):
    rows = PolicyReport.objects.filter(**facts)
    if rows.update(count=F("count") + 1, last_seen_at=now):
        return
    row = PolicyReport(**facts, first_seen_at=now, last_seen_at=now)
    # Somebody may have written the same at the same time.
    PolicyReport.objects.bulk_create([row], ignore_conflicts=True)
    too_many = PolicyReport.objects.count() - PolicyReport.MOST_ROWS
    if too_many > 0:
        oldest = PolicyReport.objects.order_by("last_seen_at", "pk")[:too_many]
        keys = list(oldest.values_list("pk", flat=True))
        PolicyReport.objects.filter(pk__in=keys).delete()
