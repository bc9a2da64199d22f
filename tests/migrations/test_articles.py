from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

from articles.models import FrontPageSlot
from tests.factories.articles import ArticleFactory, AuthorFactory

pytestmark = pytest.mark.django_db


def test_orders_of_front_page_areas_become_places():
    kept = [("secondary", 30), ("lead", 7), ("secondary", 10), ("secondary", 10)]
    for area, position in kept:
        FrontPageSlot.objects.create(
            article=ArticleFactory(), area=area, position=position
        )

    migration = import_module("articles.migrations.0007_front_page_desk")
    migration.number_places(apps, None)

    places = FrontPageSlot.objects.order_by("pk").values_list("area", "position")
    assert list(places) == [
        ("secondary", 2),
        ("lead", 0),
        ("secondary", 0),
        ("secondary", 1),
    ]


@pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite keeps no time beside the row"
)
@pytest.mark.django_db(transaction=True)
def test_rows_of_before_the_upgrade_take_the_times_of_their_stories():
    story = ArticleFactory(published=True, tagged=["Ferry"], by=[AuthorFactory()])
    migration = import_module("articles.migrations.0024_lists_by_time")

    with connection.schema_editor(atomic=False) as editor:
        migration.keep_none(apps, editor)
        migration.keep_times(apps, editor)
        # And again, after a run that was killed.
        migration.keep_times(apps, editor)

    assert kept_times("articles_taggedarticle") == [story.published_at]
    assert kept_times("articles_contribution") == [story.published_at]


def kept_times(table):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT published_at FROM {table}")  # noqa: S608 - ours
        return [time for (time,) in cursor.fetchall()]
