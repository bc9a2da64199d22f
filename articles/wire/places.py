"""Where the files of a source lie on this machine."""

from pathlib import Path

from django.conf import settings

from articles.wire.item import UnreadableItemError


def folder_of(source):
    """The directory of a source. Raises UnreadableItemError for one outside."""
    root = Path(settings.WIRE_FOLDER).resolve()
    folder = (root / source.folder).resolve()
    if not folder.is_relative_to(root):
        raise UnreadableItemError("The folder lies outside the wire folder.")
    return folder
