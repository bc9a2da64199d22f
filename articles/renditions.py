"""Where a picture's public files lie, read from its row: no query, no storage call."""

from django.core.files.storage import default_storage


def rendition_sizes(picture, crop):
    """The [width, height] pairs of a crop in pixels, narrowest first; [] for none."""
    return sorted((picture.renditions or {}).get(crop, []))


def rendition_name(picture, crop, width, extension):
    """The storage's name of one public file; `extension` is one of lib.rendering's."""
    return f"{picture.renditions['base']}/{crop}-{width}.{extension}"


def renditions_url(picture):
    """Where the public files begin, as `MEDIA_URL` does; their names need no escape."""
    return default_storage.url(picture.renditions["base"])


def rendition_url(picture, crop, width, extension):
    """The address of one public file; of many, see `srcset`."""
    return f"{renditions_url(picture)}/{crop}-{width}.{extension}"


def srcset(folder, renditions, crop, widths, extension):
    """The attribute of that name, of files that exist; `folder` is renditions_url."""
    files = renditions["bytes"]
    return ", ".join(
        f"{folder}/{name} {width}w"
        for width in widths
        if (name := f"{crop}-{width}.{extension}") in files
    )


def rendition_bytes(picture, crop, width, extension):
    """The size in bytes of one public file, for feeds' enclosures."""
    return picture.renditions["bytes"][f"{crop}-{width}.{extension}"]
