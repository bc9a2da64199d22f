import json
import os
import shutil
import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from articles.bulk.dump import dump, file_name
from articles.models import Picture


class Command(BaseCommand):
    help = (
        "Write everything an editor owns as JSON lines that import_articles reads: "
        "sections, pictures, authors, tags, pages, the publication, stories of every "
        "status with their corrections and past addresses, and the front page."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--output", type=Path, metavar="FILE", help="instead of standard output"
        )
        parser.add_argument(
            "--media",
            type=Path,
            metavar="DIR",
            help="copy the pictures' originals there; it must lie in the directory of "
            "FILE, or, on standard output, in the directory where you will keep the "
            "lines",
        )

    def handle(self, *, output, media, **options):
        picture_file = None
        if media:
            base = output.parent if output else media.parent
            picture_file = Copier(media, base)
        elif Picture.objects.exists():
            self.stderr.write(
                "The pictures' files are not in this export; --media DIR copies them."
            )
        lines = dump(picture_file=picture_file)
        if output is None:
            write(lines, self.stdout)
            return
        output.parent.mkdir(parents=True, exist_ok=True)
        # Whoever finds the file finds all of it.
        part = output.with_name(output.name + ".part")
        with part.open("w", encoding="utf-8") as file:
            write(lines, file)
            file.flush()
            os.fsync(file.fileno())
        part.replace(output)


def write(lines, file):
    for line in lines:
        file.write(json.dumps(line, ensure_ascii=False) + "\n")


class Copier:
    """Copies originals into a directory and names them from another above it."""

    def __init__(self, directory, base):
        self.directory = directory.resolve()
        try:
            self.prefix = self.directory.relative_to(base.resolve())
        except ValueError:
            raise CommandError(
                "The directory for pictures must lie beside the file or below it: "
                "import_articles reads nothing elsewhere."
            ) from None
        self.directory.mkdir(parents=True, exist_ok=True)

    def __call__(self, picture):
        name = file_name(picture)
        target = self.directory / name
        if not target.exists():
            part = target.with_name(name + ".part")
            try:
                with picture.original.open("rb") as source, part.open("wb") as copy:
                    shutil.copyfileobj(source, copy)
            except FileNotFoundError:
                sys.stderr.write(f"picture {picture.pk}: its file is gone\n")
                part.unlink(missing_ok=True)
                return None
            part.replace(target)
        return (self.prefix / name).as_posix()
