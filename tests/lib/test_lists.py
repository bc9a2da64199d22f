"""The lists of the admin."""

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from newsroom.lib import lists
from newsroom.lib.lists import LargeList
from tests.factories.articles import TagFactory


class Row:
    pk = 7

    def __str__(self):
        return '<b>"A" & B</b>'


def test_the_box_of_a_row_is_what_django_makes():
    box = LargeList.action_checkbox(None, Row())

    assert box == admin.ModelAdmin.action_checkbox(None, Row())


@pytest.mark.django_db
def test_search_has_the_newest_rows_and_a_count_that_ends(admin_client, monkeypatch):
    monkeypatch.setattr(lists, "COUNTED", 2)
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
