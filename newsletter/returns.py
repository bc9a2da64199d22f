"""Mails that come back: bounces (RFC 3464) and complaints (RFC 5965), read.

Older mail servers report in words of their own; those are read where a machine wrote
them and the mail they return has its head.
"""

import re
from email import message_from_bytes
from email.policy import default
from email.utils import parseaddr

from newsletter.outcomes import GONE_WORDS, Kind, Report, bounce_kind, find_key
from newsroom.lib import text

_MACHINE = re.compile(
    r"(?:mailer-?daemon|postmaster|mail[-_.]?(?:er|system|delivery)\w*|mdaemon)@",
    re.IGNORECASE,
)
_CODED = re.compile(r"^.*(?:\b[45]\d\d[ -]|\b[45]\.\d\.\d+\b).*$", re.MULTILINE)
_FOR_NOW = re.compile(
    r"delayed|still trying|will (?:be )?(?:keep|retr|continue)"
    r"|(?:need not|do not need to|don.t need to) re-?send|warning message",
    re.IGNORECASE,
)
# A report's own words come before the mail that it returns.
LONGEST_WORDS = 4000


def read(raw):
    """The Report in a mail's bytes, or None where it is none."""
    message = message_from_bytes(raw, policy=default)
    try:
        if message.get_content_type() == "multipart/report":
            return _standard(message, raw)
        return _in_words(message, raw)
    except (AttributeError, IndexError, LookupError, TypeError, ValueError):
        return None  # so broken that the standard library gives up


def _standard(message, raw):
    parts = {part.get_content_type(): part for part in message.walk()}
    returned = _message_id_in(parts)
    key = find_key(raw.decode(errors="replace") if returned is None else returned)
    if "message/feedback-report" in parts:
        return Report(key, Kind.COMPLAINT)
    if "message/delivery-status" not in parts:
        return None
    for block in parts["message/delivery-status"].get_payload():
        action = str(block.get("Action", "")).strip().lower()
        status = str(block.get("Status", "")).strip().partition(" ")[0]
        words = str(block.get("Diagnostic-Code", ""))
        words = text.clean_line(words.partition(";")[2] or words)[:300]
        if action == "delivered":
            return Report(key, Kind.DELIVERED)
        if action == "failed" or (not action and status.startswith("5")):
            kind = bounce_kind(status=status, words=words)
            return Report(key, kind, words=words or status)
    return None


def _in_words(message, raw):
    """A bounce of a server that does not know the standard."""
    sender = parseaddr(str(message.get("From", "")))[1]
    is_of_machine = _MACHINE.match(sender) or (
        str(message.get("Return-Path", "")).strip() == "<>"
    )
    body = raw.replace(b"\r\n", b"\n").partition(b"\n\n")[2].decode(errors="replace")
    key = find_key(body)
    said = body.partition(key)[0][:LONGEST_WORDS]
    if not (is_of_machine and key) or _FOR_NOW.search(said):
        return None
    lines = said.splitlines()
    line = next(
        (row for row in lines if GONE_WORDS.search(row) or _CODED.match(row)), ""
    )
    return Report(key, bounce_kind(words=line), words=text.clean_line(line)[:300])


def _message_id_in(parts):
    """The Message-ID of the mail that the report returns; None if it returns none."""
    if whole := parts.get("message/rfc822"):
        return str(whole.get_payload(0).get("Message-ID", ""))
    for name in ["text/rfc822-headers", "message/rfc822-headers"]:
        if head := parts.get(name):
            content = head.get_payload(decode=True) or str(head.get_payload()).encode()
            return str(
                message_from_bytes(content, policy=default).get("Message-ID", "")
            )
    return None
