import csv

from django.core.management.base import BaseCommand

from newsletter import lists
from newsletter.management.commands.import_subscribers import named


class Command(BaseCommand):
    help = "Write a newsletter's readers as CSV, those who have left included."

    def add_arguments(self, parser):
        parser.add_argument("newsletter", help="its slug")

    def handle(self, *, newsletter, **options):
        writer = csv.writer(self.stdout, lineterminator="\n")
        writer.writerows(lists.take_out(named(newsletter)))
