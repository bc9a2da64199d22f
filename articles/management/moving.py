"""What the commands `import_wxr` and `import_ghost` share."""

import time
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from articles.models import ImportedItem
from articles.moving import mapping as mappings
from articles.moving import runs
from articles.moving.report import write_csv
from articles.moving.wxr import FormatError
from articles.tasks import make_missing_pictures

SHOWN = 40
KINDS = {
    "story": "stories", "page": "pages", "author": "authors", "section": "sections",
    "tag": "tags", "picture": "pictures", "redirect": "redirects",
    "other": "other items",
}  # fmt: skip
OUTCOMES = [
    ("imported", "brought in"), ("updated", "brought up to date"),
    ("look", "brought in, to be looked at"), ("skipped", "left out"),
    ("failed", "failed"),
]  # fmt: skip


class MovingCommand(BaseCommand):
    """Brings in one file and says what became of each item."""

    kind = ""

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument(
            "--media",
            type=Path,
            metavar="DIR",
            help="where the former site's files are",
        )
        parser.add_argument(
            "--map", type=Path, metavar="FILE",
            help="what categories, tags … become: CSV or JSON, see docs/moving_in.md",
        )  # fmt: skip
        parser.add_argument(
            "--write-map", type=Path, metavar="FILE",
            help="write what each category would become, to change, and do no more",
        )  # fmt: skip
        parser.add_argument(
            "--dry-run", action="store_true", help="write nothing and report the same"
        )
        parser.add_argument(
            "--update", action="store_true",
            help="bring what is here up to date, unless somebody has edited it here",
        )  # fmt: skip
        parser.add_argument(
            "--no-fetch", action="store_true",
            help="take pictures from --media only, and ask no other site",
        )  # fmt: skip
        parser.add_argument(
            "--schedule", action="store_true",
            help="let stories that were scheduled there be published by themselves",
        )  # fmt: skip
        parser.add_argument(
            "--report", type=Path, metavar="FILE.csv", help="write the report as CSV"
        )

    def handle(self, *, file, **options):
        self.verbosity = options["verbosity"]
        if not file.is_file():
            raise CommandError(f"{file}: there is no such file.")
        if options["media"] and not options["media"].is_dir():
            raise CommandError(f"{options['media']}: there is no such directory.")
        order = runs.Order(
            path=file,
            kind=self.kind,
            media=options["media"],
            mapping=self._mapping(options["map"]),
            options={
                "update": options["update"],
                "fetch": not options["no_fetch"],
                "schedule": options["schedule"],
            },
            is_dry_run=options["dry_run"],
        )
        bar = Progress(self.stderr)
        started = time.monotonic()
        try:
            if options["write_map"]:
                self._write_map(order, options["write_map"])
                return
            if order.is_dry_run:
                found, journal, _ = runs.check(order, progress=bar.draw)
                counts = {f"{k}:{o}": n for (k, o), n in journal.counts.items()}
                items = journal.lines
            else:
                run = runs.bring_in(order, progress=bar.draw)
                found, counts, items = run.found, run.counts, run.items.order_by("pk")
        except FormatError as error:
            bar.end()
            raise CommandError(
                f"{file.name}: {error}\nNothing of it was brought in.", returncode=1
            ) from error
        bar.end()
        if options["report"]:
            self._write_report(options["report"], items)
        self._tell(found, counts, items, is_dry_run=order.is_dry_run)
        if not order.is_dry_run:
            self._make_pictures()
        if self.verbosity:
            self.stdout.write(f"{time.monotonic() - started:.1f} s")
        failed = sum(n for key, n in counts.items() if key.endswith(":failed"))
        if failed:
            raise CommandError(f"{failed:,} items failed; see above.", returncode=1)

    def _mapping(self, path):
        if path is None:
            return mappings.Mapping()
        try:
            return mappings.read(path.read_bytes())
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from error
        except mappings.MappingError as error:
            raise CommandError(str(error)) from error

    def _write_map(self, order, path):
        work = runs.Work(order)
        work.look()
        rows = work.source.mapping_rows(order.mapping)
        path.write_text(mappings.write(order.mapping, rows), encoding="utf-8")
        self.stdout.write(f"{path}: {len(rows)} rows to change; then use --map {path}")

    def _tell(self, found, counts, items, *, is_dry_run):
        if not self.verbosity:
            return
        if is_dry_run:
            self.stdout.write("A dry run: nothing was written.")
        for note in found["notes"]:
            self.stdout.write(f"Note: {note}")
        for kind, name in KINDS.items():
            parts = [
                f"{counts[f'{kind}:{outcome}']:,} {words}"
                for outcome, words in OUTCOMES
                if counts.get(f"{kind}:{outcome}")
            ]
            if parts:
                self.stdout.write(f"{name}: {', '.join(parts)}")
        for shown, item in enumerate(_worth_telling(items)):
            if shown == SHOWN:
                self.stdout.write("… and more; --report FILE.csv has all of them.")
                break
            reason = item.reason.replace("\n", "; ")
            self.stdout.write(f"  {item.get_outcome_display()}: {item}: {reason}")

    def _write_report(self, path, items):
        with path.open("w", encoding="utf-8", newline="") as file:
            write_csv(file, items)

    def _make_pictures(self):
        def done(picture, error):
            if error:
                self.stderr.write(f"picture {picture.pk}: {error}")

        make_missing_pictures(done)


def _worth_telling(items):
    outcomes = [
        ImportedItem.Outcome.FAILED,
        ImportedItem.Outcome.LOOK,
        ImportedItem.Outcome.SKIPPED,
    ]
    if not isinstance(items, list):
        for outcome in outcomes:
            yield from items.filter(outcome=outcome)[: SHOWN + 1]
        return
    for outcome in outcomes:
        yield from (item for item in items if item.outcome == outcome)


class Progress:
    """One line on a terminal that says how far the file is read; nothing elsewhere."""

    def __init__(self, output):
        self.output = output
        self.is_shown = output.isatty()

    def draw(self, done, total):
        if self.is_shown:
            self.output.write(f"\r{done / max(total, 1):4.0%}", ending="")
            self.output.flush()

    def end(self):
        if self.is_shown:
            self.output.write("\r     \r", ending="")
