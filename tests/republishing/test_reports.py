import csv
import io
from datetime import date, datetime, timezone

import pytest
from django.urls import reverse

from republishing.models import Payment
from tests.factories.articles import AuthorFactory, UserFactory
from tests.factories.republishing import GrantFactory

pytestmark = pytest.mark.django_db
MARCH = datetime(2026, 3, 15, tzinfo=timezone.utc)  # noqa: UP017 - as pytest prints it


@pytest.fixture
def desk(client):
    client.force_login(UserFactory(role="Rights manager"))
    return client


def give(*, amount=4500, currency="EUR", starts_at=MARCH, views=(), **fields):
    grant = GrantFactory(starts_at=starts_at, **fields)
    if amount:
        Payment.objects.create(quote=grant.quote, amount=amount, currency=currency)
    for day, count in views:
        grant.views.create(day=day, count=count)
    return grant


def rows(desk, **query):
    query = {"since": "2026-01-01", "until": "2026-12-31", **query}
    response = desk.get(reverse("admin:republishing_grant_report"), query)
    return [
        (row["name"], row["license_count"], row["view_count"], row["price"])
        for row in response.context["rows"]
    ]


def test_income_and_readings_by_month(desk):
    give(views=[(date(2026, 3, 16), 5), (date(2026, 3, 17), 7)])
    give(amount=1000)
    give(starts_at=MARCH.replace(month=5), amount=0)
    give(starts_at=MARCH.replace(year=2025))

    assert rows(desk, group="month") == [
        ("2026-03", 2, 12, "€55"),
        ("2026-05", 1, 0, "€0"),
    ]


def test_story_of_two_authors_counts_for_both(desk):
    ada, ben = AuthorFactory(name="Ada"), AuthorFactory(name="Ben")
    give(article__by=[ada, ben], views=[(date(2026, 3, 16), 5)])

    assert rows(desk, group="author") == [("Ada", 1, 5, "€45"), ("Ben", 1, 5, "€45")]


def test_csv_holds_no_formula(desk):
    give(quote__request__organisation="=HYPERLINK(1)")

    response = desk.get(
        reverse("admin:republishing_grant_report"),
        {
            "group": "organisation",
            "format": "csv",
            "since": "2026-01-01",
            "until": "2026-12-31",
        },
    )

    assert response.text.splitlines() == [
        "\ufeffOrganisation,Licences,Readings,Income,Currency",
        "'=HYPERLINK(1),1,0,45.00,EUR",
    ]


@pytest.mark.parametrize(
    "query", [{"group": "x"}, {"since": "abc"}, {"until": "9999-12-31"}, {}]
)
def test_odd_question_is_answered(desk, query):
    url = reverse("admin:republishing_grant_report")

    assert desk.get(url, query).status_code == 200


def test_reporter_sees_no_income(client):
    client.force_login(UserFactory(role="Reporter"))

    response = client.get(reverse("admin:republishing_grant_report"))

    assert response.status_code == 403


def test_income_by_territory_is_in_words(desk):
    give(quote__request__territory="world")
    give(quote__request__territory="world", amount=500)
    give()

    assert rows(desk, group="territory") == [
        ("The whole world", 2, 0, "€50"),
        ("Our own country", 1, 0, "€45"),
    ]


def test_who_republished_what_is_listed_and_exported(desk):
    grant = give(
        quote__request__organisation="=Paper",
        article__headline="Ports",
        views=[(date(2026, 3, 16), 5)],
    )
    give(starts_at=MARCH.replace(year=2025))
    query = {"since": "2026-01-01", "until": "2026-12-31"}
    url = reverse("admin:republishing_grant_report")

    page = desk.get(url, query)
    file = desk.get(url, {**query, "format": "licences"})

    assert page.context["licenses"] == [grant]
    [_, row] = csv.reader(io.StringIO(file.text.removeprefix("\ufeff")))
    assert row == [
        grant.number, "2026-03-15", "'=Paper", "Malta", "Ports",
        grant.article.absolute_url, "Website", "Our own country", "5", "45.00", "EUR",
    ]  # fmt: skip
