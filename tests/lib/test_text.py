import pytest

from newsroom.lib import text


@pytest.mark.parametrize(
    "spellings",
    [
        ["Harvest", "harvest", "HARVEST", " harvest "],
        ["Santé", "SANTÉ", "sante\u0301", "sante"],
        ["Straße", "STRASSE"],
        ["İstanbul", "istanbul", "ISTANBUL"],
        ["Łódź", "lodz"],
        ["القذافي", "القذّافي", "القذافى"],
        ["Ankara  news", "Ankara\u00a0news", "Ankara\nnews"],
        ["cooperation", "co\u00adoperation", "\ufeffcooper\u200bation"],
        ["می\u200cروم", "میروم"],
        ["❤", "❤\ufe0f"],
    ],
)
def test_fold_gives_spellings_of_a_word_one_key(spellings):
    assert len({text.fold(spelling) for spelling in spellings}) == 1


@pytest.mark.parametrize("words", [["C", "C++", "C#"], ["ลา", "ล้า"], ["кит", "кот"]])
def test_fold_keeps_different_words_apart(words):
    assert len({text.fold(word) for word in words}) == len(words)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Erdoğan visits Łódź", "erdogan-visits-lodz"),
        ("C#", "c-sharp"),
        ("C++", "c-plus-plus"),
        (".NET", "dot-net"),
        ("AC/DC", "ac-dc"),
        ("100%", "100-percent"),
        ("Qaddafi's tent", "qaddafis-tent"),
        ("أخبار تركيا", "اخبار-تركيا"),
        ("สวัสดีครับ", "สวัสดีครับ"),
        ("  --a__b--  ", "a-b"),
    ],
)
def test_slug_is_readable(value, expected):
    assert text.slug(value) == expected


@pytest.mark.parametrize(
    "value", ["???", "😀😀", "", "   ", "…", "\u0000", "❤\ufe0f", "\u0e49", "\u200b"]
)
def test_slug_of_nothing_readable_is_not_empty(value):
    assert text.slug(value, fallback="story").startswith("story-")


def test_slugs_of_two_unreadable_names_differ():
    assert text.slug("😀") != text.slug("😀😀")


def test_slug_ends_at_a_word_within_its_length():
    result = text.slug("harbour " * 60, max_length=80)

    assert result == "-".join(["harbour"] * 10)


def test_slug_of_one_endless_word_is_cut():
    assert text.slug("x" * 300, max_length=80) == "x" * 80


@pytest.mark.parametrize(
    "value", ["C#", "أخبار تركيا", "Straße", "a" * 300, "😀", "सम"]
)
def test_slug_of_a_slug_is_itself(value):
    assert text.slug(text.slug(value)) == text.slug(value)


def test_unique_slug_counts_up_within_its_length():
    taken = {"x" * 80, "x" * 78 + "-2"}

    assert text.unique_slug("x" * 80, taken.__contains__) == "x" * 78 + "-3"


def test_clean_text_drops_what_feeds_and_databases_cannot_carry():
    dirty = "a\x00b\x07c\x0cd\ufffee\ud800f\u202eg\th\ni"

    assert text.clean_text(dirty) == "abcdefg\th\ni"


def test_clean_text_is_composed():
    assert text.clean_text("e\u0301") == "é"


def test_summary_ends_at_a_word():
    assert text.summary("one two, three four", max_length=10) == "one two…"
