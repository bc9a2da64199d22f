import random
import re
import time

import pytest

from articles.diff import blocks_of, compare_bodies, compare_texts
from tests.factories.articles import PictureFactory


def marked(html):
    """The comparison with + and - for people who read tests."""
    html = re.sub(r'<span class="visually-hidden">[^<]*</span>', "", html)
    html = re.sub(r"<ins>(.*?)</ins>", r"{+\1+}", html)
    return re.sub(r"<del>(.*?)</del>", r"{-\1-}", html)


def rows(old, new, pictures=None):
    found = compare_bodies(old, new, pictures=pictures or {})
    return [(row.change, row.label, marked(row.html)) for row in found]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("The old harbour", "The new harbour", "The {-old -}{+new +}harbour"),
        ("Same", "Same", "Same"),
        ("", "New words", "{+New words+}"),
        ("Gone", "", "{-Gone-}"),
        ("Ends here", "Ends here.", "Ends here{+.+}"),
        ("<i>", "<i> & “x”", "&lt;i&gt; {+&amp; “x”+}"),
        ("ميناء قديم", "ميناء جديد", "ميناء {-قديم-}{+جديد+}"),
        ("港口旧", "港口新", "港口{-旧-}{+新+}"),
        ("เรือเก่า ออก", "เรือใหม่ ออก", "{-เรือเก่า -}{+เรือใหม่ +}ออก"),
    ],
)
def test_texts_are_compared_by_words(old, new, expected):
    assert marked(compare_texts(old, new)) == expected


def test_changed_paragraph_is_compared_inside_and_the_others_are_whole():
    old = "<p>One stays.</p><p>The boat left at dawn today.</p><p>Goes away.</p>"
    new = "<p>One stays.</p><p>The boat left at noon today.</p><p>Something else.</p>"

    assert rows(old, new) == [
        ("", "", "One stays."),
        ("changed", "", "The boat left at {-dawn -}{+noon +}today."),
        ("removed", "", "{-Goes away.-}"),
        ("added", "", "{+Something else.+}"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            '<p><a href="https://a.example">word</a></p>',
            '<p><a href="https://b.example">word</a></p>',
            (
                "changed",
                "",
                "word{- [→ https://a.example] -}{+ [→ https://b.example] +}",
            ),
        ),
        (
            "<p>a big word in it</p>",
            "<p>a <strong>big</strong> word in it</p>",
            ("changed", "", "a {-big -}{+<strong>big</strong> +}word in it"),
        ),
        (
            "<h2>Title</h2>",
            "<h3>Title</h3>",
            ("changed", "Heading → Heading, second level", "Title"),
        ),
        (
            "<p>A claim</p>",
            '<p>A claim<sup data-footnote="Source: me">*</sup></p>',
            ("changed", "", "A claim{+[note: Source: me] <sup>*</sup>+}"),
        ),
        (
            '<div data-embed="https://x.com/1">See it</div>',
            '<div data-embed="https://x.com/2">See it</div>',
            (
                "changed",
                "Embed",
                "{-[https://x.com/1] -}{+[https://x.com/2] +}See it",
            ),
        ),
    ],
)
def test_changes_without_a_changed_word_are_seen(old, new, expected):
    assert rows(old, new) == [expected]


@pytest.mark.django_db
def test_exchanged_picture_is_shown_with_both():
    one, two = PictureFactory(), PictureFactory()
    figure = '<figure data-picture="{}"><figcaption>A ferry at {}</figcaption></figure>'

    [row] = compare_bodies(
        figure.format(one.pk, "dawn"),
        figure.format(two.pk, "noon"),
        pictures={one.pk: one, two.pk: two},
    )

    assert row.pictures == [("removed", one, one.pk), ("added", two, two.pk)]
    assert marked(row.html) == "A ferry at {-dawn-}{+noon+}"


def test_deleted_picture_is_named_by_its_number():
    [row] = compare_bodies("", '<figure data-picture="7"></figure>', pictures={})

    assert (row.change, row.pictures) == ("added", [("added", None, 7)])


def test_rows_of_tables_and_lists_are_blocks():
    html = "<ul><li>One</li></ul><table><tr><td>a</td><td>b</td></tr></table>"

    blocks = blocks_of(html)

    texts = ["".join(word.text for word in block.words) for block in blocks]
    assert [block.label for block in blocks] == ["List item", "Table row"]
    assert texts == ["One", "| a| b"]


def worst_bodies():
    chance = random.Random(7)  # noqa: S311 - the same bodies each time

    def paragraph(count, words):
        return f"<p>{' '.join(chance.choice(words) for _ in range(count))}</p>"

    many = [f"w{number}" for number in range(3000)]
    few = ["a", "b"]
    for count, length, words in [
        (400, 100, many), (1, 990, few), (1, 100_000, few), (30_000, 1, few),
        (900, 1, few), (12, 900, few), (5_000, 3, many[:40]),
    ]:  # fmt: skip
        yield [
            "".join(paragraph(length, words) for _ in range(count)) for _ in range(2)
        ]


def test_worst_bodies_are_compared_in_bounded_time():
    for old, new in worst_bodies():
        began = time.process_time()
        compare_bodies(old, new, pictures={})

        # About 2 s on a slow machine; without the bound, minutes.
        assert time.process_time() - began < 10
