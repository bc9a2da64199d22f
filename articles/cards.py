"""Teasers of stories. The same story is on many pages, and its card is made once.

A `Card` holds all that its HTML depends on, so two equal ones have the same HTML and
nothing needs to be told when a story changes.
"""

from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from django.template.loader import render_to_string
from django.utils.translation import get_language

from articles.models import Picture

# About 1.5 kB each.
REMEMBERED = 4_000


class Card(NamedTuple):
    key: int
    url: str
    language: str
    direction: str
    kicker: str
    headline: str
    standfirst: str
    names: tuple[tuple[str, bool], ...]
    published_at: datetime | None
    reading_minutes: int
    picture: Picture | None
    # A picture equals every other version of itself: this tells them apart.
    picture_state: tuple
    variant: str
    level: int
    ui_language: str


def card_html(article, *, variant, level):
    """The card of a story that `for_cards` found.

    variant: lead, feature, standard, row (a standard one that shrinks to a line on a
    phone), compact, brief (no picture) or text (no standfirst either). level: of the
    headline, 2 or 3.
    """
    picture = article.picture
    return _html(
        Card(
            key=article.pk,
            url=article.get_absolute_url(),
            language=article.language,
            direction=str(article.direction),
            kicker=article.kicker or article.section.name,
            headline=article.headline,
            standfirst=article.standfirst,
            names=article.byline_names(),
            published_at=article.published_at,
            reading_minutes=article.reading_minutes,
            picture=picture,
            picture_state=_state(picture),
            variant=variant,
            level=level,
            ui_language=get_language(),
        )
    )


def _state(picture):
    if picture is None:
        return ()
    made = picture.renditions or {}
    return (
        made.get("base"),
        tuple(made.get("bytes", ())),
        picture.colour,
        picture.alt_text,
    )


@lru_cache(maxsize=REMEMBERED)
def _html(card):
    return render_to_string("articles/_card.html", {"card": card})


def forget():
    """Make every card anew: for tests, which change settings and templates."""
    _html.cache_clear()
