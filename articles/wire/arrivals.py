"""What comes in from folders and feeds: each version once, and what follows of it."""

import hashlib
import logging
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.db import Error as DatabaseError
from django.db import transaction
from django.utils import timezone

from articles.bulk.lines import LineError
from articles.models import WireItem, WireSource
from articles.refusals import RefusedError
from articles.wire import reading, stories
from articles.wire.item import UnreadableItemError, line, whole
from articles.wire.places import folder_of
from newsroom.lib import fetch

logger = logging.getLogger(__name__)

READ_EVERY = timedelta(minutes=5)
DRAFTED_WITHIN = timedelta(days=1)
# A file that was changed just now may not be whole yet.
SETTLED_AFTER = timedelta(seconds=5)
ENDINGS = {".xml", ".json", ".rss", ".atom"}
# Of one file; what is beyond is told in one row.
MAX_ITEMS, MAX_REASONS = 2_000, 20
Kind, State = WireItem.Kind, WireItem.State


def read_due():
    """Read every open source whose turn it is; return how many items were new."""
    late = timezone.now() - READ_EVERY
    count = 0
    for source in WireSource.objects.filter(is_open=True):
        # One UPDATE is the lock: of two workers one reads.
        due = WireSource.objects.filter(pk=source.pk, read_at=source.read_at)
        is_due = source.read_at is None or source.read_at <= late
        if is_due and due.update(read_at=timezone.now()):
            count += read_source(source)
    return count


def read_source(source, *, refused=None):
    """Read one source; return how many items were new. What fails stands in its row.

    What of it could not be read is added to `refused`, in words.
    """
    refused = [] if refused is None else refused
    problem, count = "", 0
    try:
        read = _read_url if source.url else _read_folder
        count = read(source, refused)
    except (fetch.FetchError, UnreadableItemError, OSError) as error:
        problem = line(getattr(error, "strerror", None) or str(error))
        logger.warning("Wire source %s cannot be read: %s", source.name, problem)
    source.problem, source.read_at = problem, timezone.now()
    source.save(update_fields=["problem", "read_at", "read_until"])
    return count


def _read_url(source, refused):
    page = fetch.download(source.url, max_bytes=reading.MAX_BYTES + 1)
    if page.status != 200:
        raise UnreadableItemError(f"The address answers {page.status}.")
    # Without what follows: some hold a key.
    name = urlsplit(source.url).path.rpartition("/")[2]
    return take_in(source, page.body, file_name=name, refused=refused)


def _read_folder(source, refused):
    folder = folder_of(source)
    settled = timezone.now() - SETTLED_AFTER
    found = []
    for path in folder.iterdir():
        if path.suffix.lower() in ENDINGS and path.is_file() and not path.is_symlink():
            # Not the time of its text: that travels with a copy.
            changed_at = datetime.fromtimestamp(path.stat().st_ctime, UTC)
            is_read = source.read_until and changed_at < source.read_until
            if changed_at <= settled and not is_read:
                found.append((changed_at, path))
    count = 0
    for changed_at, path in sorted(found):
        reasons = []
        if path.stat().st_size > reading.MAX_BYTES:
            reasons = ["It is larger than 5 MB."]
            _keep_unreadable(source, path.name, reasons)
        elif data := path.read_bytes():
            count += take_in(source, data, file_name=path.name, refused=reasons)
        refused += [f"{path.name}: {reason}" for reason in reasons]
        source.read_until = changed_at
    return count


def take_in(source, data, *, file_name="", refused=None):
    """Keep what one file or answer holds; return how many items were new.

    What could not be read is added to `refused`, in words.
    """
    try:
        found, reasons = reading.read(data, adds_its_own=source.adds_its_own)
    except UnreadableItemError as error:
        found, reasons = [], [str(error)]
    if len(found) > MAX_ITEMS:
        reasons.append(f"It holds {len(found):,} items; {MAX_ITEMS:,} were taken.")
        del found[MAX_ITEMS:]
    # Versions of one item in one file follow each other in time.
    found.sort(key=_version_order)
    count = 0
    for item in found:
        try:
            count += _keep(source, item, file_name)
        except (DatabaseError, LineError, ValidationError, ValueError) as error:
            # One item that a database or a rule of ours refuses stops no other.
            reasons.append(f"{item.guid}: {error}")
    _keep_unreadable(source, file_name, reasons)
    if refused is not None:
        refused += [line(reason) for reason in reasons]
    if source.makes_drafts:
        _make_drafts(source)
    return count


def _make_drafts(source):
    """Make what is new of this day into drafts, what a killed run has left included.

    Pictures go into the library; films, sounds and events wait for an editor.
    """
    since = timezone.now() - DRAFTED_WITHIN
    new = source.items.filter(state=State.NEW, received_at__gt=since)
    kinds = [Kind.TEXT, *(stories.PICTURES if source.takes_pictures else ())]
    for item in new.filter(kind__in=kinds).order_by("received_at", "pk"):
        try:
            stories.use(item, by=None)
        except (DatabaseError, LineError, RefusedError, ValidationError) as error:
            item.problem, item.state = line(f"No draft was made: {error}"), State.LEFT
            item.save(update_fields=["problem", "state"])


def _keep_unreadable(source, file_name, reasons):
    """Say what of a file could not be read: a row for each place in it, and no more.

    An address that gives another fault at each reading has one row all the same.
    """
    if len(reasons) > MAX_REASONS:
        rest = f"{len(reasons) - MAX_REASONS + 1:,} more could not be read."
        reasons = [*reasons[: MAX_REASONS - 1], rest]
    for number, reason in enumerate(reasons):
        place = f"{source.pk} {file_name} {number}"
        row, is_new = WireItem.objects.get_or_create(
            guid=f"unreadable:{hashlib.sha256(place.encode()).hexdigest()}",
            version="",
            defaults={
                "source": source,
                "state": State.UNREADABLE,
                "problem": line(reason),
                "file_name": line(str(file_name)),
            },
        )
        if not is_new and row.problem != line(reason):
            row.problem, row.received_at = line(reason), timezone.now()
            row.save(update_fields=["problem", "received_at"])


def _version_order(item):
    number = None if item.is_versioned_by_time else whole(item.version)
    if number is not None:
        return number
    return int(item.version_created_at.timestamp()) if item.version_created_at else 0


@transaction.atomic
def _keep(source, item, file_name):
    """Keep one version, with what follows of it; 1 if it was not here."""
    if item.is_versioned_by_time:
        here = WireItem.objects.filter(guid=item.guid)
        if here.filter(version_order__gte=_version_order(item)).exists():
            return 0
    version = item.version or (
        item.version_created_at.isoformat() if item.version_created_at else ""
    )
    row, is_new = WireItem.objects.get_or_create(
        guid=item.guid,
        version=version,
        defaults={
            "source": source,
            "kind": item.kind,
            "version_order": _version_order(item),
            "version_created_at": item.version_created_at,
            "file_name": line(file_name),
            "headline": item.headline,
            "standfirst": item.standfirst,
            "body": item.body,
            "byline": [name for name in item.byline if name],
            "dateline": item.dateline,
            "language": item.language[:20],
            "slugline": item.slugline,
            "keywords": item.keywords[:50],
            "pictures": [picture.as_dict() for picture in item.pictures[:20]],
            "provider": item.provider,
            "ed_note": item.ed_note,
            "copyright_notice": item.copyright_notice,
            "usage_terms": item.usage_terms,
            "web_url": item.web_url,
            "urgency": item.urgency,
            "embargoed_until": item.embargoed_until,
            "expires_at": item.expires_at,
            "is_withdrawn": item.is_withdrawn,
        },
    )
    if is_new:
        stories.follow(row)
    return int(is_new)
