"""The charts of the desk's first page, each with its permission."""

from django.db.models import Count
from django.db.models.functions import TruncDate
from django.utils import timezone

from articles.models import Article
from newsletter.models import Subscription
from newsroom.dashboard.charts import Chart, bars, days_until
from newsroom.lib.days import day_start


def draw(user):
    """The charts of this person."""
    return [build() for permission, build in CHARTS if user.has_perm(permission)]


def _by_day(queryset, name, today):
    """How many rows have their time `name` on each of the last days, as a dict."""
    rows = queryset.filter(**{f"{name}__gte": day_start(days_until(today)[0])})
    days = rows.order_by().values(day=TruncDate(name)).annotate(count=Count("pk"))
    return dict(days.values_list("day", "count"))


def _stories():
    today = timezone.localdate()
    counts = _by_day(Article.objects.published(), "published_at", today)
    return Chart("stories", "Stories published", "stories", bars(counts, today=today))


def _readers():
    today = timezone.localdate()
    joined = _by_day(Subscription.objects.active(), "confirmed_at", today)
    left = _by_day(Subscription.objects.all(), "unsubscribed_at", today)
    return Chart(
        "readers",
        "Newsletter readers",
        "new readers",
        bars(joined, today=today),
        more=f"; {sum(left.values()):,} left",
    )


CHARTS = [
    ("articles.view_article", _stories),
    ("newsletter.view_subscription", _readers),
]
