"""What pages cost for their pictures, and what public files tell."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, default_storage
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from PIL import Image

from articles import tasks
from articles.models import Article, Picture, Publication
from articles.pictures import add_picture
from tests.factories.articles import ArticleFactory, PictureFactory, SectionFactory
from tests.factories.newsletter import IssueFactory

pytestmark = pytest.mark.django_db


def jpeg(colour):
    file = BytesIO()
    Image.new("RGB", (700, 500), colour).save(file, "JPEG")
    return ContentFile(file.getvalue())


def statements(client, path):
    client.get(path)  # what all pages share is in the cache now
    with CaptureQueriesContext(connection) as queries:
        response = client.get(path)
    return len(queries), response.text.count("<picture>")


def test_front_page_of_forty_cards_asks_nothing_for_its_pictures(client, monkeypatch):
    def refuse(self, *args):
        raise AssertionError("the storage was asked")

    sections = SectionFactory.create_batch(8)
    for section in sections:
        ArticleFactory.create_batch(5, published=True, section=section)
    bare, _ = statements(client, "/")
    for article in Article.objects.all():
        article.lead_picture = PictureFactory(rendered=True)
        article.save()
    for name in ["open", "exists", "size", "listdir", "get_modified_time"]:
        monkeypatch.setattr(FileSystemStorage, name, refuse)

    count, shown = statements(client, "/")

    assert count == bare
    assert shown > 10


def test_no_public_file_tells_where_and_with_what_it_was_taken():
    exif = Image.Exif()
    exif[0x010F], exif[0xA431] = "CameraMaker", "SERIAL-4711"
    exif.get_ifd(0x8825)[1] = "N"
    file = BytesIO()
    xmp = b'<x:xmpmeta xmlns:x="adobe:ns:meta/">GPSLatitude</x:xmpmeta>'
    Image.new("RGB", (700, 500), "olive").save(file, "JPEG", exif=exif, xmp=xmp)
    picture = add_picture(ContentFile(file.getvalue()), credit_line="Ada")
    tasks.make_renditions.call(picture.pk)
    picture.refresh_from_db()

    for name in picture.renditions["bytes"]:
        with default_storage.open(f"{picture.renditions['base']}/{name}") as public:
            content = public.read()
        assert b"Ada" in content
        for word in [b"CameraMaker", b"SERIAL-4711", b"GPSLatitude"]:
            assert word not in content
        assert set(Image.open(BytesIO(content)).getexif()) == {0x013B}


def test_picture_leaves_page_cards_feed_and_metadata_with_its_rights(client):
    lead, inside = PictureFactory(rendered=True), PictureFactory(rendered=True)
    story = ArticleFactory(
        published=True,
        lead_picture=lead,
        social_picture=inside,
        body=f'<p>Words.</p><figure data-picture="{inside.pk}"></figure>',
    )
    paths = ["/", story.get_absolute_url(), story.section.get_absolute_url(), "/feed/"]

    def shown():
        text = "".join(client.get(path).text for path in paths)
        return {
            picture for picture in [lead, inside] if picture.renditions["base"] in text
        }

    before = shown()
    ended = timezone.now() - timedelta(hours=1)
    Picture.objects.update(rights_expire_at=ended)

    assert before == {lead, inside}
    assert shown() == set()


def test_picture_that_is_not_for_the_site_is_on_no_page_of_it(client):
    picture, shown = (
        add_picture(jpeg(colour), alt_text=colour, **rights)
        for colour, rights in [
            ("teal", {"allows_site": False, "allows_republishing": True}),
            ("navy", {}),
        ]
    )
    Publication.objects.update_or_create(pk=1, defaults={"name": "X", "logo": picture})
    story = ArticleFactory(
        published=True,
        lead_picture=picture,
        social_picture=picture,
        body=f'<p>x</p><figure data-picture="{picture.pk}"></figure>'
        f'<figure data-picture="{shown.pk}"></figure>',
    )
    issue = IssueFactory(sent=True, is_public=True, stories=[story])
    section = story.section.get_absolute_url()
    addresses = [
        "/", section, story.get_absolute_url(), issue.get_absolute_url(), "/feed/",
        "/feed/?format=rss", f"{section}feed/", "/sitemap-pictures-1.xml",
        issue.newsletter.get_absolute_url(),
    ]  # fmt: skip

    pages = {address: client.get(address) for address in addresses}

    assert {page.status_code for page in pages.values()} == {200}
    base = picture.renditions["base"]
    assert [url for url, page in pages.items() if base in page.text] == []
    for url in [story.get_absolute_url(), "/feed/", "/sitemap-pictures-1.xml"]:
        assert shown.renditions["base"] in pages[url].text
