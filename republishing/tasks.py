"""Later work: each loads a row by its key and calls one action."""

from django.tasks import task

from republishing import actions
from republishing.models import RepublishingRequest


@task
def mail_request(request_id):
    """Send the mails about a new request."""
    requests = RepublishingRequest.objects.select_related("article__section")
    actions.mail_request(requests.get(pk=request_id))
