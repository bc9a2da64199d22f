"""The words of a text as the index keeps them and as queries ask for them.

Both databases get words that are cut, folded and stemmed here, so both find the same
stories, and nothing that is typed or written reaches them as syntax.
"""

import re
from functools import lru_cache
from itertools import chain, repeat
from threading import Lock

import snowballstemmer

from newsroom.lib import text

MAX_WORD_LENGTH = 64
# Of each step, for what stands between two blanks for the first time.
WORDS_KEPT = 2_000
# Of what stands between two blanks, in all languages, and as many from before:
# about 8 MiB.
TOKENS_KEPT = 25_000

_MARKS = (
    "\u0300-\u036f"
    "\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7"
    "\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed"
)
# Chinese and Japanese leave no blank between words: each sign counts as one.
_SIGNS = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_ENDING = r"(?:['’]s(?![^\W_]))?"
# In this order, the common first: words of ASCII letters, and of any, with their
# accents and a possessive ending; initials (U.S., U.K); C++ and C#; one sign or letter.
SURFACE = re.compile(
    rf"[A-Za-z0-9]{{2,}}+(?![^\W_]|[{_MARKS}]){_ENDING}"
    rf"|[^\W_{_SIGNS}](?:[^\W_{_SIGNS}]|[{_MARKS}])+{_ENDING}"
    rf"|(?:[^\W\d_]\.){{2,}}[^\W_]?(?![^\W_])|[^\W\d_]\.[^\W\d_](?![^\W_])"
    rf"|[^\W\d_](?:\+\+|\#)(?![^\W_])"
    rf"|[^\W_]{_ENDING}"
)
_PART = re.compile(rf"[{_SIGNS}]|[^\W_{_SIGNS}]+")
_POSSESSIVE = re.compile(r"['’]s\Z")

_ALGORITHMS = {
    "ar": "arabic", "ca": "catalan", "da": "danish", "de": "german", "el": "greek",
    "en": "english", "es": "spanish", "fi": "finnish", "fr": "french",
    "hu": "hungarian", "id": "indonesian", "it": "italian", "nb": "norwegian",
    "nl": "dutch", "nn": "norwegian", "no": "norwegian", "pl": "polish",
    "pt": "portuguese", "ro": "romanian", "ru": "russian", "sv": "swedish",
    "tr": "turkish",
}  # fmt: skip

_stemmers = {}
_lock = Lock()  # a stemmer keeps its work in itself


def stemming_of(language):
    """The stemming that stories of this BCP 47 language get, "" for none."""
    return _ALGORITHMS.get(language.lower().partition("-")[0], "")


@lru_cache(maxsize=WORDS_KEPT)
def plain(surface):
    """The folded words of one match of SURFACE: mostly one; ½ or ﷺ hold several."""
    surface = _POSSESSIVE.sub("", surface)
    folded = text.fold(surface)
    if "." in folded:
        folded = folded.replace(".", "")
    elif folded.endswith(("+", "#")):
        folded = folded.replace("++", "plusplus").replace("#", "sharp")
    return tuple(part[:MAX_WORD_LENGTH] for part in _PART.findall(folded))


@lru_cache(maxsize=WORDS_KEPT)
def stem(word, stemming):
    """The stem of one folded word, itself where there is no stemming."""
    if not stemming or word.isdigit():
        return word
    with _lock:
        if stemming not in _stemmers:
            _stemmers[stemming] = snowballstemmer.stemmer(stemming)
        # Some stemmers write accents that folding had taken off.
        return text.fold(_stemmers[stemming].stemWord(word)) or word


@lru_cache(maxsize=WORDS_KEPT)
def stems(surface, stemming):
    """The stems of one match of SURFACE."""
    return tuple(stem(word, stemming) for word in plain(surface))


def plain_words(value):
    """Every folded word of a text, in order."""
    surfaces = SURFACE.findall(text.without_invisible(value))
    return list(chain.from_iterable(map(plain, surfaces)))


def stemmed_words(value, stemming):
    """Every stem of a text, in order."""
    value = text.without_invisible(value)
    # No word goes across a blank, and most of what stands between two was seen before.
    # Of text without blanks that is not so, and it would fill the memory.
    tokens = value.split()
    if max(map(len, tokens), default=0) <= MAX_WORD_LENGTH:
        found = map(_kept_tokens(stemming).__getitem__, tokens)
    else:
        found = map(stems, SURFACE.findall(value), repeat(stemming))
    return list(chain.from_iterable(found))


def token_stems(token, stemming):
    """The stems of what stands between two blanks."""
    return _kept_tokens(stemming)[token]


def _kept_tokens(stemming):
    if (kept := _tokens.get(stemming)) is None:
        kept = _tokens[stemming] = _TokenStems(stemming)
    return kept


class _TokenStems(dict):
    """From what stands between two blanks to its stems, for one stemming.

    A dict: a story asks it a thousand times, and `lru_cache` takes longer to answer.
    When all of them are full, they begin anew and ask what they held before.
    """

    def __init__(self, stemming):
        super().__init__()
        self.stemming, self.before = stemming, {}

    def __missing__(self, token):
        if token.isascii() and token.isdigit():
            return (token,)  # of numbers there is no end: none is kept
        if sum(map(len, list(_tokens.values()))) >= TOKENS_KEPT:
            for kept in list(_tokens.values()):
                kept.before = dict(kept)
                kept.clear()
        if (found := self.before.get(token)) is None:
            surfaces = SURFACE.findall(token)
            found = tuple(
                chain.from_iterable(map(stems, surfaces, repeat(self.stemming)))
            )
        self[token] = found
        return found


_tokens = {}
