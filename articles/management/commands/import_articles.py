import time
from collections import Counter
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from articles.bulk import Loader, read_lines
from articles.tasks import make_missing_pictures

SHOWN_WARNINGS = 20


class Command(BaseCommand):
    help = (
        "Load stories, and what belongs to them, from a file of JSON lines. Lines that "
        "cannot be used are reported and skipped, and the exit status is then 1. A "
        "story that is here already, by its id, is left as it is: the command can be "
        "stopped and run again, and editors' changes stay. With --update the file wins."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, metavar="FILE.jsonl")
        parser.add_argument(
            "--update",
            action="store_true",
            help="write lines over the stories, sections … that are here already",
        )

    def handle(self, *, file, update, **options):
        self.warnings = Counter()
        self.verbosity = options["verbosity"]
        started = time.monotonic()
        loader = Loader(file.parent, update=update, report=self.report, warn=self.warn)
        try:
            with file.open("rb") as source:
                bar = ProgressBar(self.stderr, size=file.stat().st_size)
                loader.load(bar.over(read_lines(source), source))
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}") from error
        made = make_missing_pictures(self.picture_done)
        hidden = self.warnings.total() - SHOWN_WARNINGS
        if hidden > 0:
            self.stderr.write(f"… and {hidden:,} more such lines.")
        count = loader.count
        if self.verbosity:
            self.stdout.write(
                f"{count['added']:,} added, {count['updated']:,} updated, "
                f"{count['kept']:,} here already, {count['bad']:,} skipped, "
                f"{made:,} pictures made, {time.monotonic() - started:.1f} s"
            )
        if count["bad"]:
            raise CommandError(
                f"{count['bad']:,} lines could not be used; see above.", returncode=1
            )

    def report(self, number, message):
        self.stderr.write(f"line {number}: skipped: {message}")

    def warn(self, number, message):
        self.warnings[message] += 1
        if self.warnings.total() <= SHOWN_WARNINGS:
            self.stderr.write(f"line {number}: {message}")

    def picture_done(self, picture, error):
        if error:
            self.stderr.write(f"picture {picture.pk}: {error}")


class ProgressBar:
    """One line on a terminal that grows with the bytes read; nothing elsewhere."""

    WIDTH = 40

    def __init__(self, output, *, size):
        self.output, self.size = output, max(size, 1)
        self.is_shown = output.isatty()

    def over(self, lines, source):
        last = 0.0
        for number, data in lines:
            yield number, data
            now = time.monotonic()
            if self.is_shown and now - last > 0.2:
                last = now
                self._draw(source.tell() / self.size, number)
        if self.is_shown:
            self._draw(1, number=None)

    def _draw(self, part, number):
        filled = round(self.WIDTH * part)
        bar = "█" * filled + "·" * (self.WIDTH - filled)
        count = f" line {number:,}" if number else ""
        self.output.write(f"\r{bar} {part:4.0%}{count} ", ending="" if number else "\n")
        self.output.flush()
