"""Reading a list of readers as other services write it.

Encoding and separator are found out, and the columns are known by their heads: those of
Ghost, Mailchimp, Substack, Beehiiv, Tiny News, Buttondown, Kit and MailerLite, and of a
plain table with the word *email* in its first line.
"""

import csv
import io
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from newsroom.lib import addresses, text

SEPARATORS = ",;\t|"
# The heads of each kind of column, the one that counts most first.
HEADS = {
    "email": [
        "email",
        "e-mail",
        "email address",
        "e-mail address",
        "email_address",
        "subscriber",
        "address",
        "mail",
    ],
    "confirmed_at": [
        "confirmed_at",
        "confirm_time",
        "optin_time",
        "subscription date (substack)",
        "start date",
        "date added",
        "creation_date",
        "created_at",
    ],
    "left": ["unsubscribed_at", "unsub_time", "deleted_at", "unsubscribe_date"],
    "bounced": ["clean_time", "bounced_at"],
    "status": ["status", "state", "subscriber_type"],
    "takes": ["subscribed_to_emails", "subscribed"],
    "refuses": ["email_disabled"],
}
# Of these the first column that is filled counts.
DATES = {"confirmed_at", "left", "bounced"}
TRUE, FALSE = {"true", "yes", "1"}, {"false", "no", "0"}
# What services call a reader: is written to, is not any more, or never said yes.
TAKES = {"", "subscribed", "active", "confirmed", "regular", "premium", "enabled"}
GONE = {"unsubscribed", "inactive", "removed", "deleted", "cancelled", "archived"}
BOUNCED = {"cleaned", "bounced", "undeliverable"}
COMPLAINED = {"complained", "spam", "junk", "complaint"}
UNCONFIRMED = {"pending", "unconfirmed", "unactivated", "validating"}
_NO_TEXT = {
    b"PK\x03\x04": "This is a workbook or a ZIP archive. Unpack it, or save it as CSV.",
    b"%PDF": "This is a PDF. Save the list as CSV.",
    b"\xd0\xcf\x11\xe0": "This is an Excel workbook. Save it as CSV.",
}


class UnreadableListError(Exception):
    """The file is no list of addresses; the message says why, in words."""


class _RefusedError(Exception):
    """One line cannot be taken; the message says why."""


@dataclass(frozen=True)
class Row:
    """One reader of a list; `gone` is empty or why nothing may be sent there."""

    line: int
    address: addresses.Address
    confirmed_at: datetime | None
    left_at: datetime | None
    gone: str  # "", "left", "bounced" or "complained"


def rows(content, refused):
    """Yield a Row for each line of a file's bytes.

    What cannot be taken is added to `refused` as (line, reason). Raises
    UnreadableListError for what is no list.
    """
    lines = _decoded(content).splitlines()
    filled = [line for line in lines if line.strip()]
    if not filled:
        raise UnreadableListError("The file is empty.")
    separator = max(SEPARATORS, key=filled[0].count)
    reader = csv.reader(io.StringIO("\n".join(lines)), delimiter=separator)
    columns, width = None, 0
    try:
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if columns is None:
                columns, width = _columns(cells), len(cells)
                continue
            try:
                yield _row(cells, columns, width, reader.line_num)
            except _RefusedError as error:
                refused.append((reader.line_num, str(error)))
    except csv.Error as error:
        raise UnreadableListError(
            f"From line {reader.line_num} on this is no table: {error}."
        ) from error


def _decoded(content):
    for start, reason in _NO_TEXT.items():
        if content.startswith(start):
            raise UnreadableListError(reason)
    encodings = ["utf-8-sig", "cp1252", "cp1254"]
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]  # as spreadsheets say "Unicode text"
    for encoding in encodings:
        try:
            found = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in found:
            return found
    raise UnreadableListError("The file is no text in UTF-8, UTF-16 or Windows-1252.")


def _columns(cells):
    heads = [cell.strip().casefold() for cell in cells]
    found = {
        name: [heads.index(word) for word in words if word in heads]
        for name, words in HEADS.items()
    }
    if not found["email"]:
        raise UnreadableListError(
            "No column is headed email. The first line must name the columns; it says: "
            + text.summary(", ".join(heads), max_length=120)
        )
    return found


def _row(cells, columns, width, line):
    def cell(name):
        said = (cells[at].strip() for at in columns[name] if at < len(cells))
        return next(filter(None, said) if name in DATES else said, "")

    typed = cell("email").removeprefix("'")
    try:
        address = addresses.parse(typed)
    except ValidationError as error:
        shifted = (
            f" The line has {_cells(len(cells))}, the first line {width}."
            if len(cells) != width
            else ""
        )
        said = f"{typed[:80]}: {error.messages[0]}" if typed else "It has no address."
        raise _RefusedError(f"{said}{shifted}") from error
    status = cell("status").casefold()
    if status in UNCONFIRMED:
        raise _RefusedError(f"{address.email} never confirmed.")
    return Row(
        line,
        address,
        _time(cell("confirmed_at")),
        _time(cell("left")) or _time(cell("bounced")),
        _why_gone(cell, status, address),
    )


def _cells(count):
    return "1 cell" if count == 1 else f"{count} cells"


def _why_gone(cell, status, address):
    if status in COMPLAINED:
        return "complained"
    if status in BOUNCED or cell("bounced"):
        return "bounced"
    takes, refuses = cell("takes").casefold(), cell("refuses").casefold()
    if _time(takes):
        takes = ""  # some write here since when
    if status in GONE or cell("left") or takes in FALSE or refuses in TRUE:
        return "left"
    if status not in TAKES or takes not in TRUE | {""} or refuses not in FALSE | {""}:
        said = next(filter(None, [status, takes, refuses]))
        raise _RefusedError(
            f"{address.email}: “{said[:40]}” does not say whether mail may go there."
        )
    return ""


def _time(value):
    value = value.strip().removesuffix(" UTC")
    try:
        found = parse_datetime(value) or parse_date(value)
    except ValueError:
        return None
    if found is None or found.year < 1990:
        return None
    if not isinstance(found, datetime):
        found = datetime(found.year, found.month, found.day)  # noqa: DTZ001 - made aware
    found = found if timezone.is_aware(found) else timezone.make_aware(found)
    return min(found, timezone.now())
