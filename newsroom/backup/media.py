"""The files of both storages: on this machine's disk or in an object store."""

import hashlib
from contextlib import suppress
from pathlib import Path

from django.core.files import File
from django.core.files.storage import storages

from newsroom.backup import BackupError

# From the directory in a set to the entry of STORAGES.
STORES = {"originals": "originals", "public": "default"}
CHUNK = 1 << 20


def names():
    """Yield (directory in a set, name) of every file, sorted part by part."""
    for kind, alias in STORES.items():
        storage = storages[alias]
        # In an object store the private files lie below the public prefix. An export
        # that waits to be brought in may name a former site's readers.
        hidden = {"imports"} if kind == "originals" else set()
        if kind == "public" and _is_bucket(storage):
            hidden = {"originals"}
        for name in _walk(storage, "", hidden):
            yield kind, name


def _is_bucket(storage):
    return hasattr(storage, "bucket_name")


def _walk(storage, directory, hidden=frozenset()):
    try:
        directories, files = storage.listdir(directory)
    except FileNotFoundError:
        return
    found = [(name, False) for name in files if name]
    found += [(name, True) for name in directories if name and name not in hidden]
    for name, is_directory in sorted(found):
        path = f"{directory}/{name}" if directory else name
        if is_directory:
            yield from _walk(storage, path)
        else:
            yield path


def size(kind, name):
    """The size of a file in bytes; FileNotFoundError where it has gone meanwhile."""
    return storages[STORES[kind]].size(name)


def chunks(kind, name):
    """Yield the bytes of a file in portions; FileNotFoundError where it has gone."""
    with storages[STORES[kind]].open(name, "rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk


def put(kind, name, path, digest):
    """Bring a file into its storage under exactly this name; False if it is there.

    A file of that name with other bytes is replaced.
    """
    storage = storages[STORES[kind]]
    with suppress(FileNotFoundError):
        if size(kind, name) == Path(path).stat().st_size:
            there = hashlib.sha256()
            for chunk in chunks(kind, name):
                there.update(chunk)
            if there.hexdigest() == digest:
                return False
        storage.delete(name)
    with Path(path).open("rb") as file:
        saved = storage.save(name, File(file))
    if saved != name:
        storage.delete(saved)
        raise BackupError(f"The storage would keep {name} under another name, {saved}.")
    return True
