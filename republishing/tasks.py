"""Later work: each loads a row by its key and calls one action."""

from django.tasks import task

from republishing import actions, upkeep
from republishing.models import RepublishingRequest

SOON = 50
# Somebody else's server may be slow, and readers' mails wait behind this task.
PAGES_AT_A_TIME = 2


@task(priority=SOON)
def mail_news(request_id):
    """Send the mails about what happened to a request."""
    requests = RepublishingRequest.objects.select_related("article__section")
    actions.mail_news(requests.get(pk=request_id))


@task
def send_due_notices():
    """Do what licences need from time to time."""
    upkeep.run(page_count=PAGES_AT_A_TIME)
