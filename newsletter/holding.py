"""What must not go out by itself after a backup was restored."""

from django.db import transaction

from newsletter import issues
from newsletter.models import Issue

REASON = (
    "The site was restored from a backup. This issue may have gone out since it was "
    "made; look before you send it."
)


@transaction.atomic
def hold():
    """Make scheduled issues drafts and pause those under way; say so in sentences."""
    waiting = Issue.objects.filter(
        status__in=[Issue.Status.SCHEDULED, Issue.Status.SENDING]
    )
    held = list(waiting.order_by("pk"))
    for issue in held:
        issues.stop(issue, problem=REASON)
        # Whoever restores reads it here; a mail would be the first of many.
        Issue.objects.filter(pk=issue.pk).update(problem_told=REASON)
    return [f"Held back: newsletter issue “{issue}”." for issue in held]
