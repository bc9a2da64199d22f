"""What readers download and what the style sheets promise."""

import gzip
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from fontTools.ttLib import TTFont

from newsroom.static_files import joined
from tests.factories.articles import ArticleFactory, PictureFactory

STYLESHEETS = sorted((settings.BASE_DIR / "static" / "css").glob("*.css"))
TEMPLATES = sorted((settings.BASE_DIR / "templates").rglob("*.html"))
# Bytes as they are sent, compressed.
LARGEST_STYLES = 9_000
LARGEST_FONTS = 53_000
LARGEST_ARABIC = 18_000


@pytest.mark.parametrize("path", STYLESHEETS, ids=lambda path: path.name)
def test_stylesheet_is_short(path):
    assert len(path.read_text().splitlines()) <= 300


@pytest.mark.parametrize(
    "path",
    [path for path in STYLESHEETS if path.name != "tokens.css"],
    ids=lambda path: path.name,
)
def test_colours_and_lengths_come_from_tokens(path):
    assert (
        re.findall(r"#[0-9a-fA-F]{3,8}\b|\b(?!1px)\d+px\b|!important", path.read_text())
        == []
    )


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_template_holds_no_inline_style_or_script(path):
    # Mail programs read no style sheets: their templates are the exception.
    if "emails" in path.parts or path.name == "email_base.html":
        return

    assert (
        re.findall(r"\sstyle=|<style|\son[a-z]+=|\|\s*safe\b", path.read_text()) == []
    )


@pytest.mark.django_db
def test_story_downloads_few_styles(client):
    article = ArticleFactory(published=True, lead_picture=PictureFactory())

    html = client.get(article.get_absolute_url()).content.decode()

    assert re.findall(r'href="/static/(css/[^"]+)"', html) == ["css/reader.css"]
    text = joined("css/reader.css", lambda name: Path(finders.find(name)).read_text())
    assert len(gzip.compress(text.encode())) <= LARGEST_STYLES


def letters(name):
    with TTFont(finders.find(f"fonts/{name}.woff2"), lazy=True) as font:
        return set(font.getBestCmap())


def test_fonts_of_a_story_with_turkish_names_are_small():
    names = ["display-latin", "text-latin", "text-italic-latin", "sans-latin"]

    sizes = [Path(finders.find(f"fonts/{name}.woff2")).stat().st_size for name in names]

    assert sum(sizes) <= LARGEST_FONTS
    assert [
        name for name in names if not set(map(ord, "ĞğİıŞş")) <= letters(name)
    ] == []


def test_font_of_a_story_in_arabic_is_small():
    path = Path(finders.find("fonts/arabic-core.woff2"))

    assert path.stat().st_size <= LARGEST_ARABIC


def test_browsers_load_further_fonts_for_their_own_letters_alone():
    styles = Path(finders.find("css/base.css")).read_text()
    faces = re.findall(
        r"fonts/([\w-]+-latin)-ext\.woff2[^}]+unicode-range: ([^;]+);", styles
    )
    assert len(faces) == 5

    for name, ranges in faces:
        edges = [part[2:].split("-") for part in ranges.split(", ")]
        told = {
            letter
            for edge in edges
            for letter in range(int(edge[0], 16), int(edge[-1], 16) + 1)
        }
        assert letters(name) & told == set()
        assert letters(f"{name}-ext") <= told


@pytest.mark.django_db
def test_pages_ask_for_their_styles_and_then_for_the_largest_font(client):
    html = client.get("/").content.decode()
    head = html.partition("</head>")[0]

    files = re.findall(r'href="/static/((?:css|fonts)/[^"]+)"', head)

    assert files[0] == "css/reader.css"
    sizes = [Path(finders.find(name)).stat().st_size for name in files[1:]]
    assert len(sizes) == 3
    assert max(sizes) == sizes[0]


@pytest.mark.django_db
@pytest.mark.parametrize("body", ["<p>Plain</p>", "<p>An <em>aside</em></p>"])
def test_story_asks_at_once_for_the_italic_that_it_has(client, body):
    article = ArticleFactory(published=True, body=body)

    html = client.get(article.get_absolute_url()).content.decode()

    assert ("fonts/text-italic-latin.woff2" in html) == ("<em>" in body)


def test_fonts_in_the_styles_are_there():
    styles = Path(finders.find("css/base.css")).read_text()

    names = re.findall(r'url\("\.\./(fonts/[^"]+)"\)', styles)

    assert len(names) == 12
    assert [name for name in names if not finders.find(name)] == []
