"""What the privacy page says of what is kept, from the declarations that erasing uses.

So the page cannot say less than the site keeps, or another time than it forgets after.
"""

from dataclasses import dataclass

from django.conf import settings

from articles.models import Page
from newsroom.lib import people

SLUG = "privacy"
# A paragraph of the editors' page in whose place the list stands; else it is the end.
PLACE = "<p>[what we keep]</p>"
YEAR = 365


@dataclass(frozen=True)
class Purpose:
    """One reason to keep something: what, for how long, on which legal ground."""

    title: str
    what: list
    how_long: list
    basis: str


def purposes(*, of_staff=False):
    """What is kept, by purpose, in the order of the declarations."""
    found = {}
    for one in people.kept():
        if one.purpose and one.of_staff == of_staff:
            found.setdefault(one.purpose, []).append(one)
    return [_purpose(title, kept) for title, kept in found.items()]


def page_at(slug):
    """The privacy page, also where editors wrote none; None for another page."""
    if slug != SLUG:
        return None
    found = Page.objects.filter(slug=SLUG).first()
    return found or Page(slug=SLUG, title="Privacy")


def context(page):
    """What the template of pages needs for this one."""
    if page.slug != SLUG:
        return {"page": page}
    return {
        "page": page,
        "purposes": purposes(),
        "staff_purposes": purposes(of_staff=True),
    }


def _purpose(title, kept):
    what, how_long = {}, {}
    for one in kept:
        words = [*one.personal.values(), *one.free_text.values()]
        what.update(dict.fromkeys(filter(None, words)))
        how_long[_sentence(one.kept, one.rule)] = None
        how_long.update(dict.fromkeys(_sentence(*pair) for pair in one.also.items()))
    return Purpose(title, list(what), list(filter(None, how_long)), kept[0].basis)


def _sentence(words, rule):
    time = duration(settings.RETENTION_DAYS[rule]) if rule else ""
    return ": ".join(filter(None, [words, time]))


def duration(days):
    """A number of days as readers say it."""
    if days == 0:
        return "until the end of the session"
    years, rest = divmod(days, YEAR)
    if years and not rest:
        return "1 year" if years == 1 else f"{years} years"
    return "1 day" if days == 1 else f"{days} days"


def halves(html):
    """The page's text before and after the place of the list."""
    before, _, after = html.partition(PLACE)
    return before, after
