"""Later work that belongs to no app."""

from django.tasks import task

from newsroom.lib import retention

FORGETTING_SECONDS = 20


@task(priority=-50)
def forget_old():
    """Forget for a while what is too old; what is left then is the next day's."""
    retention.forget_old(seconds=FORGETTING_SECONDS)
