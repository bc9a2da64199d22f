import time

from django.conf import settings
from django.core.management.base import BaseCommand

from newsletter import sending
from newsletter.models import Delivery, Issue


class Command(BaseCommand):
    help = (
        "Send the newsletter issues that are due, and go on with those under way. May "
        "be run twice at once, killed at any point and run again: nobody gets an issue "
        "twice. The worker does the same by itself."
    )

    def handle(self, **options):
        before = Delivery.objects.filter(status=Delivery.Status.SENT).count()
        sending.run()
        while settings.NEWSLETTER_MAILS_PER_MINUTE and _is_waiting():
            time.sleep(1)
            sending.run()
        after = Delivery.objects.filter(status=Delivery.Status.SENT).count()
        self.stdout.write(f"{after - before} mails")
        for issue in Issue.objects.exclude(problem=""):
            self.stderr.write(
                f"“{issue}”, {issue.get_status_display()}: {issue.problem}"
            )


def _is_waiting():
    """Whether mails wait for the rate alone."""
    issues = Issue.objects.sending().filter(problem="")
    return Delivery.objects.due().filter(issue__in=issues).exists()
