"""The lists of the admin."""

import re

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from articles.models import Article, Author, ErrorReport
from newsroom.lib import lists
from newsroom.lib.lists import LargeList
from republishing.models import Grant, RepublishingRequest, UpdateNotice
from tests.factories.articles import (
    ArticleFactory,
    AuthorFactory,
    PictureFactory,
    TagFactory,
)
from tests.factories.newsletter import SubscriptionFactory
from tests.factories.republishing import GrantFactory


class Row:
    pk = 7

    def __str__(self):
        return '<b>"A" & B</b>'


def test_the_box_of_a_row_is_what_django_makes():
    box = LargeList.action_checkbox(None, Row())

    assert box == admin.ModelAdmin.action_checkbox(None, Row())


@pytest.mark.django_db
def test_search_has_the_newest_rows_and_a_count_that_ends(admin_client, monkeypatch):
    monkeypatch.setattr(lists, "FOUND", 2)
    tags = [TagFactory(name=f"Harbour {number}") for number in range(4)]
    address = reverse("admin:articles_tag_changelist")

    page = admin_client.get(address, {"q": "harbour", "o": "-1"}).context["cl"]

    assert list(page.result_list) == tags[:0:-1]
    assert page.paginator.count_label == "2+"


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["tag", "author", "picture"])
def test_search_looks_through_the_rows_once(admin_client, name):
    address = reverse(f"admin:articles_{name}_changelist")

    with CaptureQueriesContext(connection) as captured:
        admin_client.get(address, {"q": "harbour"})

    looked = [row["sql"] for row in captured if " LIKE " in row["sql"]]
    assert len(looked) == 1


LONG_LISTS = [
    pytest.param(model, of, id=model.__name__)
    for model, of in admin.site._registry.items()
    if isinstance(of, LargeList)
]


# Work of the desk, a few thousand rows at most newsrooms: sorted by any column.
ORDERED_AT_WILL = {Author, ErrorReport, Grant, RepublishingRequest, UpdateNotice}


def rows_to_search():
    # So that no alias has the key of its author or tag.
    AuthorFactory.create_batch(3)
    TagFactory.create_batch(3)
    ada = AuthorFactory(name="Ada Harbour")
    ada.aliases.create(name="A. Ferry", slug="a-ferry")
    ada.aliases.create(name="Ferry", slug="ferry")
    tag = TagFactory(name="Café Harbour")
    tag.aliases.create(name="Ferry", slug="ferry")
    TagFactory(name="Bridge")
    PictureFactory(caption="A harbour", credit_line="Ada")
    PictureFactory(caption="A bridge", credit_line="Harbour")
    for headline in ["Harbour reopened", "Ferry 50% late"]:
        story = ArticleFactory(headline=headline)
        GrantFactory(article=story, quote__request__organisation="Ferry Times")
        ErrorReport.objects.create(article=story, error="Ada was late")
    for name in ["ada.harbour", "ferry"]:
        SubscriptionFactory(subscriber__email=f"{name}@example.org")


@pytest.mark.django_db
@pytest.mark.parametrize(("model", "of"), LONG_LISTS)
@pytest.mark.parametrize(
    "typed",
    ["harbour", "HARBOUR", "ferry harbour", '"ada harbour"', "50%", "a_a", "x",
     "ada@", "ferry late"],
)  # fmt: skip
def test_search_finds_what_djangos_finds(rf, admin_user, model, of, typed):
    if model is Article:
        pytest.skip("Stories have a search of their own.")
    rows_to_search()
    request = rf.get("/")
    request.user = admin_user
    rows = of.get_queryset(request)

    found = list(of.matching(request, rows, typed).order_by("pk"))

    expected, _ = admin.ModelAdmin.get_search_results(of, request, rows, typed)
    assert found == list(expected.distinct().order_by("pk"))


@pytest.mark.parametrize(("model", "of"), LONG_LISTS)
def test_long_list_is_ordered_only_as_an_index_is(model, of):
    if of.sortable_by is None and model in ORDERED_AT_WILL:
        return
    options = model._meta
    leading = {index.fields_orders[0][0] for index in options.indexes if index.fields}
    leading |= {field.name for field in options.fields if field.unique}
    orders = [
        getattr(getattr(of, name, None), "admin_order_field", name)
        for name in of.sortable_by
    ]

    assert set(orders) <= leading


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite reads the rows")
@pytest.mark.parametrize(("model", "of"), LONG_LISTS)
def test_what_is_searched_has_an_index(model, of):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexdef FROM pg_indexes WHERE indexname LIKE '%%_words'"
        )
        indexes = "\n".join(text for (text,) in cursor.fetchall())

    for table, column in searched(of):
        [index] = re.findall(rf"ON public\.{table} USING gin \((.*)\)", indexes)
        assert f"upper(({column})::text)" in index or f"upper({column})" in index


def searched(of):
    """Each table with a column of it that a search of this list looks into."""
    for path in of.search_fields:
        options, *names = of.model._meta, *path.split("__")
        fields = []
        for name in names:
            if name == "startswith":
                break
            fields.append(options.get_field(name))
            if fields[-1].is_relation:
                options = fields[-1].related_model._meta
        else:
            # There are few sections.
            if options.db_table != "articles_section":
                yield options.db_table, fields[-1].column
