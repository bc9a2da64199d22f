"""Files for an import, sent in pieces and kept in the private storage until it ends.

A piece is an object of its own, named by its place: no storage has to append, and a
piece that was sent twice replaces itself.
"""

import shutil
import tempfile
import zipfile
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path, PurePosixPath

from django.db import transaction
from django.utils import timezone

from articles.models import ImportRun
from articles.models.picture import originals
from articles.moving.media import is_picture_path
from newsroom.lib.images import MAX_BYTES as MAX_PICTURE_BYTES

PIECE_BYTES = 5 * 1024 * 1024
LIMITS = {"file": 2 * 1024**3, "media": 8 * 1024**3}
UNPACKED_LIMIT = 16 * 1024**3
FORGET_AFTER = timedelta(days=7)
_SIZES = {"file": "file_size", "media": "media_size"}


class UploadError(ValueError):
    """A piece cannot be taken; the message says why."""


class OutOfStepError(UploadError):
    """A piece begins elsewhere than where the last one ended; `size` is there."""

    def __init__(self, size):
        super().__init__(f"{size:,} bytes have come so far.")
        self.size = size


def _directory(run, part):
    return f"imports/{run.uuid.hex}/{part}"


@transaction.atomic
def take(run, part, offset, piece):
    """Keep a piece of a file; returns how many bytes there are now.

    `part` is "file" or "media". Raises UploadError.
    """
    if part not in LIMITS:
        raise UploadError("There is no such file.")
    run = ImportRun.objects.select_for_update().get(pk=run.pk)
    if run.state != ImportRun.State.UPLOADING:
        raise UploadError("The files of this import are complete.")
    size = getattr(run, _SIZES[part])
    if offset != size:
        raise OutOfStepError(size)
    if size + piece.size > LIMITS[part]:
        limit = LIMITS[part] // 1024**3
        raise UploadError(
            f"The file is larger than {limit} GB. Export it in parts, or run "
            "manage.py import_wxr on the server."
        )
    storage, name = originals(), f"{_directory(run, part)}/{offset:015d}"
    if storage.exists(name):
        storage.delete(name)
    storage.save(name, piece)
    setattr(run, _SIZES[part], size + piece.size)
    run.save(update_fields=[_SIZES[part]])
    return size + piece.size


def is_there(run):
    """Whether the run's file is still kept."""
    try:
        return bool(originals().listdir(_directory(run, "file"))[1])
    except FileNotFoundError:
        return False


@contextmanager
def on_disk(run):
    """(path of the file, directory of the media or None) while the block runs."""
    with tempfile.TemporaryDirectory(prefix="newsroom-import-") as name:
        base = Path(name)
        suffix = {"wordpress": ".xml", "ghost": ".json"}.get(run.kind, ".jsonl")
        path = base / f"export{suffix}"
        _join(run, "file", path)
        media = None
        if run.media_size:
            packed = base / "media.zip"
            _join(run, "media", packed)
            media = base / "media"
            media.mkdir()
            unpack(packed, media)
            packed.unlink()
        yield path, media


def _join(run, part, path):
    storage, directory = originals(), _directory(run, part)
    with path.open("wb") as out:
        for name in sorted(storage.listdir(directory)[1]):
            with storage.open(f"{directory}/{name}") as piece:
                shutil.copyfileobj(piece, out)


def unpack(packed, directory):
    """Take the pictures out of a ZIP file. Raises UploadError.

    Only pictures, only inside the directory, and no more than it says they are.
    """
    total = 0
    try:
        with zipfile.ZipFile(packed) as archive:
            for entry in archive.infolist():
                parts = PurePosixPath(entry.filename.replace("\\", "/")).parts
                parts = [one for one in parts if one not in ("", "/", ".", "..")]
                is_wanted = parts and is_picture_path(parts[-1]) and not entry.is_dir()
                if not is_wanted or entry.file_size > MAX_PICTURE_BYTES:
                    continue
                total += entry.file_size
                if total > UNPACKED_LIMIT:
                    raise UploadError("The ZIP file of pictures is larger than 16 GB.")
                target = directory.joinpath(*(part[:150] for part in parts))
                target.parent.mkdir(parents=True, exist_ok=True)
                with archive.open(entry) as source, target.open("wb") as out:
                    shutil.copyfileobj(source, out)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError) as error:
        raise UploadError("The pictures are no ZIP file that can be read.") from error


def forget(run):
    """Delete the run's files: they hold addresses of people, and comments."""
    storage = originals()
    for part in LIMITS:
        directory = _directory(run, part)
        try:
            names = storage.listdir(directory)[1]
        except FileNotFoundError:
            continue
        for name in names:
            storage.delete(f"{directory}/{name}")


def forget_abandoned():
    """Delete the files of imports that nobody has run for a week."""
    old = ImportRun.objects.filter(
        created_at__lt=timezone.now() - FORGET_AFTER,
        state__in=[
            ImportRun.State.UPLOADING, ImportRun.State.CHECKED, ImportRun.State.FAILED,
        ],
    )  # fmt: skip
    for run in old:
        forget(run)
