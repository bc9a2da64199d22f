"""What licences bring: readings and income, by whatever the desk asks for."""

from django.db.models import F, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce, TruncMonth

from newsroom.lib import money, text
from republishing.models import Grant, GrantViews, Payment

GROUPS = {
    "month": ("Month", TruncMonth("starts_at")),
    "organisation": ("Organisation", F("quote__request__organisation")),
    "article": ("Story", F("article__headline")),
    "author": ("Author", F("article__contributions__author__name")),
    "country": ("Country", F("quote__request__country")),
    "medium": ("Medium", F("quote__request__medium")),
}


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
    return _summed(rows)


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
