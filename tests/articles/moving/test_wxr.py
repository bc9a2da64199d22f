import io

import pytest

from articles.moving.wxr import FormatError, Reader
from tests.articles.moving.exports import Item, author, cdata, wxr

BOMB = """<?xml version="1.0"?>
<!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>
<rss><channel><title>&b;</title></channel></rss>"""
OUTSIDE = """<?xml version="1.0"?>
<!DOCTYPE rss [<!ENTITY a SYSTEM "file:///etc/hostname">]>
<rss><channel><item><category>&a;</category></item></channel></rss>"""


def items(text, **options):
    content = text if isinstance(text, bytes) else text.encode()
    reader = Reader(io.BytesIO(content), **options)
    return [data for kind, data in reader if kind == "item"]


@pytest.mark.parametrize("text", [BOMB, OUTSIDE])
def test_document_type_is_refused_with_its_line(text):
    with pytest.raises(FormatError, match=r"line 2: .*document type"):
        items(text)


@pytest.mark.parametrize("version", ["1.0", "1.1", "1.2"])
def test_known_version_is_read(version):
    text = wxr(Item(), version=f"<wp:wxr_version>{version}</wp:wxr_version>")

    assert [item["title"] for item in items(text)] == ["The harbour reopens"]


def test_missing_version_is_read():
    assert len(items(wxr(Item(), version=""))) == 1


def test_unknown_version_is_refused():
    text = wxr(Item(), version="<wp:wxr_version>abc</wp:wxr_version>")

    with pytest.raises(FormatError, match="version “abc”"):
        items(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "empty"),
        ("{}", "no XML file"),
        ("<html><body></body></html>", "a web page"),
        ('<feed xmlns="http://www.w3.org/2005/Atom"></feed>', "begins with <feed>"),
        ("<rss><channel><title>News</title></channel></rss>", "nothing of WordPress"),
    ],
)
def test_what_is_no_export_is_refused_in_words(text, words):
    with pytest.raises(FormatError, match=words):
        items(text)


def test_fault_names_its_line_after_the_items_before_it():
    text = wxr(Item(id="1"), "<item><title>cut")
    reader = Reader(io.BytesIO(text.encode()))
    found = []

    with pytest.raises(FormatError, match=r"line \d+: the file is not well-formed"):
        found.extend(data["id"] for kind, data in reader if kind == "item")

    assert found == ["1"]


@pytest.mark.parametrize(
    "content",
    [
        "ends with ]]> inside",
        "&amp; stays, &#8217; too",
        "a <!-- comment --> and <b>tags</b>",
        "back\\slash and \\'quotes\\\"",
    ],
)
def test_text_is_exact(content):
    assert items(wxr(Item(content=content)))[0]["content"] == content


def test_several_cdata_sections_are_one_text():
    text = wxr(Item(title="X")).replace(cdata("X"), cdata("one") + cdata("two"))

    assert items(text)[0]["title"] == "onetwo"


def test_control_characters_are_left_out():
    assert items(wxr(Item(title="Har\x0bbour\x01")))[0]["title"] == "Harbour"


def test_other_encoding_is_read_as_declared():
    text = wxr(Item(title="Café")).replace("UTF-8", "ISO-8859-1")

    assert items(text.encode("latin-1"))[0]["title"] == "Café"


@pytest.mark.parametrize(
    ("data", "title"),
    [
        (wxr(Item(title="Crème brûlée €")).encode("cp1252"), "Crème brûlée €"),
        (wxr(Item(title="Crème brûlée#")).encode().replace(b"#", b"\xff"),
         "Crème brûlée\ufffd"),
    ],
)  # fmt: skip
def test_what_is_no_utf_8_is_read_as_what_most_of_it_is(data, title):
    assert items(data)[0]["title"] == title


def test_utf_8_that_says_it_is_something_else_is_read_as_it_is():
    text = wxr(Item(title="Café")).replace("UTF-8", "ISO-8859-1")

    assert items(text.encode())[0]["title"] == "Café"


def test_byte_order_mark_and_blank_lines_before_are_passed_over():
    text = "\ufeff\n\n" + wxr(Item())

    assert len(items(text)) == 1


NESTED = "Code: <![CDATA[ x ]]> and more"


@pytest.mark.parametrize("padding", range(0, 70, 7))
def test_lenient_reading_ends_a_section_where_a_tag_follows(padding):
    raw = f"<![CDATA[{'y' * padding}{NESTED}]]>"
    text = wxr(Item(title="X")).replace(cdata("X"), raw)

    with pytest.raises(FormatError):
        items(text)
    assert items(text, is_lenient=True)[0]["title"] == "y" * padding + NESTED


def test_lenient_reading_takes_bare_ampersands_and_names_of_html():
    text = wxr(Item(title="X")).replace(cdata("X"), "Salt & pepper&nbsp;caf&eacute;")

    assert items(text, is_lenient=True)[0]["title"] == "Salt & pepper\xa0café"


def test_lenient_reading_of_a_good_file_changes_nothing():
    text = wxr(Item(content="a ]]> b & <p>c</p>"), Item(id="2", title="Q&A"))

    assert items(text, is_lenient=True) == items(text)


def test_only_wanted_fields_are_kept_and_comments_are_counted():
    item = Item(meta={"_wanted": "yes", "_huge": "x" * 100_000}, comments=3)
    reader = Reader(io.BytesIO(wxr(item).encode()), wanted_meta=["_wanted"])

    found = [data for kind, data in reader if kind == "item"]

    assert found[0]["meta"] == {"_wanted": "yes"}
    assert reader.comment_count == 3


def test_author_over_several_lines_is_stripped():
    text = wxr(before=author(login="x").replace(cdata("x"), "alice\n"))
    reader = Reader(io.BytesIO(text.encode()))

    assert [data["login"] for kind, data in reader] == ["alice"]
