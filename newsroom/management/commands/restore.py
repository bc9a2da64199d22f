from django.core.management.base import BaseCommand, CommandError

from newsroom.backup import BackupError, restoring, sets
from newsroom.lib.progress import Progress


class Command(BaseCommand):
    help = (
        "Bring a site back from a backup: a set, or a directory of sets, of which the "
        "newest is taken. Everything is checked before anything is changed."
    )

    def add_arguments(self, parser):
        parser.add_argument("directory", metavar="DIR")
        parser.add_argument(
            "--force",
            action="store_true",
            help="Also into a site that holds something: all its rows are replaced.",
        )
        parser.add_argument(
            "--check",
            action="store_true",
            help="Only read the whole set and say whether it is sound.",
        )

    def handle(self, *, directory, force, check, verbosity, **options):
        progress = Progress(self.stdout, is_shown=verbosity > 0)
        try:
            path = sets.find(directory)
            if check:
                manifest, held = sets.verify(path, progress=progress), []
            else:
                manifest, held = restoring.restore(path, force=force, progress=progress)
        except BackupError as error:
            raise CommandError(str(error)) from error
        finally:
            progress.end()
        done = "is sound" if check else "is restored"
        self.stdout.write(
            f"{path.name} of {manifest['site']}, made at {manifest['made_at'][:16]}, "
            f"{done}."
        )
        for sentence in held:
            self.stdout.write(sentence)
