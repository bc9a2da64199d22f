"""The room left where something lies."""

import shutil

from newsroom.doctor.asking import BROKEN, WARNING

GIGABYTE = 1_000_000_000


def room(path, what):
    """Is there room on the disk where something lies?"""
    while not path.exists():
        path = path.parent
    free = shutil.disk_usage(path).free
    if free < GIGABYTE:
        yield (
            BROKEN if free < GIGABYTE / 10 else WARNING,
            f"The disk of {what} ({path}) has {free / 1e6:,.0f} MB left.",
            "Make room: old backups, logs, exports.",
        )
