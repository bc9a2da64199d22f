"""The front page: what editors placed, then the newest, no story twice."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import NamedTuple

from django.utils import timezone

from articles import reading
from articles.models import Article, FrontPageSlot, Section

Area = FrontPageSlot.Area

SECONDARY_COUNT = 4
LATEST_COUNT = 8
RAIL_COUNT = 5
AREA_SIZES = {Area.LEAD: 1, Area.SECONDARY: SECONDARY_COUNT, Area.LATEST: LATEST_COUNT}
# What rails look like, one after another, and how many stories each look has.
RAIL_SHAPES = [("led", RAIL_COUNT), ("band", 4), ("margin", 4)]
# Enough of each section that its rail fills after the places above have taken theirs.
NEWEST_A_SECTION = 1 + SECONDARY_COUNT + LATEST_COUNT + RAIL_COUNT


@dataclass
class Place:
    """One place of an area; without a slot its story is there by itself."""

    number: int
    article: Article | None = None
    slot: FrontPageSlot | None = None


@dataclass
class Block:
    """An area of the page with all its places, also those that no story fills."""

    area: str
    places: list[Place]
    section: Section | None = None
    shape: str = ""

    @property
    def name(self):
        return str(self.section or Area(self.area).label)

    @property
    def articles(self):
        return [place.article for place in self.places if place.article]

    def label(self, number):
        """A place in words: Lead, Secondary 2, Politics 1."""
        return self.name if len(self.places) == 1 else f"{self.name} {number + 1}"


@dataclass
class FrontPage:
    """The page at one time, as the given slots, the stories and the clock make it."""

    at: object
    slots: list[FrontPageSlot]
    blocks: list[Block] = field(default_factory=list)

    def place_of(self, article_pk):
        """The block and the place where a story stands, or None and None."""
        for block in self.blocks:
            for place in block.places:
                if place.article and place.article.pk == article_pk:
                    return block, place
        return None, None

    def block_for(self, area, article):
        """The block of this area for a story; its section may have none."""
        for block in self.blocks:
            if block.area == area and (
                block.section is None or block.section.pk == article.section_id
            ):
                return block
        return None

    def slot_of(self, article_pk):
        """What an editor decided on a story, whether it shows or waits; or None."""
        return next(
            (slot for slot in self.slots if slot.article_id == article_pk), None
        )

    def held_by(self, slot):
        """The area and number of the place where a slot stands, else of its wish."""
        block, place = self.place_of(slot.article_id)
        if place and place.slot:
            return block.area, place.number
        return slot.area, slot.position

    def waiting(self):
        """The slots without a place: before their time, or nothing for readers yet."""
        shown = {
            place.slot.pk
            for block in self.blocks
            for place in block.places
            if place.slot
        }
        return [slot for slot in self.slots if slot.pk not in shown]

    def version(self):
        """Changes with every change of the slots, also one that the clock makes."""
        shown = [
            (place.slot.pk, block.area, place.number)
            for block in self.blocks
            for place in block.places
            if place.slot
        ]
        slots = [
            (
                slot.pk,
                slot.article_id,
                slot.area,
                slot.position,
                slot.starts_at.timestamp(),
                slot.pinned_until and slot.pinned_until.timestamp(),
            )
            for slot in self.slots
        ]
        return sha256(repr([sorted(slots), sorted(shown)]).encode()).hexdigest()[:16]


def edition(*, at=None):
    """What readers see on the front page at a time, or now, in three statements.

    A dict of `lead` (an article or None), `secondary`, `latest` and `rails`, each rail
    a dict of section, articles and shape. Places that no editor has filled take the
    newest stories; a withdrawn story leaves its place to the next.
    """
    at = at or timezone.now()
    page = arrange(reading.slots(at=at), at=at)
    lead, secondary, latest, *rails = page.blocks
    return {
        "lead": next(iter(lead.articles), None),
        "secondary": secondary.articles,
        "latest": latest.articles,
        "rails": [
            {"section": rail.section, "articles": rail.articles, "shape": rail.shape}
            for rail in rails
            if rail.articles
        ],
    }


class Story(NamedTuple):
    """What places are given by."""

    pk: int
    section_id: int
    published_at: datetime


def arrange(slots, *, at):
    """The FrontPage of these slots; those before or after their time only wait.

    `slots` come with their stories' facts: `FrontPageSlot.objects.with_stories`.
    """
    slots = list(slots)
    sections = reading.navigation_with_newest(at=at, count=NEWEST_A_SECTION)
    by_pk = {
        row["row_pk"]: Story(row["row_pk"], section.id, _time(row["published_at"]))
        for section in sections
        for row in section.newest
    }
    for slot in slots:
        if slot.is_shown:
            by_pk[slot.article_id] = Story(
                slot.article_id, slot.section_id, slot.published_at
            )
    newest = sorted(
        by_pk.values(), key=lambda story: (story.published_at, story.pk), reverse=True
    )
    of_section = _by_section(newest)
    pins = [slot for slot in slots if slot.is_current(at) and slot.article_id in by_pk]
    # The one that came last is first asked for its wish.
    pins.sort(
        key=lambda slot: (
            max(slot.starts_at, by_pk[slot.article_id].published_at),
            slot.pk,
        ),
        reverse=True,
    )
    # A story that an editor has placed waits for its place, wherever it would fill one.
    taken = {slot.article_id for slot in pins}

    def block(settled, candidates, size, **fields):
        places = [Place(number) for number in range(size)]
        free = (story for story in candidates if story.pk not in taken)
        for place in places:
            place.slot = settled.get(place.number)
            if place.slot:
                place.article = by_pk[place.slot.article_id]
            elif article := next(free, None):
                taken.add(article.pk)
                place.article = article
        return Block(places=places, **fields)

    blocks, pushed = [], []
    for area, size in AREA_SIZES.items():
        own = [slot for slot in pins if slot.area == area]
        settled, pushed = _settle(own, size, pushed)
        blocks.append(block(settled, newest, size, area=area))
    for section in sections:
        shape, size = RAIL_SHAPES[(len(blocks) - len(AREA_SIZES)) % len(RAIL_SHAPES)]
        stories = of_section[section.pk]
        own = {story.pk for story in stories}
        settled, _ = _settle(
            [
                slot
                for slot in pins
                if slot.area == Area.RAIL and slot.article_id in own
            ],
            size,
        )
        rail = block(
            settled, stories, size, area=Area.RAIL, section=section, shape=shape
        )
        if rail.articles:
            blocks.append(rail)
    _fill_lead(blocks)
    _put_cards(blocks, at)
    return FrontPage(at=at, slots=slots, blocks=blocks)


def _by_section(stories):
    found = defaultdict(list)
    for story in stories:
        found[story.section_id].append(story)
    return found


def _settle(slots, size, pushed=()):
    """The slots of an area by the number of their place, and those it has no room for.

    Of two that want one place the first asked has it, and the other moves down; what
    was `pushed` out of the area above comes first of all.
    """
    wishes = [(0, slot) for slot in pushed] + [(slot.position, slot) for slot in slots]
    settled, left = {}, []
    for wish, slot in sorted(wishes, key=lambda pair: pair[0]):
        number = wish
        while number in settled:
            number += 1
        if number < size:
            settled[number] = slot
        else:
            left.append(slot)
    return settled, left


def _fill_lead(blocks):
    """A page that has stories has a lead: the topmost, wherever it was put."""
    lead = blocks[0].places[0]
    if lead.article is None:
        for place in (place for block in blocks[1:] for place in block.places):
            if place.article:
                lead.article, lead.slot = place.article, place.slot
                place.article = place.slot = None
                return


def _time(value):
    """A time as JSON has it, which SQLite writes without its zone."""
    time = datetime.fromisoformat(value)
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def _put_cards(blocks, at):
    """Give every place the card of its story, without pictures whose rights ended."""
    places = [place for block in blocks for place in block.places if place.article]
    keys = sorted(place.article.pk for place in places)
    cards = {card.pk: card for card in reading.cards(keys=keys, at=at)}
    for place in places:
        place.article = card = cards.get(place.article.pk)
        if card and card.lead_picture and not card.lead_picture.is_usable(at=at):
            card.lead_picture = None
