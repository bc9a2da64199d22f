from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from articles.models import WireItem, WireSource
from articles.wire import arrivals


class Command(BaseCommand):
    help = (
        "Read the wire: every open source, or files of one. The worker does the former "
        "every five minutes. Nothing is published by itself."
    )

    def add_arguments(self, parser):
        parser.add_argument("--source", help="its name; only this one is read")
        parser.add_argument(
            "files", nargs="*", type=Path, metavar="FILE", help="files of that source"
        )

    def handle(self, *, source, files, **options):
        sources = WireSource.objects.filter(is_open=True)
        if source:
            sources = WireSource.objects.filter(name=source)
            if not sources:
                raise CommandError(f"There is no wire source {source!r}.")
        elif files:
            raise CommandError("Files need --source, to know whose they are.")
        before = _unreadable()
        count = 0
        for found in sources:
            count += self._read(found, files)
            if found.problem:
                self.stderr.write(f"{found}: {found.problem}")
        refused = _unreadable().difference(before)
        for row in refused:
            self.stderr.write(": ".join(row[1:]))
        self.stdout.write(f"{count} new items, {len(refused)} unreadable")

    def _read(self, source, files):
        if not files:
            return arrivals.read_source(source)
        count = 0
        for path in files:
            try:
                data = path.read_bytes()
            except OSError as error:
                raise CommandError(f"{path}: {error.strerror}.") from error
            count += arrivals.take_in(source, data, file_name=path.name)
        return count


def _unreadable():
    rows = WireItem.objects.filter(state=WireItem.State.UNREADABLE)
    return set(rows.values_list("pk", "file_name", "problem"))
