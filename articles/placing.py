"""What editors do to the front page, each in one transaction and with an event."""

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format

from articles.actions import RefusedError
from articles.front_page import AREA_SIZES, RAIL_COUNT, Area, arrange
from articles.models import Article, FrontPageEvent, FrontPageSlot, Status

Kind = FrontPageEvent.Kind
UNSEEN = {Status.WITHDRAWN: "withdrawn", Status.EXPIRED: "expired"}


class FrontPageChangedError(RefusedError):
    """The arrangement is not the one that the editor saw."""

    def __init__(self):
        super().__init__(
            "The front page has changed since you opened this page. Nothing was "
            "overwritten: below is how it stands now."
        )


@transaction.atomic
def place(article, *, area, position, by, seen_version, times=None):
    """Give a story a place on the front page; return its slot.

    A story that had none pushes the one that stands there, and those below it, one
    place down. A story that had one changes places with the one that stands there.
    `times` are when it comes (None: at once) and goes (None: it stays); without them
    those it has remain. Asked twice, the second time changes nothing. Raises
    FrontPageChangedError where `seen_version` is not the present one, and RefusedError.
    """
    page = _locked_page()
    slot = page.slot_of(article.pk)
    here = page.held_by(slot) if slot else None
    is_there = here == (area, position)
    if is_there and _has_times(slot, times):
        return slot
    if page.version() != seen_version:
        raise FrontPageChangedError
    if slot is None:
        return _put_first(page, article, area, position, times, by)
    if not is_there:
        goes_to = _checked_label(page, area, position, article)
        came_from = _label(*here, article)
        _exchange(page, article, area, position)
        _write(slot, area, position)
        _record(Kind.MOVED, article, by, f"{came_from} → {goes_to}")
    if not _has_times(slot, times):
        _set_times(slot, times)
        slot.save(update_fields=["starts_at", "pinned_until"])
        where = _label(slot.area, slot.position, article)
        _record(Kind.TIMED, article, by, _in_words(where, slot))
    return slot


def _put_first(page, article, area, position, times, by):
    where = _checked_label(page, area, position, article)
    _keep_shown_places(page.block_for(area, article))
    slot = FrontPageSlot(article=article, area=area, position=position)
    _set_times(slot, times or (None, None))
    slot.save()
    _record(Kind.PLACED, article, by, _in_words(where, slot))
    return slot


@transaction.atomic
def take_off(article, *, by, seen_version):
    """Take away a story's place; it may still stand on the page by itself.

    Asked twice, the second time changes nothing. Raises FrontPageChangedError.
    """
    page = _locked_page()
    slot = page.slot_of(article.pk)
    if slot is None:
        return
    if page.version() != seen_version:
        raise FrontPageChangedError
    where = _label(*page.held_by(slot), article)
    slot.delete()
    _record(Kind.REMOVED, article, by, where)


def _locked_page():
    """The present page, which nobody else changes now; slots that ended are gone."""
    FrontPageSlot.objects.lock()
    now = timezone.now()
    FrontPageSlot.objects.filter(pinned_until__lte=now).delete()
    slots = FrontPageSlot.objects.unended(at=now)
    return arrange(slots.with_stories(Article.objects.published(at=now)), at=now)


def _checked_label(page, area, position, article):
    """A place in words. Raises RefusedError where this story may not take it."""
    if word := UNSEEN.get(article.status):
        raise RefusedError(
            f"“{article}” is {word}: readers would not see it, so it gets no place."
        )
    if area == Area.RAIL and not article.section.is_in_navigation:
        raise RefusedError(
            f"{article.section} is not in the navigation, so it has no places of its "
            "own on the front page."
        )
    block = page.block_for(area, article)
    size = len(block.places) if block else AREA_SIZES.get(area, RAIL_COUNT)
    if area not in Area.values or position not in range(size):
        raise RefusedError("There is no such place on the front page.")
    return _label(area, position, article)


def _exchange(page, article, area, position):
    """Let what an editor has put in a place go where this story stands, if it does.

    Raises RefusedError where that is a place of another section.
    """
    block, stands = page.place_of(article.pk)
    target = page.block_for(area, article)
    if stands is None or stands.slot is None or target is None:
        return
    there = target.places[position]
    _keep_shown_places(block, target)
    if there.slot is None:
        return
    if block.area == Area.RAIL and there.article.section_id != block.section.pk:
        raise RefusedError(
            f"“{there.article}” is not of the section {block.section}, so the two "
            f"cannot change places. Move “{there.article}” first."
        )
    _write(there.slot, block.area, stands.number)


def _keep_shown_places(*blocks):
    """Make the wish of each slot of these blocks the place where it stands.

    Else one that was pushed down would come before the next that is put there.
    """
    for block in filter(None, blocks):
        for shown in block.places:
            if shown.slot:
                _write(shown.slot, block.area, shown.number)


def _write(slot, area, position):
    if (slot.area, slot.position) != (area, position):
        slot.area, slot.position = area, position
        slot.save(update_fields=["area", "position"])


def _has_times(slot, times):
    if times is None:
        return True
    starts_at, pinned_until = times
    is_now = starts_at is None and slot.starts_at <= timezone.now()
    return pinned_until == slot.pinned_until and (is_now or starts_at == slot.starts_at)


def _set_times(slot, times):
    starts_at, slot.pinned_until = times
    now = timezone.now()
    has_begun = slot.pk and slot.starts_at <= now
    # Of two stories the one that came last has the place, so nothing comes in the past.
    if not (has_begun and starts_at == slot.starts_at):
        slot.starts_at = max(starts_at or now, now)


def _label(area, position, article):
    name = article.section.name if area == Area.RAIL else Area(area).label
    return name if AREA_SIZES.get(area) == 1 else f"{name} {position + 1}"


def _in_words(where, slot):
    words = [where]
    if slot.starts_at > timezone.now():
        words.append(f"from {_clock(slot.starts_at)}")
    if slot.pinned_until:
        words.append(f"until {_clock(slot.pinned_until)}")
    return " ".join(words)


def _clock(instant):
    return date_format(timezone.localtime(instant), "j F Y, H:i")


def _record(kind, article, by, note):
    FrontPageEvent.objects.create(
        kind=kind, article=article, headline=article.headline, by=by, note=note
    )
