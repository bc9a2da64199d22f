"""What only PostgreSQL needs."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles import placing, reading, search
from articles.bulk import Loader
from articles.bulk.load import MANY
from articles.models import Author, Section, Tag
from articles.search import later
from tests.factories.articles import ArticleFactory, AuthorFactory, SectionFactory

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


@pytest.mark.django_db(transaction=True)
def test_planned_queries_of_readers_answer_as_others_do():
    author = AuthorFactory()
    stories = ArticleFactory.create_batch(
        3,
        published=True,
        tagged=["Harbour"],
        by=[author],
        section=SectionFactory(slug="world"),
    )
    story, at = stories[0], timezone.now()
    keys, tag = [row.pk for row in stories], story.tags.get()
    lists = [("section", story.section_id), ("tag", tag.pk), ("author", author.pk)]
    asked = [
        (reading.story, {"section_slug": "world", "slug": story.slug, "at": at}),
        (reading.cards, {"keys": keys[:1], "at": at}),
        (
            reading.candidates,
            {"section": story.section_id, "tags": [tag.pk], "at": at},
        ),
        (
            reading.best_of,
            {
                "keys": keys,
                "shared": f'{{"{keys[1]}": 2, "{keys[2]}": 1}}',
                "language": "en",
                "translation_key": "",
                "at": at,
                "count": 2,
            },
        ),
        (reading.navigation_with_newest, {"at": at, "count": 2}),
        (reading.slots, {"at": at}),
        (reading.section, {"slug": "world"}),
        (reading.tag, {"slug": tag.slug}),
        (reading.author, {"slug": author.slug}),
        (reading.feed, {"subject": None, "key": None, "at": at, "count": 2}),
    ]
    for subject, key in lists:
        of = {"subject": subject, "key": key, "at": at}
        asked += [
            (reading._count, of),
            (reading._cards_from, {**of, "first": 1, "count": 2}),
            (reading.feed, {**of, "count": 2}),
        ]
    for query, values in asked:
        first = query(**values)
        with CaptureQueriesContext(connection) as sent:
            assert [query(**values) for _ in range(4)] == [first] * 4
        varies = query is reading._count and values["subject"] in ("tag", "author")
        assert sent[-1]["sql"].startswith("EXECUTE") != varies, query


def test_entries_of_an_earlier_version_are_written_anew():
    old = ArticleFactory(published=True, headline="Night in Zanzibar")
    search.index([old, ArticleFactory(published=True)])
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE articles_searchentry SET document = 'zanzibar' "
            "WHERE article_id = %s",
            [old.pk],
        )

    before = search.search("zanzibar").count
    done = search.index_waiting()

    assert (before, done, search.search("zanzibar").count) == (0, 1, 1)
    assert search.index_waiting() == 0


def test_entries_of_an_earlier_version_are_found_by_their_index():
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")

    assert "articles_searchentry_unmarked" in later.unmarked().explain()


def test_a_small_archive_is_searched_by_its_index():
    ArticleFactory.create_batch(30, headline="Ferry", published=True)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE articles_searchentry")
    with CaptureQueriesContext(connection) as asked:
        search.search("ferry")

    [sql] = [row["sql"] for row in asked if "set_config" in row["sql"]]
    settings, statement = sql.split("; ", 1)
    with connection.cursor() as cursor:
        cursor.execute(f"{settings}; EXPLAIN {statement}")
        cursor.nextset()
        plan = "\n".join(line for (line,) in cursor.fetchall())

    assert "on articles_searchentry" in plan
    assert "Seq Scan on articles_searchentry" not in plan


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("name", "value"), [("enable_seqscan", "on"), ("statement_timeout", "0")]
)
def test_what_a_search_sets_ends_with_it(name, value):
    search.search("ferry")

    assert ask(f"SHOW {name}") == value


@pytest.mark.parametrize(
    "rows",
    [
        lambda: Tag.objects.at("ferries"),
        lambda: Author.objects.at("ada-writer"),
        lambda: Section.objects.at("world"),
    ],
    ids=["tag", "author", "section"],
)
def test_what_is_looked_for_by_its_address_is_found_by_indexes(rows):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    found = rows()

    assert f"Seq Scan on {found.model._meta.db_table}" not in found.explain()
