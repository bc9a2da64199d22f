"""The copy that opens from a folder: what is in it, and that its links hold."""

import re
from html import unescape
from io import StringIO
from urllib.parse import unquote

import pytest
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command

from articles import pictures
from articles.actions import move, withdraw
from newsroom.mirror import MirrorError, addresses, handler, journal, rewriting, writing
from tests.factories.articles import (
    ArticleFactory,
    PageFactory,
    SectionFactory,
    UserFactory,
)
from tests.factories.newsletter import NewsletterFactory
from tests.lib.samples import photograph

pytestmark = pytest.mark.django_db

SITE = "https://news.example"
LINK = re.compile(r"""<[^>]+?\s(?:href|src)="([^"]+)\"""")


@pytest.fixture
def story():
    return ArticleFactory(
        published=True, slug="ferry", section=SectionFactory(slug="world"),
        tagged=["Harbour"],
    )  # fmt: skip


def mirror(path):
    counts, failed = writing.write(path)
    assert failed == []
    return counts


def text(path, name):
    return (path / name).read_text("utf-8")


def broken_links(path):
    found = []
    for page in path.rglob("*.html"):
        for link in LINK.findall(page.read_text("utf-8")):
            target = unquote(unescape(link).partition("#")[0])
            is_elsewhere = re.match(r"[a-z]+:", target)
            if target and not is_elsewhere and not (page.parent / target).is_file():
                found.append((page.name, link))
    return found


def test_readers_pages_link_to_each_other_as_files(story, tmp_path):
    PageFactory(slug="about")
    NewsletterFactory(slug="letter")

    mirror(tmp_path)

    assert broken_links(tmp_path) == []
    assert story.headline in text(tmp_path, "world/ferry/index.html")
    assert 'href="world/ferry/index.html"' in text(tmp_path, "index.html")
    assert f"{SITE}/world/ferry/" in text(tmp_path, "feed/index.xml")
    assert f"{SITE}/world/ferry/" in text(tmp_path, "feed/rss.xml")
    assert "sitemap-" in text(tmp_path, "sitemap.xml")
    names = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*")}
    assert {
        "tags/harbour/index.html",
        "archive/index.html",
        "corrections/index.html",
        "about/index.html",
        "newsletters/letter/index.html",
        "robots.txt",
        "static/css/base.css",
        "static/fonts/text-latin.woff2",
    } <= names


def test_what_readers_may_not_see_is_not_there(story, tmp_path):
    hidden = [
        ArticleFactory(headline="Hidden draft"),
        ArticleFactory(headline="Hidden withdrawn", withdrawn=True),
        ArticleFactory(headline="Hidden scheduled", scheduled=True),
    ]
    story.body = "".join(
        f'<p><a href="{row.get_absolute_url()}">x</a></p>' for row in hidden
    )
    story.save()

    mirror(tmp_path)

    everything = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    assert not [data for data in everything if b"Hidden" in data]
    assert "not on the site" in text(
        tmp_path, f"{hidden[0].get_absolute_url().strip('/')}/index.html"
    )
    assert broken_links(tmp_path) == []


def test_forms_and_search_are_a_note(story, tmp_path):
    NewsletterFactory(slug="letter")

    mirror(tmp_path)

    pages = [path.read_text("utf-8") for path in tmp_path.rglob("*.html")]
    assert not [page for page in pages if "<form" in page or "<input" in page]
    assert "forms and search work on" in text(tmp_path, "newsletters/index.html")
    assert 'href="../../not-in-this-copy.html"' in text(
        tmp_path, "world/ferry/index.html"
    )
    assert not (tmp_path / "search").exists()
    assert not (tmp_path / "republish/world").exists()
    assert not (tmp_path / "admin").exists()


def test_lists_have_all_their_pages(tmp_path):
    section = SectionFactory(slug="world", is_in_navigation=True)
    ArticleFactory.create_batch(45, section=section, published=True)

    mirror(tmp_path)

    assert (tmp_path / "world/page-2/index.html").is_file()
    assert 'href="page-2/index.html"' in text(tmp_path, "world/index.html")
    assert 'href="../index.html"' in text(tmp_path, "world/page-2/index.html")


def test_pictures_come_along(tmp_path):
    picture = pictures.add_picture(ContentFile(photograph(1200, 800)))
    ArticleFactory(published=True, slug="ferry", lead_picture=picture)

    mirror(tmp_path)

    copied = {path.name: path.read_bytes() for path in tmp_path.rglob("media/**/*.jpg")}
    assert copied
    base = picture.renditions["base"]
    for name, data in copied.items():
        with default_storage.open(f"{base}/{name}") as file:
            assert file.read() == data
    assert not list(tmp_path.rglob("*originals*"))


def test_second_run_touches_nothing(story, tmp_path):
    mirror(tmp_path)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.*ml")}

    counts = mirror(tmp_path)

    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.*ml")} == before
    assert (counts["written"], counts["deleted"]) == (0, 0)


def test_what_is_gone_goes_and_what_changed_changes(story, tmp_path):
    other = ArticleFactory(published=True, slug="other", section=story.section)
    mirror(tmp_path)
    (tmp_path / "CNAME").write_text("copy.example")
    withdraw(other, by=UserFactory())
    story.headline = "Ferry sails again"
    story.save()

    counts = mirror(tmp_path)

    assert counts["deleted"] > 0
    assert not (tmp_path / "world/other").exists()
    assert "Ferry sails again" in text(tmp_path, "world/ferry/index.html")
    assert (tmp_path / "CNAME").read_text() == "copy.example"


def test_stopped_run_goes_on(story, tmp_path):
    def stop(subject, count):
        if count == 12:
            raise KeyboardInterrupt

    mirror(tmp_path / "whole")
    with pytest.raises(KeyboardInterrupt):
        writing.write(tmp_path / "copy", progress=stop)

    counts = mirror(tmp_path / "copy")

    names = [
        {path.relative_to(tmp_path / name) for path in (tmp_path / name).rglob("*.*ml")}
        for name in ("whole", "copy")
    ]
    assert names[0] == names[1]
    assert counts["written"] == len(list((tmp_path / "copy").rglob("[!.]*.*"))) - 11 - 1


def test_run_that_was_stopped_long_ago_starts_anew(story, tmp_path, monkeypatch):
    def stop(subject, count):
        if count == 12:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        writing.write(tmp_path, progress=stop)
    monkeypatch.setattr(journal, "RESUME_WITHIN", -1)

    assert mirror(tmp_path)["untouched"] > 0


def test_old_address_leads_on(story, tmp_path):
    old = story.get_absolute_url()
    move(story, slug="new-ferry", by=UserFactory())
    ArticleFactory(published=True, body=f'<p><a href="{old}">Before</a></p>')

    mirror(tmp_path)

    assert "url=../new-ferry/index.html" in text(tmp_path, "world/ferry/index.html")


def test_foreign_directory_is_refused(story, tmp_path):
    (tmp_path / "thesis.doc").write_text("mine")

    with pytest.raises(CommandError, match="no mirror of ours"):
        call_command("export_mirror", tmp_path)

    assert [path.name for path in tmp_path.iterdir()] == ["thesis.doc"]


def test_second_run_at_once_is_refused(tmp_path):
    mirror(tmp_path)

    with writing._alone_in(tmp_path), pytest.raises(MirrorError, match="Another run"):
        writing.write(tmp_path)


def test_page_that_fails_keeps_its_file_and_is_named(story, tmp_path, monkeypatch):
    mirror(tmp_path)
    get = handler.Site.get

    def fail(self, address):
        answer = get(self, address)
        return answer._replace(status=500) if address == "/world/ferry/" else answer

    monkeypatch.setattr(handler.Site, "get", fail)
    errors = StringIO()

    with pytest.raises(CommandError, match="1 addresses"):
        call_command("export_mirror", tmp_path, stdout=StringIO(), stderr=errors)

    assert errors.getvalue() == "/world/ferry/: the site answers 500\n"
    assert story.headline in text(tmp_path, "world/ferry/index.html")


def test_command_says_what_it_did(story, tmp_path):
    out = StringIO()

    call_command("export_mirror", tmp_path, stdout=out)

    assert re.match(r"\d+ pages, \d+ feeds and sitemaps, \d+ pictures", out.getvalue())


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('<a href="/a/b/?utm=1#part">', '<a href="../../a/b/index.html#part">'),
        (f'<a href="{SITE}/">', '<a href="../../index.html">'),
        ('<a href="https://other.example/a/">', '<a href="https://other.example/a/">'),
        ('<a href="#top">', '<a href="#top">'),
        ('<a href="mailto:a@b.example">', '<a href="mailto:a@b.example">'),
        ('<a href="/search/?q=a">', '<a href="../../not-in-this-copy.html">'),
        ('<a href="/preview/abc/">', '<a href="../../not-in-this-copy.html">'),
        ('<a href="/tags/?page=2">', '<a href="../../tags/page-2/index.html">'),
        ("<a title='a > b' href=/a/>", "<a title='a > b' href=\"../../a/index.html\">"),
        (
            '<img srcset="/media/a.jpg 640w, /media/b.jpg 1280w" alt="A &amp; B">',
            '<img srcset="../../media/a.jpg 640w, ../../media/b.jpg 1280w" '
            'alt="A &amp; B">',
        ),
        (f'<link rel="canonical" href="{SITE}/a/">',) * 2,
        ('<link rel="preload" href="/static/a.woff2">', ""),
        (
            '<script type="module" src="/static/a.js"></script>',
            '<script defer src="../../static/a.js"></script>',
        ),
        ("<p>a &lt; b &#8212; c<br><!-- d --></p>",) * 2,
        ('<a href="http://[broken">',) * 2,
        (
            '<form action="/x/"><input><a href="/a/"><b>A</b> &amp; B</a></form><p>',
            rewriting.FORM_NOTE.format(site=SITE)
            + '<ul><li><a href="../../a/index.html">A &amp; B</a></li></ul><p>',
        ),
    ],
)
def test_links_are_rewritten_and_the_rest_is_left(before, after):
    assert rewriting.page(before, address="/world/ferry/", site=SITE)[0] == after


def test_pictures_of_another_host_are_taken_in(settings):
    settings.MEDIA_URL = "https://media.example/files/"

    html, found = rewriting.page(
        '<img src="https://media.example/files/a/b.jpg">', address="/", site=SITE
    )

    assert (html, found) == ('<img src="media/a/b.jpg">', ["/media/a/b.jpg"])
    assert addresses.media_name("/media/a/b.jpg") == "a/b.jpg"


@pytest.mark.parametrize(
    "path", ["/../../etc/passwd", "/static/../../settings.py", "/media/%2e%2e/x"]
)
def test_no_address_leads_out_of_the_directory(path):
    address = addresses.local(path, page="/")

    assert (
        address is None
        or not addresses.is_kept(address)
        or (".." not in addresses.file_of(address))
    )


def test_long_name_fits_a_file_system():
    name = addresses.file_of("/" + "%C5%9F" * 200 + "/")

    assert max(len(part.encode()) for part in name.split("/")) <= 255
    assert name != addresses.file_of("/" + "%C5%9F" * 201 + "/")


def test_mirror_without_style_sheets_is_refused_in_words(tmp_path, monkeypatch):
    monkeypatch.setattr(staticfiles_storage, "hashed_files", {}, raising=False)

    with pytest.raises(CommandError, match="collectstatic"):
        call_command("export_mirror", tmp_path)
