"""The sender: any number at once, killed at any point, and nobody gets a mail twice.

A sender claims a few deliveries, marks each one's attempt before its mail goes on the
wire, and its outcome after. What a dead sender had claimed and not attempted is claimed
again; what it had on the wire, one mail at most, is uncertain (`Delivery`).
"""

import logging
import smtplib
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from enum import Enum
from uuid import uuid4

from django.conf import settings
from django.core.mail import mailers
from django.db import DatabaseError, connection, transaction
from django.db.models import Case, F, Q, Value, When
from django.utils import timezone

from newsletter import issues, letters, outcomes, refusals
from newsletter.models import Delivery, Issue, IssueCopy, Suppression
from newsletter.models.delivery import (
    LEASE,
    MAX_ATTEMPTS,
    RETRY_AFTER,
    UNCERTAIN_FOR,
)

logger = logging.getLogger(__name__)

BATCH = 200
MINUTE = timedelta(minutes=1)
# So many refusals without a success between them say something of us, not of readers.
REFUSALS_IN_A_ROW = 10


class Next(Enum):
    """What a sender does after a batch."""

    GO_ON = "go on"
    WAIT = "wait"


@dataclass
class Batch:
    """What became of the mails of one connection."""

    sent: int = 0
    in_a_row: int = 0
    dead: list = field(default_factory=list)


def run(*, seconds=None):
    """Start the issues that are due and send what waits; True if time ran out first.

    Without `seconds` it goes on until nothing more can be sent now.
    """
    deadline = time.monotonic() + seconds if seconds else None
    for issue in Issue.objects.due():
        with _keeping_others_going(issue):
            issues.start(issue)
    for issue in Issue.objects.sending().select_related("newsletter").order_by("pk"):
        with _keeping_others_going(issue):
            send(issue, deadline=deadline)
        if _is_over(deadline):
            return True
    issues.tell_problems()
    return False


@contextmanager
def _keeping_others_going(issue):
    """One issue that cannot be made stops, and says so, and no other issue does."""
    try:
        yield
    except DatabaseError:
        raise
    except Exception as error:
        logger.exception("Newsletter issue %s failed.", issue.pk)
        issues.stop(issue, problem=f"It could not be sent: {error}")


def send(issue, *, deadline=None):
    """Send what is due of an issue, batch by batch, and call it sent at the end."""
    issues.list_recipients(issue)
    while not _is_over(deadline):
        release_lost(issue)
        issues.leave_out_withdrawn(issue)
        batch = claim(issue)
        if not batch or _mail(issue, batch, deadline) is Next.WAIT:
            break
    issues.finish(issue)


def release_lost(issue):
    """Settle what dead senders left: claim again, or hold uncertain for a while."""
    now = timezone.now()
    lost = issue.deliveries.filter(
        status=Delivery.Status.CLAIMED, claimed_at__lt=now - LEASE
    )
    lost.filter(attempted_at=None).update(status=Delivery.Status.PENDING, claim="")
    uncertain = issue.deliveries.filter(status=Delivery.Status.UNKNOWN)
    (lost | uncertain).heard_of().update(status=Delivery.Status.SENT, sent_at=now)
    lost.update(
        status=Delivery.Status.UNKNOWN, reason="Its sender died while it was sent"
    )
    if settings.NEWSLETTER_RESEND_UNCERTAIN:
        issue.deliveries.filter(
            status=Delivery.Status.UNKNOWN,
            claimed_at__lt=now - UNCERTAIN_FOR,
            attempts__lt=MAX_ATTEMPTS,
        ).update(status=Delivery.Status.PENDING, claim="")


@transaction.atomic
def claim(issue):
    """Claim the next deliveries, as many as may go now; who has left is passed over."""
    sending = Issue.objects.sending().order_by("pk").select_for_update()
    if issue.pk not in {row.pk for row in sending}:
        return []
    now = timezone.now()
    room = _room(now)
    while room > 0:
        rows = list(
            issue.deliveries.due(at=now)
            .with_standing()
            .select_related("subscriber")
            .order_by("pk")[:room]
        )
        wanted = [row for row in rows if _is_wanted(row)]
        _pass_over(row for row in rows if not _is_wanted(row))
        if wanted or not rows:
            break
    else:
        return []
    key = uuid4().hex
    Delivery.objects.filter(pk__in=[row.pk for row in wanted]).update(
        status=Delivery.Status.CLAIMED, claim=key, claimed_at=now, attempted_at=None
    )
    for row in wanted:
        row.claim, row.issue = key, issue
    return wanted


def _is_wanted(row):
    return row.is_taken and not row.suppressed_for and not row.subscriber.is_paused


def _room(now):
    """How many mails may be claimed now."""
    limit = settings.NEWSLETTER_MAILS_PER_MINUTE
    if not limit:
        return BATCH
    # Every attempt counts, and what is claimed is about to be one.
    used = Delivery.objects.filter(
        Q(attempted_at__gt=now - MINUTE)
        | Q(status=Delivery.Status.CLAIMED, attempted_at=None)
    )
    return min(BATCH, limit - used.count())


def _pass_over(rows):
    for row in rows:
        reason = "No longer takes the newsletter"
        if row.suppressed_for:
            reason = Suppression.Reason(row.suppressed_for).label
        elif row.is_taken:
            reason = "Paused by the reader"
        Delivery.objects.filter(pk=row.pk).update(
            status=Delivery.Status.SKIPPED, reason=reason
        )


def _is_over(deadline):
    return deadline is not None and time.monotonic() >= deadline


# One connection ---------------------------------------------------------------------


def _mail(issue, rows, deadline):
    """Mail the claimed deliveries over one connection; say what to do next."""
    copy = IssueCopy.objects.get(issue=issue)
    press = letters.Press(issue, html=copy.html, text=copy.text)
    batch = Batch()
    try:
        with mailers["news"] as mailer:
            step = _mail_each(issue, rows, deadline, press, mailer, batch)
    except (OSError, smtplib.SMTPException) as error:
        step = _server_away(issue, error, batch)
    _give_back(rows)
    if batch.in_a_row < REFUSALS_IN_A_ROW:
        outcomes.suppress_refused(batch.dead)
    if step is Next.GO_ON and issue.problem:
        issue.problem = ""
        Issue.objects.sending().filter(pk=issue.pk).update(problem="")
    return step


def _mail_each(issue, rows, deadline, press, mailer, batch):
    done = None  # the mail that is sent and not yet marked so
    try:
        for row in rows:
            if _is_over(deadline):
                break
            is_ours = _sent_and_attempt(done, row) if done else _attempt(row)
            done = None
            if not is_ours:
                continue  # the lease was over, and another sender has it
            try:
                mailer.send_messages([press.letter(row)])
            except Exception as error:  # noqa: BLE001 -- one bad mail must not stop the rest
                if step := _not_sent(issue, row, error, batch):
                    return step
            else:
                done = row
                batch.sent += 1
                batch.in_a_row = 0
    finally:
        if done:
            _sent(done)
    return Next.GO_ON


def _not_sent(issue, row, error, batch):
    """Write down why a mail did not go; return a Next where that tells to stop."""
    if refusals.is_uncertain(error):
        reason = f"Broken off: {refusals.said(error)}"[:300]
        _settle(row, Delivery.Status.UNKNOWN, reason=reason)
        return _server_away(issue, error, batch)
    if refusals.is_away(error):
        if refusals.is_hung_up(error):
            # Perhaps at this very mail: it must not be the first of every connection.
            _try_later(row, refusals.said(error))
        else:
            _take_back(row)
        return _server_away(issue, error, batch)
    return _refused(issue, row, error, batch)


# Written out: Django takes longer to write these than a mail to be sent, and each
# statement of its own waits for the disk.


def _attempt(row):
    """Mark that the mail goes on the wire now; 0 if the row is not ours any more."""
    return _execute(
        """
        UPDATE newsletter_delivery
        SET attempts = attempts + 1, attempted_at = %s, claimed_at = %s
        WHERE id = %s AND claim = %s AND status = 'claimed'
        """,
        [_now(), _now(), row.pk, row.claim],
    )


def _sent(row):
    _execute(
        """
        UPDATE newsletter_delivery SET status = 'sent', sent_at = %s, reason = ''
        WHERE id = %s AND claim = %s AND status IN ('claimed', 'unknown')
        """,
        [_now(), row.pk, row.claim],
    )


def _sent_and_attempt(done, row):
    """Both in one: `done` was sent, and `row` goes on the wire; whether it is ours."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE newsletter_delivery SET
                status = CASE WHEN id = done THEN 'sent' ELSE status END,
                sent_at = CASE WHEN id = done THEN at ELSE sent_at END,
                reason = CASE WHEN id = done THEN '' ELSE reason END,
                attempts = CASE WHEN id = begun THEN attempts + 1 ELSE attempts END,
                attempted_at = CASE WHEN id = begun THEN at ELSE attempted_at END,
                claimed_at = CASE WHEN id = begun THEN at ELSE claimed_at END
            FROM (SELECT %s AS done, %s AS begun, %s AS at) AS marks
            WHERE id IN (done, begun) AND claim = %s
            AND (status = 'claimed' OR id = done AND status = 'unknown')
            RETURNING id
            """,
            [done.pk, row.pk, _now(), row.claim],
        )
        return (row.pk,) in cursor.fetchall()


def _execute(statement, parameters):
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.rowcount


def _now():
    return connection.ops.adapt_datetimefield_value(timezone.now())


def _settle(row, status, **values):
    """Write the outcome, unless somebody else has the row by now.

    A server's words may name the reader: who was erased since is named no more.
    """
    ours = Delivery.objects.filter(
        pk=row.pk,
        claim=row.claim,
        status__in=[Delivery.Status.CLAIMED, Delivery.Status.UNKNOWN],
    )
    reason = Case(
        When(subscriber=None, then=Value("")), default=Value(values.pop("reason", ""))
    )
    ours.update(status=status, reason=reason, **values)


def _own(row):
    return Delivery.objects.filter(
        pk=row.pk, claim=row.claim, status=Delivery.Status.CLAIMED
    )


def _take_back(row):
    """The mail was not taken, for certain; it is as if it had not been tried."""
    _own(row).update(
        status=Delivery.Status.PENDING,
        attempts=F("attempts") - 1,
        attempted_at=None,
        claim="",
    )


def _give_back(rows):
    """What is still claimed when the connection ends was not tried."""
    Delivery.objects.filter(
        pk__in=[row.pk for row in rows],
        claim=rows[0].claim,
        status=Delivery.Status.CLAIMED,
        attempted_at=None,
    ).update(status=Delivery.Status.PENDING, claim="")


# Refusals ---------------------------------------------------------------------------


def _server_away(issue, error, batch):
    """Go on where some mails went through; else wait, and tell the editors."""
    if batch.sent:
        return Next.GO_ON
    _say(issue, f"The mail server does not answer: {refusals.said(error)}")
    return Next.WAIT


def _refused(issue, row, error, batch):
    """Write down a refusal; return a Next where the refusals tell to stop."""
    code, words = refusals.code_of(error)
    reason = f"{code} {words.decode(errors='replace')}" if code else str(error)
    is_for_now = 400 <= code < 500
    if is_for_now:
        _try_later(row, reason)
    else:
        _settle(row, Delivery.Status.FAILED, reason=reason[:300])
        if refusals.is_gone(error, code, words):
            batch.dead.append((row.subscriber, reason[:300]))
    if not code:
        return None  # a mail that could not be made says nothing of the server
    batch.in_a_row += 1
    if batch.in_a_row < REFUSALS_IN_A_ROW:
        return None
    if is_for_now:
        _say(issue, f"The mail server asks to wait: {reason}")
    else:
        problem = f"The mail server refused {batch.in_a_row} mails in a row: {reason}"
        issues.stop(issue, problem=problem)
    return Next.WAIT


def _try_later(row, reason):
    attempts = row.attempts + 1
    if attempts >= MAX_ATTEMPTS:
        _settle(row, Delivery.Status.FAILED, reason=reason[:300])
        return
    wait = RETRY_AFTER[attempts - 1]
    _settle(
        row,
        Delivery.Status.PENDING,
        reason=reason[:300],
        due_at=timezone.now() + wait,
    )


def _say(issue, problem):
    """Tell the editors why an issue does not go on, once a trouble."""
    problem = problem[:300]
    if (
        Issue.objects.sending()
        .filter(pk=issue.pk)
        .exclude(problem=problem)
        .update(problem=problem)
    ):
        logger.error("Newsletter issue %s waits. %s", issue.pk, problem)
    issue.problem = problem
