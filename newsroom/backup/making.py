"""Making a set: rows of one snapshot, then the files, and its name at the end."""

import fcntl
import gzip
import hashlib
import json
import os
import shutil
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils import timezone

from newsroom.backup import BackupError, media, rows, sets

PRIVATE_DIRECTORY, PRIVATE_FILE = 0o700, 0o600


def make(directory, *, progress=lambda *_: None):
    """Add a set to a directory; return (its path, its manifest).

    Until it is whole it has a name that no restore takes. Only this account may read
    it: it holds readers' addresses, tokens and hashes of passwords.
    """
    directory = Path(directory)
    try:
        directory.mkdir(mode=PRIVATE_DIRECTORY, parents=True, exist_ok=True)
        with _alone_in(directory):
            return _make(directory, progress)
    except OSError as error:
        raise BackupError(
            f"The backup could not be written: {error.strerror or error}"
            f"{f' ({error.filename})' if error.filename else ''}. No set was made."
        ) from error


@contextmanager
def _alone_in(directory):
    """Keep a second run out, and clear away what killed ones have left."""
    with (directory / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BackupError(f"Another backup is writing to {directory}.") from None
        for left in directory.glob(".newsroom-*.part"):
            shutil.rmtree(left)
        yield


def _make(directory, progress):
    name = f"newsroom-{timezone.now():%Y%m%dT%H%M%SZ}"
    if (directory / name).exists():
        raise BackupError(f"{name} is there already; try again in a second.")
    before = sets.complete(directory)
    part = directory / f".{name}.part"
    part.mkdir(mode=PRIVATE_DIRECTORY)
    try:
        manifest = _Writer(part, before[-1] if before else None, progress).write()
        # On the disk before its name says that it is whole.
        os.sync()
        part.rename(directory / name)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    return directory / name, manifest


class _Writer:
    def __init__(self, path, before, progress):
        self.path = path
        self.progress = progress
        self.count = 0
        self.gone = []
        self.before = _Before(before)

    def write(self):
        with _create(self.path / sets.SUMS) as sums:
            self.sums = sums
            tables, applied = self._rows()
            file_bytes = self._files()
            manifest = {
                "format": sets.FORMAT,
                "version": sets.VERSION,
                "made_at": timezone.now().isoformat(),
                "site": settings.SITE_URL,
                "database": connection.vendor,
                "migrations": applied,
                "tables": tables,
                "file_count": self.count,
                "media_bytes": file_bytes,
                "gone_meanwhile": self.gone,
            }
            data = json.dumps(manifest, indent=1).encode()
            with _create(self.path / sets.MANIFEST) as file:
                file.write(data)
            self._note(sets.MANIFEST, hashlib.sha256(data).hexdigest())
        return manifest

    def _note(self, name, digest):
        self.sums.write(f"{digest}  {name}\n".encode())

    def _rows(self):
        (self.path / "rows").mkdir(mode=PRIVATE_DIRECTORY)
        tables = {}
        with rows.snapshot():
            applied = sets.migrations()["applied"]
            for table, model in rows.models().items():
                tables[table] = self._table(table, model)
        return tables, applied

    def _table(self, table, model):
        name = f"rows/{table}.jsonl.gz"
        checksum = rows.Checksum()
        with (
            _create(self.path / name) as file,
            gzip.GzipFile("", "wb", fileobj=file, mtime=0) as packed,
        ):
            for line in rows.lines(model):
                checksum.add(line)
                packed.write(f"{line}\n".encode())
                if checksum.count % 1000 == 0:
                    self.progress(table, checksum.count)
        self._note(name, sets.sha256_of(self.path / name))
        self.count += 1
        return {
            "file": name,
            "columns": [field.column for field in rows.columns(model)],
            **checksum.as_dict(),
        }

    def _files(self):
        copied = 0
        for kind, name in media.names():
            inside = f"files/{kind}/{name}"
            if "\n" in name or not _is_text(name):
                raise BackupError(f"No list can hold this file's name: {inside!r}")
            target = self.path / inside
            target.parent.mkdir(mode=PRIVATE_DIRECTORY, parents=True, exist_ok=True)
            try:
                digest = self.before.link(inside, media.size(kind, name), target)
                digest = digest or _copy(media.chunks(kind, name), target)
            except FileNotFoundError:
                # Deleted by an editor since the list was read; so it is in the rows.
                target.unlink(missing_ok=True)
                self.gone.append(inside)
                continue
            copied += target.stat().st_size
            self._note(inside, digest)
            self.count += 1
            self.progress("files", self.count)
        return copied


class _Before:
    """The set before this one: what has not changed is a hard link to its file.

    Files never get other bytes under the same name, so name and size tell. Both lists
    have the same order and are read side by side.
    """

    def __init__(self, path):
        self.path = path
        self.sums = sets.read_sums(path) if path else iter(())
        self.current = next(self.sums, None)

    def link(self, name, size, target):
        """Link to the file of the set before; return its checksum, or nothing."""
        while self.current and _order(self.current[0]) < _order(name):
            self.current = next(self.sums, None)
        if not self.current or self.current[0] != name:
            return ""
        source, digest = self.path / name, self.current[1]
        try:
            if source.stat().st_size != size or sets.sha256_of(source) != digest:
                return ""
            target.hardlink_to(source)
        except OSError:
            return ""
        return digest


def _order(name):
    # Rows come before files, and the manifest last, in each set.
    parts = name.split("/")
    return (["rows", "files"].index(parts[0]) if len(parts) > 1 else 2, parts)


def _is_text(name):
    try:
        return bool(name.encode())
    except UnicodeEncodeError:
        return False


def _create(path):
    return os.fdopen(
        os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE), "wb"
    )


def _copy(chunks, target):
    digest = hashlib.sha256()
    with _create(target) as file:
        for chunk in chunks:
            digest.update(chunk)
            file.write(chunk)
    return digest.hexdigest()
