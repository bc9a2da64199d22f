"""Later work: each loads a row by its key and calls one action."""

from django.tasks import task

from newsletter import actions, preferences, sending
from newsletter.models import Subscriber, Subscription

# Readers wait for these: they go before any issue's mails.
SOON = 50
SENDING_SECONDS = 5


@task(priority=SOON)
def mail_sign_up(subscriber_id):
    """Send what a sign-up asks for."""
    actions.mail_sign_up(Subscriber.objects.get(pk=subscriber_id))


@task(priority=SOON)
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


@task
def send_due_issues():
    """Send for a few seconds what is due; what is left then is a task of its own.

    A long list must not keep readers' single mails waiting.
    """
    if sending.run(seconds=SENDING_SECONDS):
        send_due_issues.enqueue()


@task(priority=SOON)
def mail_address_change(subscriber_id):
    """Ask a new address whether it is the reader's."""
    for subscriber in Subscriber.objects.filter(pk=subscriber_id):
        preferences.mail_address_change(subscriber)


@task(priority=SOON)
def mail_data_link(subscriber_id):
    """Send a reader the link to their data."""
    for subscriber in Subscriber.objects.filter(pk=subscriber_id):
        preferences.mail_data_link(subscriber)
