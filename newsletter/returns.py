"""Mails that come back: bounces (RFC 3464) and complaints (RFC 5965), read.

Older mail servers report in words of their own, and many break the standard; those are
read where a machine wrote them and they speak of a failure. An answer of a reader's
mail program (away, "confirm that you are a person") is never a report.
"""

import re
from email import message_from_bytes
from email.header import decode_header, make_header
from email.utils import parseaddr
from html import unescape
from itertools import chain

from newsletter.outcomes import (
    FOR_NOW_WORDS,
    GONE_WORDS,
    Kind,
    Report,
    bounce_kind,
    find_key,
)
from newsroom.lib import text

_DAEMON = re.compile(r"mailer[-_.]?daemon", re.IGNORECASE)
_MACHINE = re.compile(
    r"mailer[-_.]?daemon|(?:poo?st[-_.]?master|mdaemon|amavis\w*"
    r"|(?:\w*smtp\w*|mail)[-_.]?(?:er|system|delivery|admin|service)?[\w.]*"
    r"|(?:system[-_. ]?)?administrator)(?:@|$)",
    re.IGNORECASE,
)
# An address that sends all sorts of mails.
_SILENT = re.compile(r"(?:no-?reply|do-?not-?reply)@", re.IGNORECASE)
_NOT_DELIVERED = re.compile(
    r"(?:could|can|was) ?not be delivered|undeliverable", re.IGNORECASE
)
_ANSWER = re.compile(
    r"^\W*(?:auto(?:matic|mated|-)?[ -]?(?:re(?:ply|sponse)|antwort)"
    r"|automatische antwort"
    r"|r[ée]ponse automatique|respuesta autom|otomatik (?:yan|cevap)"
    r"|out of (?:the )?office|vacation|holiday|away from|abwesen)"
    r"|\b(?:confirm|verify|prove) (?:that )?(?:you|your)\b|challenge[ /-]response",
    re.IGNORECASE,
)
_FAILED = re.compile(
    r"undeliver|non-?deliver|(?:can|could|was|is|were)(?:n.t| ?not)(?: be)? (?:be )?"
    r"(?:able to be )?(?:deliver|sent|reach|send|process)"
    r"|(?:deliver|sen[dt]|failed|failure|error)\w*[^.\n]{0,60}(?:deliver|fail|error|return)"
    r"|delivery (?:status|problem|has)|returned? (?:mail|message|to sender)"
    r"|mail[^.\n]{0,20} (?:return|reject|error)|fatal error|failure notice"
    r"|did not reach"
    r"|rejected|unable to|not delivered|expired|loop alert|bounce",
    re.IGNORECASE,
)
_CODED = re.compile(r"(?<![\d.])[45]\d\d[ :-]|\b[45]\.\d\.\d+\b")
_FOR_NOW = re.compile(
    r"delayed|still trying|(?:will|has) (?:be |not |yet )*(?:keep|retr|continue|tri)"
    r"|(?:need not|do not need to|don.t need to) re-?send|warning message",
    re.IGNORECASE,
)
# A content filter and some mobile networks say "unknown user" to a whole mail, after
# they took the address: it is the mail that they refuse.
_OF_CONTENT = re.compile(
    r">>> DATA\s+<<< 55(?![\s\S]*(?:\b503\b|no valid recipients))"
    r"|SMTP command\s+DATA\b|reply to (?:end of )?DATA",
    re.IGNORECASE,
)
# Where the mail that is returned begins, among a report's own words.
_RETURNED = re.compile(
    r"^[ \t>]*(?:(?:Received|Return-Path|DKIM-Signature|Message-ID|MIME-Version"
    r"|X-Mailer|List-Id): ?|-{3,}.*\b(?:copy|below|original|unsent)\b"
    r"|[^\n]{0,40}\b(?:original|headers|copy)\b[^\n]{0,40}\b(?:follows?|headers?)\b)",
    re.IGNORECASE | re.MULTILINE,
)
_FIELD = re.compile(
    r"^(action|status|diagnostic-code|(?:final|original)-recipient):[ \t]*"
    r"(.*(?:\n[ \t]+\S.*)*)",
    re.IGNORECASE | re.MULTILINE,
)
_ADDRESS = re.compile(r"(?<![\w.+'=/-])[\w.+'=/-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+")
_FAILURES = ("failed", "failure", "expired", "error", "undeliver")
# A report's own words come before the mail that it returns.
LONGEST_WORDS = 8000
MOST_ADDRESSES = 20
_TO = ["To", "Delivered-To", "X-Original-To", "Envelope-To"]


def read(raw):
    """The Report in a mail's bytes, or None where it is none."""
    try:
        return _read(message_from_bytes(raw), raw)
    except (AttributeError, LookupError, RecursionError, TypeError, ValueError):
        return None  # so broken that the standard library gives up


def _read(message, raw):
    parts = list(message.walk())
    types = {part.get_content_type() for part in parts}
    key = _key(message, parts, raw)
    if "message/feedback-report" in types:
        return Report(key, Kind.COMPLAINT, addresses=_complained_of(parts))
    said = _said(message)
    statuses = [part for part in parts if _is_status(part)]
    fields = "\n\n".join(_flat(part) for part in statuses) or said
    found = _of_standard(fields, said) if _is_report(message, statuses) else None
    found = found or _in_words(message, said)
    if found is None or found[0] is None:
        return None
    kind, words = found
    addresses = _addresses(message, fields, said, parts)
    return Report(key, kind, words=text.clean_line(words)[:300], addresses=addresses)


def _is_report(message, statuses):
    is_declared = message.get_content_type() == "multipart/report"
    return bool(statuses) or is_declared or _is_of_machine(message)


# The standard ------------------------------------------------------------------------


def _of_standard(fields, said):
    """(kind, words) of the first recipient that failed, or that got the mail.

    (None, "") where the report is one and says neither; None where it is no report of
    the standard.
    """
    is_delivered = is_open = False
    for block in re.split(r"\n[ \t]*\n", fields):
        row = {name.lower(): value for name, value in _FIELD.findall(block)}
        action = row.get("action", "").strip().lower()
        status = row.get("status", "").strip().partition(" ")[0]
        if action.startswith(_FAILURES) or (not action and status.startswith("5")):
            return _failure(status, row.get("diagnostic-code", ""), said)
        is_delivered = is_delivered or action == "delivered"
        is_open = is_open or bool(action)
    if is_delivered:
        return Kind.DELIVERED, ""
    return (None, "") if is_open else None


def _failure(status, diagnostic, said):
    words = text.clean_line(diagnostic.partition(";")[2] or diagnostic)
    kind = _kind(words, said, status=status)
    if kind is Kind.CAME_BACK and not (
        _CODED.search(words) or FOR_NOW_WORDS.search(words)
    ):
        # A status that says nothing, and the reason in words for people.
        line = _line(said)
        if GONE_WORDS.search(line):
            kind, words = _kind(line, said), line
    return kind, words or status


def _kind(words, said, *, status=""):
    kind = bounce_kind(status=status, words=words)
    is_of_content = kind is Kind.GONE and _OF_CONTENT.search(said)
    return Kind.CAME_BACK if is_of_content else kind


def _is_status(part):
    return part.get_content_type() == "message/delivery-status"


def _flat(part):
    """The text of a part, whatever the parser made of it."""
    if part.is_multipart():
        return "\n\n".join(_flat(inner) for inner in part.get_payload())
    head = "".join(f"{name}: {value}\n" for name, value in part.items())
    return f"{head}\n{_decoded(part)}" if part.get_payload() else head


# Words -------------------------------------------------------------------------------


def _in_words(message, said):
    """(kind, words) of a report of a server that knows no standard, or None."""
    subject = _header(message, "Subject")
    if not _is_of_machine(message, said) or _is_answer(message, subject, said):
        return None
    line = _line(said)
    has_failed = (
        line
        or _DAEMON.search(_header(message, "From"))
        or _FAILED.search(f"{subject}\n{said}")
    )
    if not has_failed or _FOR_NOW.search(said):
        return None
    if not line:
        line = subject if GONE_WORDS.search(subject) else ""
    return _kind(line, said), line


def _is_of_machine(message, said=""):
    sender = _header(message, "From").replace("<>", "")
    address = parseaddr(sender)[1].replace('"', "")
    # From nobody, or from a bare name, stands for the server itself.
    if "@" not in address or _MACHINE.match(address):
        return True
    if _SILENT.match(address):
        return bool(_NOT_DELIVERED.search(said))
    # Some servers mark their bounces as answers too; a reader's holiday note is one
    # that comes from nobody just as they do.
    is_from_nobody = _header(message, "Return-Path") == "<>"
    is_answer = _header(message, "Auto-Submitted").lower().startswith("auto-replied")
    has_failed = _FAILED.search(_header(message, "Subject"))
    return bool(is_from_nobody and has_failed and not is_answer)


def _is_answer(message, subject, said):
    is_marked = any(message.get(name) for name in ("X-Autoreply", "X-Autorespond"))
    is_marked |= _header(message, "Precedence").lower() == "auto_reply"
    return is_marked or _ANSWER.search(subject) or _ANSWER.search(said)


def _line(said):
    """The line that says most: that an address is gone, else one with a code."""
    lines = [line.strip() for line in _joined(said).splitlines()]
    for pattern in [GONE_WORDS, _CODED]:
        if found := next((line for line in lines if pattern.search(line)), ""):
            return found
    return ""


def _joined(said):
    """A reply of several lines with one code (RFC 5321, section 4.2.1) as one line."""
    return re.sub(r"\b([45]\d\d)-(.*)\n\s*(?=\1[- ])", r"\1 \2 ", said)


def _said(message):
    """A report's own words: its text before the mail that it returns."""
    pieces = []
    for part in _own_parts(message):
        piece = _decoded(part)
        if part.get_content_type() == "text/html":
            if any(piece.strip() for piece in pieces):
                continue
            piece = unescape(re.sub(r"<[^<>]+>", " ", piece))
        pieces.append(piece)
    said = "\n".join(pieces)[: 2 * LONGEST_WORDS]
    if (key := find_key(said)) and said.index(key) > 0:
        said = said.partition(key)[0]
    if found := _RETURNED.search(said):
        said = said[: found.start()]
    return said[:LONGEST_WORDS]


def _own_parts(part):
    """The leaves before the mail that is returned."""
    kind = part.get_content_type()
    if part.is_multipart():
        if kind.startswith("multipart/"):
            for inner in part.get_payload():
                yield from _own_parts(inner)
    elif kind.startswith("text/") and "rfc822" not in kind:
        yield part
    elif kind.startswith("multipart/"):
        yield part  # its boundary is wrong, so all of it is one text


# Whose ------------------------------------------------------------------------------


def _key(message, parts, raw):
    """The key in the returned mail's head, in where the report went, or anywhere."""
    heads = [part.get("Message-ID", "") for part in parts[1:]]
    to = [message.get(name, "") for name in _TO]
    texts = (_flat(part) for part in parts if not part.is_multipart())
    for found in chain(heads, to, [raw.decode(errors="replace")], texts):
        if key := find_key(str(found)):
            return key
    return ""


def _addresses(message, fields, said, parts):
    """Who may have failed, the surest first: to be believed where the mail is."""
    recipients = [
        v for name, v in _FIELD.findall(fields) if "recipient" in name.lower()
    ]
    failed = message.get_all("X-Failed-Recipients", [])
    returned = [part.get("To", "") for part in parts[1:]]
    own = {
        address.casefold()
        for name in ("From", "To")
        for address in _ADDRESS.findall(_header(message, name))
    }
    found = _ADDRESS.findall(
        "\n".join(map(str, [*recipients, *failed, said, *returned]))
    )
    others = [row for row in dict.fromkeys(found) if row.casefold() not in own]
    return tuple(others[:MOST_ADDRESSES])


def _complained_of(parts):
    """Original-Rcpt-To of RFC 5965, and who the returned mail was to."""
    heads = [
        part.get(name, "")
        for name in ("Original-Rcpt-To", "Removal-Recipient", "To")
        for part in parts[1:]
    ]
    found = _ADDRESS.findall("\n".join(map(str, heads)))
    return tuple(dict.fromkeys(found))[:MOST_ADDRESSES]


# Forms ------------------------------------------------------------------------------


def _header(message, name):
    """A header in words, however broken its encoding is."""
    value = message.get(name, "")
    try:
        return text.clean_line(str(make_header(decode_header(value))))
    except (LookupError, UnicodeError, ValueError):
        return text.clean_line(str(value))


def _decoded(part):
    content = part.get_payload(decode=True)
    if content is None:
        content = str(part.get_payload()).encode(errors="replace")
    charset = part.get_content_charset() or "utf-8"
    try:
        found = content.decode(charset, errors="replace")
    except LookupError:  # a character set that does not exist
        found = content.decode("utf-8", errors="replace")
    return found.replace("\r\n", "\n")
