import time

from django.core.management.base import BaseCommand, CommandError

from articles.models import Article
from newsroom.demo import edition


class Command(BaseCommand):
    help = (
        "Fill an empty site with the demo edition: stories in several languages, "
        "pictures, newsletters, licences and three demo editors, whose passwords are "
        "printed once."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--force",
            action="store_true",
            help="also where there are articles; what is there stays as it is",
        )

    def handle(self, *, force, **options):
        count = Article.objects.count()
        if count and not force:
            raise CommandError(
                f"This database holds {count:,} articles already. To put the demo "
                "edition beside them: seed_demo --force"
            )
        started = time.monotonic()
        try:
            accounts = edition.load()
        except edition.BrokenEditionError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"The demo edition is set: {Article.objects.count()} stories, "
            f"{time.monotonic() - started:.0f} s"
        )
        if accounts:
            self.stdout.write("\n  Demo editors (passwords are shown this once)")
        for account in accounts:
            self.stdout.write(
                f"    {account['username']:<10} {account['password']:<22} "
                f"{account['role']}"
            )
