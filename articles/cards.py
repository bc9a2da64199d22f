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

from articles.models import Picture

# About 10 kB each, most of it the picture's facts.
REMEMBERED = 1_000
# Of cards that stand together, up to 50 kB each.
GROUPS_REMEMBERED = 60


class Teaser(NamedTuple):
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


def card_html(story, *, variant, level):
    """The card of a story that `for_cards` found, or of its Teaser.

    variant: lead, feature, standard, row (a standard one that shrinks to a line on a
    phone), compact, brief (no picture) or text (no standfirst either). level: of the
    headline, 2 or 3.
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
    picture = article.picture
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
        picture,
        _state(picture),
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
def _card(teaser, variant, level, ui_language):
    context = {
        "card": teaser,
        "variant": variant,
        "level": level,
        "ui_language": ui_language,
    }
    return render_to_string("articles/_card.html", context)


@lru_cache(maxsize=GROUPS_REMEMBERED)
def _group(template, teasers, facts, ui_language):
    context = {"stories": teasers, **dict(facts)}
    return render_to_string(f"articles/{template}", context)


def forget():
    """Make every card anew: for tests, which change settings and templates."""
    _card.cache_clear()
    _group.cache_clear()
