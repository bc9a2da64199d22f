"""Where a picture's public files lie, read from its row: no query, no storage call."""

from functools import lru_cache

from django.core.files.storage import storages


def rendition_sizes(picture, crop):
    """The [width, height] pairs of a crop in pixels, narrowest first; [] for none."""
    return sorted((picture.renditions or {}).get(crop, []))


def file_name(crop, width, extension):
    """A public file in its picture's folder; `extension` is one of lib.rendering's."""
    return f"{crop}-{width}.{extension}"


def rendition_name(picture, crop, width, extension):
    """The storage's name of one public file."""
    return f"{picture.renditions['base']}/{file_name(crop, width, extension)}"


def renditions_url(picture):
    """Where the public files begin, as `MEDIA_URL` does; their names need no escape."""
    return _url(storages["default"], picture.renditions["base"])


@lru_cache(maxsize=10_000)
def _url(storage, folder):
    return storage.url(folder)


def rendition_url(picture, crop, width, extension):
    """The address of one public file; of many, see `srcset`."""
    return f"{renditions_url(picture)}/{file_name(crop, width, extension)}"


def srcset(folder, files, crop, widths, extension):
    """The attribute of that name, of `files` that exist; `folder` is renditions_url."""
    return ", ".join(
        f"{folder}/{name} {width}w"
        for width in widths
        if (name := file_name(crop, width, extension)) in files
    )


def rendition_bytes(picture, crop, width, extension):
    """The size in bytes of one public file, for feeds' enclosures."""
    return picture.renditions["bytes"][file_name(crop, width, extension)]
