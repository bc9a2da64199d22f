"""Feeds are read as feed readers do: by XML parsers, not by looking for text."""

from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from articles import actions, feeds, pages
from articles.models import Article, AuthorAlias, PastSectionSlug, Publication
from tests.factories.articles import (
    ArticleFactory,
    AuthorFactory,
    CorrectionFactory,
    PictureFactory,
    SectionFactory,
    TagFactory,
)

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}"
DUBLIN_CORE = "{http://purl.org/dc/elements/1.1/}"
MEDIA = "{http://search.yahoo.com/mrss/}"
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
ODD_HEADLINE = 'Q&A: AT&T <b>wins</b> "5 > 3" ]]> end'


class Elements(HTMLParser):
    """The elements of a piece of HTML, as (name, attributes)."""

    def __init__(self, content):
        super().__init__()
        self.found = []
        self.feed(content)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def values(self, name):
        return [attrs[name] for _, attrs in self.found if name in attrs]

    def names(self):
        return {tag for tag, _ in self.found}


def parsed(response):
    return ElementTree.fromstring(response.content)  # noqa: S314 - our own words


def atom(client, path="/feed/"):
    return parsed(client.get(path))


def rss(client, path="/feed/"):
    return parsed(client.get(f"{path}?format=rss"))


def entries(feed):
    return feed.findall(f"{ATOM}entry")


def titles(feed):
    return [entry.findtext(f"{ATOM}title") for entry in entries(feed)]


def content_of(client):
    (entry,) = entries(atom(client))
    return entry.findtext(f"{ATOM}content")


@pytest.fixture
def story():
    """One published story with everything a feed tells of it."""
    Publication.objects.create(pk=1, name="The Harbour Post", strapline="From the quay")
    return ArticleFactory(
        section=SectionFactory(name="R&D", slug="research"),
        headline="Ferries return",
        slug="ferries-return",
        standfirst="The first boat left at dawn.",
        body="<p>Forty passengers were on board.</p>",
        language="fr",
        lead_picture=PictureFactory(rendered=True),
        published=True,
        published_at=datetime(2026, 1, 5, 9, 30, tzinfo=UTC),
        modified_at=datetime(2026, 1, 6, 10, 0, tzinfo=UTC),
        by=[
            AuthorFactory(name="Élise Çelik", slug="elise-celik"),
            AuthorFactory(name="Ada Writer", slug="ada"),
        ],
        tagged=["Rhythm & Blues"],
    )


def test_atom_tells_everything_of_the_feed(client, story):
    response = client.get("/feed/")
    feed = parsed(response)

    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    assert feed.get(LANGUAGE) == "en-gb"
    assert feed.findtext(f"{ATOM}title") == "The Harbour Post"
    assert feed.findtext(f"{ATOM}subtitle") == "From the quay"
    assert feed.findtext(f"{ATOM}updated") == "2026-01-06T10:00:00+00:00"
    assert [link.attrib for link in feed.findall(f"{ATOM}link")] == [
        {"rel": "alternate", "href": "https://news.example/"},
        {"rel": "self", "href": "https://news.example/feed/"},
    ]
    assert feed.findtext(f"{ATOM}author/{ATOM}name") == "The Harbour Post"


def test_atom_tells_everything_of_a_story(client, story):
    (entry,) = entries(atom(client))

    assert entry.get(LANGUAGE) == "fr"
    assert {
        name: entry.findtext(f"{ATOM}{name}")
        for name in ["id", "title", "summary", "published", "updated"]
    } == {
        "id": f"urn:uuid:{story.uuid}",
        "title": "Ferries return",
        "summary": "The first boat left at dawn.",
        "published": "2026-01-05T09:30:00+00:00",
        "updated": "2026-01-06T10:00:00+00:00",
    }
    assert [
        (by.findtext(f"{ATOM}name"), by.findtext(f"{ATOM}uri"))
        for by in entry.findall(f"{ATOM}author")
    ] == [
        ("Élise Çelik", "https://news.example/authors/elise-celik/"),
        ("Ada Writer", "https://news.example/authors/ada/"),
    ]
    assert [found.get("term") for found in entry.findall(f"{ATOM}category")] == [
        "R&D",
        "Rhythm & Blues",
    ]


def test_story_is_announced_with_its_picture_and_the_credit(client, story):
    (entry,) = entries(atom(client))
    address = (
        f"https://news.example/media/pictures/{story.lead_picture.content_hash}"
        "/original-1280.jpg"
    )

    enclosure = entry.find(f"{ATOM}link[@rel='enclosure']").attrib
    media = entry.find(f"{MEDIA}content")
    image = dict(Elements(entry.findtext(f"{ATOM}content")).found)["img"]

    assert enclosure == {
        "rel": "enclosure",
        "href": address,
        "type": "image/jpeg",
        "length": "91280",
    }
    assert (media.get("url"), media.get("fileSize")) == (address, "91280")
    assert media.findtext(f"{MEDIA}credit") == "Ada Writer / Newsroom"
    assert image == {
        "src": address,
        "width": "1280",
        "height": "853",
        "alt": "A white ferry under a red sky",
    }
    assert (
        "The ferry leaves the harbour at dawn. Ada Writer / Newsroom</figcaption>"
        in entry.findtext(f"{ATOM}content")
    )


def test_rss_tells_everything_of_a_story(client, story):
    response = client.get("/feed/?format=rss")
    channel = parsed(response).find("channel")
    (item,) = channel.findall("item")

    assert response["Content-Type"] == "application/rss+xml; charset=utf-8"
    assert channel.findtext("language") == "en-gb"
    assert channel.find(f"{ATOM}link").get("href") == (
        "https://news.example/feed/?format=rss"
    )
    assert item.find("guid").attrib == {"isPermaLink": "false"}
    assert {
        name: item.findtext(name) for name in ["title", "link", "guid", "pubDate"]
    } == {
        "title": "Ferries return",
        "link": "https://news.example/research/ferries-return/",
        "guid": f"urn:uuid:{story.uuid}",
        "pubDate": "Mon, 05 Jan 2026 09:30:00 +0000",
    }
    assert [by.text for by in item.findall(f"{DUBLIN_CORE}creator")] == [
        "Élise Çelik",
        "Ada Writer",
    ]
    assert item.findtext(f"{DUBLIN_CORE}language") == "fr"
    assert item.find("enclosure").get("length") == "91280"
    assert "Forty passengers" in item.findtext(f"{CONTENT}encoded")


def test_summary_feed_holds_no_body(client, story, settings):
    settings.FEED_FULL_TEXT = False

    (entry,) = entries(atom(client))
    (item,) = rss(client).findall("channel/item")

    assert entry.find(f"{ATOM}content") is None
    assert entry.findtext(f"{ATOM}summary") == "The first boat left at dawn."
    assert item.find(f"{CONTENT}encoded") is None
    assert item.findtext("description") == "The first boat left at dawn."


@pytest.mark.parametrize("full_text", [True, False])
def test_correction_stands_in_the_item_and_moves_its_time(
    client, story, settings, full_text
):
    settings.FEED_FULL_TEXT = full_text
    at = datetime(2026, 2, 1, 12, 0, tzinfo=UTC)

    actions.correct(story, text="Forty, not <four> hundred.", by=None, at=at)
    feed = atom(client)
    (entry,) = entries(feed)

    assert entry.findtext(f"{ATOM}updated") == "2026-02-01T12:00:00+00:00"
    assert feed.findtext(f"{ATOM}updated") == "2026-02-01T12:00:00+00:00"
    assert entry.findtext(f"{ATOM}summary") == (
        "The first boat left at dawn.\n\nCorrection: Forty, not &lt;four&gt; hundred."
    )
    if full_text:
        assert (
            "<strong>Correction, 1 February 2026:</strong> Forty, not &lt;four&gt; "
            "hundred." in entry.findtext(f"{ATOM}content")
        )


def test_correction_at_the_top_comes_before_the_body(client, story):
    CorrectionFactory(article=story, text="Above", placement="top")
    CorrectionFactory(article=story, text="Below")
    CorrectionFactory(
        article=story, text="Later", published_at=timezone.now() + timedelta(days=1)
    )

    content = content_of(client)

    assert "Later" not in content
    assert content.index("Above") < content.index("Forty") < content.index("Below")


@pytest.mark.parametrize("text", [ODD_HEADLINE, "مرفأ 101% & «x»", "🚢 'quoted'"])
def test_headline_reads_back_as_it_was_typed(client, text):
    ArticleFactory(published=True, headline=text, tagged=[text])

    (entry,) = entries(atom(client))
    (item,) = rss(client).findall("channel/item")

    assert entry.findtext(f"{ATOM}title") == text
    assert entry.find(f"{ATOM}category[2]").get("term") == text
    assert item.findtext("title") == text


def test_characters_that_xml_forbids_do_not_break_the_feed(client):
    odd = "a\x00b\x07c\x0cd\ufffee"
    # What a character reference stands for is as forbidden as the character.
    body = "<p>a&#7;b\x0bc&#xFFFE;d</p>"
    ArticleFactory(published=True, headline=odd, standfirst=odd, body=body)

    (entry,) = entries(atom(client))

    assert entry.findtext(f"{ATOM}title") == "abcde"
    assert entry.findtext(f"{ATOM}content") == (
        '<div lang="en" dir="ltr"><p>abcd</p></div>'
    )


def test_every_address_in_a_body_is_absolute(client):
    body = (
        '<p><a href="/world/other/">a</a> <a href="#note">b</a> <a href="next/">c</a> '
        '<a href="//other.example/d">d</a> <a href="mailto:e@other.example">e</a> '
        '<a href="https://other.example/f?x=1&amp;y=2">f</a></p>'
    )
    ArticleFactory(
        published=True, section=SectionFactory(slug="world"), slug="boat", body=body
    )

    assert Elements(content_of(client)).values("href") == [
        "https://news.example/world/other/",
        "https://news.example/world/boat/#note",
        "https://news.example/world/boat/next/",
        "https://other.example/d",
        "mailto:e@other.example",
        "https://other.example/f?x=1&y=2",
    ]


def test_library_picture_in_a_body_has_absolute_address_caption_and_credit(client):
    picture = PictureFactory(rendered=True)
    body = f'<p>x</p><figure data-picture="{picture.pk}"></figure>'
    ArticleFactory(published=True, body=body)

    elements = Elements(content_of(client))

    (src,) = elements.values("src")
    assert src.startswith(f"https://news.example/media/pictures/{picture.content_hash}")
    assert elements.values("srcset") == []
    assert picture.credit_line in content_of(client)
    assert picture.caption in content_of(client)


def test_embed_becomes_a_link(client):
    embed = "https://video.example/watch?v=1&t=2"
    body = '<p style="color:red">x</p><div data-embed="{}"></div>'
    ArticleFactory(published=True, body=body.format(embed.replace("&", "&amp;")))

    elements = Elements(content_of(client))

    assert elements.values("href") == [embed]
    assert elements.names() == {"div", "p", "a"}


def test_html_for_readers_holds_nothing_active_and_nothing_that_xml_forbids():
    value = (
        '<p style="color:red" onclick="x()">a&#7;b</p><script>alert(1)</script>'
        "<style>p{}</style><form>c<input></form><svg><text>d</text></svg>"
        '<iframe src="https://video.example/">e</iframe><p>f\x0b&#xFFFE;</p>'
    )

    assert feeds.for_readers(value, base="https://news.example/") == (
        "<p>ab</p><p>f</p>"
    )


def test_combining_stroke_does_not_open_a_tag_for_readers():
    value = feeds.for_readers(
        "<p>&#x338; onclick=alert(1) </p>", base="https://news.example/"
    )

    assert value == "<p>\u0338 onclick=alert(1) </p>"


def test_right_to_left_story_says_so(client):
    ArticleFactory(published=True, language="ar", body="<p>مرفأ</p>")

    assert content_of(client) == '<div lang="ar" dir="rtl"><p>مرفأ</p></div>'


def test_feed_holds_the_thirty_newest_stories_that_readers_may_see(client):
    now = timezone.now()
    for hours in range(1, 33):
        ArticleFactory(
            published=True,
            headline=f"Story {hours}",
            published_at=now - timedelta(hours=hours),
        )
    ArticleFactory(headline="Draft", published_at=now - timedelta(minutes=1))
    ArticleFactory(scheduled=True, headline="Tomorrow")
    ArticleFactory(withdrawn=True, headline="Withdrawn")

    expected = [f"Story {hours}" for hours in range(1, 31)]
    assert titles(atom(client)) == expected
    assert titles(atom(client, "/feed/?status=draft&all=1&page=2")) == expected


def test_time_of_change_is_never_in_the_future(client, story):
    Article.objects.update(modified_at=timezone.now() + timedelta(days=7))

    (entry,) = entries(atom(client))

    assert entry.findtext(f"{ATOM}updated") == "2026-01-05T09:30:00+00:00"


def test_each_kind_of_feed_holds_its_own_stories(client):
    world = SectionFactory(name="World", slug="world")
    author, tag = (
        AuthorFactory(name="Ada", slug="ada"),
        TagFactory(name="Boats", slug="boats"),
    )
    ArticleFactory(
        published=True, headline="Mine", section=world, by=[author], tagged=[tag]
    )
    ArticleFactory(published=True, headline="Other")

    feeds = {
        path: atom(client, path)
        for path in ["/world/feed/", "/tags/boats/feed/", "/authors/ada/feed/"]
    }

    assert {path: titles(feed) for path, feed in feeds.items()} == {
        path: ["Mine"] for path in feeds
    }
    assert [feed.findtext(f"{ATOM}title") for feed in feeds.values()] == [
        "World – Newsroom",
        "Boats – Newsroom",
        "Ada – Newsroom",
    ]
    assert [feed.find(f"{ATOM}link").get("href") for feed in feeds.values()] == [
        "https://news.example/world/",
        "https://news.example/tags/boats/",
        "https://news.example/authors/ada/",
    ]
    assert len({feed.findtext(f"{ATOM}id") for feed in feeds.values()}) == 3


def test_feed_at_a_former_address_leads_to_the_present_one(client):
    section = SectionFactory(slug="world")
    PastSectionSlug.objects.create(section=section, slug="foreign")
    tag, author = TagFactory(name="Erdoğan", slug="erdogan"), AuthorFactory(slug="ada")
    actions.add_tag_alias(tag, name="Erdowan")
    AuthorAlias.objects.create(author=author, name="A. Writer", slug="a-writer")
    ArticleFactory(published=True, section=section, by=[author], tagged=[tag])

    moved = {
        path: client.get(path)
        for path in [
            "/foreign/feed/?format=rss",
            "/tags/erdowan/feed/",
            "/authors/a-writer/feed/",
        ]
    }

    assert {path: (r.status_code, r["Location"]) for path, r in moved.items()} == {
        "/foreign/feed/?format=rss": (301, "/world/feed/?format=rss"),
        "/tags/erdowan/feed/": (301, "/tags/erdogan/feed/"),
        "/authors/a-writer/feed/": (301, "/authors/ada/feed/"),
    }


def test_section_that_took_a_former_address_has_its_own_feed(client):
    PastSectionSlug.objects.create(section=SectionFactory(slug="world"), slug="local")
    local = SectionFactory(slug="local")
    ArticleFactory(published=True, headline="Here", section=local)

    assert titles(atom(client, "/local/feed/")) == ["Here"]


def test_tag_and_author_without_published_story_have_no_feed(client):
    tag, author = TagFactory(slug="operation-x"), AuthorFactory(slug="ada")
    ArticleFactory(by=[author], tagged=[tag])

    paths = ["/tags/operation-x/feed/", "/authors/ada/feed/", "/nowhere/feed/"]
    assert [client.get(path).status_code for path in paths] == [404, 404, 404]


def test_empty_feed_is_valid_and_always_the_same(client):
    SectionFactory(name="World", slug="world")

    pages = [client.get("/world/feed/") for _ in range(2)]
    feed = parsed(pages[0])

    assert pages[0].content == pages[1].content
    assert entries(feed) == []
    assert feed.findtext(f"{ATOM}updated") == "1970-01-01T00:00:00+00:00"
    assert feed.findtext(f"{ATOM}id").startswith("urn:uuid:")
    assert atom(client).findtext(f"{ATOM}title") == "Newsroom"
    assert rss(client).findtext("channel/title") == "Newsroom"


def test_feed_is_the_same_on_every_host_and_scheme(client, story, settings):
    one = client.get("/feed/", headers={"host": "news.example"}, secure=True)
    two = client.get("/feed/", headers={"host": "localhost"})
    ids = [found.text for found in atom(client).iter(f"{ATOM}id")]

    settings.SITE_URL = "http://old.example"

    assert one.content == two.content
    assert [found.text for found in atom(client).iter(f"{ATOM}id")] == ids


def test_unchanged_feed_is_not_sent_again(client, story):
    first = client.get("/feed/")

    by_tag = client.get("/feed/", headers={"if-none-match": first["ETag"]})
    by_time = client.get(
        "/feed/", headers={"if-modified-since": first["Last-Modified"]}
    )

    assert (by_tag.status_code, by_time.status_code) == (304, 304)
    assert first["Last-Modified"] == "Tue, 06 Jan 2026 10:00:00 GMT"


def test_withdrawn_story_leaves_the_feed_of_those_who_ask_by_time(client, story):
    ArticleFactory(published=True, published_at=datetime(2026, 1, 1, tzinfo=UTC))
    first = client.get("/feed/")

    with time_machine.travel(datetime(2026, 3, 1, tzinfo=UTC)):
        actions.withdraw(story, by=None)
    again = client.get("/feed/", headers={"if-modified-since": first["Last-Modified"]})

    assert again.status_code == 200
    assert "Ferries return" not in again.text


def test_story_that_was_read_before_is_not_made_anew(client, story, monkeypatch):
    first = client.get("/feed/")

    monkeypatch.setattr(Article, "from_db", None)

    assert client.get("/feed/").content == first.content


def test_story_that_was_read_before_is_shown_as_it_is_now(client, story):
    client.get("/feed/")
    Article.objects.filter(pk=story.pk).update(body="<p>Other words.</p>")
    story.contributions.all().delete()

    (entry,) = entries(atom(client))

    assert "Other words." in entry.findtext(f"{ATOM}content")
    assert entry.find(f"{ATOM}author") is None

    Article.objects.filter(pk=story.pk).update(
        published_at=timezone.now() + timedelta(days=1)
    )
    assert entries(atom(client)) == []


@pytest.mark.parametrize("count", [1, 30])
def test_feed_takes_three_statements(client, count):
    section, author = SectionFactory(slug="world"), AuthorFactory(slug="ada")
    tag, picture = TagFactory(slug="boats"), PictureFactory(rendered=True)
    for _ in range(count):
        article = ArticleFactory(
            published=True,
            section=section,
            by=[author],
            tagged=[tag],
            lead_picture=picture,
            body=f'<p>x</p><figure data-picture="{picture.pk}"></figure>',
        )
        CorrectionFactory(article=article)
    pages.chrome()

    def statements(path):
        with CaptureQueriesContext(connection) as queries:
            assert len(entries(atom(client, path))) == count
        return len(queries)

    assert [
        statements(reverse(f"articles:{name}_feed", args=args))
        for name, args in [
            ("site", []),
            ("section", ["world"]),
            ("tag", ["boats"]),
            ("author", ["ada"]),
        ]
    ] == [2, 3, 3, 3]
