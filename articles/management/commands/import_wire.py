from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from articles.models import WireSource
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
        count = unreadable = 0
        for found in sources:
            refused = []
            count += self._read(found, files, refused)
            if found.problem:
                self.stderr.write(f"{found}: {found.problem}")
            for reason in refused:
                self.stderr.write(reason)
            unreadable += len(refused)
        self.stdout.write(f"{count} new items, {unreadable} unreadable")

    def _read(self, source, files, refused):
        if not files:
            return arrivals.read_source(source, refused=refused)
        count = 0
        for path in files:
            try:
                data = path.read_bytes()
            except OSError as error:
                raise CommandError(f"{path}: {error.strerror}.") from error
            reasons = []
            count += arrivals.take_in(
                source, data, file_name=path.name, refused=reasons
            )
            refused += [f"{path.name}: {reason}" for reason in reasons]
        return count
