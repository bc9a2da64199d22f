"""Mails that come back: bounces (RFC 3464) and complaints (RFC 5965).

A report is believed only where it names a mail of ours by its Message-ID, which nobody
but its reader has seen.
"""

import re
from dataclasses import dataclass
from email import message_from_bytes
from email.policy import default

from django.db import transaction
from django.utils import timezone

from newsletter.models import Delivery, Suppression
from newsroom.lib import text

_MESSAGE_ID = re.compile(r"<i(\d{1,18})\.d(\d{1,18})\.([0-9a-f]{12})@[^<>\s]+>")


@dataclass(frozen=True)
class Report:
    """What a returned mail says: of which mail, and that it bounced or was spam."""

    message_id: str
    is_complaint: bool
    is_permanent: bool
    words: str


def read(raw):
    """The Report in a mail's bytes, or None where it is none."""
    message = message_from_bytes(raw, policy=default)
    if message.get_content_type() != "multipart/report":
        return None
    parts = {part.get_content_type(): part for part in message.walk()}
    message_id = _message_id_in(parts)
    if "message/feedback-report" in parts:
        return Report(message_id, is_complaint=True, is_permanent=True, words="")
    if "message/delivery-status" not in parts:
        return None
    blocks = parts["message/delivery-status"].get_payload()
    for block in blocks:
        if str(block.get("Action", "")).strip().lower() == "failed":
            status = str(block.get("Status", "")).strip()
            words = str(block.get("Diagnostic-Code", "")).partition(";")[2].strip()
            return Report(
                message_id,
                is_complaint=False,
                is_permanent=status.startswith(("5.1.", "5.0.", "5.4.4")),
                words=text.clean_line(words or status)[:300],
            )
    return None


@transaction.atomic
def take_note(report):
    """Mark the delivery that a report is of; True if there is one.

    A complaint, and an address that does not exist, gets no newsletter any more.
    """
    found = _MESSAGE_ID.search(report.message_id)
    if not found:
        return False
    deliveries = Delivery.objects.select_for_update(of=["self"]).select_related(
        "subscriber", "issue"
    )
    issue_id, delivery_id, key = found.groups()
    delivery = deliveries.filter(pk=delivery_id, issue=issue_id).first()
    if delivery is None or not delivery.issue.uuid.hex.startswith(key):
        return False
    now = timezone.now()
    if report.is_complaint:
        delivery.complained_at = delivery.complained_at or now
        reason = Suppression.Reason.COMPLAINED
    else:
        delivery.bounced_at = delivery.bounced_at or now
        delivery.reason = report.words
        reason = Suppression.Reason.BOUNCED
    delivery.save(update_fields=["complained_at", "bounced_at", "reason"])
    if report.is_permanent:
        Suppression.objects.get_or_create(
            email_folded=delivery.subscriber.email_folded,
            defaults={"reason": reason, "note": report.words},
        )
    return True


def _message_id_in(parts):
    """The Message-ID of the mail that the report returns, whole or in its head."""
    if whole := parts.get("message/rfc822"):
        return str(whole.get_payload(0).get("Message-ID", ""))
    if head := parts.get("text/rfc822-headers"):
        content = head.get_content()
        content = content.encode() if isinstance(content, str) else content
        return str(message_from_bytes(content, policy=default).get("Message-ID", ""))
    return ""
