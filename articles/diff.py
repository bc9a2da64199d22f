"""What changed between two contents of a story, word by word, for people to read.

Blocks of the body (paragraphs, headings, pictures, rows of tables) are compared first,
then the words inside the blocks that changed. Everything is escaped; what was added and
removed is marked with `ins` and `del`, and in words for those who hear the page.
"""

import re
from collections import Counter
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from html.parser import HTMLParser

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString

from articles import revisions
from articles.models import Article, Picture, Section

# Comparisons of two lists take up to (length × length) steps. Beyond this many for one
# pair, and this many for a whole body, the whole piece counts as replaced.
PAIR_STEPS = 1_000_000
BODY_STEPS = 6_000_000
# Blocks that share this part of their words are one block that was changed.
LIKENESS = 0.4

_PUNCTUATION = r""".,;:!?"'()\[\]{}«»“”„‘’…–—/|·،؛؟。、！？"""
_WORD = re.compile(
    r"[\u3040-\u30ff\u3400-\u9fff]"  # written without blanks: each sign is a word
    rf"|[^\s{_PUNCTUATION}\u3040-\u30ff\u3400-\u9fff]+\s*"
    rf"|[{_PUNCTUATION}]\s*|\s+"
)

_MARKS = {
    "strong": "strong", "b": "strong", "em": "em", "i": "em", "cite": "em", "s": "s",
    "sub": "sub", "sup": "sup", "code": "code", "mark": "mark",
}  # fmt: skip
_BLOCKS = {
    "p": "", "h2": "Heading", "h3": "Heading, second level",
    "h4": "Heading, third level", "li": "List item", "blockquote": "Quotation",
    "pre": "Preformatted", "tr": "Table row", "caption": "Table caption",
    "figure": "Picture", "figcaption": "", "aside": "Pull quote", "div": "",
    "dt": "Term", "dd": "Definition", "hr": "Line",
}  # fmt: skip


@dataclass(frozen=True)
class Word:
    text: str
    marks: tuple = ()

    @property
    def key(self):
        return (self.text.rstrip(), self.marks)


@dataclass
class Block:
    label: str
    words: list = field(default_factory=list)
    picture: int | None = None

    @property
    def key(self):
        return (self.label, self.picture, tuple(word.key for word in self.words))


@dataclass
class Row:
    """One block in the comparison: `change` is "", "added", "removed" or "changed"."""

    change: str
    label: str
    html: SafeString
    pictures: list = field(default_factory=list)  # (change, Picture or None, key)


class _Blocks(HTMLParser):
    """Takes the blocks out of clean HTML, with words where a picture or link stands."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.blocks = []
        self.block = None
        self.open = []  # (tag, block label or None)
        self.links = []

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        if tag in _BLOCKS:
            self._begin(tag, values)
        elif tag == "br":
            self._remark("↵ ")
        elif tag in {"td", "th"}:
            self._remark("| ")
        elif tag == "a":
            self.links.append(values.get("href") or "")
        elif tag == "sup" and values.get("data-footnote"):
            self._remark(f"[note: {values['data-footnote']}] ")
        if tag not in {"br", "hr"}:
            self.open.append(tag)

    def _begin(self, tag, values):
        outer = next((t for t in reversed(self.open) if _BLOCKS.get(t)), None)
        label = _BLOCKS[tag] or (_BLOCKS[outer] if outer else "")
        if tag == "figcaption" and self.block:
            return
        if values.get("data-embed"):
            label = "Embed"
        direction = {"rtl": "right to left", "ltr": "left to right"}
        notes = [direction.get(values.get("dir"), ""), values.get("lang") or ""]
        label = ", ".join(filter(None, [label, *notes]))
        self.block = Block(label)
        self.blocks.append(self.block)
        if tag == "figure":
            pk = values.get("data-picture") or ""
            self.block.picture = int(pk) if pk.isdecimal() and len(pk) < 19 else None
            if values.get("data-size"):
                self._remark(f"[{values['data-size']}] ")
        if values.get("data-embed"):
            self._remark(f"[{values['data-embed']}] ")

    def handle_endtag(self, tag):
        if tag in self.open:
            while self.open.pop() != tag:
                pass
        if tag == "a" and self.links:
            self._remark(f" [→ {self.links.pop()}] ")
        if tag in _BLOCKS and tag != "figcaption":
            self.block = None

    def handle_data(self, data):
        if self.block is None and not data.strip():
            return
        self._add(data)

    def _add(self, text):
        marks = tuple(sorted({_MARKS[tag] for tag in self.open if tag in _MARKS}))
        self._open_block().words += _words(text, marks)

    def _remark(self, text):
        """Words of ours, for what is no word in the story: one piece."""
        self._open_block().words.append(Word(text))

    def _open_block(self):
        if self.block is None:
            self.block = Block("")
            self.blocks.append(self.block)
        return self.block


def _words(text, marks=()):
    return [Word(found, marks) for found in _WORD.findall(text)]


def blocks_of(html):
    """The blocks of a body, empty ones left out."""
    parser = _Blocks()
    parser.feed(html)
    parser.close()
    return [
        block
        for block in parser.blocks
        if block.picture
        or block.label == "Line"
        or any(word.text.strip() for word in block.words)
    ]


def say_the_same(old, new):
    """Whether two bodies have the same words, marks, links and pictures."""
    return [b.key for b in blocks_of(old)] == [b.key for b in blocks_of(new)]


class _Steps:
    """How much comparing is left."""

    def __init__(self):
        self.left = BODY_STEPS

    def take(self, count):
        if count > min(PAIR_STEPS, self.left):
            return False
        self.left -= count
        return True


def _opcodes(old, new, steps):
    """Opcodes as difflib's for two lists of keys, in bounded time."""
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    end = 0
    while end < min(len(old), len(new)) - start and old[-1 - end] == new[-1 - end]:
        end += 1
    a, b = old[start : len(old) - end], new[start : len(new) - end]
    codes = [("equal", 0, start, 0, start)] if start else []
    if a and b and steps.take(len(a) * len(b)):
        matcher = SequenceMatcher(None, a, b, autojunk=False)
        codes += [
            (tag, i1 + start, i2 + start, j1 + start, j2 + start)
            for tag, i1, i2, j1, j2 in matcher.get_opcodes()
        ]
    elif a or b:
        tag = "replace" if a and b else "delete" if a else "insert"
        codes.append((tag, start, start + len(a), start, start + len(b)))
    if end:
        codes.append(("equal", len(old) - end, len(old), len(new) - end, len(new)))
    return codes


def compare_bodies(old, new, *, pictures):
    """The rows of a comparison of two bodies; `pictures` are the library's, by key."""
    steps = _Steps()
    old, new = blocks_of(old), blocks_of(new)
    rows = []
    codes = _opcodes([b.key for b in old], [b.key for b in new], steps)
    for tag, i1, i2, j1, j2 in codes:
        if tag == "equal":
            rows += [_whole("", block, pictures) for block in new[j1:j2]]
        else:
            rows += _replaced(old[i1:i2], new[j1:j2], steps, pictures)
    return rows


def _replaced(old, new, steps, pictures):
    """Rows for blocks that came in the place of others: like ones are compared."""
    rows, next_new = [], 0
    counts = [Counter(word.key for word in block.words) for block in new]
    for block in old:
        at = _like(block, new, counts, next_new, steps)
        if at is None:
            rows.append(_whole("removed", block, pictures))
            continue
        rows += [_whole("added", skipped, pictures) for skipped in new[next_new:at]]
        rows.append(_changed(block, new[at], steps, pictures))
        next_new = at + 1
    return rows + [_whole("added", block, pictures) for block in new[next_new:]]


def _like(block, new, counts, start, steps):
    """Where the first block like this one stands in `new`, or None."""
    own = Counter(word.key for word in block.words)
    for at in range(start, len(new)):
        if not steps.take(len(own) + 1):
            return None
        if block.picture and block.picture == new[at].picture:
            return at
        shared = sum(min(count, counts[at][key]) for key, count in own.items())
        most = max(len(block.words), len(new[at].words))
        if most and shared / most >= LIKENESS:
            return at
    return None


def _whole(change, block, pictures):
    shown = (
        [(change, pictures.get(block.picture), block.picture)] if block.picture else []
    )
    html = _mark(change, _html(block.words))
    return Row(change, block.label, html, shown)


def _changed(old, new, steps, pictures):
    shown = []
    if old.picture == new.picture:
        shown = [("", pictures.get(new.picture), new.picture)] if new.picture else []
    else:
        for change, block in [("removed", old), ("added", new)]:
            if block.picture:
                shown.append((change, pictures.get(block.picture), block.picture))
    label = new.label
    if old.label != new.label:
        label = f"{old.label or 'Paragraph'} → {new.label or 'Paragraph'}"
    return Row("changed", label, _word_html(old.words, new.words, steps), shown)


def compare_texts(old, new):
    """Two plain texts as one, with what was removed and added marked."""
    return _word_html(_words(old), _words(new), _Steps())


def _word_html(old, new, steps):
    codes = _opcodes([w.key for w in old], [w.key for w in new], steps)
    pieces, removed, added = [], [], []

    def write():
        pieces.extend([_mark("removed", _html(removed)), _mark("added", _html(added))])
        removed.clear()
        added.clear()

    for position, (tag, i1, i2, j1, j2) in enumerate(codes):
        if tag != "equal":
            removed += old[i1:i2]
            added += new[j1:j2]
            continue
        is_between = 0 < position < len(codes) - 1
        length = sum(len(word.text.strip()) for word in new[j1:j2])
        if is_between and length < 3:
            # A comma that stayed between two changed words only disturbs.
            removed += old[i1:i2]
            added += new[j1:j2]
            continue
        write()
        pieces.append(_html(new[j1:j2]))
    write()
    return SafeString("".join(pieces))


def _html(words):
    """Words with their bold and italics, escaped."""
    pieces, position = [], 0
    while position < len(words):
        marks, end = words[position].marks, position
        while end < len(words) and words[end].marks == marks:
            end += 1
        text = escape("".join(word.text for word in words[position:end]))
        for mark in marks:
            text = format_html("<{}>{}</{}>", mark, text, mark)
        pieces.append(text)
        position = end
    return SafeString("".join(pieces))


def _mark(change, html):
    if not change or not html:
        return html
    tag = "ins" if change == "added" else "del"
    return format_html(
        '<{}><span class="visually-hidden">[{}: </span>{}'
        '<span class="visually-hidden">]</span></{}>',
        tag,
        change,
        html,
        tag,
    )


# Fields -----------------------------------------------------------------------------


def compare(old, new, *, names=None):
    """The fields in which two contents differ, as dicts for the template.

    Each has `name`, `label`, and either `rows` (the body) or `html`. At most two
    statements: the pictures and the sections.
    """
    names = revisions.changed_fields(old, new) if names is None else names
    pictures = pictures_of(old, new) if set(names) & _WITH_PICTURES else {}
    sections = (
        Section.objects.in_bulk({old.get("section"), new.get("section")} - {None})
        if "section" in names
        else {}
    )
    return [
        {"name": name, "label": label_of(name), **_difference(name, *pair)}
        for name in names
        for pair in [(old.get(name), new.get(name), pictures, sections)]
    ]


# What one revision alone is shown by.
READ_IN_WORDS = [
    "headline", "kicker", "standfirst", "body", "lead_picture", "byline", "tags",
]  # fmt: skip
_WITH_PICTURES = {"body", "lead_picture", "social_picture"}


def pictures_of(*contents):
    """The library's pictures that these contents name, by key; one statement."""
    keys = set()
    for content in contents:
        keys |= {content.get("lead_picture"), content.get("social_picture")}
        keys |= {block.picture for block in blocks_of(content.get("body") or "")}
    keys.discard(None)
    return Picture.objects.in_bulk(keys) if keys else {}


def label_of(name):
    """What editors call a field."""
    if name in revisions.RELATIONS:
        return name.capitalize()
    label = Article._meta.get_field(name).verbose_name  # noqa: SLF001 - Django's documented API
    return label[:1].upper() + label[1:]


def _difference(name, old, new, pictures, sections):
    if name == "body":
        return {"rows": compare_bodies(old or "", new or "", pictures=pictures)}
    if name in {"lead_picture", "social_picture"}:
        shown = [
            (change, pictures.get(key), key)
            for change, key in [("removed", old), ("added", new)]
            if key
        ]
        return {"rows": [Row("changed", "", SafeString(""), shown)]}
    if name in {"byline", "tags"}:
        return {"html": _compare_lists(_names(old), _names(new))}
    if name == "section":
        old, new = (str(sections.get(key, "–")) for key in (old, new))
    return {"html": compare_texts(in_words(name, old), in_words(name, new))}


def _names(entries):
    return [
        f"{entry['name']} ({entry['role']})" if entry.get("role") else entry["name"]
        for entry in entries or []
    ]


def _compare_lists(old, new):
    pieces = []
    for tag, i1, i2, j1, j2 in _opcodes(old, new, _Steps()):
        if tag == "equal":
            pieces += [escape(name) for name in new[j1:j2]]
        else:
            pieces += [_mark("removed", escape(name)) for name in old[i1:i2]]
            pieces += [_mark("added", escape(name)) for name in new[j1:j2]]
    return SafeString(", ".join(pieces))


def in_words(name, value):
    """A field's value as an editor reads it."""
    model_field = Article._meta.get_field(name)  # noqa: SLF001 - Django's documented API
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if model_field.choices:
        return str(dict(model_field.flatchoices).get(value, value))
    if model_field.get_internal_type() == "DateTimeField":
        instant = parse_datetime(value)
        if instant:
            return date_format(timezone.localtime(instant), "j F Y, H:i:s")
    return str(value)
