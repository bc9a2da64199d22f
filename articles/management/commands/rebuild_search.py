from itertools import batched

from django.core.management.base import BaseCommand
from django.db import connection

from articles import search
from articles.models import Article

BATCH_SIZE = 500


class Command(BaseCommand):
    help = (
        "Write the search index anew, a range of stories at a time. Readers can search "
        "meanwhile; a run that was stopped goes on with --first."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--first", type=int, default=0, metavar="ID", help="Begin with this story."
        )
        parser.add_argument(
            "--last", type=int, metavar="ID", help="End with this story."
        )
        parser.add_argument(
            "--missing",
            action="store_true",
            help="Only stories that have no entry yet, as after a load without index.",
        )

    def handle(self, *, first, last, missing, verbosity, **options):
        articles = Article.objects.filter(pk__gte=first)
        if last is not None:
            articles = articles.filter(pk__lte=last)
        if missing:
            articles = articles.filter(
                pub_status=Article.PubStatus.USABLE, search_entry=None
            )
        # Only the keys: no cursor stays open over the commits of the batches.
        keys = list(articles.order_by("pk").values_list("pk", flat=True))
        done = 0
        for batch in batched(keys, BATCH_SIZE):
            search.index(batch)
            done += len(batch)
            if verbosity:
                self.stdout.write(
                    f"{done:,} of {len(keys):,} stories, up to id {batch[-1]}",
                    ending="\r",
                )
                self.stdout.flush()
        if verbosity and keys:
            self.stdout.write("")
        with connection.cursor() as cursor:
            cursor.execute(
                {
                    "postgresql": "ANALYZE articles_searchentry",
                    "sqlite": "INSERT INTO articles_searchwords(articles_searchwords) "
                    "VALUES ('optimize')",
                }[connection.vendor]
            )
        if verbosity:
            self.stdout.write(self.style.SUCCESS("The search index is up to date."))
