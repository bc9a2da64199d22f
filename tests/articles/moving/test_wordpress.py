from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from articles.models import (
    Article,
    Author,
    ImportedItem,
    Page,
    PastPath,
    Picture,
    Section,
    Tag,
)
from articles.moving import mapping as mappings
from articles.moving import runs
from articles.moving.wxr import FormatError
from newsroom.lib import fetch
from tests.articles.moving.exports import Item, author, category, wxr
from tests.factories.articles import PageFactory

pytestmark = pytest.mark.django_db

QUAY = "https://courier.example/wp-content/uploads/2024/03/quay.jpg"


def attachment(**changes):
    return Item(
        **{
            "id": "9",
            "type": "attachment",
            "status": "inherit",
            "name": "quay",
            "url": QUAY,
            "link": "https://courier.example/2024/03/harbour/quay/",
            "excerpt": "The quay at dawn",
            "parent": "1",
            "meta": {"_wp_attachment_image_alt": "Boats"},
            **changes,
        }
    )


def reasons(run):
    return {item.title: item.reason for item in run.items.all()}


def test_post_is_a_story_with_all_it_had(bring_in):
    terms = [
        ("category", "world", "World"),
        ("post_tag", "ferries", "Ferries"),
        ("post_tag", "c-sharp", "C#"),
    ]
    bring_in(
        wxr(
            Item(
                title="Harbour &amp; <em>quay</em>",
                excerpt="<p>The first\nboat.</p>",
                terms=terms,
                meta={
                    "_yoast_wpseo_title": "Harbour news %%sep%% %%sitename%%",
                    "_yoast_wpseo_metadesc": "All of it",
                },
            )
        )
    )

    story = Article.objects.get()
    assert story.headline == "Harbour & quay"
    assert story.standfirst == "The first boat."
    assert story.body == "<p>The first boat left at noon.</p>"
    assert story.get_absolute_url() == "/world/harbour/"
    assert story.published_at == datetime(2024, 3, 1, 11, tzinfo=UTC)
    assert (story.seo_title, story.seo_description) == ("Harbour news", "All of it")
    assert [line["name"] for line in story.byline()] == ["Amina Kaya"]
    assert [tag["name"] for tag in story.tag_links()] == ["Ferries", "C#"]
    assert story.language == "en"
    assert story.is_live


@pytest.mark.parametrize(
    "changes",
    [
        {"status": "draft"},
        {"status": "pending"},
        {"status": "private"},
        {"status": "publish", "password": "secret"},
        {"status": "future", "date_gmt": "2090-01-01 00:00:00"},
        {"status": "publish", "date_gmt": "2090-01-01 00:00:00"},
        {"status": "draft", "date": "0000-00-00 00:00:00", "date_gmt": "0000-00-00"},
        {"status": "publish", "date": "", "date_gmt": "0000-00-00 00:00:00"},
        {"status": "made-up"},
        {"type": "page", "status": "draft"},
        {"type": "page", "password": "secret"},
    ],
)
def test_what_readers_could_not_see_is_a_draft(bring_in, changes):
    bring_in(wxr(Item(**changes)))

    story = Article.objects.get()
    assert story.pub_status == "withheld"
    assert not Page.objects.exists()
    assert "secret" not in story.ed_note


@pytest.mark.parametrize("status", ["trash", "auto-draft"])
def test_what_was_thrown_away_is_listed(bring_in, status):
    run = bring_in(wxr(Item(status=status)))

    assert not Article.objects.exists()
    assert run.counts["other:skipped"] == 1


def test_scheduled_story_is_planned_and_published_only_when_told(bring_in):
    at = timezone.now() + timedelta(days=30)
    text = wxr(Item(status="future", date_gmt=f"{at:%Y-%m-%d %H:%M:%S}"))
    bring_in(text)
    assert Article.objects.get().planned_for == timezone.localdate(at)
    Article.objects.all().delete()

    bring_in(text, options={"schedule": True})

    story = Article.objects.get()
    assert (story.pub_status, story.is_live) == ("usable", False)


def test_local_time_is_read_in_the_zone_of_the_former_site(bring_in):
    mapping = mappings.Mapping(time_zone="Asia/Tokyo")
    bring_in(wxr(Item(date_gmt="0000-00-00 00:00:00")), mapping=mapping)

    assert Article.objects.get().published_at == datetime(2024, 3, 1, 3, tzinfo=UTC)


def test_old_addresses_lead_to_the_story(bring_in, client):
    bring_in(wxr(Item(), attachment()))

    for address in [
        "/2024/03/harbour/",
        "/2024/03/HARBOUR",
        "/?p=1",
        "/index.php?p=1",
        "/?attachment_id=9",
        "/2024/03/harbour/quay/",
    ]:
        response = client.get(address)
        assert response.status_code == 301, address
        assert response["Location"] == "/world/harbour/"


def test_number_of_a_draft_leads_nowhere(bring_in, client):
    bring_in(wxr(Item(status="draft")))

    assert client.get("/?p=1").status_code == 200


def test_addresses_of_categories_tags_and_authors_lead_on(bring_in, client):
    bring_in(
        wxr(
            Item(terms=[("category", "world", "World"), ("post_tag", "sea", "Sea")]),
            before=author() + category("world", "World", number=5),
        )
    )

    found = {
        address: client.get(address)["Location"]
        for address in ["/category/world/", "/?cat=5", "/tag/sea/", "/author/amina/"]
    }
    assert found == {
        "/category/world/": "/world/",
        "/?cat=5": "/world/",
        "/tag/sea/": "/tags/sea/",
        "/author/amina/": "/authors/amina-kaya/",
    }


def test_links_between_stories_are_rewritten(bring_in):
    bring_in(
        wxr(
            Item(
                content='<p><a href="https://www.courier.example/2024/03/quay/#x">q'
                '</a> <a href="http://courier.example/?p=2">n</a> '
                '<a href="https://courier.example/gone/">g</a></p>'
            ),
            Item(id="2", name="quay"),
        )
    )

    assert Article.objects.get(slug="harbour").body == (
        '<p><a href="/world/quay/#x">q</a> <a href="/world/quay/">n</a> '
        '<a href="/gone/">g</a></p>'
    )
    item = ImportedItem.objects.get(source_id="wordpress:courier.example:1")
    assert (item.outcome, item.reason) == ("look", "A link leads nowhere: /gone/")


def test_pictures_come_from_the_directory(bring_in, media):
    content = f'<p>Words</p><img class="wp-image-9" src="{QUAY[:-4]}-300x200.jpg">'
    bring_in(
        wxr(Item(content=content, meta={"_thumbnail_id": "9"}), attachment()),
        media=media,
    )

    picture = Picture.objects.get()
    story = Article.objects.get()
    assert (picture.caption, picture.alt_text) == ("The quay at dawn", "Boats")
    assert not picture.allows_republishing
    assert story.lead_picture == picture
    assert story.body.replace("\n", "") == (
        f'<p>Words</p><figure data-picture="{picture.pk}"></figure>'
    )


def test_gallery_shows_the_attachments_of_the_story(bring_in, media):
    bring_in(wxr(Item(content="[gallery]"), attachment()), media=media)

    assert Article.objects.get().body == (
        f'<figure data-picture="{Picture.objects.get().pk}"></figure>'
    )


def test_hostile_file_is_no_picture(bring_in, media):
    (media / "2024" / "03" / "quay.jpg").write_bytes(b"<script>alert(1)</script>")
    run = bring_in(wxr(Item(content=f'<img src="{QUAY}">')), media=media)

    assert not Picture.objects.exists()
    assert run.counts["picture:look"] == 1
    assert (
        Article.objects.get().body == f'<p><a href="{QUAY}">Picture: quay.jpg</a></p>'
    )


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "169.254.169.254", "[::1]", "10.0.0.1", "2130706433"]
)
def test_pictures_inside_our_network_are_not_fetched(bring_in, monkeypatch, host):
    monkeypatch.setattr(fetch, "_read", lambda *args: pytest.fail("a connection"))
    monkeypatch.setattr(
        fetch, "download", lambda url, **options: fetch.check_address(url)
    )
    content = f'<img src="http://{host}/a.jpg">'
    run = bring_in(wxr(Item(content=content)), options={"fetch": True})

    assert "not public" in reasons(run)[f"http://{host}/a.jpg"]


def test_picture_is_fetched_and_checked(bring_in, media, monkeypatch):
    content = (media / "2024" / "03" / "quay.jpg").read_bytes()
    asked = []

    def download(url, **options):
        asked.append(url)
        return fetch.Download(url, 200, None, content)

    monkeypatch.setattr(fetch, "download", download)
    text = wxr(Item(content=f'<img src="{QUAY}"><img src="{QUAY}?a">'))
    bring_in(text, options={"fetch": True})
    bring_in(text, options={"fetch": True})

    assert asked == [QUAY]
    assert Picture.objects.count() == 1


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_export_in_several_files_in_any_order(bring_in, media, order):
    texts = [
        wxr(Item(meta={"_thumbnail_id": "9"})),
        wxr(attachment()),
    ]
    for number in order:
        bring_in(texts[number], media=media, name=f"part-{number}.xml")

    assert Article.objects.get().lead_picture == Picture.objects.get()
    item = ImportedItem.objects.get(kind="story", outcome="imported")
    assert item.reason == ""


def test_co_authors_stand_in_their_order(bring_in):
    terms = [
        ("author", "cap-omar", "Omar"),
        ("author", "cap-amina", "Amina"),
        ("author", "cap-omar", "Omar"),
    ]
    bring_in(
        wxr(Item(terms=terms), before=author() + author("omar", "Omar Haddad", ""))
    )

    names = [line["name"] for line in Article.objects.get().byline()]
    assert names == ["Omar Haddad", "Amina Kaya"]


def test_addresses_of_people_are_nowhere(bring_in):
    before = author(name="amina@courier.example") + author("x@courier.example", "")
    run = bring_in(
        wxr(Item(), Item(id="2", name="b", creator="x@courier.example"), before=before)
    )

    told = [*Author.objects.values_list("name", flat=True), *run.found["notes"]]
    told += run.items.values_list("title", flat=True)
    told += run.items.values_list("reason", flat=True)
    assert [words for words in told if "@" in words] == []


def test_author_that_is_not_listed_is_made_and_noted(bring_in):
    run = bring_in(
        wxr(Item(creator="Ghost 👻"), Item(id="2", title="B", name="b", creator=""))
    )

    assert [author.name for author in Author.objects.all()] == ["Ghost 👻"]
    assert "is not among the authors" in str(reasons(run))
    assert run.counts["story:look"] == 2


def test_two_accounts_of_one_address_are_one_author(bring_in):
    before = author() + author("amina2", "A. Kaya")
    bring_in(wxr(Item(), Item(id="2", name="b", creator="amina2"), before=before))

    assert [author.name for author in Author.objects.all()] == ["Amina Kaya"]


def test_categories_below_another_are_tags_in_its_section(bring_in):
    bring_in(
        wxr(
            Item(terms=[("category", "asia", "Asia")]),
            Item(id="2", name="b", terms=[("category", "uncategorized", "Unsorted")]),
            before=author()
            + category("world", "World")
            + category("asia", "Asia", parent="world"),
        )
    )

    first, second = Article.objects.order_by("source_id")
    assert first.get_absolute_url() == "/world/harbour/"
    assert [tag["name"] for tag in first.tag_links()] == ["Asia"]
    assert second.get_absolute_url() == "/news/b/"


def test_mapping_says_what_becomes_of_what(bring_in):
    mapping = mappings.read(
        b"kind,name,becomes,value\n"
        b"setting,default_section,,Elsewhere\n"
        b"category,world,tag,Planet\n"
        b"tag,sea,section,Coast\n"
        b"tag,dull,nothing,\n"
        b"author,amina,,A. Kaya\n"
        b"type,review,story,\n"
    )
    sea = [("category", "world", "World"), ("post_tag", "sea", "Sea")]
    bring_in(
        wxr(
            Item(terms=[*sea, ("post_tag", "dull", "Dull")], type="review"),
            Item(id="2", name="b"),
        ),
        mapping=mapping,
    )

    first, second = Article.objects.order_by("source_id")
    assert first.get_absolute_url() == "/coast/harbour/"
    assert [tag["name"] for tag in first.tag_links()] == ["Planet"]
    assert [line["name"] for line in first.byline()] == ["A. Kaya"]
    assert second.get_absolute_url() == "/elsewhere/b/"
    assert not Tag.objects.filter(name="Dull").exists()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"name\n", "kind,name,becomes,value"),
        (b"kind,name,becomes,value\nplanet,x,,\n", "Row 2 .*no kind “planet”"),
        (b"kind,name,becomes,value\ncategory,x,page,\n", "can become section, tag"),
        (b"kind,name,becomes,value\nsetting,time_zone,,Mars\n", "no time zone"),
        (b"{", "neither CSV nor JSON"),
        (b"\xff\xfe", "not UTF-8"),
        (b'{"a": 1}', "not a list"),
    ],
)
def test_mapping_that_cannot_be_used_says_why(content, words):
    with pytest.raises(mappings.MappingError, match=words):
        mappings.read(content)


def test_public_page_is_a_page_and_keeps_its_addresses(bring_in, client):
    page = Item(
        id="4", type="page", name="about-us", title="About us",
        link="https://courier.example/info/about-us/", terms=[],
    )  # fmt: skip
    bring_in(wxr(page))

    assert Page.objects.get().get_absolute_url() == "/about-us/"
    assert not Page.objects.get().is_in_footer
    assert client.get("/info/about-us/")["Location"] == "/about-us/"
    assert client.get("/?page_id=4")["Location"] == "/about-us/"


def test_page_whose_address_is_taken_gets_another(bring_in):
    PageFactory(slug="about")
    run = bring_in(wxr(Item(type="page", name="about", title="About", terms=[])))

    assert Page.objects.filter(slug="about-2").exists()
    assert "is taken here" in reasons(run)["About"]


def test_category_with_the_name_of_a_page_gets_another_address(bring_in):
    bring_in(
        wxr(
            Item(id="3", type="page", name="world", title="World", terms=[]),
            Item(terms=[("category", "archive", "Archive")]),
            Item(id="2", name="b"),
        )
    )

    assert set(Section.objects.values_list("slug", flat=True)) == {"archive-2", "world"}
    assert Page.objects.get().slug == "world-2"


def test_kinds_without_a_rule_and_workings_are_listed(bring_in):
    run = bring_in(
        wxr(
            Item(type="recipe", title="Soup"),
            Item(id="2", type="nav_menu_item"),
            Item(id="3", type="revision"),
            Item(id="4", name="d", comments=2),
        )
    )

    found = reasons(run)
    assert "a row of the mapping can" in found["Soup"]
    assert found["revision"].startswith("1 of this kind")
    assert found["Comments"] == "2 comments: this site has none."
    assert Article.objects.count() == 1


def test_story_without_a_title_gets_its_first_words(bring_in):
    run = bring_in(wxr(Item(title="")))

    assert Article.objects.get().headline == "The first boat left at noon."
    assert run.counts["story:look"] == 1


def test_long_title_and_excerpt_are_kept_in_the_note(bring_in):
    bring_in(wxr(Item(title="word " * 100, excerpt="more " * 200)))

    story = Article.objects.get()
    assert len(story.headline) <= 300
    assert len(story.standfirst) <= 600
    assert ("word " * 100).strip() in story.ed_note
    assert ("more " * 200).strip() in story.ed_note


def test_bodies_are_clean(bring_in):
    bring_in(wxr(Item(content='<p onclick="x()">A<script>alert(1)</script> b</p>')))

    assert Article.objects.get().body == "<p>A b</p>"


def test_reusable_block_is_resolved_and_a_computed_one_noted(bring_in):
    run = bring_in(
        wxr(
            Item(
                content='<!-- wp:block {"ref":8} /-->\n<!-- wp:latest-posts /-->\n'
                "<!-- wp:paragraph -->\n<p>End</p>\n<!-- /wp:paragraph -->"
            ),
            Item(id="8", type="wp_block", name="x", content="<p>Shared</p>"),
        )
    )

    assert Article.objects.get().body == "<p>Shared</p>\n<p>End</p>"
    assert "latest-posts" in reasons(run)["The harbour reopens"]


def test_two_items_of_one_number_are_both_kept(bring_in):
    run = bring_in(wxr(Item(), Item(title="Other", name="other"), Item()))

    assert Article.objects.count() == 2
    assert run.items.filter(reason__startswith="Twice in the file").count() == 1


def test_body_that_is_too_long_fails_and_the_others_come(bring_in):
    run = bring_in(wxr(Item(content="<p>" + "x" * 300_001), Item(id="2", name="b")))

    assert Article.objects.count() == 1
    assert run.counts["story:failed"] == 1


def test_broken_file_brings_in_nothing(bring_in):
    with pytest.raises(FormatError, match=r"line \d+"):
        bring_in(wxr(Item(), "<item><title>cut"))

    assert not Article.objects.exists()
    assert not Section.objects.exists()


def test_times_and_planning_are_days_of_the_zone(bring_in):
    mapping = mappings.Mapping(time_zone="Asia/Tokyo")
    bring_in(
        wxr(Item(status="future", date_gmt="2090-01-01 20:00:00")), mapping=mapping
    )

    assert Article.objects.get().planned_for == date(2090, 1, 2)


def test_dry_run_writes_nothing_and_reports_the_same(bring_in, tmp_path, media):
    text = wxr(
        Item(content=f'<img src="{QUAY}">'),
        Item(id="2", name="b", creator="nobody"),
        Item(id="3", type="page", name="about", title="About"),
        Item(id="4", status="trash"),
        attachment(),
    )
    path = tmp_path / "dry.xml"
    path.write_text(text)
    order = runs.Order(path=path, kind="wordpress", media=media, is_dry_run=True)

    _, journal, _ = runs.check(order)

    for model in (Article, Page, Author, Tag, Section, Picture, PastPath, ImportedItem):
        assert not model.objects.exists(), model
    dry = {f"{kind}:{out}": count for (kind, out), count in journal.counts.items()}
    real = bring_in(text, media=media).counts
    real.pop("redirect:imported")
    assert dry == real
