"""Teasers of stories. The same story is on many pages, and its card is made once.

A `Teaser` holds all of a story that its card depends on, so equal ones have the same
HTML and nothing needs to be told when a story changes. So it is with cards that stand
together: a section's first page, a rail of the front page.
"""

from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from django.template.loader import render_to_string
from django.utils.translation import get_language

from articles.body import names_html, shown_html
from articles.times import date_html
from newsroom.lib.prepared import of_its_row

# About 4 kB each.
REMEMBERED = 1_000
# Of cards that stand together, up to 50 kB each.
GROUPS_REMEMBERED = 60


class Shape(NamedTuple):
    """What the cards of one variant show beside headline and date."""

    kicker: bool = True
    standfirst: bool = True
    names: bool = True
    minutes: bool = False
    crop: str = ""
    sizes: str = ""


_COLUMNS = "(min-width: 64rem) 20rem, (min-width: 40rem) 50vw"
SHAPES = {
    "lead": Shape(
        minutes=True,
        crop="16x9",
        sizes="(min-width: 80rem) 45rem, (min-width: 60rem) 58vw, 88vw",
    ),
    "feature": Shape(
        minutes=True,
        crop="16x9",
        sizes="(min-width: 80rem) 38rem, (min-width: 64rem) 50vw, 88vw",
    ),
    "standard": Shape(crop="4x3", sizes=f"{_COLUMNS}, 88vw"),
    # A standard one that shrinks to a line on a phone.
    "row": Shape(crop="4x3", sizes=f"{_COLUMNS}, 6.5rem"),
    "compact": Shape(
        kicker=False,
        standfirst=False,
        names=False,
        minutes=True,
        crop="1x1",
        sizes="6rem",
    ),
    "brief": Shape(),
    "text": Shape(standfirst=False, names=False),
}


class Shown(NamedTuple):
    """What the HTML of a picture is made of: a row equals its own other versions."""

    base: str | None
    crops: tuple[tuple[str, tuple], ...]
    files: frozenset[str]
    colour: str
    alt_text: str

    @property
    def renditions(self):
        return {**dict(self.crops), "base": self.base, "bytes": self.files}


class Teaser(NamedTuple):
    key: int
    url: str
    language: str
    direction: str
    kicker: str
    headline: str
    standfirst: str
    names: tuple[str, ...]
    published_at: datetime | None
    reading_minutes: int
    picture: Shown | None


def card_html(story, *, variant, level):
    """The card of a story that `for_cards` found, or of its Teaser.

    variant: one of SHAPES. level: of the headline, 2 or 3.
    """
    teaser = story if isinstance(story, Teaser) else _teaser(story)
    return _card(teaser, variant, level, get_language())


def group_html(template, stories, **facts):
    """Stories as a template of this folder puts them together, from nothing else.

    It gets `stories`, as Teasers, and `facts`. Those are texts and numbers: a row of
    the database equals every other version of itself.
    """
    for name, fact in facts.items():
        if not isinstance(fact, (str, int)):
            raise TypeError(f"{name} is not plain: {fact!r}")
    teasers = tuple(map(_teaser, stories))
    return _group(template, teasers, tuple(facts.items()), get_language())


def _teaser(article):
    # Whether the rights of its picture hold depends on the time.
    return of_its_row(article, _illustrated if article.picture else _plain)


def _illustrated(article):
    return _plain(article)._replace(picture=_shown(article.lead_picture))


def _plain(article):
    return Teaser(
        article.pk,
        article.get_absolute_url(),
        article.language,
        str(article.direction),
        article.kicker or article.section.name,
        article.headline,
        article.standfirst,
        article.byline_names(),
        article.published_at,
        article.reading_minutes,
        None,
    )


def _shown(picture):
    made = picture.renditions or {}
    crops = tuple(
        (name, tuple(map(tuple, sizes)))
        for name, sizes in made.items()
        if name not in {"base", "bytes"}
    )
    return Shown(
        made.get("base"),
        _one(crops),
        _one(frozenset(made.get("bytes", ()))),
        picture.colour,
        picture.alt_text,
    )


@lru_cache(maxsize=200)
def _one(value):
    """The first of equal values: most pictures have the same sizes."""
    return value


@lru_cache(maxsize=REMEMBERED)
def _card(teaser, variant, level, ui_language):
    shape = SHAPES[variant]
    context = {
        "variant": variant,
        "level": level,
        "ui_language": ui_language,
        "key": str(teaser.key),
        "url": teaser.url,
        "language": teaser.language,
        "direction": teaser.direction,
        "kicker": shape.kicker and teaser.kicker,
        "headline": teaser.headline,
        "standfirst": shape.standfirst and teaser.standfirst,
        "names": shape.names and names_html(teaser.names),
        "date": teaser.published_at and date_html(teaser.published_at),
        "minutes": shape.minutes and str(teaser.reading_minutes),
        "picture": shape.crop and teaser.picture and _picture(teaser, variant, level),
    }
    return render_to_string("articles/_card.html", context)


def _picture(teaser, variant, level):
    shape = SHAPES[variant]
    # Those that stand at the top of a page.
    is_first = variant == "lead" or (variant == "feature" and level == 2)
    return shown_html(
        teaser.picture,
        crop=shape.crop,
        sizes=shape.sizes,
        priority=is_first,
        alt=teaser.picture.alt_text,
    )


@lru_cache(maxsize=GROUPS_REMEMBERED)
def _group(template, teasers, facts, ui_language):
    context = {"stories": teasers, **dict(facts)}
    return render_to_string(f"articles/{template}", context)


def forget():
    """Make every card anew: for tests, which change settings and templates."""
    _card.cache_clear()
    _group.cache_clear()
