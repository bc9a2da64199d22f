"""What licences bring: readings and income, by whatever the desk asks for."""

from django.db.models import F, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce, TruncMonth
from django.utils import timezone

from newsroom.lib import money, text
from republishing.models import Grant, GrantViews, Medium, Payment, Territory

GROUPS = {
    "month": ("Month", TruncMonth("starts_at")),
    "organisation": ("Organisation", F("quote__request__organisation")),
    "article": ("Story", F("article__headline")),
    "author": ("Author", F("article__contributions__author__name")),
    "country": ("Country", F("quote__request__country")),
    "territory": ("Territory", F("quote__request__territory")),
    "medium": ("Medium", F("quote__request__medium")),
}
_WORDS = {"territory": Territory, "medium": Medium}
LICENSES = 500


def report(group, *, since, until):
    """Licences given in a span of days, in groups; one row a group and currency.

    `group` is a key of GROUPS, `since` and `until` are instants. A row is a dict of
    name, license_count, view_count, income (minor units) and currency. A story with
    two authors counts for both.
    """
    _, by = GROUPS[group]
    views = _total(GrantViews.objects.filter(grant=OuterRef("pk")), "grant", "count")
    paid = _total(Payment.objects.filter(quote=OuterRef("quote")), "quote", "amount")
    rows = (
        Grant.objects.filter(starts_at__gte=since, starts_at__lt=until)
        .annotate(group_name=by, read=views, paid=paid)
        .values("group_name", "quote__currency", "pk", "read", "paid")
    )
    found = _summed(rows)
    for entry in found:
        if group in _WORDS:
            entry["name"] = _WORDS[group](entry["name"]).label
    return found


def licenses(*, since, until):
    """Who republished what in a span of days, the newest first, at most LICENSES.

    A row is a Grant with `read` (how often) and `paid` (minor units).
    """
    views = _total(GrantViews.objects.filter(grant=OuterRef("pk")), "grant", "count")
    paid = _total(Payment.objects.filter(quote=OuterRef("quote")), "quote", "amount")
    found = Grant.objects.filter(starts_at__gte=since, starts_at__lt=until)
    rows = found.select_related("article__section", "quote__request")
    return list(rows.annotate(read=views, paid=paid)[:LICENSES])


def license_rows(grants):
    """Those licences as rows of a table, safe to open in a spreadsheet."""
    yield [
        "Licence", "From", "Organisation", "Country", "Story", "Address of the story",
        "Medium", "Territory", "Readings", "Income", "Currency",
    ]  # fmt: skip
    for grant in grants:
        request, quote = grant.quote.request, grant.quote
        words = [
            grant.number,
            f"{timezone.localdate(grant.starts_at):%Y-%m-%d}",
            request.organisation,
            request.country,
            grant.article.headline,
            grant.article.absolute_url,
            request.get_medium_display(),
            request.get_territory_display(),
        ]
        yield [
            *map(text.inert, words),
            grant.read,
            str(money.major(grant.paid, quote.currency)),
            quote.currency,
        ]


def _total(rows, key, column):
    summed = rows.order_by().values(key).annotate(total=Sum(column)).values("total")
    return Coalesce(Subquery(summed), 0)


def _summed(rows):
    found = {}
    for row in rows:
        key = (row["group_name"], row["quote__currency"])
        entry = found.setdefault(
            key,
            {
                "name": row["group_name"],
                "currency": row["quote__currency"],
                "license_count": 0,
                "view_count": 0,
                "income": 0,
            },
        )
        entry["license_count"] += 1
        entry["view_count"] += row["read"]
        entry["income"] += row["paid"]
    for entry in found.values():
        entry["price"] = money.text(entry["income"], entry["currency"])
        entry["name"] = _name(entry["name"])
    return sorted(found.values(), key=lambda row: (-row["income"], str(row["name"])))


def _name(value):
    return f"{value:%Y-%m}" if hasattr(value, "strftime") else value or "–"


def csv_rows(group, rows):
    """The report as rows of a table, safe to open in a spreadsheet."""
    title, _ = GROUPS[group]
    yield [title, "Licences", "Readings", "Income", "Currency"]
    for row in rows:
        yield [
            text.inert(str(row["name"])),
            row["license_count"],
            row["view_count"],
            str(money.major(row["income"], row["currency"])),
            row["currency"],
        ]
