from django.core.management.base import BaseCommand

from articles.reports import forget_reporters


class Command(BaseCommand):
    help = (
        "Remove readers' names and addresses from error reports closed 90 days ago. "
        "Run it once a day."
    )

    def handle(self, *, verbosity, **options):
        count = forget_reporters()
        if verbosity:
            self.stdout.write(f"{count} reports no longer name their reader.")
