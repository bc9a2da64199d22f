from django.core.management.base import BaseCommand, CommandError

from articles import discarding, pictures
from newsroom.lib import rendering


class Command(BaseCommand):
    help = (
        "Make the public files that pictures lack, and remove those of pictures whose "
        "rights have ended. Safe to run at any time and twice at once; run it every "
        "few minutes where an object store serves the pictures."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--retry", action="store_true", help="try again what failed before"
        )

    def handle(self, *, retry, **options):
        self.failed = {}
        removed = discarding.remove_hidden()
        made = 0
        for forms in [rendering.FIRST_FORMS, rendering.LATER_FORMS]:
            made += pictures.make_missing_renditions(
                forms=forms, retry=retry, done=self.picture_done
            )
            retry = False
        if options["verbosity"]:
            self.stdout.write(f"{made:,} made, {removed:,} removed.")
        if self.failed:
            raise CommandError(f"{len(self.failed):,} failed; see above.", returncode=1)

    def picture_done(self, picture, error):
        if error and picture.pk not in self.failed:
            self.failed[picture.pk] = error
            self.stderr.write(f"picture {picture.pk}: {picture.rendition_error}")
