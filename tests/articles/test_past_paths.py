import json

import pytest
from django.core.management import call_command

from articles.bulk import Loader, dump
from articles.models import Article, PastAddress, PastPath
from tests.factories.articles import ArticleFactory, SectionFactory

pytestmark = pytest.mark.django_db


def line(**changes):
    return {
        "id": "old-1",
        "slug": "ferries-return",
        "section": "world",
        "headline": "Ferries return",
        "body_html": "<p>Forty passengers.</p>",
        "published_at": "2026-01-05T12:30:00+03:00",
        **changes,
    }


def load(tmp_path, *lines, **options):
    file = tmp_path / "archive.jsonl"
    file.write_text("".join(json.dumps(data) + "\n" for data in lines), "utf-8")
    call_command("import_articles", str(file), verbosity=0, **options)


@pytest.mark.parametrize(
    ("url_path", "asked"),
    [
        ("/2014/09/some-story", "/2014/09/some-story"),
        ("/2014/09/some-story", "/2014/09/Some-Story/"),
        ("/2014/09/some-story/", "/2014/09/some-story"),
        ("https://old.example/2014/09/some-story?ref=1", "/2014/09/some-story/?utm=2"),
        ("/some-story", "/some-story"),
        ("/news/some_story.html", "/news/some_story.html"),
        ("/haber/çay-ve-simit/", "/haber/%C3%87ay-ve-simit/"),
        ("/haber/%C3%A7ay-ve-simit/", "/haber/çay-ve-simit/"),
        ("/world/Not_a_slug/", "/world/Not_a_slug/"),
        ("/a/b/c/d/e/f", "/a/b/c/d/e/f/"),
    ],
)
def test_address_of_the_former_site_leads_to_the_story(
    client, tmp_path, url_path, asked
):
    load(tmp_path, line(url_path=url_path))

    response = client.get(asked)

    assert response.status_code == 301
    assert response["Location"] == "/world/ferries-return/"


def test_path_in_our_own_form_follows_its_section(tmp_path):
    SectionFactory(slug="news")
    load(tmp_path, line(url_path="/news/old-name/"))

    assert PastAddress.objects.filter(section__slug="news", slug="old-name").exists()
    assert not PastPath.objects.exists()


@pytest.mark.parametrize("path", ["/", "/x" * 400, "http://[", "/world/ferries-return"])
def test_address_that_leads_nowhere_or_here_is_not_kept(client, tmp_path, path):
    load(tmp_path, line(url_path=path))

    assert Article.objects.count() == 1
    assert not PastPath.objects.exists()
    assert client.get("/world/ferries-return/").status_code == 200


def test_first_story_keeps_an_address_that_two_claim(client, tmp_path):
    load(
        tmp_path,
        line(url_path="/2014/one"),
        line(id="2", slug="second", url_path="/2014/one"),
    )

    assert client.get("/2014/one")["Location"] == "/world/ferries-return/"


def test_story_that_readers_may_not_see_is_not_found(client):
    article = ArticleFactory(scheduled=True)
    article.past_paths.create(path="2014/09/one")

    assert client.get("/2014/09/one").status_code == 404


def test_page_that_is_there_asks_for_no_past_path(
    client, django_assert_max_num_queries
):
    article = ArticleFactory(published=True)
    with django_assert_max_num_queries(10) as queries:
        response = client.get(article.get_absolute_url())
    assert response.status_code == 200
    assert not [q for q in queries if "pastpath" in q["sql"]]


def test_export_holds_past_paths(tmp_path):
    load(tmp_path, line(url_path="/2014/09/some-story"))

    exported = [row for row in dump() if row["type"] == "article"]

    assert exported[0]["past_addresses"] == ["/2014/09/some-story"]
    Article.objects.all().delete()
    Loader(tmp_path, report=pytest.fail, warn=pytest.fail).load(enumerate(exported, 1))
    assert PastPath.objects.get().path == "2014/09/some-story"
