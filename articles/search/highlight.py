"""Headlines and extracts with the found words marked, from plain text alone."""

from django.utils.html import conditional_escape, format_html, format_html_join

from articles.search import words
from newsroom.lib import html

SNIPPET_LENGTH = 240
# How much of a body is read for an extract, in characters of HTML, and how far from
# the first hit it looks for a better place, in characters of text.
OPENING_LENGTH = 12_000
REACH = 600
_LEAD = 60


class Marker:
    """Finds a query's terms in texts of any language."""

    def __init__(self, terms):
        self._terms = terms
        self._sequences = {}
        self._known = {}
        self._firsts = {}
        self._others = {}

    def spans(self, value, language, *, reach=None):
        """Where terms stand in a text: (start, end, number of the term), in order.

        With `reach`, the search ends so many characters after the first hit.
        """
        stemming = words.stemming_of(language)
        if stemming not in self._sequences:
            self._sequences[stemming] = [
                [words.stem(word, stemming) for word in term.words]
                for term in self._terms
            ]
            self._known[stemming] = {}
            self._firsts[stemming] = self._first_stems(stemming)
            self._others[stemming] = set()
        begin = self._begin(value, stemming)
        if begin is None:
            return []
        known = self._known[stemming]
        found, end = [], len(value)
        runs = []  # terms whose first words stood just before
        for match in words.SURFACE.finditer(value, begin):
            if found and match.start() > end:
                break
            surface = match[0]
            starting = known.get(surface)
            if starting is None:
                starting = known[surface] = self._starting(surface, stemming)
            if not starting and not runs:
                continue
            for word, plain in self._words(surface, stemming):
                begun = [(number, 0, match.start()) for number in starting]
                runs = [
                    (number, place + 1, start)
                    for number, place, start in begun + runs
                    if self._meets(number, place, word, plain, stemming)
                ]
                found += [
                    (start, match.end(), number)
                    for number, place, start in runs
                    if place == len(self._terms[number].words)
                ]
                runs = [run for run in runs if run[1] < len(self._terms[run[0]].words)]
            if found and reach:
                whole = self.is_complete(found)
                end = found[0][0] + (SNIPPET_LENGTH if whole else reach)
        return sorted(found)

    def _begin(self, value, stemming):
        """Where the first token stands in which a term begins, None without one.

        No word goes across a blank, and texts repeat their tokens: a look at each
        different one costs less than one at each word.
        """
        firsts, others = self._firsts[stemming], self._others[stemming]
        if firsts is None:
            return 0
        tokens = set(value.split()) - others
        found = {
            token
            for token in tokens
            # A long one, of a language without blanks, would fill the memory.
            if len(token) > words.MAX_WORD_LENGTH
            or not firsts.isdisjoint(words.token_stems(token, stemming))
        }
        others |= tokens - found
        return min((_place(token, value) for token in found), default=None)

    def is_complete(self, spans):
        """Whether every term is among them."""
        return _variety(spans) == len(self._terms)

    def _first_stems(self, stemming):
        """What terms begin with, or None where one is the beginning of a word."""
        if any(term.is_prefix and len(term.words) == 1 for term in self._terms):
            return None
        return {sequence[0] for sequence in self._sequences[stemming]}

    @staticmethod
    def _words(surface, stemming):
        return zip(words.stems(surface, stemming), words.plain(surface), strict=True)

    def _starting(self, surface, stemming):
        """The numbers of the terms that can begin with this word of a text."""
        firsts = self._firsts[stemming]
        if firsts is not None and firsts.isdisjoint(words.stems(surface, stemming)):
            return []
        return [
            number
            for number in range(len(self._terms))
            if any(
                self._meets(number, 0, word, plain, stemming)
                for word, plain in self._words(surface, stemming)
            )
        ]

    def _meets(self, number, place, word, plain, stemming):
        if word == self._sequences[stemming][number][place]:
            return True
        term = self._terms[number]
        is_last = place == len(term.words) - 1
        return term.is_prefix and is_last and plain.startswith(term.words[place])


def _place(token, value):
    """Where a token stands in a text, or a longer one that begins like it."""
    place = value.find(token)
    while place and not value[place - 1].isspace():
        place = value.find(token, place + 1)
    return place


def marked(value, spans):
    """The text, escaped, with the spans in `<mark>`; neighbours share one."""
    merged = []
    for start, end, _ in spans:
        if merged and not value[merged[-1][1] : start].strip():
            merged[-1][1] = max(end, merged[-1][1])
        else:
            merged.append([start, end])
    pieces, last = [], 0
    for start, end in merged:
        pieces += [(conditional_escape(value[last:start]),)]
        pieces += [(format_html("<mark>{}</mark>", value[start:end]),)]
        last = end
    pieces.append((conditional_escape(value[last:]),))
    return format_html_join("", "{}", pieces)


def snippet(marker, *, standfirst, opening, language):
    """About SNIPPET_LENGTH characters of the story around what was asked for.

    The standfirst, if it holds as many of the terms as the body's `opening` (HTML of
    the sanitiser, possibly cut anywhere), else the body's best place.
    """
    in_top = marker.spans(standfirst, language)
    if standfirst and marker.is_complete(in_top):
        return _extract(standfirst, in_top)
    text = " ".join(html.clean_to_text(_whole(opening)).split())
    in_body = marker.spans(text, language, reach=REACH)
    if (standfirst and _variety(in_top) >= _variety(in_body)) or not text:
        return _extract(standfirst, in_top)
    return _extract(text, in_body)


def _whole(opening):
    """A piece of HTML without the tag or character reference it was cut in."""
    before, bracket, rest = opening.rpartition("<")
    if bracket and ">" not in rest:
        opening = before
    before, ampersand, rest = opening.rpartition("&")
    return before if ampersand and ";" not in rest and len(rest) < 12 else opening


def _variety(spans):
    return len({number for _, _, number in spans})


def _extract(value, spans):
    if len(value) <= SNIPPET_LENGTH:
        return marked(value, spans)
    start = 0
    if spans:
        best = max(
            spans, key=lambda span: (_variety(_within(spans, span[0])), -span[0])
        )
        start = max(0, best[0] - _LEAD)
    if start:
        start = value.find(" ", start, best[0]) + 1 or best[0]
    end = start + SNIPPET_LENGTH
    if end < len(value):
        end = max(value.rfind(" ", start, end), start) or end
        end = end if end > start else start + SNIPPET_LENGTH
    shown = [
        (begin - start, stop - start, number)
        for begin, stop, number in spans
        if begin >= start and stop <= end
    ]
    return format_html(
        "{}{}{}",
        "… " if start else "",
        marked(value[start:end].rstrip(), shown),
        " …" if end < len(value) else "",
    )


def _within(spans, start):
    return [span for span in spans if start <= span[0] < start + SNIPPET_LENGTH - _LEAD]
