import json
import uuid
from datetime import UTC, datetime, timedelta
from io import BytesIO, StringIO

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.utils import timezone
from PIL import Image

from articles import search
from articles.bulk import load as bulk_load
from articles.models import (
    Article,
    Author,
    Correction,
    FrontPageSlot,
    Page,
    PastAddress,
    PastSectionSlug,
    Picture,
    Publication,
    Section,
    Tag,
    TagAlias,
)
from articles.pictures import add_picture
from articles.renditions import rendition_name
from tests.factories.articles import (
    ArticleFactory,
    AuthorFactory,
    CorrectionFactory,
    PageFactory,
    SectionFactory,
)

pytestmark = pytest.mark.django_db


def line(**changes):
    return {
        "id": "old-1",
        "slug": "ferries-return",
        "section": "world",
        "headline": "Ferries return",
        "kicker": "Istanbul",
        "standfirst": "The first boat left at dawn.",
        "body_html": "<p>Forty passengers &amp; a dog.</p>",
        "byline": [{"name": "Ada Writer"}, {"name": "Ben Lens", "role": "Photography"}],
        "tags": ["Ferries", "Türkiye"],
        "published_at": "2026-01-05T12:30:00+03:00",
        "modified_at": "2026-01-06T09:00:00Z",
        "language": "en",
        "license": "CC BY-ND 4.0",
        **changes,
    }


def write(path, *lines):
    """A file of JSON lines; what is no dict stands there as it is."""
    raw = [
        item if isinstance(item, bytes) else json.dumps(item).encode() for item in lines
    ]
    path.write_bytes(b"\n".join(raw) + b"\n")
    return path


def save_picture(path, colour="red"):
    path.parent.mkdir(exist_ok=True)
    Image.new("RGB", (64, 48), colour).save(path)


def load(path, *arguments):
    """What import_articles prints, and its exit status."""
    out, err, status = StringIO(), StringIO(), 0
    try:
        call_command("import_articles", path, *arguments, stdout=out, stderr=err)
    except CommandError as error:
        status = error.returncode
    return out.getvalue().rpartition(",")[0], err.getvalue().splitlines(), status


@pytest.fixture
def file(tmp_path):
    return tmp_path / "archive.jsonl"


def test_database_counts_its_rows_each_time_they_are_twice_as_many(file, monkeypatch):
    counted = []
    monkeypatch.setattr(bulk_load, "BATCH", 1)
    monkeypatch.setattr(bulk_load, "FIRST_COUNT", 2)
    monkeypatch.setattr(
        bulk_load, "count_anew", lambda **how: counted.append(Article.objects.count())
    )
    lines = [line(id=f"old-{number}") for number in range(20)]

    load(write(file, *lines[:9]), "--dry-run")
    load(write(file, *lines[:9]))
    load(write(file, *lines[9:]))

    assert counted == [2, 4, 8, 18]


def test_import_loads_every_field_of_a_line(file):
    save_picture(file.parent / "pictures" / "boat.png")
    picture = {
        "file": "pictures/boat.png",
        "caption": "At dawn.",
        "credit_line": "Ben Lens",
        "alt_text": "A white ferry",
    }

    printed = load(write(file, line(picture=picture)))

    summary = "1 added, 0 updated, 0 here already, 0 skipped, 1 pictures made"
    assert printed == (summary, [], 0)
    article = Article.objects.get()
    assert article.source_id == "old-1"
    assert article.section.slug == "world"
    assert article.slug == "ferries-return"
    assert article.headline == "Ferries return"
    assert article.kicker == "Istanbul"
    assert article.standfirst == "The first boat left at dawn."
    assert article.body == "<p>Forty passengers &amp; a dog.</p>"
    assert article.word_count == 5
    assert article.pub_status == "usable"
    assert article.published_at == datetime(2026, 1, 5, 9, 30, tzinfo=UTC)
    assert article.modified_at == datetime(2026, 1, 6, 9, 0, tzinfo=UTC)
    assert article.license == "CC BY-ND 4.0"
    contributions = article.contributions.values_list("author__name", "role")
    assert list(contributions) == [("Ada Writer", ""), ("Ben Lens", "Photography")]
    assert [link["name"] for link in article.tag_links()] == ["Ferries", "Türkiye"]
    assert article.lead_picture.caption == "At dawn."
    assert article.lead_picture.credit_line == "Ben Lens"
    assert article.lead_picture.alt_text == "A white ferry"
    assert article.lead_caption_override == ""
    assert default_storage.exists(
        rendition_name(article.lead_picture, "original", 64, "jpg")
    )
    assert [event.kind for event in article.events.all()] == ["imported"]


def test_imported_stories_are_found_by_search(file):
    load(write(file, line(headline="Quinces ripen")))

    assert search.search("quinces").count == 1


def test_second_import_changes_nothing(file, tmp_path):
    path = write(file, line(), line(id="old-2"), line(id="old-2", headline="Again"))
    load(path)
    Article.objects.filter(source_id="old-1").update(headline="An editor's headline")
    before = exported(tmp_path)

    printed = load(path)

    summary = "0 added, 0 updated, 3 here already, 0 skipped, 0 pictures made"
    assert printed == (summary, [], 0)
    assert exported(tmp_path) == before


def test_import_with_update_writes_changed_lines_over_stories(file):
    load(write(file, line(), line(id="old-2", slug="other")))
    changed = line(headline="Changed", tags=["Boats"], byline=[], section="politics")

    printed = load(write(file, changed), "--update")

    summary = "0 added, 1 updated, 0 here already, 0 skipped, 0 pictures made"
    assert printed == (summary, [], 0)
    article = Article.objects.get(source_id="old-1")
    assert (article.headline, article.section.slug) == ("Changed", "politics")
    assert [link["name"] for link in article.tag_links()] == ["Boats"]
    assert article.byline() == []
    assert Article.objects.get(source_id="old-2").headline == "Ferries return"


def test_import_that_was_stopped_goes_on_where_it_was(file):
    lines = [line(id=f"old-{number}", slug=f"story-{number}") for number in range(1200)]
    load(write(file, *lines[:500]))

    summary, _, _ = load(write(file, *lines))

    assert summary.startswith("700 added, 0 updated, 500 here already")
    assert Article.objects.count() == 1200


@pytest.mark.parametrize(
    "picture", [{"file": "bo\u0000at\ud800.png"}, {"id": []}, {"id": 10**20}]
)
def test_story_is_loaded_whatever_its_picture_is_called(file, picture):
    _, warnings, status = load(write(file, line(picture=picture)))

    assert Article.objects.get().lead_picture is None
    assert "loaded without its picture" in warnings[0]
    assert status == 0


def test_addresses_of_imported_names_open(file, client):
    lines = [
        {"type": "tag", "name": "AC", "slug": "a/b", "aliases": [
            {"name": "DC", "slug": "<d>"}
        ]},
        {"type": "author", "name": "Ada Writer", "slug": "ada", "aliases": [
            {"name": "A. W.", "slug": "A/W"}
        ]},
        line(tags=["AC", {"name": "Long", "slug": "x" * 100}]),
    ]  # fmt: skip
    lines[-1]["tags"].append("ﷺ" * 90)

    _, errors, _ = load(write(file, *lines))

    assert errors == []
    links = [link["url"] for link in Article.objects.get().tag_links()]
    assert links[:2] == ["/tags/a-b/", f"/tags/{'x' * 100}/"]
    assert [client.get(url).status_code for url in links] == [200, 200, 200]
    assert client.get("/tags/d/").url == "/tags/a-b/"
    assert client.get("/authors/a-w/").url == "/authors/ada/"


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (b"{", "not JSON"),
        (b'"text"', "not a JSON object"),
        (b'{"id": "\xff"}', "not UTF-8 text"),
        (b"[" * 100_000, "not JSON"),
        (line(id=None), "there is no “id”"),
        (line(id="x" * 201), "“id” is longer than 200 characters"),
        (line(headline=" \u0007 "), "there is no “headline”"),
        (line(headline=5), "“headline” is not text"),
        (line(headline="x" * 301), "headline: Ensure this value has at most 300"),
        (line(section=""), "there is no “section”"),
        (line(section="Archive"), "section Archive: slug:"),
        (line(published_at="2026-01-05T12:30:00"), "“published_at” has no offset"),
        (line(published_at="yesterday"), "“published_at” is not a time: yesterday"),
        (line(published_at=None, pub_status="usable"), "a usable story needs"),
        (line(pub_status="live"), "there is no “pub_status” live"),
        (line(language="not a language"), "language:"),
        (line(byline=[{"role": "x"}]), "an entry of “byline” has no name"),
        (line(byline="Ada"), "“byline” is not a list"),
        (line(tags=[5]), "an entry of “tags” has no name"),
        (line(body_html="<div>" * 100), "body: This text is nested too deeply"),
        (line(corrections=[{"kind": "wrong", "text": "x"}]), "a correction: kind:"),
        ({"type": "mystery"}, "no such type: mystery"),
        ({"type": "section", "slug": "search", "name": "Search"}, "slug:"),
        ({"type": "front_page", "area": "lead", "article": "9"}, "there is no story"),
        ({"type": "picture", "id": 1}, "the picture has no “file”"),
        ({"type": "picture", "id": 10**20}, "“id” is too large a number"),
        (
            {"type": "section", "slug": "x", "name": "X", "past_slugs": [{}]},
            "an entry of “past_slugs” has no name",
        ),
        (
            {"type": "author", "name": "Ada", "aliases": [{"name": "A", "slug": 5}]},
            "“slug” is not text",
        ),
        (line(published_at="0001-01-01T00:00:00Z"), "“published_at” lies too far off"),
        (line(planned_for="soon"), "“planned_for” is not a date: soon"),
        (line(planned_for="9999-12-31"), "“planned_for” lies too far off"),
        (line(expires_at="9999-12-31T23:59:00Z"), "“expires_at” lies too far off"),
    ],
)  # fmt: skip
def test_bad_line_is_reported_with_its_number_and_skipped(file, bad, reason):
    if isinstance(bad, dict) and bad.get("id") == "old-1":
        bad["id"] = "old-2"
    path = write(file, line(), b"", bad, line(id="old-3", slug="last"))

    summary, errors, status = load(path)

    assert summary.startswith("2 added, 0 updated, 0 here already, 1 skipped")
    assert len(errors) == 1
    assert errors[0].startswith(f"line 3: skipped: {reason}")
    assert status == 1
    assert set(Article.objects.values_list("source_id", flat=True)) == {
        "old-1",
        "old-3",
    }


def test_story_that_the_database_refuses_does_not_spoil_the_others(file, monkeypatch):
    # Two ids with one UUID: the second row cannot be written.
    same = str(uuid.uuid4())
    stories = [
        line(id="a", uuid=same),
        line(id="b", slug="b", uuid=same),
        line(id="c", slug="c", corrections=[{"text": "Forty."}]),
    ]

    summary, errors, status = load(write(file, *stories))

    assert summary.startswith("2 added, 0 updated, 0 here already, 1 skipped")
    assert errors[0].startswith("line 2: skipped: ")
    assert status == 1
    assert Correction.objects.get().article.source_id == "c"


def test_ids_that_are_uuids_stand_for_themselves(file):
    own = uuid.uuid4()
    load(
        write(file, line(id=str(own)), line(id="old-2", slug="b"), line(id=3, slug="c"))
    )

    article = Article.objects.get(source_id=str(own))
    assert article.uuid == own
    others = Article.objects.exclude(pk=article.pk).values_list("uuid", flat=True)
    assert {other.version for other in others} == {5}


def test_addresses_are_made_where_missing_and_unique_in_a_section(file):
    load(
        write(
            file,
            line(id="1"),
            line(id="2"),
            line(id="3", slug=None),
            line(id="4", section="politics"),
            line(id="5", slug="Çay & Simit"),
            line(id="6", slug=None, headline="🙂"),
            line(id="7", slug="feed"),
            line(id="8", slug="x" * 130),
            line(id="9", slug=None, url_path="/2019/from-path/"),
        )
    )

    slugs = dict(Article.objects.values_list("source_id", "slug"))
    assert slugs.pop("6").startswith("story-")
    assert slugs == {
        "1": "ferries-return",
        "2": "ferries-return-2",
        "3": "ferries-return-3",
        "4": "ferries-return",
        "5": "cay-and-simit",
        "7": "feed-2",
        "8": "x" * 120,
        "9": "from-path",
    }


def test_addresses_of_before_lead_to_the_story(file):
    SectionFactory(slug="news")
    stories = [line(url_path="/news/old-name/", past_addresses=["/world/older/"])]

    load(write(file, *stories))

    rows = PastAddress.objects.values_list(
        "section__slug", "slug", "article__source_id"
    )
    assert set(rows) == {("news", "old-name", "old-1"), ("world", "older", "old-1")}


def test_names_that_are_known_are_not_made_again(file):
    section = SectionFactory(name="The World", slug="world")
    PastSectionSlug.objects.create(section=section, slug="abroad")
    author = AuthorFactory(name="Ada Wríter", slug="ada")
    author.aliases.create(name="A. Writer", slug="a-writer")
    turkey = Tag.objects.create(name="Turkey", slug="turkey")
    TagAlias.objects.create(tag=turkey, name="Türkiye", slug="turkiye")
    bylines = [
        [{"name": "ada writer"}],
        [{"name": "A. Writer"}, {"name": "Ada Wríter"}],
    ]

    load(
        write(
            file,
            line(id="1", section="abroad", byline=bylines[0], tags=["turkiye"]),
            line(
                id="2",
                section="The World",
                byline=bylines[1],
                tags=["TURKEY", "turkey"],
            ),
        )
    )

    assert list(Section.objects.all()) == [section]
    assert list(Author.objects.all()) == [author]
    assert list(Tag.objects.all()) == [turkey]
    assert turkey.tagged_articles.count() == author.contributions.count() == 2


def test_characters_that_feeds_cannot_carry_are_dropped(file):
    bad = "\u0000\u0007\u000c\ufffe\ud800"
    words = {
        "headline": f"Fer{bad}ries",
        "standfirst": f"The{bad} first",
        "body_html": f"<p>For{bad}ty</p>",
        "byline": [{"name": f"Ada{bad} Writer", "role": f"Te{bad}xt"}],
        "tags": [f"Boa{bad}ts"],
        "slug": f"bo{bad}at",
        "corrections": [{"text": f"For{bad}ty."}],
    }

    _, errors, _ = load(write(file, line(**words)))

    article = Article.objects.get()
    assert errors == []
    assert article.headline == "Ferries"
    assert article.standfirst == "The first"
    assert article.body == "<p>Forty</p>"
    assert article.slug == "boat"
    assert [(row["name"], row["role"]) for row in article.byline()] == [
        ("Ada Writer", "Text")
    ]
    assert [link["name"] for link in article.tag_links()] == ["Boats"]
    assert article.corrections.get().text == "Forty."


def test_each_picture_file_is_one_picture_and_other_words_stay_with_the_story(file):
    save_picture(file.parent / "boat.png")
    save_picture(file.parent / "copy.png")
    first = {"file": "boat.png", "caption": "At dawn.", "credit_line": "Ben Lens"}
    second = {"file": "copy.png", "caption": "At dusk.", "credit_line": "Ben Lens"}

    load(
        write(
            file,
            line(id="1", picture=first),
            line(id="2", slug="b", picture=second),
            line(id="3", slug="c", picture="boat.png"),
        )
    )

    picture = Picture.objects.get()
    rows = Article.objects.order_by("source_id").values_list(
        "lead_picture", "lead_caption_override", "lead_credit_override"
    )
    assert list(rows) == [
        (picture.pk, "", ""), (picture.pk, "At dusk.", ""), (picture.pk, "", ""),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("gone.png", "picture gone.png: No such file or directory"),
        ("notes.txt", "picture notes.txt: This is not a picture we can read."),
        ("../secret.png", "lies outside the directory of this file"),
        ("/etc/hostname", "lies outside the directory of this file"),
        ("link.png", "lies outside the directory of this file"),
        ("", "the picture has no “file”"),
        ("a\0b.png", "picture ab.png: No such file or directory"),
    ],
)
def test_story_comes_without_a_picture_that_cannot_be_used(tmp_path, name, reason):
    directory = tmp_path / "archive"
    directory.mkdir()
    save_picture(tmp_path / "secret.png")
    (directory / "link.png").symlink_to(tmp_path / "secret.png")
    (directory / "notes.txt").write_text("notes")
    path = write(directory / "a.jsonl", line(picture={"file": name, "caption": "x"}))

    summary, errors, status = load(path)

    assert summary.startswith("1 added, 0 updated, 0 here already, 0 skipped")
    assert errors[0].startswith("line 1: loaded without its picture: ")
    assert reason in errors[0]
    assert status == 0
    assert Article.objects.get().lead_picture is None


def test_lines_with_blocks_and_other_names_are_understood(file):
    save_picture(file.parent / "img.jpg")
    story = {
        "id": 7,
        "slug": "blocks",
        "headline": "Blocks",
        "standfirst": "",
        "section": "world",
        "authors": [{"slug": "ada", "name": "Ada Writer"}],
        "tags": [{"slug": "the-boats", "name": "Boats"}],
        "image": {
            "file": "img.jpg",
            "alt": "A ferry",
            "caption": "C.",
            "credit": "AFP",
        },
        "published_at": "2026-01-05T12:30:00Z",
        "body": [
            {"t": "p", "x": "1 < 2"},
            {"t": "h2", "x": "More"},
            {"t": "quote", "x": "Said."},
        ],
    }

    load(write(file, story))

    article = Article.objects.get()
    assert article.body == (
        "<p>1 &lt; 2</p>\n<h2>More</h2>\n<blockquote><p>Said.</p></blockquote>"
    )
    assert article.source_id == "7"
    assert article.byline()[0]["url"] == "/authors/ada/"
    assert article.tag_links()[0]["url"] == "/tags/the-boats/"
    picture = article.lead_picture
    assert (picture.alt_text, picture.credit_line) == ("A ferry", "AFP")


def exported(tmp_path, *, name="export.jsonl"):
    path = tmp_path / name
    call_command(
        "export_articles", output=path, media=tmp_path / "media", stderr=StringIO()
    )
    return path.read_text("utf-8")


def set_a_whole_paper():
    """A row of everything an editor owns, with all of its fields set."""
    now = timezone.now()
    red, blue = BytesIO(), BytesIO()
    for file, colour in [(red, "red"), (blue, "blue")]:
        Image.new("RGB", (64, 48), colour).save(file, "PNG")
    lead = add_picture(
        red,
        caption="At dawn.",
        credit_line="Ben Lens",
        alt_text="A white ferry",
        copyright_notice="© Ben",
        usage_terms="Once.",
        creator="Ben",
        keywords="sea, dawn",
        territory_note="Not in Germany.",
        usage="agency",
        license_url="https://agency.example/licence/",
        acquire_license_url="https://agency.example/buy/",
        is_decorative=True,
        allows_newsletter=False,
        allows_republishing=False,
        taken_at=now - timedelta(days=9),
        rights_start_at=now - timedelta(days=8),
        rights_expire_at=now + timedelta(days=9),
        focal_x=10,
        focal_y=0,
    )
    twin = add_picture(red, caption="The same file, other words.")
    portrait = add_picture(blue)
    world = SectionFactory(name="World", slug="world", description="All of it.")
    news = SectionFactory(name="News", slug="news", is_in_navigation=False)
    PastSectionSlug.objects.create(section=news, slug="latest")
    ada = AuthorFactory(
        name="Ada", slug="ada", job_title="Editor", biography="B.", portrait=portrait
    )
    ada.aliases.create(name="A. Writer", slug="a-w")
    namesake = AuthorFactory(name="Ada", slug="ada-2")
    turkey = Tag.objects.create(name="Turkey", slug="turkey", description="Country.")
    TagAlias.objects.create(tag=turkey, name="Türkiye", slug="tr")
    PageFactory(title="About", slug="about", is_in_footer=False, position=3)
    Publication.objects.create(pk=1, name="The Post", founding_year=1999, logo=twin)
    story = ArticleFactory(
        published=True,
        source_id="old-1",
        section=world,
        headline="Ferries",
        kicker="K",
        slugline="ferries-slug",
        dateline="ISTANBUL",
        ed_note="Call the harbour.",
        body=f'<p>One.</p><figure data-picture="{twin.pk}"></figure>',
        language="tr",
        text_direction="ltr",
        translation_key="boats",
        lead_picture=lead,
        lead_caption_override="Here.",
        lead_credit_override="Ben",
        social_picture=twin,
        modified_at=now,
        embargoed_until=now - timedelta(days=1),
        expires_at=now + timedelta(days=1),
        planned_for=now.date(),
        license="CC BY",
        is_republishable=False,
        seo_title="S",
        seo_description="D",
        social_title="T",
        social_description="E",
        canonical_url="https://first.example/story",
        by=[ada, namesake],
        tagged=["Turkey", "Boats"],
    )
    story.contributions.filter(author=namesake).update(role="Photography")
    CorrectionFactory(article=story, kind="update", placement="top")
    PastAddress.objects.create(section=news, slug="boats", article=story)
    draft = ArticleFactory(section=world, headline="Draft", body="")
    ArticleFactory(section=news, withdrawn=True)
    ArticleFactory(section=news, scheduled=True)
    FrontPageSlot.objects.create(
        article=story, area="lead", position=2, pinned_until=now + timedelta(hours=1)
    )
    FrontPageSlot.objects.create(article=draft, area="secondary")


def empty_the_paper():
    for model in [
        FrontPageSlot, Article, Publication, Page, Author, Tag, Section, Picture,
    ]:  # fmt: skip
        model.objects.all().delete()


def test_export_into_an_empty_site_and_out_again_loses_nothing(tmp_path):
    set_a_whole_paper()
    before = exported(tmp_path)
    kinds = [json.loads(row).get("type") for row in before.splitlines()]
    assert kinds == (
        ["section"] * 2 + ["picture"] * 3 + ["author"] * 2 + ["tag"] * 2
        + ["page", "publication"] + ["article"] * 4 + ["front_page"] * 2
    )  # fmt: skip
    empty_the_paper()

    printed = load(tmp_path / "export.jsonl")

    summary = "17 added, 0 updated, 0 here already, 0 skipped, 3 pictures made"
    assert printed == (summary, [], 0)
    assert exported(tmp_path, name="again.jsonl") == before


def test_import_of_an_own_export_changes_nothing(tmp_path):
    set_a_whole_paper()
    before = exported(tmp_path)

    for arguments in [[], ["--update"]]:
        _, errors, status = load(tmp_path / "export.jsonl", *arguments)

        assert (errors, status) == ([], 0)
        assert exported(tmp_path) == before


def test_pictures_in_bodies_follow_where_their_number_is_taken(tmp_path):
    set_a_whole_paper()
    exported(tmp_path)
    number = Picture.objects.get(caption="The same file, other words.").pk
    empty_the_paper()
    green = BytesIO()
    Image.new("RGB", (8, 8), "green").save(green, "PNG")
    other = add_picture(green, pk=number)

    load(tmp_path / "export.jsonl")
    load(tmp_path / "export.jsonl")

    twin = Picture.objects.get(caption="The same file, other words.")
    assert twin.pk != other.pk
    article = Article.objects.get(source_id="old-1")
    assert f'<figure data-picture="{twin.pk}">' in article.body
    assert article.social_picture == twin
    assert Picture.objects.count() == 4


@pytest.mark.parametrize("count", [1, 3])
def test_export_query_count(tmp_path, django_assert_num_queries, count):
    section = SectionFactory()
    for _ in range(count):
        article = ArticleFactory(section=section, published=True, tagged=["Boats"])
        CorrectionFactory(article=article)

    with django_assert_num_queries(19):
        exported(tmp_path)


def test_export_to_standard_output_is_lines_of_json():
    ArticleFactory(headline="Çay")
    out = StringIO()

    call_command("export_articles", stdout=out)

    rows = [json.loads(row) for row in out.getvalue().splitlines()]
    assert [row["type"] for row in rows] == ["section", "article"]
    assert "Çay" in out.getvalue()


def test_export_refuses_a_picture_directory_that_import_could_not_read(tmp_path):
    (tmp_path / "lines").mkdir()

    with pytest.raises(CommandError, match="beside the file or below it"):
        call_command(
            "export_articles",
            output=tmp_path / "lines" / "a.jsonl",
            media=tmp_path / "elsewhere",
        )

    assert not (tmp_path / "elsewhere").exists()
