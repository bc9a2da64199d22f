"""Later work that belongs to no app."""

import time

from django.contrib.auth import get_user_model
from django.tasks import task

from newsroom import edges
from newsroom.accounts import notices
from newsroom.lib import retention

FORGETTING_SECONDS = 20


@task(priority=-50)
def forget_old():
    """Forget for a while what is too old; what is left then is the next day's."""
    retention.forget_old(seconds=FORGETTING_SECONDS)


@task
def mail_account_notice(user_id, kind, facts, to):
    """Tell the owner of an account what was done with it."""
    user = get_user_model().objects.filter(pk=user_id).first()
    if user and user.is_active:
        notices.notice(user, kind, facts, to=to).send()


@task
def mail_password_links(address):
    """Send a link to choose a new password to the accounts that have this address."""
    for message in notices.password_links(address):
        message.send()


@task(priority=10)
def tell_edge(target, paths, keys):
    """Tell a cache in front of us what it could not be told at once.

    Raises edges.NotToldError where it still does not hear; the queue tries again.
    """
    until = time.monotonic() + edges.LATER_SECONDS
    if left := edges.tell(target, paths, keys, until=until):
        raise edges.NotToldError(f"{target} has yet to fetch {len(left)} addresses.")
