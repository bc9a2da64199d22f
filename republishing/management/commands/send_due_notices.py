from django.core.management.base import BaseCommand

from republishing import upkeep


class Command(BaseCommand):
    help = (
        "Licences: end what has run out, write to licensees whose story changed, and "
        "look whether their pages keep the terms. The worker does it by itself; run "
        "twice, it does nothing twice."
    )

    def handle(self, **options):
        done = upkeep.run()
        self.stdout.write(
            f"{done['ended']} ended, {done['made']} changes noted, "
            f"{done['reminded']} reminders, {done['looked_at']} pages looked at."
        )
