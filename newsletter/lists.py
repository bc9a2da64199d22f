"""Lists of readers as CSV: brought in from elsewhere, and taken out.

A list comes from spreadsheets and other services, so its encoding and separator are
found out, its columns are known by their heads, and every line that is not taken is
named with its number and the reason.
"""

import csv
import io
from dataclasses import dataclass, field
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from newsletter.models import ConsentEvent, Subscriber, Subscription, Suppression
from newsroom.lib import addresses, text

SEPARATORS = ",;\t|"
ADDRESS_HEADS = {
    "email",
    "e-mail",
    "email address",
    "e-mail address",
    "address",
    "mail",
}
CONSENT_HEADS = {"confirmed_at", "optin_time", "confirm_time", "created_at"}
LEFT_HEADS = {"unsubscribed_at", "unsub_time"}
STATUS_HEADS = {"status", "state"}
# What other services call a reader who is not to be written to.
GONE = {"unsubscribed", "cleaned", "bounced", "complained", "inactive", "removed"}


class UnreadableListError(Exception):
    """The file is no list of addresses; the message says why, in words."""


@dataclass
class Report:
    """What became of a list's lines; `refused` holds (line, reason) pairs."""

    new: int = 0
    known: int = 0
    kept_out: int = 0
    doubled: int = 0
    refused: list = field(default_factory=list)


@dataclass(frozen=True)
class Row:
    """One reader of a list."""

    line: int
    address: addresses.Address
    confirmed_at: datetime | None
    is_gone: bool


def bring_in(content, newsletter, *, source):
    """Add the readers of a CSV file's bytes to a newsletter, as confirmed elsewhere.

    Whoever has left this newsletter, or is suppressed, stays out. Raises
    UnreadableListError. Running it again adds nothing.
    """
    report = Report()
    seen = set()
    for row in _rows(content, report):
        if row.address.folded in seen:
            report.doubled += 1
            continue
        seen.add(row.address.folded)
        if row.is_gone:
            report.kept_out += 1
        else:
            _add(row, newsletter, source, report)
    return report


@transaction.atomic
def _add(row, newsletter, source, report):
    if Suppression.objects.filter(email_folded=row.address.folded).exists():
        report.kept_out += 1
        return
    subscriber = Subscriber.objects.for_address(row.address)
    now = timezone.now()
    subscription, is_new = Subscription.objects.get_or_create(
        subscriber=subscriber,
        newsletter=newsletter,
        defaults={"confirmed_at": row.confirmed_at or now},
    )
    if subscription.unsubscribed_at:
        report.kept_out += 1
        return
    if subscription.is_active and not is_new:
        report.known += 1
        return
    if not is_new:
        subscription.confirmed_at = row.confirmed_at or now
        subscription.save(update_fields=["confirmed_at"])
    ConsentEvent.objects.create(
        subscriber=subscriber,
        newsletter=newsletter,
        kind=ConsentEvent.Kind.CONFIRMED,
        at=row.confirmed_at or now,
        wording=f"Brought in from {text.clean_line(source)}, line {row.line}",
    )
    report.new += 1


def take_out(newsletter):
    """The lines of a newsletter's list as CSV, those who have left included."""
    yield ["email", "status", "requested_at", "confirmed_at", "unsubscribed_at"]
    subscriptions = newsletter.subscriptions.select_related("subscriber").order_by("pk")
    for subscription in subscriptions.iterator():
        if subscription.unsubscribed_at:
            status = "unsubscribed"
        else:
            status = "subscribed" if subscription.confirmed_at else "pending"
        times = [
            subscription.requested_at,
            subscription.confirmed_at,
            subscription.unsubscribed_at,
        ]
        yield [
            text.inert(subscription.subscriber.email),
            status,
            *(at.isoformat() if at else "" for at in times),
        ]


# Reading ----------------------------------------------------------------------------


def _rows(content, report):
    lines = _decoded(content).splitlines()
    filled = [line for line in lines if line.strip()]
    if not filled:
        raise UnreadableListError("The file is empty.")
    separator = max(SEPARATORS, key=filled[0].count)
    reader = csv.reader(io.StringIO("\n".join(lines)), delimiter=separator)
    heads, columns = None, {}
    for cells in reader:
        if not any(cell.strip() for cell in cells):
            continue
        if heads is None:
            heads = [cell.strip().casefold() for cell in cells]
            columns = _columns(heads)
            continue
        row = _row(cells, columns, reader.line_num, report)
        if row:
            yield row


def _decoded(content):
    for encoding in ["utf-8-sig", "cp1252"]:
        if content.startswith((b"\xff\xfe", b"\xfe\xff")):
            encoding = "utf-16"  # noqa: PLW2901 -- as spreadsheets say "Unicode text"
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnreadableListError("The file is no text in UTF-8, UTF-16 or Windows-1252.")


def _columns(heads):
    found = {}
    for name, words in [
        ("email", ADDRESS_HEADS),
        ("confirmed_at", CONSENT_HEADS),
        ("left", LEFT_HEADS),
        ("status", STATUS_HEADS),
    ]:
        for number, head in enumerate(heads):
            if head in words and name not in found:
                found[name] = number
    if "email" not in found:
        raise UnreadableListError(
            "No column is headed email. The first line must name the columns; it says: "
            + text.summary(", ".join(heads), max_length=120)
        )
    return found


def _row(cells, columns, line, report):
    def cell(name):
        number = columns.get(name)
        if number is None or number >= len(cells):
            return ""
        return cells[number].strip()

    try:
        address = addresses.parse(cell("email").removeprefix("'"))
    except ValidationError as error:
        report.refused.append((line, f"{cell('email')[:80]}: {error.messages[0]}"))
        return None
    is_gone = bool(cell("left")) or cell("status").casefold() in GONE
    if cell("status").casefold() == "pending":
        report.refused.append((line, f"{address.email} never confirmed."))
        return None
    return Row(line, address, _time(cell("confirmed_at")), is_gone)


def _time(value):
    try:
        found = parse_datetime(value)
    except ValueError:
        return None
    if found is None or found.year < 1990:
        return None
    found = found if timezone.is_aware(found) else timezone.make_aware(found)
    return min(found, timezone.now())
