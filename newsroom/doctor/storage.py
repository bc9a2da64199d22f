"""Where pictures lie: public files and originals."""

import getpass
from pathlib import Path
from uuid import uuid4

from django.core.files.base import ContentFile
from django.core.files.storage import storages

from newsroom.doctor.asking import BROKEN, OK, PATIENCE, said, within
from newsroom.doctor.disk import room


def check_storage():
    for name in ["default", "originals"]:
        storage = storages[name]
        words = "public files" if name == "default" else "originals"
        try:
            within(PATIENCE, lambda storage=storage: _round_trip(storage))
        except Exception as error:  # noqa: BLE001 -- clients raise their own
            yield (
                BROKEN,
                f"The storage of {words} refuses: {said(error)}.",
                f"Editors cannot add pictures. {_what_helps(storage)}",
            )
            continue
        yield OK, f"A file was written to the {words}, read and deleted."
        if "filesystem" in type(storage).__module__:
            yield from room(Path(storage.location), f"the {words}")


def _what_helps(storage):
    if "filesystem" not in type(storage).__module__:
        return "Look at STORAGE_URL, the keys of the bucket, and its rights."
    return (
        f"Let {storage.location} be on a disk that is not read-only or full, and "
        f"belong to the user who runs the site (chown -R {getpass.getuser()} "
        f"{storage.location}), or correct STORAGE_URL."
    )


def _round_trip(storage):
    content = uuid4().hex.encode()
    name = storage.save(f"doctor/{uuid4().hex}.txt", ContentFile(content))
    try:
        with storage.open(name) as file:
            if file.read() != content:
                raise OSError("other bytes came back than were written")
    finally:
        storage.delete(name)
