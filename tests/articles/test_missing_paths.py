import pytest
from django.db import DatabaseError, connection
from django.urls import reverse

from articles import missing
from articles.models import MissingPath
from tests.factories.articles import ArticleFactory, SectionFactory, UserFactory

pytestmark = pytest.mark.django_db

LIST = "admin:articles_missingpath_changelist"


@pytest.fixture
def at_once(monkeypatch):
    """Counts are written with every request instead of once a minute."""
    monkeypatch.setattr(missing, "WRITE_EVERY", 0)


def rows():
    return list(MissingPath.objects.values_list("path", "count"))


@pytest.mark.usefixtures("at_once")
def test_spellings_of_a_path_are_counted_as_one(client):
    for path in ["/2014/Old-Story", "/2014/old-story/?utm=1", "/2014/old-story"]:
        client.get(path)
    client.head("/2014/old-story")

    assert rows() == [("2014/old-story", 4)]


@pytest.mark.parametrize(
    "path",
    [
        "/index.php", "/old/page.php", "/wp-login", "/wp-content/x/", "/.env",
        "/.git/config", "/a/.well-known/x", "/cgi-bin/luci", "/backup.zip", "/x.sql",
        "/static/no.css", "/media/no.jpg", "/favicon.png", "/admin/nothing/",
        "/newsletters/confirm/nothing/", "/world/?page=99", "/" + "x" * 600,
    ],
)  # fmt: skip
def test_probes_and_what_is_no_readers_address_are_not_kept(client, path):
    SectionFactory(slug="world")
    client.get(path)

    assert rows() == []


def test_only_reading_counts(client):
    client.post("/2014/old-story/")

    assert rows() == []


@pytest.mark.parametrize(
    ("referrer", "host"),
    [
        ("https://blog.example/a?secret=1", "blog.example"),
        ("https://news.example/world/", "news.example"),
        ("http://blog.example/", ""),
        ("android-app://com.example", ""),
        ("https://[", ""),
        ("", ""),
    ],
)
def test_nothing_but_the_host_of_a_link_is_kept(client, referrer, host):
    client.get("/old/?secret=1", headers={"referer": referrer} if referrer else {})

    row = MissingPath.objects.get()
    assert (row.path, row.referrer_host) == ("old", host)


def test_long_path_is_cut(client):
    client.get("/" + "x" * 300)

    assert rows() == [("x" * MissingPath.PATH_LENGTH, 1)]


def test_robot_costs_no_write_each_and_fills_no_table(
    client, monkeypatch, django_assert_max_num_queries
):
    client.get("/first/")
    with django_assert_max_num_queries(2000) as queries:
        for number in range(300):
            client.get(f"/guess-{number}/")
        for _ in range(3):
            client.get("/guess-7/")

    assert not [q for q in queries if "missingpath" in q["sql"]]
    assert len(missing.collected.counts) == missing.COLLECTED_PATHS
    monkeypatch.setattr(missing, "WRITE_EVERY", 0)
    client.get("/guess-7/")
    assert MissingPath.objects.count() == 1 + missing.NEW_PATHS
    assert rows()[0] == ("guess-7", 5)


@pytest.mark.usefixtures("at_once")
def test_full_table_drops_the_least_asked(client, monkeypatch):
    monkeypatch.setattr(MissingPath, "MOST_ROWS", 2)
    for path in ["/ignored/", "/often/", "/often/", "/once/"]:
        client.get(path)
        MissingPath.objects.filter(path="ignored").update(is_ignored=True)

    client.get("/new/")

    assert {path for path, _ in rows()} == {"ignored", "often"}


def test_page_not_found_survives_a_database_that_does_not_write(client):
    def refuse(execute, sql, *args):
        if "missingpath" in sql:
            raise DatabaseError("disk full")
        return execute(sql, *args)

    with connection.execute_wrapper(refuse):
        response = client.get("/old/")

    assert (response.status_code, "isn’t here" in response.text) == (404, True)


def test_page_that_is_there_is_not_counted(client):
    client.get(ArticleFactory(published=True).get_absolute_url())

    assert rows() == []


def test_ignored_address_leaves_the_list(client):
    client.get("/old/")
    client.force_login(UserFactory(role="Editor"))
    key = MissingPath.objects.get().pk

    client.post(reverse(LIST), {"action": "ignore", "_selected_action": [key]})

    assert list(client.get(reverse(LIST)).context["cl"].result_list) == []
    ignored = client.get(reverse(LIST), {"ignored": "yes"}).context["cl"].result_list
    assert [row.path for row in ignored] == ["old"]


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize("count", [1, 3])
def test_list_query_count(client, django_assert_num_queries, count):
    for number in range(count):
        client.get(f"/old-{number}/")
    client.force_login(UserFactory(role="Editor"))
    client.get(reverse(LIST))

    with django_assert_num_queries(8):
        client.get(reverse(LIST))
