"""Bodies of WordPress as bodies of stories, without a database."""

import pytest

from articles.moving import shortcodes
from articles.moving.autop import autop
from articles.moving.markup import Markup
from articles.moving.media import unsized, url_key

PICTURE = "https://courier.example/wp-content/uploads/a.jpg"


@pytest.mark.parametrize(
    ("typed", "made"),
    [
        ("One\n\nTwo", "<p>One</p><p>Two</p>"),
        ("One\nTwo", "<p>One<br>Two</p>"),
        ("One\r\n\r\nTwo", "<p>One</p><p>Two</p>"),
        ("<p>One</p>\n\n<p>Two</p>", "<p>One</p><p>Two</p>"),
        ("<h2>Head</h2>\nOne", "<h2>Head</h2><p>One</p>"),
        (
            "<blockquote>One\n\nTwo</blockquote>",
            "<blockquote><p>One</p><p>Two</p></blockquote>",
        ),
        ("One<br /><br />Two", "<p>One</p><p>Two</p>"),
        ("A <b>bold</b>\nline", "<p>A <b>bold</b><br>line</p>"),
        ("  ", ""),
    ],
)
def test_autop(typed, made):
    assert autop(typed).replace("\n", "") == made


def test_autop_leaves_code_alone():
    assert autop("<pre>a\n\nb</pre>") == "<pre>a\n\nb</pre>"


def test_list_items_get_no_paragraphs():
    assert "<p>" not in autop("<ul>\n<li>One</li>\n\n<li>Two</li>\n</ul>")


@pytest.mark.parametrize(
    "typed",
    ["He said [sic] so.", "[1] See below.", "[…]", "[Ed. note: no]", "a[b](c)", "[ ]"],
)
def test_what_only_looks_like_a_shortcode_stays(typed):
    assert shortcodes.resolve(typed) == (typed, [])


def test_caption_becomes_a_figure():
    typed = (
        '[caption id="attachment_6" width="300"]'
        f'<a href="{PICTURE}"><img src="{PICTURE}" alt="Quay"></a> The quay[/caption]'
    )

    found, unknown = shortcodes.resolve(typed)

    assert unknown == []
    assert '<img data-attachment="6"' in found
    assert "<figcaption>The quay</figcaption></figure>" in found


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("[embed]https://vimeo.com/1[/embed]", "https://vimeo.com/1"),
        ("[youtube https://youtu.be/abcdefghijk]", "https://youtu.be/abcdefghijk"),
        ("[youtube=https://youtu.be/abcdefghijk]", "https://youtu.be/abcdefghijk"),
        ('[vimeo id="12"]', "https://vimeo.com/12"),
        ("[embed width='9']javascript:alert(1)[/embed]", None),
    ],
)
def test_embeds(typed, address):
    found, unknown = shortcodes.resolve(typed)

    if address is None:
        assert "data-embed" not in found
        assert unknown == ["embed"]
    else:
        assert f'<div data-embed="{address}">' in found


def test_gallery_shows_its_pictures_else_those_of_the_story():
    assert shortcodes.resolve('[gallery ids="3,5"]')[0].count("<img") == 2
    assert "wp-image-7" in shortcodes.resolve("[gallery]", gallery_ids=["7"])[0]


def test_unknown_shortcode_is_named_and_its_words_stay():
    assert shortcodes.resolve('[box color="red"]Read [bold]this[/bold][/box] now') == (
        "Read this now",
        ["box", "bold"],
    )


def test_doubled_brackets_are_literal():
    assert shortcodes.resolve("Use [[caption]] so")[0] == "Use [caption] so"


def markup(**options):
    return Markup(
        lambda address, number, alt="", caption="": 9 if address == PICTURE else None,
        own_hosts={"courier.example"},
        is_file=lambda path: "/uploads/" in path,
        **options,
    )


@pytest.mark.parametrize(
    ("typed", "made"),
    [
        (
            f'<p>Before <img src="{PICTURE}"> after</p>',
            '<figure data-picture="9"></figure><p>Before  after</p>',
        ),
        (
            f'<p><a href="{PICTURE}"><img src="{PICTURE}"></a></p><p>After</p>',
            '<figure data-picture="9"></figure><p>After</p>',
        ),
        (
            f'<figure class="wp-block-image"><img src="{PICTURE}"/>'
            "<figcaption>The <em>quay</em></figcaption></figure>",
            '<figure data-picture="9"><figcaption>The <em>quay</em></figcaption>'
            "</figure>",
        ),
        (
            '<div class="wp-block-group"><div><p>One</p></div>Two</div>',
            "<p>One</p>Two",
        ),
        ("<div>Only words</div>", "<p>Only words</p>"),
        ("<h1>Big</h1><h5>Small</h5>", "<h2>Big</h2><h4>Small</h4>"),
        (
            '<figure class="wp-block-pullquote"><blockquote><p>Said</p></blockquote>'
            "</figure>",
            '<aside class="pullquote"><p>Said</p></aside>',
        ),
        (
            '<iframe src="https://www.youtube.com/embed/abcdefghijk"></iframe>',
            '<div data-embed="https://www.youtube.com/embed/abcdefghijk">'
            '<a href="https://www.youtube.com/embed/abcdefghijk">'
            "https://www.youtube.com/embed/abcdefghijk</a></div>",
        ),
        (
            '<a href="https://www.courier.example/2024/01/old/?a=1#x">old</a>',
            '<a href="/2024/01/old/?a=1#x">old</a>',
        ),
        (
            '<a href="https://elsewhere.example/courier.example/">other</a>',
            '<a href="https://elsewhere.example/courier.example/">other</a>',
        ),
        ('<img src="x.gif" width="1" height="1">', ""),
    ],
)
def test_markup(typed, made):
    assert markup().convert(typed) == made


def test_picture_that_cannot_be_had_is_a_link():
    found = markup().convert('<p><img src="https://x.example/b.jpg" alt="Boat"></p>')

    assert found == '<p><a href="https://x.example/b.jpg">Picture: Boat</a></p>'


def test_link_to_a_file_is_noted():
    made = markup()
    made.convert('<p><a href="https://courier.example/uploads/a.pdf">Plan</a></p>')

    assert made.notes == [
        "links to a file of the former site: https://courier.example/uploads/a.pdf"
    ]


@pytest.mark.parametrize(
    ("path", "original"),
    [
        ("/2024/03/quay-300x200.jpg", "/2024/03/quay.jpg"),
        ("/2024/03/quay-scaled.jpeg", "/2024/03/quay.jpeg"),
        ("/2024/03/photo-2024x1.jpg.jpg", "/2024/03/photo-2024x1.jpg.jpg"),
        ("/2024/03/quay.jpg", "/2024/03/quay.jpg"),
    ],
)
def test_sizes_lead_to_the_original(path, original):
    assert unsized(path) == original


def test_key_is_one_for_all_sizes_and_schemes():
    assert url_key("http://www.x.example/a-300x200.jpg") == url_key(
        "https://x.example/a.jpg?resize=1"
    )
