"""Plain text: folding for comparison, slugs, characters that must not be stored."""

import hashlib
import re
import unicodedata

KEY_LENGTH = 400

# Characters that no XML document may hold (XML 1.0, section 2.2), and the Unicode
# non-characters and lone surrogates that break mail, feeds or the database.
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
# Controls that reorder the text around them; a headline must not flip the page.
_BIDI_CONTROLS = re.compile("[\u202a-\u202e\u2066-\u2069]")
# Accents of Latin, Greek and Cyrillic, short vowels of Hebrew and Arabic. The marks of
# Thai or Devanagari are letters of their words and stay.
_MARKS = re.compile(
    "[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed]"
)
# What is not seen between letters: soft hyphens, joiners, marks of direction, and the
# selectors that choose a letter's or an emoji's looks.
_INVISIBLE = re.compile(
    "[\u00ad\u061c\u180b-\u180f\u200b-\u200f\u2060-\u2064\ufe00-\ufe0f\ufeff"
    "\U000e0100-\U000e01ef]"
)
_SPACE = re.compile(r"\s+")

_ARABIC_LETTERS = str.maketrans({
    "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا",
    "ى": "ي", "ئ": "ي", "ی": "ي", "ؤ": "و", "ة": "ه", "ک": "ك", "ـ": None,
})  # fmt: skip
# Letters that Unicode does not decompose, in the spelling readers type without them.
_LATIN_LETTERS = str.maketrans({
    "ı": "i", "ł": "l", "đ": "d", "ð": "d", "ø": "o", "æ": "ae", "œ": "oe", "þ": "th",
    "ħ": "h", "ŧ": "t", "ĸ": "k", "ŋ": "n",
})  # fmt: skip
_FORMULA_BEGINS = ("=", "+", "-", "@", "\t", "\r")
_SYMBOL_WORDS = {
    "+": "plus", "#": "sharp", "%": "percent", "&": "and", "@": "at",
    "€": "euro", "$": "dollar", "£": "pound",
}  # fmt: skip


def without_controls(value):
    """The text without forbidden characters and bidirectional controls.

    Safe on HTML that is already sanitised. `clean_text` is not: its NFC would join a
    tag's `>` and a combining stroke after it into one character, "≯".
    """
    if value.replace("\n", "").isprintable():
        return value  # the most of what is stored: to Python no control is printable
    return _BIDI_CONTROLS.sub("", _FORBIDDEN.sub("", value))


def clean_text(value):
    """The text without characters that feeds, mail or the database cannot carry.

    Tabs and line breaks stay; bidirectional controls go; the form is NFC, so that
    the same word typed on two keyboards is stored once.
    """
    if value.isascii() and value.isprintable():
        return value  # most of what is stored, and every empty field
    return unicodedata.normalize("NFC", without_controls(value))


def clean_line(value):
    """`clean_text` on one line: every run of white space is one blank."""
    return " ".join(clean_text(value).split())


def without_invisible(value):
    """The text without what stands unseen between its letters, as readers type it."""
    return value if value.isascii() else _INVISIBLE.sub("", value)


def fold(value):
    """The key under which two spellings count as one word.

    Case, accents, Arabic short vowels and letter variants, and width are folded; what
    is not seen, such as a soft hyphen, is dropped. Symbols stay, so "C", "C++" and "C#"
    are three words. "Straße" equals "STRASSE" and "İstanbul" equals "istanbul".
    """
    value = clean_line(value).casefold()
    if value.isascii():
        return value  # nothing below would change it
    value = unicodedata.normalize("NFKD", value)
    value = without_invisible(_MARKS.sub("", value))
    value = value.translate(_ARABIC_LETTERS).translate(_LATIN_LETTERS)
    return _SPACE.sub(" ", unicodedata.normalize("NFC", value)).strip()


def name_key(value):
    """`fold` of a name, as long as a column for it: one ligature can unfold to 18."""
    return fold(value)[:KEY_LENGTH].rstrip()


def _in_word(char):
    return char.isalnum() or unicodedata.category(char) in {"Mn", "Mc"}


def slug(value, *, max_length=80, fallback="item"):
    """An address part for `value`: never empty, lower case, at most `max_length` long.

    Latin letters lose their accents; letters of other scripts stay, since browsers
    show them. Symbols that tell names apart become words ("C#" is "c-sharp"). Where
    nothing readable is left, `fallback` and eight hex digits of a hash of the value
    stand in, so that two such values get two slugs.
    """
    folded = fold(value)
    if re.match(r"\.\w", folded):
        folded = "dot-" + folded[1:]
    words = "".join(
        f" {_SYMBOL_WORDS[char]} " if char in _SYMBOL_WORDS else char for char in folded
    )
    words = re.sub(r"['’ʼ`´]", "", words)
    result = "".join(char if _in_word(char) else "-" for char in words)
    result = re.sub("-+", "-", result).strip("-")
    if len(result) > max_length:
        result = result[: max_length + 1].rpartition("-")[0] or result[:max_length]
        result = result[:max_length].strip("-")
    if not any(map(str.isalnum, result)):
        digest = hashlib.sha256(clean_line(value).encode()).hexdigest()
        result = f"{fallback}-{digest[:8]}"
    return result


def unique_slug(base, taken, *, max_length=80):
    """`base`, or `base-2`, `base-3` … until `taken(slug)` is false."""
    candidate, number = base, 2
    while taken(candidate):
        suffix = f"-{number}"
        candidate = base[: max_length - len(suffix)].rstrip("-") + suffix
        number += 1
    return candidate


def summary(value, *, max_length=200):
    """The first words of a plain text, cut at a word's end and marked with "…"."""
    value = clean_line(value)
    if len(value) <= max_length:
        return value
    cut = value[:max_length].rpartition(" ")[0] or value[: max_length - 1]
    return cut.rstrip(" ,;:–—-") + "…"


_IN_ADDRESS = r"[^\s@<>\"'(),;:/?&=]"
# Begins where a word does: tried at each letter, a long word would take minutes.
_EMAIL_ADDRESS = re.compile(
    rf"(?:\"[^\"@\r\n]{{1,64}}\"|(?<!{_IN_ADDRESS}){_IN_ADDRESS}+)(?:@|%(?:25)*40)"
    rf"{_IN_ADDRESS}+",
    re.IGNORECASE,
)


def without_addresses(value):
    """The text with its e-mail addresses replaced: they are somebody's."""
    return _EMAIL_ADDRESS.sub("[address]", value)


def inert(value):
    """The text as a spreadsheet shows it and never runs it (CWE-1236)."""
    return f"'{value}" if value.startswith(_FORMULA_BEGINS) else value
