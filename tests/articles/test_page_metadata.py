"""The head of each page, read back from its HTML."""

import json
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser

import pytest
from django.utils import timezone

from articles.models import Article, Publication
from tests.factories.articles import (
    ArticleFactory,
    AuthorFactory,
    CorrectionFactory,
    PageFactory,
    PictureFactory,
    SectionFactory,
    TagFactory,
)

pytestmark = pytest.mark.django_db

BREAKOUT = '</script><b id=x> <!-- & "quoted" \u2028'


class Head(HTMLParser):
    """`meta` and `link` elements as dicts of lists, JSON-LD blocks as Python values."""

    def __init__(self, content):
        super().__init__()
        self.meta, self.links, self.json_ld, self.title = {}, [], {}, ""
        self.scripts, self.elements, self._open = 0, set(), None
        self.feed(content)
        self.title = " ".join(self.title.split())

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self._open = (tag, attrs)
        self.elements.add((tag, attrs.get("id")))
        if tag == "meta" and "content" in attrs:
            name = attrs.get("property") or attrs.get("name")
            self.meta.setdefault(name, []).append(attrs["content"])
        elif tag == "link":
            self.links.append(attrs)
        elif tag == "script":
            self.scripts += 1

    def handle_data(self, data):
        tag, attrs = self._open or (None, {})
        if tag == "script" and attrs.get("type") == "application/ld+json":
            found = json.loads(data)
            self.json_ld[found["@type"]] = found
        elif tag == "title":
            self.title += data

    def handle_endtag(self, tag):
        self._open = None

    def hrefs(self, rel):
        return [link["href"] for link in self.links if link["rel"] == rel]

    def languages(self):
        return {
            link["hreflang"]: link["href"] for link in self.links if "hreflang" in link
        }


def head(client, path):
    response = client.get(path)
    assert response.status_code == 200, path
    return Head(response.text)


def story_head(client, **kwargs):
    article = ArticleFactory(published=True, **kwargs)
    return head(client, article.get_absolute_url())


def test_story_carries_open_graph_and_twitter(client):
    Publication.objects.create(pk=1, name="The Harbour Post")
    picture = PictureFactory(rendered=True)
    found = story_head(
        client,
        headline="Ferries return",
        standfirst="The first boat left at dawn.",
        section=SectionFactory(name="World", slug="world"),
        slug="boat",
        lead_picture=picture,
        published_at=datetime(2026, 1, 5, 9, 30, tzinfo=UTC),
        modified_at=datetime(2026, 1, 6, 10, 0, tzinfo=UTC),
        by=[AuthorFactory(slug="ada")],
        tagged=["Boats", "Dawn"],
    )
    image = f"https://news.example/media/pictures/{picture.content_hash}/16x9-1280.jpg"

    assert {
        name: values
        for name, values in found.meta.items()
        if name.startswith(("og:", "article:", "twitter:", "description", "robots"))
    } == {
        "robots": ["max-image-preview:large"],
        "description": ["The first boat left at dawn."],
        "og:site_name": ["The Harbour Post"],
        "og:type": ["article"],
        "og:title": ["Ferries return"],
        "og:description": ["The first boat left at dawn."],
        "og:url": ["https://news.example/world/boat/"],
        "og:locale": ["en_GB"],
        "og:image": [image],
        "og:image:type": ["image/jpeg"],
        "og:image:width": ["1280"],
        "og:image:height": ["720"],
        "og:image:alt": ["A white ferry under a red sky"],
        "article:published_time": ["2026-01-05T09:30:00+00:00"],
        "article:modified_time": ["2026-01-06T10:00:00+00:00"],
        "article:section": ["World"],
        "article:author": ["https://news.example/authors/ada/"],
        "article:tag": ["Boats", "Dawn"],
        "twitter:card": ["summary_large_image"],
        "twitter:title": ["Ferries return"],
        "twitter:description": ["The first boat left at dawn."],
        "twitter:image": [image],
        "twitter:image:alt": ["A white ferry under a red sky"],
    }


def test_editors_own_words_and_picture_win(client):
    other = PictureFactory(rendered=True, alt_text="A red boat")
    found = story_head(
        client,
        seo_title="For search",
        seo_description="Found by searching.",
        social_title="For sharing",
        social_description="Shared by friends.",
        social_picture=other,
        lead_picture=PictureFactory(rendered=True),
    )

    assert found.title == "For search – Newsroom"
    assert found.meta["description"] == ["Found by searching."]
    assert found.meta["og:title"] == ["For sharing"]
    assert found.meta["og:description"] == ["Shared by friends."]
    assert other.content_hash in found.meta["og:image"][0]
    assert found.meta["og:image:alt"] == ["A red boat"]


def test_picture_whose_rights_have_ended_is_in_no_card(client):
    ended = PictureFactory(
        rendered=True, rights_expire_at=timezone.now() - timedelta(days=1)
    )
    found = story_head(client, lead_picture=ended, social_picture=ended)

    assert "og:image" not in found.meta
    assert found.meta["twitter:card"] == ["summary"]
    assert "image" not in found.json_ld["NewsArticle"]


def test_lead_picture_stands_in_for_a_social_one_whose_rights_have_ended(client):
    lead = PictureFactory(rendered=True, alt_text="A blue boat")
    ended = PictureFactory(
        rendered=True, rights_expire_at=timezone.now() - timedelta(days=1)
    )
    found = story_head(client, lead_picture=lead, social_picture=ended)

    assert lead.content_hash in found.meta["og:image"][0]
    assert found.meta["og:image:alt"] == ["A blue boat"]


@pytest.mark.parametrize(
    ("body", "description"),
    [
        ("<blockquote><p>“Never,” he said.</p></blockquote><p>A no.</p>", "A no."),
        ("<p></p><p> </p><p>Words &amp; “more”.</p>", "Words & “more”."),
        (
            '<div data-embed="https://video.example/1"></div><p>After it.</p>',
            "After it.",
        ),
        ("<figure><figcaption>A boat</figcaption></figure><p>Text.</p>", "Text."),
        (
            "<h2>First</h2><p>one</p><ul><li>two</li><li>three</li></ul>",
            "one two three",
        ),
    ],
)
def test_description_is_the_first_plain_words(client, body, description):
    found = story_head(client, standfirst="", body=body)

    assert found.meta["description"] == [description]
    assert found.meta["og:description"] == [description]


@pytest.mark.parametrize(
    "body", ["", "<blockquote>“Never.”</blockquote>", "<figure></figure>"]
)
def test_story_without_plain_words_has_no_description(client, body):
    found = story_head(client, standfirst="", body=body)

    assert "description" not in found.meta
    assert "og:description" not in found.meta
    assert "description" not in found.json_ld["NewsArticle"]


def test_long_description_ends_at_a_word(client):
    found = story_head(client, standfirst="", body=f"<p>{'seafarers ' * 60}</p>")

    (description,) = found.meta["description"]
    assert len(description) <= 200
    assert description.endswith("seafarers…")


@pytest.mark.parametrize(
    "words", ['Rhythm & Blues "live"', "R&D <i>now</i>", "مرفأ & «x»"]
)
def test_words_read_back_as_they_were_typed(client, words):
    found = story_head(
        client,
        headline=words,
        standfirst=words,
        section=SectionFactory(name=words),
        tagged=[words],
    )
    story = found.json_ld["NewsArticle"]

    assert found.title == f"{words} – Newsroom"
    assert found.meta["og:title"] == found.meta["description"] == [words]
    assert found.meta["article:tag"] == found.meta["article:section"] == [words]
    assert [story["headline"], story["articleSection"], *story["keywords"]] == [
        words
    ] * 3


def test_no_text_breaks_out_of_the_data_block(client):
    plain = story_head(client, by=[AuthorFactory()])
    words = " ".join(BREAKOUT.split())  # a headline is one line
    found = story_head(
        client,
        headline=BREAKOUT,
        standfirst=BREAKOUT,
        by=[AuthorFactory(name=BREAKOUT)],
        lead_picture=PictureFactory(rendered=True, caption=BREAKOUT),
    )
    story = found.json_ld["NewsArticle"]

    assert found.scripts == plain.scripts
    assert ("b", "x") not in found.elements
    assert story["headline"] == words
    assert story["author"][0]["name"] == words
    assert story["image"][0]["caption"] == BREAKOUT


def test_publication_time_is_announced_not_the_drafts(client):
    found = story_head(
        client,
        created_at=datetime(2026, 5, 1, tzinfo=UTC),
        published_at=datetime(2026, 7, 1, 8, 0, tzinfo=UTC),
        modified_at=datetime(2026, 8, 1, 8, 0, tzinfo=UTC),
    )
    story = found.json_ld["NewsArticle"]

    assert (story["datePublished"], story["dateModified"]) == (
        "2026-07-01T08:00:00+00:00",
        "2026-08-01T08:00:00+00:00",
    )


def test_arguments_do_not_enter_the_canonical_address(client):
    article = ArticleFactory(
        published=True, section=SectionFactory(slug="world"), slug="مرفأ"
    )
    found = head(client, f"{article.get_absolute_url()}?utm_source=x&page=2")

    canonical = "https://news.example/world/%D9%85%D8%B1%D9%81%D8%A3/"
    assert found.hrefs("canonical") == [canonical]
    assert found.meta["og:url"] == [canonical]


def test_story_taken_over_names_its_home(client):
    home = "https://other.example/story/?id=1&x=2"
    found = story_head(client, canonical_url=home)
    story = found.json_ld["NewsArticle"]

    assert found.hrefs("canonical") == [home]
    assert (story["mainEntityOfPage"], story["isBasedOn"]) == (home, home)
    assert "copyrightHolder" not in story


def test_pages_of_a_list_know_their_neighbours(client):
    section = SectionFactory(name="World", slug="world")
    ArticleFactory.create_batch(41, section=section, published=True)

    first, second, third = (
        head(client, path)
        for path in ["/world/?utm_source=x", "/world/?page=2", "/world/?page=3"]
    )

    address = "https://news.example/world/"
    assert [page.hrefs("canonical") for page in (first, second, third)] == [
        [address],
        [f"{address}?page=2"],
        [f"{address}?page=3"],
    ]
    assert (first.hrefs("prev"), first.hrefs("next")) == ([], [f"{address}?page=2"])
    assert (second.hrefs("prev"), second.hrefs("next")) == (
        [address],
        [f"{address}?page=3"],
    )
    assert (third.hrefs("prev"), third.hrefs("next")) == ([f"{address}?page=2"], [])
    assert second.meta["og:title"] == ["World, page 2"]
    assert "robots" not in second.meta


def test_translations_name_each_other_and_themselves(client):
    section = SectionFactory(slug="world")
    stories = {
        language: ArticleFactory(
            published=True,
            section=section,
            language=language,
            slug=f"boat-{language}",
            translation_key="boat",
        )
        for language in ["en", "fr", "ar"]
    }
    ArticleFactory(section=section, language="tr", translation_key="boat")
    heads = {
        language: head(client, story.get_absolute_url())
        for language, story in stories.items()
    }

    address = "https://news.example/world/boat-"
    expected = {
        "ar": f"{address}ar/",
        "en": f"{address}en/",
        "fr": f"{address}fr/",
        "x-default": f"{address}en/",
    }
    for found in heads.values():
        alternates = {
            link["hreflang"]: link["href"]
            for link in found.links
            if link["rel"] == "alternate" and "hreflang" in link
        }
        assert alternates == expected
    works = {
        language: found.json_ld["NewsArticle"] for language, found in heads.items()
    }
    assert [work["url"] for work in works["en"]["workTranslation"]] == [
        f"{address}ar/",
        f"{address}fr/",
    ]
    assert works["ar"]["translationOfWork"]["url"] == f"{address}en/"
    assert [found.meta["og:locale"] for found in heads.values()] == [
        ["en_GB"],
        ["fr"],
        ["ar"],
    ]


def test_story_taken_over_has_no_alternates(client):
    ArticleFactory(published=True, language="fr", translation_key="boat")
    found = story_head(
        client, translation_key="boat", canonical_url="https://other.example/story/"
    )

    assert found.languages() == {}


def test_story_without_translations_has_no_alternates(client):
    ArticleFactory(language="fr", translation_key="boat")
    found = story_head(client, translation_key="boat")

    assert found.languages() == {}


@pytest.fixture
def paper():
    """A site with one of each page."""
    Publication.objects.create(pk=1, name="The Harbour Post", strapline="From the quay")
    section = SectionFactory(name="World", slug="world", description="Far and near.")
    author = AuthorFactory(name="Ada Writer", slug="ada", biography="She sails.")
    article = ArticleFactory(
        published=True,
        published_at=datetime(2026, 1, 5, 12, 0, tzinfo=UTC),
        section=section,
        by=[author],
        tagged=[TagFactory(name="Boats", slug="boats")],
    )
    CorrectionFactory(article=article)
    PageFactory(title="About us", slug="about", body="<p>Who we are.</p>")


@pytest.mark.parametrize(
    ("path", "title", "description", "kinds"),
    [
        ("/", "The Harbour Post", "From the quay", {"WebSite"}),
        ("/world/", "World", "Far and near.", {"CollectionPage", "BreadcrumbList"}),
        (
            "/tags/boats/",
            "Boats",
            "Stories on Boats from The Harbour Post.",
            {"CollectionPage", "BreadcrumbList"},
        ),
        (
            "/authors/ada/",
            "Ada Writer",
            "She sails.",
            {"ProfilePage", "BreadcrumbList"},
        ),
        (
            "/tags/",
            "Topics",
            "Topics – The Harbour Post",
            {"CollectionPage", "BreadcrumbList"},
        ),
        (
            "/archive/",
            "Archive",
            "Archive – The Harbour Post",
            {"CollectionPage", "BreadcrumbList"},
        ),
        (
            "/archive/2026/01/",
            "Archive: January 2026",
            "Archive: January 2026 – The Harbour Post",
            {"CollectionPage", "BreadcrumbList"},
        ),
        (
            "/archive/2026/01/05/",
            "Archive: 5 January 2026",
            "Archive: 5 January 2026 – The Harbour Post",
            {"CollectionPage", "BreadcrumbList"},
        ),
        (
            "/corrections/",
            "Corrections",
            "Corrections – The Harbour Post",
            {"CollectionPage", "BreadcrumbList"},
        ),
        ("/about/", "About us", "Who we are.", {"AboutPage"}),
    ],
)
def test_every_page_says_what_it_is(client, paper, path, title, description, kinds):
    found = head(client, path)

    assert found.meta["og:title"] == [title]
    assert found.meta["description"] == [description]
    assert found.meta["og:site_name"] == ["The Harbour Post"]
    assert found.hrefs("canonical") == [f"https://news.example{path}"]
    assert set(found.json_ld) == kinds
    assert "robots" not in found.meta


def test_search_is_in_no_index(client, paper):
    found = head(client, "/search/?q=boat")

    assert found.meta["robots"] == ["noindex, follow"]
    assert found.hrefs("canonical") == ["https://news.example/search/"]


@pytest.mark.parametrize(
    ("path", "feeds"),
    [
        ("/", ["/feed/"]),
        ("/world/", ["/feed/", "/world/feed/"]),
        ("/tags/boats/", ["/feed/", "/tags/boats/feed/"]),
        ("/authors/ada/", ["/feed/", "/authors/ada/feed/"]),
    ],
)
def test_pages_point_to_the_sites_and_their_own_feeds(client, paper, path, feeds):
    found = head(client, path)

    atom = [
        link["href"]
        for link in found.links
        if link["rel"] == "alternate" and link["type"] == "application/atom+xml"
    ]
    assert atom == feeds
    assert [client.get(feed).status_code for feed in atom] == [200] * len(feeds)


def test_draft_leaves_no_word_in_a_head(client):
    article = ArticleFactory(headline="Operation X", slug="operation-x")

    response = client.get(article.get_absolute_url())

    assert response.status_code == 404
    assert "Operation X" not in response.text
    assert Article.objects.count() == 1
