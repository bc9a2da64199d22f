"""Sitemaps, read by an XML parser."""

from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles import actions, sitemap_parts, sitemaps
from articles.models import Publication
from tests.factories.articles import (
    ArticleFactory,
    AuthorFactory,
    PageFactory,
    PictureFactory,
    SectionFactory,
    TagFactory,
)

pytestmark = pytest.mark.django_db

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
NEWS = "{http://www.google.com/schemas/sitemap-news/0.9}"


@pytest.fixture(autouse=True)
def _keys_begin_at_one(db):
    """Parts are cut by keys; PostgreSQL goes on counting from test to test."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ALTER SEQUENCE articles_article_id_seq RESTART")


def parsed(response):
    return ElementTree.fromstring(response.content)  # noqa: S314 - our own words


def entries(client, path):
    """Pairs of loc and lastmod."""
    response = client.get(path)
    assert response.status_code == 200, path
    assert response["Content-Type"] == "application/xml; charset=utf-8"
    return [
        (entry.findtext(f"{SITEMAP}loc"), entry.findtext(f"{SITEMAP}lastmod"))
        for entry in parsed(response)
    ]


def locations(client, path):
    return [loc for loc, _ in entries(client, path)]


def everything(client):
    """Every address in every part that the index names."""
    found = []
    for part in locations(client, "/sitemap.xml"):
        found += locations(client, part.removeprefix("https://news.example"))
    return found


def published_at(day, **kwargs):
    return ArticleFactory(
        published=True, published_at=datetime(2026, 1, day, tzinfo=UTC), **kwargs
    )


def test_index_names_every_part_with_its_newest_change(client):
    article = published_at(
        5,
        by=[AuthorFactory()],
        tagged=["Boats"],
        modified_at=datetime(2026, 1, 9, tzinfo=UTC),
    )
    published_at(7, section=article.section)

    assert entries(client, "/sitemap.xml") == [
        ("https://news.example/sitemap-articles-1.xml", "2026-01-09T00:00:00Z"),
        ("https://news.example/sitemap-sections-1.xml", "2026-01-07T00:00:00Z"),
        ("https://news.example/sitemap-tags-1.xml", None),
        ("https://news.example/sitemap-authors-1.xml", None),
    ]


def test_sitemaps_list_what_readers_may_see_and_nothing_else(client):
    section = SectionFactory(slug="world")
    author, tag = AuthorFactory(slug="ada"), TagFactory(slug="boats")
    page = PageFactory(slug="about")
    published_at(5, section=section, slug="boat", by=[author], tagged=[tag])
    hidden = {
        "by": [AuthorFactory(slug="secret")],
        "tagged": [TagFactory(slug="operation-x")],
    }
    ArticleFactory(slug="draft", **hidden)
    ArticleFactory(scheduled=True, slug="tomorrow", **hidden)
    ArticleFactory(withdrawn=True, slug="withdrawn", **hidden)
    published_at(
        6, slug="embargoed", embargoed_until=timezone.now() + timedelta(days=1)
    )
    published_at(6, slug="expired", expires_at=timezone.now() - timedelta(days=1))
    SectionFactory(slug="empty")

    assert everything(client) == [
        "https://news.example/world/boat/",
        "https://news.example/",
        "https://news.example/world/",
        "https://news.example/tags/boats/",
        "https://news.example/authors/ada/",
        f"https://news.example/{page.slug}/",
    ]


def test_story_that_appeared_elsewhere_first_is_not_listed(client):
    published_at(5, slug="ours", section=SectionFactory(slug="world"))
    published_at(6, slug="theirs", canonical_url="https://other.example/story/")
    ArticleFactory(published=True, canonical_url="https://other.example/new/")

    assert locations(client, "/sitemap-articles-1.xml") == [
        "https://news.example/world/ours/"
    ]
    assert locations(client, "/sitemap-news.xml") == []


def test_addresses_in_other_scripts_are_percent_encoded(client):
    published_at(5, section=SectionFactory(slug="world"), slug="مرفأ")

    assert locations(client, "/sitemap-articles-1.xml") == [
        "https://news.example/world/%D9%85%D8%B1%D9%81%D8%A3/"
    ]


def test_correcting_an_old_story_moves_its_entry_its_part_and_the_index_alone(
    client, monkeypatch
):
    monkeypatch.setattr(sitemap_parts, "PART_SIZE", 2)
    section = SectionFactory()
    stories = [
        published_at(day, section=section, tagged=["Boats"]) for day in range(1, 6)
    ]
    at = datetime(2026, 2, 1, 12, 0, tzinfo=UTC)

    def state():
        parts = dict(entries(client, "/sitemap.xml"))
        paths = [part.removeprefix("https://news.example") for part in parts]
        return parts, {path: client.get(path).content for path in paths}

    index, parts = state()
    assert state() == (index, parts)
    actions.correct(stories[0], text="It was Tuesday.", by=None, at=at)
    new_index, new_parts = state()
    moved = {path for path in parts if new_parts[path] != parts[path]}

    assert len(parts) > 3
    (path,) = moved
    assert (
        dict(entries(client, path))[stories[0].absolute_url] == "2026-02-01T12:00:00Z"
    )
    assert {
        url: new_index[url] for url in new_index if new_index[url] != index[url]
    } == {f"https://news.example{path}": "2026-02-01T12:00:00Z"}


@pytest.mark.django_db(transaction=True)
def test_old_parts_are_kept_and_those_that_changed_are_made_anew(client, monkeypatch):
    monkeypatch.setattr(sitemap_parts, "PART_SIZE", 2)
    section = SectionFactory(slug="world")
    day = datetime(2026, 1, 1, tzinfo=UTC)
    stories = [
        ArticleFactory(pk=1_001 + n, section=section, published_at=day, published=True)
        for n in range(4)
    ]
    numbers = [sitemap_parts.number_of(story.pk) for story in stories[::2]]
    paths = [f"/sitemap-articles-{number}.xml" for number in numbers]

    def state():
        parts = sitemaps._known()
        return [parts.get(number) for number in numbers]

    old, new = state()
    assert [len(locations(client, path)) for path in paths] == [2, 2]

    actions.withdraw(stories[0], by=None)
    assert locations(client, paths[0]) == [stories[1].absolute_url]
    changed, unchanged = state()
    assert (changed != old, unchanged) == (True, new)

    with time_machine.travel(timezone.now() + timedelta(minutes=5)):
        with CaptureQueriesContext(connection) as queries:
            assert len(locations(client, paths[1])) == 2
        assert not [q for q in queries if "slug" in q["sql"] and "LIMIT" in q["sql"]]
        actions.move(stories[2], by=None, slug="elsewhere")
        assert locations(client, paths[1])[0].endswith("/world/elsewhere/")
        section.slug = "globe"
        section.save()
        assert locations(client, paths[1])[0].endswith("/globe/elsewhere/")
        for story in stories[2:]:
            actions.withdraw(story, by=None)
        assert client.get(paths[1]).status_code == 404


def test_parts_are_ranges_of_keys_that_lose_nothing(client, monkeypatch):
    monkeypatch.setattr(sitemap_parts, "PART_SIZE", 3)
    section = SectionFactory(slug="world")
    stories = [published_at(1, section=section, slug=f"boat-{n}") for n in range(12)]
    actions.withdraw(stories[2], by=None)
    stories[5].delete()

    listed = [url for url in everything(client) if "/boat-" in url]

    assert listed == [
        f"https://news.example/world/boat-{n}/" for n in range(12) if n not in (2, 5)
    ]


def test_news_sitemap_tells_what_google_asks_for(client):
    Publication.objects.create(pk=1, name="Bread & Roses")
    article = ArticleFactory(
        published=True,
        headline='Q&A: <b>5 > 3</b> ]]> "end"',
        language="pt-BR",
        published_at=timezone.now() - timedelta(hours=1),
    )

    (entry,) = parsed(client.get("/sitemap-news.xml"))

    assert {
        element.tag.partition("}")[2]: element.text
        for element in entry.iter()
        if element.tag.startswith(NEWS) and not len(element)
    } == {
        "name": "Bread & Roses",
        "language": "pt",
        "publication_date": article.published_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "title": article.headline,
    }


@pytest.mark.parametrize(
    ("language", "code"),
    [
        ("en", "en"),
        ("pt-BR", "pt"),
        ("zh", "zh-cn"),
        ("zh-Hant", "zh-tw"),
        ("zh-TW", "zh-tw"),
    ],
)
def test_news_language(language, code):
    assert sitemaps._news_language(language) == code


def test_news_sitemap_splits_and_holds_two_days_alone(client, monkeypatch):
    monkeypatch.setattr(sitemaps, "NEWS_PART_SIZE", 3)
    section, now = SectionFactory(slug="world"), timezone.now()
    for hours in [1, 2, 3, 40, 47, 49, 72]:
        ArticleFactory(
            published=True,
            section=section,
            slug=f"boat-{hours}",
            published_at=now - timedelta(hours=hours),
        )
    ArticleFactory(scheduled=True, section=section)
    ArticleFactory(section=section, published_at=now)

    parts = [
        part
        for part in locations(client, "/sitemap.xml")
        if "news" in part.rpartition("/")[2]
    ]
    listed = [
        locations(client, part.removeprefix("https://news.example")) for part in parts
    ]

    assert parts == [
        "https://news.example/sitemap-news.xml",
        "https://news.example/sitemap-news-2.xml",
    ]
    assert listed == [
        [f"https://news.example/world/boat-{hours}/" for hours in hours_of_part]
        for hours_of_part in [[1, 2, 3], [40, 47]]
    ]


def test_quiet_site_has_an_empty_news_sitemap_that_the_index_leaves_out(client):
    assert entries(client, "/sitemap-news.xml") == []
    assert entries(client, "/sitemap.xml") == [
        ("https://news.example/sitemap-sections-1.xml", None)
    ]
    assert entries(client, "/sitemap-sections-1.xml") == [
        ("https://news.example/", None)
    ]


@pytest.mark.parametrize(
    "name",
    [
        "articles-0",
        "articles-2",
        "articles-99999999999999999999999",
        "tags-1",
        "sections-2",
        "pages-7",
        "news-0",
        "news-2",
        "drafts-1",
    ],
)
def test_part_that_holds_nothing_is_not_found(client, name):
    published_at(5)

    assert client.get(f"/sitemap-{name}.xml").status_code == 404


def test_withdrawn_story_leaves_the_sitemaps_at_once(client):
    article = ArticleFactory(published=True, tagged=["Boats"])
    before = everything(client)

    actions.withdraw(article, by=None)

    assert article.absolute_url in before
    assert everything(client) == ["https://news.example/"]


def test_sitemap_is_the_same_on_every_host(client):
    published_at(5)

    pages = [
        client.get("/sitemap-articles-1.xml", secure=True).content,
        client.get("/sitemap-articles-1.xml", headers={"host": "localhost"}).content,
    ]

    assert pages[0] == pages[1]


@pytest.mark.parametrize("count", [1, 3])
def test_sitemaps_take_a_fixed_number_of_statements(client, count):
    for _ in range(count):
        ArticleFactory(published=True, by=[AuthorFactory()], tagged=[f"Tag {count}"])
        PageFactory()

    def statements(path):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path).status_code == 200
        return len(queries)

    assert {
        name: statements(f"/sitemap{name}.xml")
        for name in [
            "",
            "-articles-1",
            "-sections-1",
            "-tags-1",
            "-authors-1",
            "-pages-1",
            "-news",
        ]
    } == {
        "": 9,
        "-articles-1": 3,
        "-sections-1": 2,
        "-tags-1": 1,
        "-authors-1": 1,
        "-pages-1": 1,
        "-news": 3,
    }


def test_time_of_change_is_never_in_the_future(client):
    published_at(5, modified_at=timezone.now() + timedelta(days=3))

    assert entries(client, "/sitemap.xml")[0][1] == "2026-01-05T00:00:00Z"
    assert entries(client, "/sitemap-articles-1.xml")[0][1] == "2026-01-05T00:00:00Z"


def test_robots_closes_what_belongs_to_one_visitor(client):
    response = client.get("/robots.txt")

    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response.text.splitlines() == [
        "User-agent: *",
        "Disallow: /admin/",
        "Disallow: /search/",
        "Disallow: /preview/",
        "Disallow: /newsletters/confirm/",
        "Disallow: /newsletters/count/",
        "Disallow: /newsletters/preferences/",
        "Disallow: /newsletters/unsubscribe/",
        "Disallow: /republish/quote/",
        "Disallow: /republish/copy/",
        "Disallow: /republish/partner/",
        "Disallow: /republish/seen/",
        "Allow: /",
        "",
        "Sitemap: https://news.example/sitemap.xml",
        "Sitemap: https://news.example/sitemap-news.xml",
    ]


IMAGE = "{http://www.google.com/schemas/sitemap-image/1.1}"


def pictures_in(client):
    """From each story's address to those of its pictures."""
    return {
        entry.findtext(f"{SITEMAP}loc"): [
            image.findtext(f"{IMAGE}loc") for image in entry.findall(f"{IMAGE}image")
        ]
        for entry in parsed(client.get("/sitemap-pictures-1.xml"))
    }


def test_picture_sitemap_names_what_readers_see_in_each_story(client):
    lead, inside = PictureFactory(rendered=True), PictureFactory(rendered=True)
    past = timezone.now() - timedelta(hours=1)
    ended = PictureFactory(rendered=True, rights_expire_at=past)
    inner = PictureFactory(rendered=True, allows_site=False)
    bodies = "".join(
        f'<figure data-picture="{picture.pk}"></figure>'
        for picture in [inside, inner, lead]
    )
    story = ArticleFactory(published=True, lead_picture=lead, body=bodies)
    ArticleFactory(published=True, lead_picture=ended)
    ArticleFactory(lead_picture=inside)

    def url(picture):
        base = picture.renditions["base"]
        return f"https://news.example/media/{base}/original-1280.jpg"

    part = "https://news.example/sitemap-pictures-1.xml"
    assert pictures_in(client) == {story.absolute_url: [url(lead), url(inside)]}
    assert part in locations(client, "/sitemap.xml")


def test_picture_sitemap_without_pictures_is_not_found(client):
    ArticleFactory(published=True, lead_picture=PictureFactory())

    assert client.get("/sitemap-pictures-1.xml").status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_picture_sitemap_query_count(client, django_assert_num_queries, count):
    for _ in range(count):
        lead, inside = PictureFactory(rendered=True), PictureFactory(rendered=True)
        body = f'<figure data-picture="{inside.pk}"></figure>'
        ArticleFactory(published=True, lead_picture=lead, body=body)

    with django_assert_num_queries(2):
        client.get("/sitemap-pictures-1.xml")
