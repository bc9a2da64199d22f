"""What must not go out by itself after a backup was restored."""

from django.db import transaction
from django.utils import timezone

from republishing import licensing, notices
from republishing.models import RequestEvent, UpdateNotice


@transaction.atomic
def hold():
    """Take mails that wait as sent; say how many in a sentence.

    They left within seconds of the backup, unless the site ended with it. Notices to
    licensees are reminded of in a week, as ever.
    """
    licensing.expire_what_is_over()
    notices.make_notices()
    now = timezone.now()
    count = RequestEvent.objects.filter(mailed_at=None).update(mailed_at=now)
    open_notices = UpdateNotice.objects.filter(done_at=None)
    count += open_notices.filter(mailed_at=None).update(mailed_at=now)
    open_notices.filter(mailed_at__lt=now).update(reminded_at=now)
    if not count:
        return []
    return [f"Held back: {count} mails about republishing; see the desk's lists."]
