import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from articles import archive, pages, reading
from articles.models import Publication
from tests.factories.articles import (
    ArticleFactory,
    AuthorFactory,
    CorrectionFactory,
    PageFactory,
    SectionFactory,
)

pytestmark = pytest.mark.django_db

# What each page may ask the database beside the parts all pages share.
BUDGETS = {
    "/": 5,
    "/world/": 5,
    "/world/?page=2": 5,
    "/tags/turkey/": 5,
    "/authors/ada/": 5,
    "/archive/": 2,
    "/corrections/": 3,
}


def make_archive(count):
    section = SectionFactory(slug="world", name="World")
    author = AuthorFactory(slug="ada", name="Ada")
    made = [
        ArticleFactory(
            published=True,
            section=section,
            tagged=["Turkey", f"Topic {number % 5}"],
            by=[author, AuthorFactory()],
        )
        for number in range(count)
    ]
    for article in made[:3]:
        CorrectionFactory(article=article)
    return made


@pytest.mark.parametrize("count", [21, 45])
@pytest.mark.parametrize("path", BUDGETS)
def test_list_pages_keep_to_their_statements(
    client, django_assert_max_num_queries, path, count
):
    make_archive(count)
    pages.chrome()
    client.get("/newsletters/")

    with django_assert_max_num_queries(BUDGETS[path]):
        response = client.get(path)

    assert response.status_code == 200


@pytest.mark.parametrize("path", ["/archive/2025/01/", "/archive/2025/01/05/"])
def test_archive_takes_at_most_three_statements(
    client, django_assert_max_num_queries, path
):
    day = datetime(2025, 1, 5, tzinfo=UTC)
    ArticleFactory.create_batch(12, published=True, published_at=day)
    client.get("/")

    with django_assert_max_num_queries(3):
        client.get(path)


@pytest.mark.parametrize("count", [1, 12])
def test_article_page_takes_at_most_four_statements(
    client, django_assert_max_num_queries, count
):
    article = make_archive(count)[0]
    article.translation_key = "harbour"
    article.save()
    ArticleFactory(published=True, translation_key="harbour", language="fr")
    client.get("/")

    with django_assert_max_num_queries(4):
        response = client.get(article.get_absolute_url())

    assert response.status_code == 200
    assert len(response.content) < 60_000


def test_article_page_carries_every_part(client):
    Publication.objects.create(
        pk=1,
        name="The Harbour Post",
        republishing_notice="On reprints and fees, please {form}.",
        republishing_link_text="fill out this form",
    )
    author = AuthorFactory(name="Élise Çelik", slug="elise-celik")
    article = ArticleFactory(
        published=True,
        headline="Harbour opens",
        kicker="Ports",
        dateline="Izmir",
        by=[author],
        tagged=["Turkey"],
        published_at=datetime(2026, 1, 5, 9, 30, tzinfo=UTC),
        modified_at=datetime(2026, 7, 6, 10, 0, tzinfo=UTC),
        section=SectionFactory(slug="world", name="World"),
    )
    CorrectionFactory(article=article, text="Forty, not four hundred.", placement="top")
    CorrectionFactory(article=article, text="A ferry was added.", kind="update")
    PageFactory(title="About us", slug="about")
    related = ArticleFactory(
        published=True, tagged=["Turkey"], headline="Ferries return"
    )

    html = client.get(article.get_absolute_url()).content.decode()

    for part in [
        "Harbour opens", "Ports", "Izmir", "The ferries are back.", "Élise Çelik",
        "/authors/elise-celik/", "forty passengers", "/tags/turkey/",
        "Forty, not four hundred.",
        "A ferry was added.", related.get_absolute_url(), "The Harbour Post",
        "On reprints and fees, please", "fill out this form", "/about/",
        f"/republish{article.get_absolute_url()}",
        'datetime="2026-01-05T09:30:00+00:00"',
        'datetime="2026-07-06T11:00:00+01:00"', "1 min",
    ]:  # fmt: skip
        assert part in html, part


def test_story_that_may_not_be_republished_has_no_link_to_the_form(client):
    article = ArticleFactory(published=True, is_republishable=False)

    html = client.get(article.get_absolute_url()).content.decode()

    assert f"/republish{article.get_absolute_url()}" not in html


def test_arabic_story_on_an_english_site_reads_from_right_to_left(client):
    article = ArticleFactory(published=True, language="ar", headline="أخبار؟")

    html = " ".join(client.get(article.get_absolute_url()).content.decode().split())

    assert '<html lang="en-gb" dir="ltr"' in html
    assert 'lang="ar" dir="rtl"' in html


@pytest.mark.parametrize(
    ("headline", "language", "direction"),
    [
        ("מה אמר BBC?", "en", "rtl"),
        ("BBC يغلق?", "ar", "rtl"),
        ("The word שלום", "en", "ltr"),
        ("2026?", "en", "ltr"),
    ],
)
def test_headline_in_a_script_from_the_right_sets_the_direction(
    client, headline, language, direction
):
    article = ArticleFactory(published=True, language=language, headline=headline)

    html = " ".join(client.get(article.get_absolute_url()).content.decode().split())

    assert f'lang="{language}" dir="{direction}"' in html


@pytest.mark.parametrize(
    "slug",
    ["تركيا-اليوم", "%D8%AA%D8%B1%D9%83%D9%8A%D8%A7-%d8%a7%d9%84%d9%8a%d9%88%d9%85"],
)
def test_address_in_another_script_opens_raw_and_encoded(client, slug):
    section = SectionFactory(slug="world")
    ArticleFactory(published=True, section=section, slug="تركيا-اليوم")

    assert client.get(f"/world/{slug}/").status_code == 200


def test_decomposed_address_opens(client):
    section = SectionFactory(slug="world")
    ArticleFactory(published=True, section=section, slug="한국")

    assert client.get("/world/\u1112\u1161\u11ab\u1100\u116e\u11a8/").status_code == 200


@pytest.mark.parametrize(
    ("count", "expected"), [(20, [200, 404]), (21, [200, 200]), (40, [200, 200])]
)
def test_list_has_no_empty_last_page(client, count, expected):
    make_archive(count)

    assert [
        client.get(f"/world/?page={page}").status_code for page in (1, 2)
    ] == expected


@pytest.mark.parametrize(
    "path", ["/world/", "/tags/turkey/", "/authors/ada/", "/corrections/"]
)
@pytest.mark.parametrize(
    "page",
    [
        "0",
        "-1",
        "9223372036854775807",
        "1" + "0" * 30,
        "abc",
        "٣٣",
        "1.5",
        "%00",
        "2&page=x",
    ],
)
def test_odd_page_number_is_not_found(client, path, page):
    make_archive(2)

    assert client.get(f"{path}?page={page}").status_code in {200, 404}
    assert client.get(f"{path}?page={page}").status_code == 404 or page == "%00"


@pytest.mark.parametrize("deep", [20, 1_000])
@pytest.mark.parametrize("stride", [1, 7, 20, 200])
def test_each_story_of_one_moment_is_on_exactly_one_page(
    client, monkeypatch, deep, stride
):
    monkeypatch.setattr(reading, "DEEP", deep)
    monkeypatch.setattr(reading, "STRIDE", stride)
    moment = timezone.now() - timedelta(days=1)
    section = SectionFactory(slug="world")
    made = [
        ArticleFactory(published=True, section=section, published_at=moment)
        for _ in range(45)
    ]

    seen = [
        a
        for page in (1, 2, 3)
        for a in client.get(f"/world/?page={page}").context["page"]
    ]

    assert [a.pk for a in seen] == [a.pk for a in reversed(made)]


def test_archive_follows_the_publications_days(client, settings):
    settings.TIME_ZONE = "Europe/London"
    # Half past midnight in London, still the day before in UTC.
    article = ArticleFactory(
        published=True, published_at=datetime(2025, 6, 30, 23, 30, tzinfo=UTC)
    )

    assert list(client.get("/archive/2025/07/01/").context["page"]) == [article]
    assert client.get("/archive/2025/06/30/").status_code == 404
    assert client.get("/archive/2025/07/").status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/archive/2025/13/",
        "/archive/2025/02/30/",
        "/archive/0000/01/",
        "/archive/0001/01/",
        "/archive/0001/01/01/",
        "/archive/9999/12/",
        "/archive/9999/12/31/",
    ],
)
def test_impossible_date_is_not_found(client, path):
    assert client.get(path).status_code == 404


def test_archive_pages_lead_to_the_nearest_days_with_stories(client):
    for day in [1, 5, 9]:
        ArticleFactory(
            published=True, published_at=datetime(2025, 1, day, 12, tzinfo=UTC)
        )

    context = client.get("/archive/2025/01/05/").context

    assert context["previous"] == {
        "url": "/archive/2025/01/01/",
        "label": "1 January 2025",
    }
    assert context["next"] == {"url": "/archive/2025/01/09/", "label": "9 January 2025"}


def test_month_of_the_archive_shows_the_first_stories_of_each_day(client, monkeypatch):
    monkeypatch.setattr(archive, "SHOWN_A_DAY", 2)
    made = [
        ArticleFactory(
            published=True, published_at=datetime(2025, 1, day, hour, tzinfo=UTC)
        )
        for day in [5, 6]
        for hour in range(8, 8 + day - 3)
    ]
    ArticleFactory(published=True, published_at=datetime(2024, 11, 2, tzinfo=UTC))

    response = client.get("/archive/2025/01/")

    shown = [(day.articles, day.more) for day, _ in response.context["days"]]
    assert shown == [([made[4], made[3]], 1), ([made[1], made[0]], 0)]
    assert response.context["previous"]["label"] == "November 2024"
    assert response.context["next"] is None
    assert "1 more story" in response.text
    assert 'href="/archive/2025/01/06/"' in response.text


def test_day_of_the_archive_goes_page_by_page(client, monkeypatch):
    monkeypatch.setattr(archive, "A_PAGE_OF_A_DAY", 2)
    made = [
        ArticleFactory(
            published=True, published_at=datetime(2025, 1, 5, hour, tzinfo=UTC)
        )
        for hour in range(8, 11)
    ]
    ArticleFactory(published=True, published_at=datetime(2025, 1, 9, tzinfo=UTC))

    pages = [client.get(f"/archive/2025/01/05/{query}") for query in ["", "?page=2"]]

    assert [list(page.context["page"]) for page in pages] == [
        [made[2], made[1]],
        made[:1],
    ]
    assert [page.context["next"]["label"] for page in pages] == ["9 January 2025"] * 2
    assert pages[1].context["canonical_url"].endswith("/archive/2025/01/05/?page=2")
    assert client.get("/archive/2025/01/05/?page=3").status_code == 404


def test_pages_in_the_hour_that_does_not_exist(client):
    ArticleFactory(published=True, section=SectionFactory(slug="world"))

    with time_machine.travel(datetime(2027, 3, 28, 1, 30, tzinfo=UTC), tick=False):
        found = [
            client.get(path).status_code
            for path in ["/", "/world/", "/archive/", "/feed/"]
        ]

    assert found == [200] * 4


def test_page_that_editors_wrote_opens_at_the_first_level(client):
    PageFactory(title="About us", slug="about", body="<p>Who we are.</p>")

    response = client.get("/about/")

    assert "Who we are." in response.content.decode()


def test_reader_pages_set_no_cookie_and_may_be_shared(client):
    article = make_archive(1)[0]
    client.cookies["sessionid"] = "broken"

    for path in [
        "/",
        "/world/",
        article.get_absolute_url(),
        "/search/?q=x",
        "/nowhere/",
    ]:
        response = client.get(path)
        assert "public" in response["Cache-Control"], path
        assert not response.cookies, path
        assert "cookie" not in response.get("Vary", "").lower(), path


@pytest.mark.parametrize(
    "name", ["front_page", "tag_list", "archive_index", "correction_list"]
)
def test_empty_site_answers(client, name):
    assert client.get(reverse(f"articles:{name}")).status_code == 200


@pytest.mark.parametrize(("slug", "is_linked"), [("about", True), ("contact", False)])
def test_story_leads_to_the_about_page_only_where_there_is_one(client, slug, is_linked):
    PageFactory(slug=slug)
    article = ArticleFactory(published=True)

    html = client.get(article.get_absolute_url()).content.decode()

    assert ('href="/about/"' in html) is is_linked


def test_footer_names_the_kind_of_each_feed(client):
    html = client.get("/").content.decode()

    feeds = re.findall(r'<a href="(/feed/[^"]*)"[^>]*>([^<]+)</a>', html)
    assert feeds == [("/feed/", "Atom feed"), ("/feed/?format=rss", "RSS feed")]


def test_story_is_named_by_its_headline(client):
    article = ArticleFactory(published=True, headline="Ports reopen")
    other = ArticleFactory(published=True, section=article.section)

    html = client.get(article.get_absolute_url()).content.decode()

    labels = re.findall(r'<article[^>]*aria-labelledby="([^"]+)"', html)
    assert labels == ["headline", f"story-{other.pk}"]
    assert [html.count(f'id="{label}"') for label in labels] == [1, 1]
