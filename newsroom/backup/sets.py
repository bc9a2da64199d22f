"""Sets of a backup on disk: where they lie, what they hold, whether they are whole."""

import hashlib
import json
import os
import re
import shutil
from pathlib import Path

from django.db import connection
from django.db.migrations.loader import MigrationLoader

from newsroom.backup import BackupError

FORMAT, VERSION = "newsroom-backup", 1
MANIFEST, SUMS = "manifest.json", "SHA256SUMS"
_NAME = re.compile(r"newsroom-\d{8}T\d{6}Z")
_SUM = re.compile(r"([0-9a-f]{64})  (.+)\n")


def complete(directory):
    """The whole sets in a directory, oldest first. Unfinished ones have other names."""
    found = Path(directory).glob("newsroom-*")
    return sorted(path for path in found if _NAME.fullmatch(path.name))


def find(directory):
    """The set that is meant: the directory itself, or the newest in it."""
    directory = Path(directory)
    if (directory / MANIFEST).is_file() or (directory / SUMS).is_file():
        return directory
    if found := complete(directory):
        return found[-1]
    raise BackupError(f"There is no backup in {directory}.")


def forget_old(directory, *, keep):
    """Delete all but the newest `keep` sets; return the names of those deleted."""
    old = complete(directory)[:-keep]
    for path in old:
        # Under its own name a half-deleted set would look like a whole one.
        doomed = path.rename(path.with_name(f".{path.name}.part"))
        shutil.rmtree(doomed)
    return [path.name for path in old]


def migrations():
    """What has been applied to this database, of the apps installed."""
    loader = MigrationLoader(connection)
    return {
        "applied": sorted(".".join(key) for key in loader.applied_migrations),
        "known": sorted(".".join(key) for key in loader.disk_migrations),
    }


def read_sums(path):
    """Yield (path in the set, SHA-256) of each file that a set names."""
    try:
        with (path / SUMS).open(encoding="utf-8", newline="\n") as file:
            for number, line in enumerate(file, start=1):
                if not (match := _SUM.fullmatch(line)):
                    raise BackupError(f"{SUMS}, line {number}, is damaged.")
                digest, name = match.groups()
                if Path(name).is_absolute() or ".." in Path(name).parts:
                    raise BackupError(f"{SUMS} names a file outside the set: {name}")
                yield name, digest
    except FileNotFoundError:
        raise BackupError(f"{path} is no backup: it has no {SUMS}.") from None
    except UnicodeDecodeError as error:
        raise BackupError(f"{SUMS} is damaged: {error}.") from error


def read_manifest(path):
    """What a set says of itself. Refuses what another program made."""
    try:
        manifest = json.loads((path / MANIFEST).read_text("utf-8"))
        is_ours = manifest["format"] == FORMAT
        version = manifest["version"]
    except FileNotFoundError:
        raise BackupError(f"{path} is no backup: it has no {MANIFEST}.") from None
    except (ValueError, KeyError, TypeError) as error:
        raise BackupError(f"{MANIFEST} is damaged or not ours: {error}.") from error
    if not is_ours:
        raise BackupError(f"{MANIFEST} is not of a Newsroom backup.")
    if version != VERSION:
        raise BackupError(
            f"The set has form {version}; this version of Newsroom reads {VERSION}."
        )
    return manifest


def sha256_of(path):
    """The checksum of a file, read in portions."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def verify(path, *, progress=lambda *_: None):
    """Read every byte of a set; return its manifest. Raises BackupError for a fault."""
    manifest = read_manifest(path)
    count = 0
    for name, digest in read_sums(path):
        file = path / name
        if file.is_symlink() or not file.is_file():
            raise BackupError(f"{name} is missing from the set.")
        if sha256_of(file) != digest:
            raise BackupError(f"{name} is damaged: its checksum is another one.")
        count += 1
        progress("checked", count)
    if count != manifest["file_count"] + 1:
        raise BackupError(
            f"{SUMS} names {count:,} files; there should be "
            f"{manifest['file_count'] + 1:,}."
        )
    _refuse_extra_files(path, count)
    return manifest


def _refuse_extra_files(path, count):
    if count == sum(len(files) for _, _, files in os.walk(path)) - 1:
        return
    named = {SUMS, *(name for name, _ in read_sums(path))}
    for directory, _, files in os.walk(path):
        for file in files:
            name = (Path(directory) / file).relative_to(path).as_posix()
            if name not in named:
                raise BackupError(f"{name} does not belong to the set.")
