"""What the library shows of a picture."""

from django.urls import reverse
from django.utils import timezone

from articles.admin.picture_filters import SOON
from articles.models import Picture
from articles.renditions import rendition_sizes, rendition_url


def thumbnail_url(picture):
    """A small JPEG of the whole picture; one for editors alone while none is public."""
    sizes = rendition_sizes(picture, "original")
    if sizes and picture.is_usable():
        return rendition_url(picture, "original", sizes[0][0], "jpg")
    address = reverse("admin:articles_picture_thumbnail", args=[picture.pk])
    return f"{address}?{picture.content_hash[:8]}"


def warnings(picture, *, now):
    """What an editor should know before using a picture, in few words each."""
    if picture.rendition_status == Picture.RenditionStatus.FAILED:
        yield f"No public files: {picture.rendition_error}"
    elif not picture.renditions and picture.is_usable(at=now):
        yield "Public files are being made"
    if picture.rights_expire_at and picture.rights_expire_at <= now:
        yield "Rights have ended"
    elif picture.rights_start_at and picture.rights_start_at > now:
        yield "Rights have not started"
    elif picture.rights_expire_at and picture.rights_expire_at <= now + SOON:
        yield f"Rights end on {timezone.localdate(picture.rights_expire_at):%-d %B}"
    if not picture.allows_site:
        yield "Not for the site"
    if picture.needs_alt:
        yield "No alt text"
    if not picture.credit_line:
        yield "No credit line"
