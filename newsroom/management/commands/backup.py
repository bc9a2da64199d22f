from django.core.management.base import BaseCommand, CommandError

from newsroom.backup import BackupError, making, sets
from newsroom.lib.progress import Progress


class Command(BaseCommand):
    help = (
        "Add a dated backup of the whole site, database and files, to a directory. "
        "The site goes on meanwhile. Keep a copy on another machine."
    )

    def add_arguments(self, parser):
        parser.add_argument("directory", metavar="DIR")
        parser.add_argument(
            "--keep",
            type=int,
            metavar="N",
            help="Afterwards delete all but the newest N sets of the directory.",
        )

    def handle(self, *, directory, keep, verbosity, **options):
        if keep is not None and keep < 1:
            raise CommandError("--keep takes the number of sets to keep, at least 1.")
        progress = Progress(self.stdout, is_shown=verbosity > 0)
        try:
            path, manifest = making.make(directory, progress=progress)
        except BackupError as error:
            raise CommandError(str(error)) from error
        finally:
            progress.end()
        count = sum(table["rows"] for table in manifest["tables"].values())
        files = manifest["file_count"] - len(manifest["tables"])
        if verbosity:
            self.stdout.write(
                f"{path}: {count:,} rows of {len(manifest['tables'])} tables, "
                f"{files:,} files of {manifest['media_bytes'] / 1e6:,.1f} MB."
            )
            self.stdout.write(
                "It holds readers' addresses, secret links and hashes of passwords: "
                "only this account may read it. Log-ins and queued mails are not in it."
            )
        for name in manifest["gone_meanwhile"]:
            self.stderr.write(f"{name} was deleted while the backup ran.")
        for name in sets.forget_old(directory, keep=keep) if keep else ():
            if verbosity:
                self.stdout.write(f"Deleted the old set {name}.")
