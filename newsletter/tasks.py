"""Later work: each loads a row by its key and calls one action."""

from django.tasks import task

from newsletter import actions
from newsletter.models import Subscriber, Subscription


@task
def mail_sign_up(subscriber_id):
    """Send what a sign-up asks for."""
    actions.mail_sign_up(Subscriber.objects.get(pk=subscriber_id))


@task
def mail_welcome(subscription_id):
    """Send the welcome mail of one subscription, unless the reader has left again."""
    subscription = (
        Subscription.objects.active()
        .select_related("newsletter", "subscriber")
        .filter(pk=subscription_id)
        .first()
    )
    if subscription:
        actions.mail_welcome(subscription)
