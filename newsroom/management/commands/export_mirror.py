from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management.base import BaseCommand, CommandError

from newsroom.lib.progress import Progress
from newsroom.mirror import MirrorError, writing


class Command(BaseCommand):
    help = (
        "Write what readers see as plain files that open from a folder, without a "
        "server or a network. Run it again to bring the copy up to date."
    )

    def add_arguments(self, parser):
        parser.add_argument("directory", metavar="DIR")

    def handle(self, *, directory, verbosity, **options):
        # None of them: the site has not been set up to be served yet.
        if getattr(staticfiles_storage, "hashed_files", None) == {}:
            raise CommandError(
                "There are no style sheets yet. Run manage.py collectstatic first."
            )
        progress = Progress(self.stdout, is_shown=verbosity > 0)
        try:
            counts, failed = writing.write(directory, progress=progress)
        except MirrorError as error:
            raise CommandError(str(error)) from error
        finally:
            progress.end()
        if verbosity:
            self.stdout.write(
                f"{counts['pages']:,} pages, {counts['feeds and sitemaps']:,} feeds "
                f"and sitemaps, {counts['files']:,} pictures and other files; "
                f"{counts['written']:,} written, {counts['untouched']:,} as before, "
                f"{counts['deleted']:,} deleted. Open index.html."
            )
        for line in failed:
            self.stderr.write(line)
        if failed:
            raise CommandError(f"{len(failed)} addresses did not come; see above.")
