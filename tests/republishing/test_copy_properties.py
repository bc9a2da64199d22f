"""What holds for every licensed copy, whatever an editor has put into the story."""

import io
import json
import re
import zipfile
from datetime import timedelta
from html.parser import HTMLParser

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from articles.models import Publication
from articles.pictures import add_picture
from republishing import copies, partners
from republishing.models import Partner
from tests.factories.articles import ArticleFactory, SectionFactory
from tests.factories.republishing import GrantFactory, LicenseFactory

pytestmark = pytest.mark.django_db

# Rows stay from one example to the next; the story is written anew for each.
EXAMPLES = settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
WORDS = st.text(
    st.characters(codec="utf-8", exclude_characters="<>&", exclude_categories=["C"]),
    max_size=20,
)
LINKS = st.sampled_from(
    ["/world/", "other/", "#note", "?page=2", "//host/x", "./a", "../b", "", "a b",
     "https://elsewhere.example/", "mailto:a@b.example", "javascript:alert(1)",
     "data:text/html,x", "/media/secret.jpg", "HTTP://UP.example", " /world/"]
)  # fmt: skip
PICTURES = ["allowed", "agency", "expired", "early", "unknown"]
ADDRESSES = {"href", "src", "srcset", "cite", "data", "poster", "action", "background"}


def piece(words, link, picture):
    """Ways to bring words, a link or a picture into a body; most of them forbidden."""
    return st.sampled_from(
        [
            f'<p>{words} <a href="{link}">{words}</a></p>',
            f'<figure data-picture="{picture}"><figcaption>{words}</figcaption>'
            "</figure>",
            f'<figure data-picture="{picture}"><p>{words}</p></figure>',
            f'<img src="{link}" srcset="{link} 2x" alt="{words}">',
            f'<picture><source srcset="{link}"><img src="{link}"></picture>',
            f'<figure class="gallery"><img src="{link}"><img data-src="{link}">'
            "</figure>",
            f'<p style="background: url({link})">{words}</p>',
            f'<div data-embed="https://video.example/1"><a href="{link}">V</a></div>',
            f'<iframe src="{link}"></iframe><script src="{link}">{words}</script>',
            f'<video poster="{link}" src="{link}"></video>'
            f'<object data="{link}"></object>',
            f'<blockquote cite="{link}"><p>{words}</p></blockquote>',
            f'<table><tr><td background="{link}">{words}</td></tr></table>',
            f'<p>{words}<sup data-footnote="{words} {link}">*</sup></p>',
            f'<form action="{link}"><input></form><ul><li>{words}</li></ul>',
            f'<svg><image href="{link}"/></svg><h2>{words}</h2>',
        ]
    )


BODIES = st.lists(
    st.tuples(WORDS, LINKS, st.sampled_from(PICTURES)).flatmap(lambda x: piece(*x)),
    max_size=8,
)


class _Read(HTMLParser):
    def __init__(self, html):
        super().__init__()
        self.addresses, self.pictures, self.tags = [], [], set()
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        found = [value or "" for name, value in attrs if name in ADDRESSES]
        self.addresses += found
        if tag == "img":
            self.pictures += found


def shot(shade, **fields):
    file = io.BytesIO()
    Image.new("RGB", (640, 480), shade).save(file, "JPEG")
    return add_picture(file, credit_line=shade, alt_text=shade, **fields)


@pytest.fixture
def pictures():
    now = timezone.now()
    day = timedelta(days=1)
    return {
        "allowed": shot("teal", allows_republishing=True),
        "agency": shot("navy", allows_republishing=False),
        "expired": shot("olive", allows_republishing=True, rights_expire_at=now - day),
        "early": shot("gray", allows_republishing=True, rights_start_at=now + day),
    }


@pytest.fixture
def grant():
    Publication.objects.create(pk=1, name="The Roadstead")
    article = ArticleFactory(
        section=SectionFactory(slug="world"), slug="a-story", published=True,
        ed_note="SECRET-NOTE",
    )  # fmt: skip
    return GrantFactory(article=article, quote__with_pictures=True)


def key_of(picture):
    """What stands in the name of each of a picture's public files."""
    return copies.rendition_name(picture, "original", 0, "").rpartition("/")[0]


def write(grant, pictures, pieces, lead, social):
    article = grant.article
    body = "".join(pieces)
    for name in PICTURES:
        key = pictures[name].pk if name in pictures else 999_999
        body = body.replace(f'data-picture="{name}"', f'data-picture="{key}"')
    article.body = body
    article.lead_picture = pictures.get(lead)
    article.social_picture = pictures.get(social)
    article.save()


def texts_of(copy):
    archive = zipfile.ZipFile(io.BytesIO(copy.as_zip()))
    texts = {name: archive.read(name) for name in archive.namelist()}
    texts |= {
        name: getattr(copy, f"as_{name}")() for name in ("html", "txt", "md", "ninjs")
    }
    files = [name for name in texts if name.endswith(".jpg")]
    return {
        name: data.decode() for name, data in texts.items() if name not in files
    }, files


def htmls_of(copy, texts):
    bodies = json.loads(texts["ninjs"])["bodies"]
    return [texts["html"], copy.article_html, bodies[0]["value"]]


@given(BODIES, st.sampled_from(PICTURES), st.sampled_from(PICTURES))
@EXAMPLES
def test_no_copy_of_any_kind_holds_what_is_not_licensed(
    grant, pictures, pieces, lead, social
):
    write(grant, pictures, pieces, lead, social)
    copy = copies.copy_for(grant.key)

    texts, files = texts_of(copy)

    kept = [key_of(one) for name, one in pictures.items() if name != "allowed"]
    for text in texts.values():
        assert not [key for key in kept if key in text]
        assert "SECRET-NOTE" not in text
    assert len(files) <= 1
    for html in htmls_of(copy, texts):
        read = _Read(html)
        assert not read.tags & {
            "script", "iframe", "form", "input", "object", "video", "source",
            "picture", "svg", "style",
        }  # fmt: skip
        assert [one for one in read.addresses if not re.match("(https?|mailto):", one)]\
            == []  # fmt: skip
        allowed = {grant.pixel_url, *(one.url for one in copy.pictures.values())}
        assert set(read.pictures) <= allowed
        assert read.pictures.count(grant.pixel_url) == 1
        assert "style=" not in html
    markdown_links = re.findall(r"\]\(<?([^)\s>]*)", texts["md"])
    assert [one for one in markdown_links if not re.match("(?i)(https?|mailto):", one)]\
        == []  # fmt: skip


@given(BODIES, st.sampled_from(PICTURES))
@EXAMPLES
def test_copy_without_pictures_has_none(grant, pictures, pieces, lead):
    write(grant, pictures, pieces, lead, lead)
    grant.quote.with_pictures = False
    grant.quote.save()
    copy = copies.copy_for(grant.key)

    texts, files = texts_of(copy)

    assert files == []
    assert {one for html in htmls_of(copy, texts) for one in _Read(html).pictures} == {
        grant.pixel_url
    }


@given(
    st.sampled_from(["withheld", "canceled", "future", "embargo", "expired", "kept"])
    | st.just("retracted")
)
@EXAMPLES
def test_no_copy_and_no_feed_holds_what_readers_or_others_may_not_see(grant, state):
    article, now = grant.article, timezone.now()
    partner = Partner.objects.create(name="Paper", license=LicenseFactory())
    article.pub_status, article.is_republishable = "usable", True
    article.published_at = now - timedelta(hours=1)
    article.embargoed_until = article.expires_at = None
    article.corrections.all().delete()
    article.save()
    assert copies.copy_for(grant.key)

    later = now + timedelta(hours=1)
    changes = {
        "withheld": {"pub_status": "withheld"},
        "canceled": {"pub_status": "canceled"},
        "future": {"published_at": later},
        "embargo": {"embargoed_until": later},
        "expired": {"expires_at": now},
        "kept": {"is_republishable": False},
        "retracted": {},
    }[state]
    for name, value in changes.items():
        setattr(article, name, value)
    article.save()
    if state == "retracted":
        article.corrections.create(kind="retraction", text="All wrong.")

    assert copies.copy_for(grant.key) is None
    assert partners.copies_for(partner) == []
