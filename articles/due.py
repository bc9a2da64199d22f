"""When readers will see something else though nobody changes anything."""

from django.db.models import Min

from articles.models import Article, FrontPageSlot


def next_change(*, after):
    """The earliest time after `after` at which a story comes or goes, or a place on the
    front page is given or ends; None where nothing waits for its time.
    """
    usable = Article.objects.filter(pub_status=Article.PubStatus.USABLE)
    waiting = [
        (usable, "published_at"),
        (usable, "embargoed_until"),
        (usable, "expires_at"),
        (FrontPageSlot.objects, "starts_at"),
        (FrontPageSlot.objects, "pinned_until"),
    ]
    times = [
        rows.filter(**{f"{name}__gt": after}).aggregate(first=Min(name))["first"]
        for rows, name in waiting
    ]
    return min(filter(None, times), default=None)


def come_or_gone(*, since, at, most):
    """At most so many stories whose time came, or that took a step, in a time."""
    by_step = Article.objects.filter(events__at__gte=since, events__at__lte=at)
    by_time = [
        Article.objects.filter(**{f"{name}__gte": since, f"{name}__lte": at})
        for name in ("published_at", "embargoed_until", "expires_at")
    ]
    keys = by_step.values("pk").union(*(rows.values("pk") for rows in by_time))
    return (
        Article.objects.filter(pk__in=[row["pk"] for row in keys[:most]])
        .select_related("section")
        .prefetch_related("tags", "authors")
        .defer("body")
        .order_by("-published_at", "-pk")
    )
