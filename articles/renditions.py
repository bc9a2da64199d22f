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


def rendition_url(picture, crop, width, extension):
    """The address of one public file, as `MEDIA_URL` begins it."""
    return default_storage.url(rendition_name(picture, crop, width, extension))


def rendition_bytes(picture, crop, width, extension):
    """The size in bytes of one public file, for feeds' enclosures."""
    return picture.renditions["bytes"][f"{crop}-{width}.{extension}"]
