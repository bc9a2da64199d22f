from datetime import timedelta

import pytest
from django.template import Context, Template
from django.utils import timezone

from articles.body import render_body
from newsroom.lib import html
from tests.factories.articles import PageFactory, PictureFactory

pytestmark = pytest.mark.django_db


def rendered(body):
    return render_body(html.clean(body))


def shown(picture, arguments=""):
    template = Template("{% load articles %}{% picture picture " + arguments + " %}")
    return template.render(Context({"picture": picture}))


def test_picture_lists_its_files_and_keeps_their_place():
    picture = PictureFactory(rendered=True, alt_text='A "white" ferry')
    base = f"/media/pictures/{picture.content_hash}"

    assert shown(picture, 'crop="16x9" sizes="50vw"') == (
        f'<picture><img class="picture" src="{base}/16x9-640.jpg"'
        f' srcset="{base}/16x9-640.jpg 640w, {base}/16x9-1280.jpg 1280w" sizes="50vw"'
        ' width="1280" height="720" alt="A &quot;white&quot; ferry" decoding="async"'
        ' loading="lazy"></picture>'
    )


def test_picture_offers_webp_first_where_there_is_some():
    picture = PictureFactory(rendered=True)
    picture.renditions["bytes"]["1x1-640.webp"] = 1

    assert shown(picture, 'crop="1x1"').startswith(
        '<picture><source type="image/webp" srcset='
        f'"/media/pictures/{picture.content_hash}/1x1-640.webp 640w" sizes="100vw">'
    )


def test_picture_that_is_seen_first_is_fetched_first():
    html = shown(PictureFactory(rendered=True), 'priority=True alt=""')

    assert ' alt="" decoding="sync" loading="eager" fetchpriority="high">' in html


def test_picture_without_files_yet_keeps_an_empty_place():
    assert shown(PictureFactory()) == '<span class="picture picture-waiting"></span>'


def test_picture_is_nothing_without_rights_or_picture():
    past = timezone.now() - timedelta(days=1)
    expired = PictureFactory(rendered=True, rights_expire_at=past)

    assert (shown(expired), shown(None)) == ("", "")


def test_picture_asks_nothing_of_the_database(django_assert_num_queries):
    picture = PictureFactory(rendered=True)

    with django_assert_num_queries(0):
        shown(picture)


def test_body_without_pictures_is_as_stored(django_assert_num_queries):
    body = "<p>One.</p><figure><figcaption>Two.</figcaption></figure>"

    with django_assert_num_queries(0):
        assert rendered(body) == body


@pytest.mark.parametrize("count", [1, 3])
def test_body_pictures_take_one_query(django_assert_num_queries, count):
    pictures = PictureFactory.create_batch(count, rendered=True)
    body = "".join(f'<figure data-picture="{row.pk}"></figure>' for row in pictures)

    with django_assert_num_queries(1):
        assert rendered(body).count("<picture>") == count


def test_body_figure_has_the_library_caption_and_credit():
    picture = PictureFactory(
        rendered=True, caption="Dawn & <dusk>", credit_line="A & B"
    )

    body = rendered(f'<figure data-picture="{picture.pk}" data-size="wide"></figure>')

    assert body.startswith(
        f'<figure data-picture="{picture.pk}" data-size="wide"><picture>'
    )
    assert body.endswith(
        '</picture><figcaption class="caption">'
        '<div class="caption-text" dir="auto">Dawn &amp; &lt;dusk&gt;</div>'
        '<div class="caption-credit"><bdi>A &amp; B</bdi></div></figcaption></figure>'
    )


def test_body_figure_with_a_caption_keeps_its_own():
    picture = PictureFactory(rendered=True, caption="The library's.", credit_line="")

    body = rendered(
        f'<figure data-picture="{picture.pk}">'
        "<figcaption>Its <em>own</em>.</figcaption></figure>"
    )

    assert body.endswith(
        '<figcaption class="caption"><div class="caption-text" dir="auto">'
        "Its <em>own</em>.</div></figcaption></figure>"
    )


def test_body_figure_without_its_picture_goes():
    past = timezone.now() - timedelta(days=1)
    expired = PictureFactory(rendered=True, rights_expire_at=past)

    body = rendered(
        "<p>One.</p>"
        f'<figure data-picture="{expired.pk}"><figcaption>Gone.</figcaption></figure>'
        f'<figure data-picture="{expired.pk + 1}"></figure>'
        '<figure data-picture="99999999999999999999999999"></figure>'
        f'<figure data-picture="{expired.pk}"><p>Words.</p></figure>'
    )

    assert body == ("<p>One.</p><figure><p>Words.</p></figure>")


@pytest.mark.parametrize(
    ("embed", "expected"),
    [
        (
            '<div data-embed="https://www.video.example/v?a=1&amp;b=2"></div>',
            '<p class="embed"><a href="https://www.video.example/v?a=1&amp;b=2"'
            ' rel="noopener external">See it at video.example</a></p>',
        ),
        (
            '<div data-embed="https://video.example/1">A <b>vote</b> &amp; more</div>',
            '<p class="embed"><a href="https://video.example/1"'
            ' rel="noopener external">A vote &amp; more</a></p>',
        ),
        ('<div data-embed="javascript:alert(1)">Words</div>', "Words"),
        ('<div data-embed="https://[::1">Words</div>', "Words"),
        ('<div data-embed="/local">Words</div>', "Words"),
    ],
)
def test_body_embed_becomes_a_link(embed, expected):
    assert rendered(f"<p>One.</p>{embed}") == f"<p>One.</p>{expected}"


def test_body_tables_scroll_and_have_names_of_their_own():
    table = "<table><tbody><tr><td>1</td></tr></tbody></table>"
    fares = (
        "<table><caption>Fares &amp; <b>times</b></caption>"
        f"<tbody><tr><td>{table}</td></tr></tbody></table>"
    )
    wrapped = '<section class="table-scroll" tabindex="0" aria-label="{}">'

    assert rendered(f"{fares}<p>One.</p>{table}{table}") == (
        wrapped.format("Fares &amp; times")
        + f"{fares}</section><p>One.</p>"
        + wrapped.format("Table")
        + f"{table}</section>"
        + wrapped.format("Table (2)")
        + f"{table}</section>"
    )


def test_body_pullquote_is_no_landmark():
    assert rendered('<aside class="pullquote"><p>Said.</p></aside>') == (
        '<aside class="pullquote" role="note"><p>Said.</p></aside>'
    )


NOTE_LIST = (
    '<section class="notes" role="doc-endnotes" aria-label="Notes">'
    "<ol>{}</ol></section>"
)
NOTE = (
    '<li id="note-{0}"><span dir="auto">{1}</span>'
    ' <a href="#note-{0}-mark" role="doc-backlink"'
    ' aria-label="Back to note {0} in the text">↩</a></li>'
)


def test_body_notes_are_numbered_and_listed():
    body = rendered(
        '<p>One<sup data-footnote="Port &amp; &lt;b&gt; office"></sup>'
        ' m<sup>2</sup> two<sup lang="tr" data-footnote="See https://port.example/a">*'
        "</sup>.</p>"
    )

    link = '<a href="https://port.example/a">https://port.example/a</a>'
    assert body == (
        '<p>One<sup class="note-mark" id="note-1-mark">'
        '<a href="#note-1" role="doc-noteref">1</a></sup>'
        ' m<sup>2</sup> two<sup class="note-mark" id="note-2-mark">'
        '<a href="#note-2" role="doc-noteref">2</a></sup>.</p>'
        + NOTE_LIST.format(
            NOTE.format(1, "Port &amp; &lt;b&gt; office")
            + NOTE.format(2, f"See {link}")
        )
    )


def test_body_note_in_a_link_is_no_link_in_a_link():
    body = rendered('<p><a href="/a/">A<sup data-footnote="Note"></sup></a></p>')

    assert body == (
        '<p><a href="/a/">A<sup class="note-mark" id="note-1-mark">1</sup></a></p>'
        + NOTE_LIST.format(NOTE.format(1, "Note"))
    )


def test_body_note_without_words_has_no_number():
    assert rendered('<p>A<sup data-footnote=" ">2</sup></p>') == "<p>A<sup>2</sup></p>"


def test_body_note_of_a_missing_picture_is_not_listed():
    body = rendered(
        '<figure data-picture="1"><figcaption>A<sup data-footnote="Note"></sup>'
        "</figcaption></figure><p>B</p>"
    )

    assert body == "<p>B</p>"


@pytest.mark.parametrize(
    ("size", "sizes"),
    [
        ("wide", "(min-width: 48rem) 48rem, 88vw"),
        ("inset", "(min-width: 40rem) 20rem, 88vw"),
        ("", "(min-width: 48rem) 42rem, 88vw"),
    ],
)
def test_body_figure_asks_for_files_of_its_size(size, sizes):
    picture = PictureFactory(rendered=True)

    body = rendered(f'<figure data-picture="{picture.pk}" data-size="{size}"></figure>')

    assert f'sizes="{sizes}"' in body


def test_page_shows_pictures_and_notes_as_stories_do(client):
    picture = PictureFactory(rendered=True)
    page = PageFactory(
        body=f'<figure data-picture="{picture.pk}" data-size="wide"></figure>'
        '<p>A<sup data-footnote="Note"></sup></p>'
    )

    shown = client.get(page.get_absolute_url()).content.decode()

    assert ("<picture>" in shown, 'id="note-1"' in shown) == (True, True)
    assert "css/body-extras.css" in shown


def test_picture_offers_avif_before_webp_and_one_plain_jpeg():
    picture = PictureFactory(rendered=True)
    base = f"/media/pictures/{picture.content_hash}"
    picture.renditions["bytes"] |= {"1x1-640.webp": 1, "1x1-640.avif": 1}

    assert shown(picture, 'crop="1x1" alt=""') == (
        f'<picture><source type="image/avif" srcset="{base}/1x1-640.avif 640w"'
        f' sizes="100vw"><source type="image/webp" srcset="{base}/1x1-640.webp 640w"'
        f' sizes="100vw"><img class="picture" src="{base}/1x1-640.jpg" width="640"'
        ' height="640" alt="" decoding="async" loading="lazy"></picture>'
    )


@pytest.mark.parametrize(
    ("colour", "classes"),
    [
        ("", ""),
        ("000000", " r0 g0 b0"),
        ("ffffff", " r3 g3 b3"),
        ("c81e60", " r2 g0 b1"),
    ],
)
def test_picture_has_the_tone_of_its_colour_until_it_has_come(colour, classes):
    picture = PictureFactory(rendered=True, colour=colour)

    assert f'<img class="picture{classes}" src=' in shown(picture)


def test_decoration_has_an_empty_alternative_text():
    picture = PictureFactory(rendered=True, is_decorative=True, alt_text="A line")

    assert ' alt="" ' in shown(picture)


def test_picture_for_other_media_alone_is_not_shown():
    assert shown(PictureFactory(rendered=True, allows_site=False)) == ""
