"""What a reader typed, read as a query. Everything has a meaning; nothing is an error.

    night ferry       both words          "night ferry"    one after the other
    -port, NOT port   without the word    ferry OR boat    one of them
    harb*             every word with this beginning (three letters at least)

A word with a sign inside (9/11, covid-19, AT&T) is looked for as a phrase of its parts.
"""

import re
from dataclasses import dataclass, field

from articles.search import words
from newsroom.lib import text

MAX_LENGTH = 300
MAX_TERMS = 12
MIN_PREFIX_LENGTH = 3

_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»〝〞＂", '"'))
# Each stands before a word; the first two also after one. Else they are words.
_OPERATORS = {
    "OR": "or", "|": "or", "||": "or",
    "AND": "and", "&": "and", "&&": "and", "+": "and",
    "NOT": "not",
}  # fmt: skip
_PIECE = re.compile(r'([-−–]?)"([^"]*)"?|(\S+)')

# Left out of a query that has other words; inside quotation marks they count.
_SMALL_WORDS = frozenset(
    text.fold(
        "a an and are as at be by for from in is it of not on or that the to was were "
        "with au aux avec ce ces dans de des du en et la le les ou par pour que qui "
        "sur un une al del el los las y der die das und von zu im "
        "في من على الى عن ان ما هو هي و"
    ).split()
)


@dataclass(frozen=True)
class Term:
    """Words that stand one after the other; `is_prefix`: the last is a beginning."""

    words: tuple
    is_prefix: bool = False
    is_quoted: bool = False


@dataclass
class Query:
    """All groups must be met, each by one of its terms, and none of `excluded`."""

    groups: list = field(default_factory=list)
    excluded: list = field(default_factory=list)
    is_cut: bool = False

    def terms(self):
        return [term for group in self.groups for term in group]


def _pieces(typed):
    """Each piece as (is excluded, text, is quoted)."""
    for minus, quoted, word in _PIECE.findall(typed.translate(_QUOTES)):
        if not word:
            yield bool(minus), quoted, True
        elif word[0] in "-−–" and len(word) > 1:
            yield True, word[1:], False
        else:
            yield False, word, False


def _term(piece, *, is_quoted):
    found = tuple(words.plain_words(piece))
    if not found:
        return None
    is_prefix = (
        piece.endswith("*") and not is_quoted and len(found[-1]) >= MIN_PREFIX_LENGTH
    )
    return Term(found, is_prefix, is_quoted)


def parse(typed):
    """Read a query. At most MAX_LENGTH characters and MAX_TERMS terms are looked at."""
    query = Query(is_cut=len(typed) > MAX_LENGTH)
    pieces = list(_pieces(typed[:MAX_LENGTH]))
    mode = "and"
    for number, (is_excluded, piece, is_quoted) in enumerate(pieces):
        is_plain = not is_quoted and not is_excluded and number < len(pieces) - 1
        operator = _OPERATORS.get(piece) if is_plain else None
        if operator == "not" or (operator and query.groups):
            mode = operator
            continue
        term = _term(piece, is_quoted=is_quoted)
        if term is None:
            continue
        if len(query.terms()) + len(query.excluded) == MAX_TERMS:
            query.is_cut = True
            break
        _add(query, term, "not" if is_excluded else mode)
        mode = "and"
    _drop_small_words(query)
    return query


def _add(query, term, mode):
    if mode == "not":
        query.excluded.append(term)
    elif mode == "or":
        query.groups[-1].append(term)
    elif [term] not in query.groups:
        query.groups.append([term])


def _drop_small_words(query):
    def is_small(group):
        return all(
            not term.is_quoted
            and len(term.words) == 1
            and term.words[0] in _SMALL_WORDS
            for term in group
        )

    kept = [group for group in query.groups if not is_small(group)]
    query.groups = kept or query.groups


def forms(term, stemmings):
    """The word sequences by which stories of these stemmings can hold a term.

    Each is a tuple of (word, is beginning). The folded words themselves are the form
    of languages without stemming.
    """
    last = len(term.words) - 1
    sequences = [tuple((word, False) for word in term.words)]
    if term.is_prefix:
        sequences = [(*sequences[0][:-1], (term.words[-1], True))]
    for stemming in stemmings:
        stemmed = [words.stem(word, stemming) for word in term.words]
        sequences.append(tuple((word, False) for word in stemmed))
        if term.is_prefix and last:
            beginning = (term.words[-1], True)
            sequences.append((*((word, False) for word in stemmed[:-1]), beginning))
    return list(dict.fromkeys(sequences))
