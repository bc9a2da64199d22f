"""Tags whose names look alike: one plural, hyphen, blank or letter apart."""

import re

from articles.models import Tag

# A letter more or less makes another word of a short one: war, car.
SHORTEST_FOR_A_SLIP = 6
MOST = 1_000

_NOT_LETTERS = re.compile(r"[\W_]+")


def lookalikes():
    """The keys of tags whose name looks like another's, at most MOST.

    One pass over the names: tags that share a spelling with one letter left out are a
    letter apart, so no pair is compared.
    """
    first, alike = {}, set()
    for pk, folded in Tag.objects.order_by("name").values_list("pk", "folded"):
        for spelling in _spellings(folded):
            other = first.setdefault(spelling, pk)
            if other != pk:
                alike |= {other, pk}
    return sorted(alike)[:MOST]


def _spellings(folded):
    word = _NOT_LETTERS.sub("", folded)
    if not word:
        return
    yield word
    yield _singular(word)
    if len(word) >= SHORTEST_FOR_A_SLIP and not word[-1].isdigit():
        for place in range(len(word)):
            if not word[place].isdigit():
                yield f"{word[:place]}?{word[place + 1 :]}"
                yield word[:place] + word[place + 1 :]


def _singular(word):
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    if len(word) > 3:
        return word.removesuffix("s")
    return word
