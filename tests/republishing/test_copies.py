import io
import json
import re
import zipfile
from datetime import timedelta
from html.parser import HTMLParser

import pytest
import time_machine
from django.utils import timezone
from PIL import Image

from articles import actions as article_actions
from articles.models import Publication
from articles.pictures import add_picture
from republishing import copies, licensing
from republishing.models import CopyDownload, GrantViews
from tests.factories.articles import (
    ArticleFactory,
    ContributionFactory,
    CorrectionFactory,
    SectionFactory,
    UserFactory,
)
from tests.factories.republishing import GrantFactory

pytestmark = pytest.mark.django_db

BODY = """<p dir="auto">“Quoted” – é, 🙂, <a href="/world/other/">a link</a>,
<a href="#top">an anchor</a>, <a href="other/">another</a>, note<sup
data-footnote="See https://source.example/">*</sup>.</p>
<h2>A heading</h2><ul><li>One</li><li>Two</li></ul>
<blockquote><p>Words.</p></blockquote>
<table><tr><th>Head</th><td>Cell</td></tr></table>
<div data-embed="https://video.example/1"><a href="https://video.example/1">V</a></div>
<aside class="pullquote"><p>Pulled.</p></aside>
<figure data-picture="{allowed}"><figcaption>Allowed caption</figcaption></figure>
<figure data-picture="{kept}"><figcaption>Kept caption</figcaption></figure>
<p>نص عربي</p>"""


class _Addresses(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        self.found += [
            value
            for name, value in attrs
            if name in {"href", "src", "srcset", "cite", "data", "poster"}
        ]


def addresses_in(html):
    parser = _Addresses()
    parser.feed(html)
    return parser.found


def picture(credit_line, **fields):
    file = io.BytesIO()
    Image.new("RGB", (800, 600), "teal").save(file, "JPEG")
    return add_picture(file, credit_line=credit_line, alt_text="A boat", **fields)


@pytest.fixture
def grant():
    Publication.objects.create(pk=1, name="The Roadstead")
    allowed = picture("Ana Ray/Roadstead", allows_republishing=True)
    kept = picture("Agency", allows_republishing=False)
    article = ArticleFactory(
        section=SectionFactory(slug="world"),
        slug="a-story",
        headline="Ports & <ships>",
        standfirst="What it means.",
        body=BODY.format(allowed=allowed.pk, kept=kept.pk),
        ed_note="Source: do not name",
        lead_picture=kept,
        published=True,
    )
    ContributionFactory(article=article, author__name="Gülşen Akdereli")
    return GrantFactory(article=article, quote__with_pictures=True)


def copy_of(grant):
    return copies.copy_for(grant.key)


def all_formats(copy):
    archive = zipfile.ZipFile(io.BytesIO(copy.as_zip()))
    files = {name: archive.read(name) for name in archive.namelist()}
    texts = {
        "html": copy.as_html(), "txt": copy.as_txt(), "md": copy.as_md(),
        "ninjs": copy.as_ninjs(),
        **{name: data for name, data in files.items() if not name.endswith(".jpg")},
    }  # fmt: skip
    return {name: data.decode() for name, data in texts.items()}, files


def test_every_format_has_headline_byline_date_link_and_licence(grant):
    texts, _ = all_formats(copy_of(grant))

    for name in ["html", "txt", "md"]:
        for words in [
            "Gülşen Akdereli",
            "First published by The Roadstead",
            "https://news.example/world/a-story/",
            grant.number,
            "نص عربي",
            "🙂",
        ]:
            assert words in texts[name], (name, words)
    assert texts["md"].startswith("# Ports & <ships>\n")
    assert '<meta charset="utf-8">' in texts["html"]
    assert "Ports &amp; &lt;ships&gt;" in texts["html"]


def test_no_format_holds_what_is_not_licensed(grant):
    texts, files = all_formats(copy_of(grant))

    for name, content in texts.items():
        for words in ["do not name", "video.example", "Agency", "Kept caption"]:
            assert words not in content, (name, words)
    pictures = [name for name in files if name.endswith(".jpg")]
    assert pictures == ["a-story/a-story-1.jpg"]
    assert files[pictures[0]].startswith(b"\xff\xd8\xff")


def test_text_structure_is_kept(grant):
    texts, _ = all_formats(copy_of(grant))

    for words in ["<h2>", "<li>", "<blockquote>", "<table>", "See ", "Pulled."]:
        assert words in texts["html"]
    for words in ["## A heading", "- One", "> Words.", "| Head | Cell |"]:
        assert words in texts["md"]
    assert "A heading\n\n- One\n- Two\n\nWords." in texts["txt"]
    assert "note1." in texts["txt"]


def test_every_address_is_absolute(grant):
    texts, _ = all_formats(copy_of(grant))

    html = addresses_in(texts["html"])
    assert len(html) >= 6
    assert all(re.match(r"https?://", address) for address in html)
    markdown = re.findall(r"\]\(([^)]*)\)", texts["md"])
    assert all(address.startswith("https://") for address in markdown)
    assert "https://news.example/world/a-story/#top" in texts["html"]


def test_pixel_stands_once_and_only_in_html(grant):
    texts, _ = all_formats(copy_of(grant))

    assert texts["html"].count(grant.pixel_url) == 1
    assert 'referrerpolicy="no-referrer"' in texts["html"]
    assert grant.pixel_url not in texts["txt"] + texts["md"]
    assert grant.key not in "".join(texts.values())


def test_without_the_right_to_pictures_none_goes(grant):
    grant.quote.with_pictures = False
    grant.quote.save()

    texts, files = all_formats(copy_of(grant))

    assert not [name for name in files if name.endswith(".jpg")]
    assert addresses_in(copy_of(grant).body) == [
        address
        for address in addresses_in(copy_of(grant).body)
        if "media" not in address
    ]
    assert "Allowed caption" not in texts["html"]


def test_correction_stands_in_the_copy(grant):
    before = copy_of(grant).version
    CorrectionFactory(article=grant.article, text="It was the other port.")

    texts, _ = all_formats(copy_of(grant))

    assert all(
        "It was the other port." in texts[name]
        for name in ["html", "txt", "md", "ninjs"]
    )
    assert copy_of(grant).version != before


def test_ninjs_names_the_story_by_standard_fields(grant):
    item = json.loads(copy_of(grant).as_ninjs())

    assert {
        "type": "text",
        "pubStatus": "usable",
        "by": "Gülşen Akdereli",
        "language": "en",
    }.items() <= item.items()
    assert item["uri"] == grant.article.feed_id
    assert [one["type"] for one in item["associations"]] == ["picture"]


@pytest.mark.parametrize(
    "change",
    [
        {"is_republishable": False},
        {"pub_status": "canceled"},
        {"expires_at": timezone.now() - timedelta(hours=1)},
        {"embargoed_until": timezone.now() + timedelta(days=1)},
    ],
)
def test_copy_closes_with_the_story(client, grant, change):
    type(grant.article).objects.filter(pk=grant.article_id).update(**change)

    response = client.get(f"/republish/copy/{grant.key}/?format=html")

    assert (response.status_code, "Ports" in response.text) == (404, False)


def test_copy_closes_when_its_time_is_over_or_it_is_ended(client, grant):
    url = f"/republish/copy/{grant.key}/"
    assert client.get(url).status_code == 200

    with time_machine.travel(grant.ends_at + timedelta(seconds=1)):
        assert client.get(url).status_code == 404
    licensing.end(grant.quote.request, by=UserFactory())

    assert client.get(url).status_code == 404


@pytest.mark.parametrize("key", ["1", "x" * 32, "%00", "../../admin"])
def test_other_keys_open_nothing(client, grant, key):
    assert client.get(f"/republish/copy/{key}/").status_code == 404


def test_page_of_the_copy_is_private(client, grant):
    response = client.get(f"/republish/copy/{grant.key}/")

    assert (
        response["Cache-Control"],
        response["Referrer-Policy"],
        response["X-Robots-Tag"],
    ) == ("private, no-store", "no-referrer", "noindex, nofollow")


@pytest.mark.parametrize("name", copies.FORMATS)
def test_download_is_noted(client, grant, name):
    response = client.get(
        f"/republish/copy/{grant.key}/", {"format": name}, REMOTE_ADDR="192.0.2.77"
    )

    assert response["Content-Disposition"].startswith('attachment; filename="a-story.')
    found = CopyDownload.objects.get()
    assert (found.format, found.network_address) == (name, "192.0.2.0")


def test_pixel_counts_by_day_without_a_cookie(client, grant):
    url = grant.pixel_url.removeprefix("https://news.example")
    for _ in range(3):
        response = client.get(url, headers={"Cookie": "sessionid=x"})

    assert (response["Content-Type"], response.cookies.output()) == ("image/gif", "")
    assert response["Cache-Control"] == "private, no-store"
    assert [row.count for row in GrantViews.objects.all()] == [3]


def test_head_counts_nothing(client, grant):
    pixel = grant.pixel_url.removeprefix("https://news.example")
    copy = f"/republish/copy/{grant.key}/?format=html"

    answers = [client.head(pixel).status_code, client.head(copy).status_code]

    assert answers == [200, 200]
    assert not GrantViews.objects.exists()
    assert not CopyDownload.objects.exists()


def test_unknown_pixel_counts_nothing(client, grant):
    response = client.get(f"/republish/seen/{grant.key}.gif")

    assert (response.status_code, GrantViews.objects.count()) == (404, 0)


def test_attribution_speaks_the_licensees_language(grant):
    grant.quote.request.languages = "Türkçe, English"
    grant.quote.request.save()

    assert copy_of(grant).attribution == (
        "İlk kez The Roadstead tarafından yayımlandı: "
        "https://news.example/world/a-story/"
    )


def test_moved_story_is_linked_where_it_is(grant):
    article_actions.move(grant.article, by=UserFactory(), slug="new-name")

    texts, _ = all_formats(copy_of(grant))

    assert "https://news.example/world/new-name/" in texts["txt"]
