"""Everything that readers may see, by months and days of the publication's zone.

What a page shows is bounded, however much was published: a month the first stories of
each day, a day page by page.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta

from django.core.paginator import Paginator
from django.db.models import Count, Subquery
from django.db.models.functions import TruncDate, TruncMonth
from django.utils import timezone

from articles import reading
from articles.models import Article
from newsroom.lib.days import day_start

SHOWN_A_DAY = 10
A_PAGE_OF_A_DAY = 100


@dataclass
class Day:
    """A day of a month's page: the stories it shows, of `count` in all."""

    date: date
    count: int
    articles: list = field(default_factory=list)

    @property
    def more(self):
        return self.count - len(self.articles)


class DayPaginator(Paginator):
    """The stories of a day, and the times of those next to it."""

    earlier = later = None

    def __init__(self, day, per_page):
        super().__init__(_keys(day, day + timedelta(days=1)), per_page)

    def page(self, number):
        page = super().page(number)
        rows = list(page.object_list)
        cards = _cards([key for key, *_ in rows])
        page.object_list = [cards[key] for key, *_ in rows if key in cards]
        if rows:
            _, self.earlier, self.later = rows[0]
        return page


def months():
    """Each month with a story, the newest first, and how many it has."""
    return list(
        Article.objects.published()
        .annotate(month=TruncMonth("published_at"))
        .order_by("-month")
        .values("month")
        .annotate(count=Count("pk"))
    )


def month(first):
    """A month's days with stories, and the times of the stories next to it.

    `first` is its first day. Returns a list of Day, the latest first, and the times of
    the last story before and the first after the month, or None.
    """
    rows = list(
        _keys(first, (first + timedelta(days=32)).replace(day=1))
        .first_of_days(
            SHOWN_A_DAY,
            day=TruncDate("published_at"),
            order=["-published_at", "-pk"],
        )
        .values_list("pk", "earlier", "later", "day", "of_day")
    )
    cards = _cards([key for key, *_ in rows])
    earlier, later = rows[0][1:3] if rows else (None, None)
    days = {}
    for key, _, _, day, count in rows:
        found = days.setdefault(day, Day(day, count))
        if key in cards:
            found.articles.append(cards[key])
    return list(days.values()), earlier, later


def _keys(first, end):
    """The keys of the stories from a day to before another, the latest first.

    Each with the times of the story before all of them and of the one after, which the
    database finds once.
    """
    begin, stop = day_start(first), day_start(end)
    published = Article.objects.published()
    times = published.values("published_at")
    earlier = times.filter(published_at__lt=begin).order_by("-published_at")[:1]
    later = times.filter(published_at__gte=stop).order_by("published_at")[:1]
    return (
        published.filter(published_at__gte=begin, published_at__lt=stop)
        .latest_first()
        .annotate(earlier=Subquery(earlier), later=Subquery(later))
        .values_list("pk", "earlier", "later")
    )


def _cards(keys):
    """From key to story, as far as readers still see it."""
    return {card.pk: card for card in reading.cards(keys=keys, at=timezone.now())}
