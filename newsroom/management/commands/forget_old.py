from django.conf import settings
from django.core.management.base import BaseCommand

from newsroom.lib import retention


class Command(BaseCommand):
    help = (
        "Remove or thin what is older than RETENTION_DAYS allows. The worker does it "
        "once a day; stopped or run twice it does no harm."
    )

    def handle(self, *, verbosity, **options):
        for name, count in retention.forget_old().items():
            if verbosity:
                days = settings.RETENTION_DAYS[name]
                words = name.replace("_", " ")
                self.stdout.write(f"{count} {words} older than {days} days.")
