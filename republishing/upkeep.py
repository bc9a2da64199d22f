"""What licences need from time to time; done late or twice, it does no harm."""

from republishing import actions, licensing, notices, reminders, terms


def run(*, page_count=None):
    """End what is over, write to licensees, look at their pages; return what was done.

    No more than `page_count` pages are looked at, because each may take seconds.
    """
    ended = licensing.expire_what_is_over()
    made = notices.make_notices()
    notices.mail_notices()
    reminded = reminders.remind()
    actions.mail_waiting_news()
    looked_at = terms.check_due(count=page_count)
    return {
        "ended": ended,
        "made": made,
        "reminded": reminded,
        "looked_at": looked_at,
    }
