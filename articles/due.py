"""When readers will see something else though nobody changes anything."""

from django.db.models import Min

from articles.models import Article, ArticleEvent, FrontPageSlot


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
    """At most so many stories that took a step in a time, the last one first, or whose
    time came in it.
    """
    keys = keys_come_or_gone(since=since, at=at, most=most)
    found = (
        Article.objects.select_related("section")
        .prefetch_related("tags", "authors")
        .defer("body")
        .in_bulk(keys)
    )
    return [found[key] for key in keys if key in found]


def keys_come_or_gone(*, since, at, most):
    """The keys of the stories that `come_or_gone` finds."""
    steps = ArticleEvent.objects.filter(at__gte=since, at__lte=at).order_by("-pk")
    keys = list(steps.values_list("article", flat=True)[:most])
    for name in ("published_at", "embargoed_until", "expires_at"):
        due = Article.objects.filter(**{f"{name}__gte": since, f"{name}__lte": at})
        keys += due.order_by("-published_at").values_list("pk", flat=True)[:most]
    return list(dict.fromkeys(keys))[:most]
