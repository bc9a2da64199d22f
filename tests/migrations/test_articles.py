from importlib import import_module

import pytest
from django.apps import apps

from articles.models import FrontPageSlot
from tests.factories.articles import ArticleFactory

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
