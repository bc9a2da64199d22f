"""A copy of what readers see as plain files, which a browser opens from a folder.

Pages are rendered by our own handler, without a server: what readers may not see is
not in the copy because it is not in the pages. Search, forms and the pages of one
person are replaced by a note.
"""


class MirrorError(Exception):
    """Why a copy cannot be written, in words for the person at the terminal."""
