import json

import pytest

from articles.models import Article, Author, Page, Picture, Tag
from articles.moving import mapping as mappings
from articles.moving.wxr import FormatError
from tests.articles.moving.exports import ghost

pytestmark = pytest.mark.django_db


def post(**changes):
    return {
        "id": "a1",
        "title": "The harbour reopens",
        "slug": "harbour",
        "html": "<p>The first boat left at noon.</p>",
        "status": "published",
        "visibility": "public",
        "type": "post",
        "published_at": "2024-03-01T11:00:00.000Z",
        "custom_excerpt": "At last",
        **changes,
    }


USER = {"id": "u1", "name": "Amina Kaya", "slug": "amina", "email": "a@courier.example"}
TABLES = {
    "users": [USER],
    "tags": [
        {"id": "t1", "name": "Sea", "slug": "sea"},
        {"id": "t2", "name": "#internal", "slug": "hash-internal"},
        {"id": "t3", "name": "", "slug": ""},
    ],
    "posts_tags": [
        {"post_id": "a1", "tag_id": tag, "sort_order": number}
        for number, tag in enumerate(["t1", "t2", "t3"])
    ],
    "posts_authors": [{"post_id": "a1", "author_id": "u1", "sort_order": 0}],
}


@pytest.fixture
def move(bring_in):
    def move(text, **order):
        return bring_in(text, kind="ghost", name="ghost.json", **order)

    return move


def test_post_is_a_story_with_all_it_had(move, client):
    move(ghost(post(), **TABLES))

    story = Article.objects.get()
    assert (story.headline, story.standfirst) == ("The harbour reopens", "At last")
    assert [line["name"] for line in story.byline()] == ["Amina Kaya"]
    assert [tag.name for tag in Tag.objects.all()] == ["Sea"]
    assert story.is_live
    assert client.get("/harbour/")["Location"] == "/news/harbour/"
    assert client.get("/tag/sea/")["Location"] == "/tags/sea/"
    assert client.get("/author/amina/")["Location"] == "/authors/amina-kaya/"


@pytest.mark.parametrize(
    "changes",
    [
        {"status": "draft"},
        {"status": "sent"},
        {"status": "scheduled", "published_at": "2090-01-01T00:00:00Z"},
        {"published_at": "2090-01-01T00:00:00Z"},
        {"published_at": None},
        {"visibility": "members"},
        {"visibility": "paid"},
        {"visibility": "tiers"},
        {"visibility": "something-new"},
        {"type": "page", "status": "draft"},
        {"type": "page", "visibility": "paid"},
    ],
)
def test_what_not_all_could_read_is_a_draft(move, changes):
    move(ghost(post(**changes)))

    assert Article.objects.get().pub_status == "withheld"
    assert not Page.objects.exists()


@pytest.mark.parametrize("values", [{"type": "page"}, {"page": 1}])
def test_page_is_a_page(move, values):
    move(ghost(post(**values)))

    assert Page.objects.get().slug == "harbour"
    assert not Article.objects.exists()


def test_milliseconds_are_a_time(move):
    move(ghost(post(published_at=1388318310783)))

    assert Article.objects.get().published_at.year == 2013


LEXICAL = {
    "root": {
        "type": "root",
        "children": [
            {"type": "heading", "tag": "h2", "children": [
                {"type": "extended-text", "text": "Head", "format": 0}]},
            {"type": "paragraph", "children": [
                {"type": "extended-text", "text": "Bold & plain", "format": 3},
                {"type": "linebreak"},
                {"type": "link", "url": "https://x.example/?a=1&b",
                 "children": [{"type": "text", "text": "link", "format": 0}]}]},
            {"type": "list", "listType": "number", "children": [
                {"type": "listitem", "children": [{"type": "text", "text": "One"}]}]},
            {"type": "embed", "url": "https://vimeo.com/1", "metadata": {}},
            {"type": "paywall"},
            {"type": "product", "productTitle": "Mug"},
        ],
    }
}  # fmt: skip


def test_lexical_text(move):
    run = move(ghost(post(html=None, lexical=json.dumps(LEXICAL))))

    assert Article.objects.get().body == (
        "<h2>Head</h2><p><em><strong>Bold &amp; plain</strong></em><br>"
        '<a href="https://x.example/?a=1&amp;b">link</a></p><ol><li>One</li></ol>'
        '<div data-embed="https://vimeo.com/1"><a href="https://vimeo.com/1">'
        "https://vimeo.com/1</a></div>"
    )
    assert "product" in run.items.get(kind="story").reason


MOBILEDOC = {
    "version": "0.3.1",
    "atoms": [["soft-return", "", {}]],
    "cards": [["hr", {}], ["code", {"code": "a < b"}]],
    "markups": [["strong"], ["a", ["href", "https://x.example/"]]],
    "sections": [
        [1, "p", [[0, [0], 1, "Bold"], [1, [], 0, 0], [0, [1], 1, "link"]]],
        [10, 0],
        [10, 1],
        [3, "ul", [[[0, [], 0, "One"]]]],
        [10, 99],
    ],
}


def test_mobiledoc_text(move):
    run = move(ghost(post(html="", mobiledoc=json.dumps(MOBILEDOC))))

    assert Article.objects.get().body == (
        '<p><strong>Bold</strong><br><a href="https://x.example/">link</a></p><hr>'
        "<pre><code>a &lt; b</code></pre><ul><li>One</li></ul>"
    )
    assert "could not be read" in run.items.get(kind="story").reason


def test_pictures_under_ghosts_own_address(move, media):
    body = '<figure><img src="__GHOST_URL__/content/images/2024/03/quay.jpg"></figure>'
    move(
        ghost(
            post(
                html=body,
                feature_image="__GHOST_URL__/content/images/size/w600/2024/03/quay.jpg",
            )
        ),
        media=media,
    )

    story, picture = Article.objects.get(), Picture.objects.get()
    assert story.lead_picture == picture
    assert story.body == f'<figure data-picture="{picture.pk}"></figure>'


def test_links_between_posts_are_rewritten(move):
    move(
        ghost(
            post(html='<p><a href="__GHOST_URL__/quay/">q</a></p>'),
            post(id="a2", slug="quay", html="<p>Quay</p>"),
        )
    )

    assert Article.objects.get(slug="harbour").body == (
        '<p><a href="/news/quay/">q</a></p>'
    )


def test_members_are_counted_and_left_out(move):
    run = move(ghost(post(), members=[{"email": "reader@x.example"}]))

    item = run.items.get(title="Members")
    assert (item.outcome, "import_subscribers" in item.reason) == ("skipped", True)
    assert "reader@" not in str(run.found)


def test_tag_can_be_a_section(move):
    mapping = mappings.read(b"kind,name,becomes,value\ntag,sea,section,Coast\n")
    move(ghost(post(), **TABLES), mapping=mapping)

    assert Article.objects.get().get_absolute_url() == "/coast/harbour/"


def test_posts_of_the_api_and_of_migration_tools(move):
    embedded = post(authors=[{"name": "Amina Kaya"}], tags=[{"name": "Sea"}])
    wrapped = {"url": "https://blog.example/b/", "data": post(
        id="b", slug="b", author={"url": "", "data": {"name": "Omar Haddad"}},
        tags=[{"data": {"name": "Sea"}}, {"data": {"name": ""}}],
    )}  # fmt: skip
    move(json.dumps({"posts": [embedded, wrapped]}))

    assert Article.objects.count() == 2
    assert {author.name for author in Author.objects.all()} == {
        "Amina Kaya",
        "Omar Haddad",
    }


def test_address_of_a_person_is_no_name(move):
    tables = {**TABLES, "users": [{**USER, "name": "a@courier.example"}]}
    move(ghost(post(), **tables))

    assert not Author.objects.exists()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "empty"),
        ("a,b\n1,2", "line 1: this is no JSON"),
        ('{"articles": []}', "no list of “posts”"),
        ("[1]", "no list of “posts”"),
        ("null", "no list of “posts”"),
    ],
)
def test_what_is_no_export_is_refused_in_words(move, text, words):
    with pytest.raises(FormatError, match=words):
        move(text)


@pytest.mark.parametrize(
    "broken",
    [
        {"title": {"a": 1}},
        {"tags": "x", "authors": 5},
        {"lexical": "{", "html": None},
        {"mobiledoc": "[1]", "html": None},
        {"published_at": "soon", "slug": 7},
        {"url": "http://[::1", "feature_image": "http://[bad"},
    ],
)
def test_odd_values_are_no_error(move, broken):
    move(ghost(post(**broken)))

    assert Article.objects.count() == 1
