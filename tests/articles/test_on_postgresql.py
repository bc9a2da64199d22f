"""What only PostgreSQL needs."""

import pytest
from django.db import connection

from articles import placing
from articles.bulk import Loader
from articles.bulk.load import MANY
from tests.factories.articles import ArticleFactory

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(
        connection.vendor != "postgresql", reason="PostgreSQL has planner and compiler"
    ),
]


def ask(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone()[0]


def test_planner_knows_of_the_stories_that_were_loaded(tmp_path):
    stories = [
        {
            "id": f"old-{number}",
            "section": "world",
            "headline": f"Ferry {number} returns",
            "body_html": "<p>At dawn.</p>",
            "published_at": "2026-01-05T12:30:00Z",
        }
        for number in range(MANY)
    ]

    loader = Loader(tmp_path, report=pytest.fail, warn=pytest.fail)
    loader.load(enumerate(stories, start=1))

    assert ask(
        "SELECT reltuples FROM pg_class WHERE relname = 'articles_article'"
    ) == pytest.approx(MANY)


def test_statements_are_not_compiled():
    assert ask("SHOW jit") == "off"


def test_front_page_is_changed_by_one_editor_at_a_time():
    placing.take_off(ArticleFactory(), by=None, seen_version="")

    assert (
        ask(
            "SELECT mode FROM pg_locks WHERE pid = pg_backend_pid()"
            " AND relation = 'articles_frontpageslot'::regclass"
            " AND mode LIKE 'Share%'"
        )
        == "ShareRowExclusiveLock"
    )
