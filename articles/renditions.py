"""Where a picture's public files lie, read from its row: no query, no storage call."""

from django.core.files.storage import default_storage


def rendition_sizes(picture, crop):
    """The [width, height] pairs of a crop in pixels, narrowest first; [] for none."""
    return sorted((picture.renditions or {}).get(crop, []))


def has_rendition(picture, crop, width, extension):
    return f"{crop}-{width}.{extension}" in picture.renditions.get("bytes", {})


def rendition_name(picture, crop, width, extension):
    """The storage's name of one public file; `extension` is one of lib.rendering's."""
    return f"{picture.renditions['base']}/{crop}-{width}.{extension}"


def renditions_url(picture):
    """Where the public files begin, as `MEDIA_URL` does; their names need no escape."""
    return default_storage.url(picture.renditions["base"])


def rendition_url(picture, crop, width, extension, *, folder=None):
    """The address of one public file; who asks for many hands in `renditions_url`."""
    folder = folder or renditions_url(picture)
    return f"{folder}/{crop}-{width}.{extension}"


def rendition_bytes(picture, crop, width, extension):
    """The size in bytes of one public file, for feeds' enclosures."""
    return picture.renditions["bytes"][f"{crop}-{width}.{extension}"]
