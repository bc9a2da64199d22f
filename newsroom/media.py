"""Pictures from this machine's disk, for a site without an object store.

A picture is served as long as its rights hold, and no cache is told to keep it longer.
Rights may also end sooner than anybody knew, so caches that many readers share ask
again each SHARED seconds. With an object store, `articles.discarding` removes what may
not be shown.
"""

import hashlib
from pathlib import PurePosixPath

from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponseGone
from django.urls import re_path
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from articles.models import Medium, Picture

# Nothing that a browser would run in our name; SVG is such a thing.
SHOWN_TYPES = {
    ".avif": "image/avif",
    ".gif": "image/gif",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
}


YEAR = 31_536_000
SHARED = 90


@require_safe
def media(request, name):
    """Serve one picture. Names never come back with other bytes, so it may be kept."""
    content_type = SHOWN_TYPES.get(PurePosixPath(name).suffix.lower())
    if content_type is None:
        raise Http404(name)
    seconds = _seconds_to_keep(name.rpartition("/")[0])
    if seconds <= 0:
        return HttpResponseGone(headers={"Cache-Control": "public, max-age=60"})
    try:
        file = default_storage.open(name)
    except (OSError, ValueError, SuspiciousFileOperation) as error:
        raise Http404(name) from error
    # Names never come back with other bytes.
    tag = f'"{hashlib.sha256(name.encode()).hexdigest()[:16]}"'
    response = get_conditional_response(request, etag=tag)
    if response is None:
        response = FileResponse(file, content_type=content_type)
    else:
        file.close()
    forever = ", immutable" if seconds == YEAR else ""
    shared = min(SHARED, seconds)
    response["Cache-Control"] = f"public, max-age={seconds}, s-maxage={shared}{forever}"
    response["ETag"] = tag
    # No change of a story changes them.
    response["Surrogate-Key"] = response["Cache-Tag"] = "media"
    response["X-Content-Type-Options"] = "nosniff"
    # Feed readers and papers that republish show our pictures in their pages.
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _seconds_to_keep(base):
    """How long the files of a directory may be shown; 0 or less when they may not.

    Two pictures of the same bytes and words share their files: the longer rights
    count. What no row knows is not ours to judge.
    """
    now = timezone.now()
    rows = Picture.objects.filter(public_base=base)
    if not rows:
        return YEAR
    ends = [
        row.rights_expire_at
        for row in rows
        if any(row.is_usable(at=now, medium=medium) for medium in Medium)
    ]
    left = [int((end - now).total_seconds()) if end else YEAR for end in ends]
    return min(YEAR, max(left, default=0))


def urlpatterns():
    """Return the addresses to add to the root ones: none where others serve media."""
    if not settings.SERVE_MEDIA:
        return []
    prefix = settings.MEDIA_URL.lstrip("/")
    return [re_path(rf"^{prefix}(?P<name>.+)$", media, name="media")]
