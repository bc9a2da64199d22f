"""Pictures that are in the library twice: the same bytes, or nearly the same look."""

from collections import defaultdict
from itertools import combinations

from django.db import connection

from articles.models import Picture
from newsroom.lib import images

LIKENESS = 6  # of 64 points; `images.difference` says what it counts
LOOKED = 5_000
_BYTES = ", ".join(f"'{at:x}' || substr(look, {at + 1}, 2)" for at in range(0, 16, 2))


def same_as(content_hash):
    """The picture of these bytes that was first in the library, or None."""
    return Picture.objects.filter(content_hash=content_hash).order_by("pk").first()


def like(picture):
    """The keys of pictures that look like this one, itself not among them."""
    looks = Picture.objects.exclude(pk=picture.pk).exclude(look="")
    if connection.vendor == "postgresql":
        # The others have no byte in common with it; an index holds each look's bytes.
        looks = looks.extra(  # noqa: S610 - of constants
            where=[f"(ARRAY[{_BYTES}] && %s::text[] OR content_hash = %s)"],
            params=[_bytes(picture.look), picture.content_hash],
        )
    return [
        pk
        for pk, look, digest in looks.values_list("pk", "look", "content_hash")
        if digest == picture.content_hash
        or images.difference(look, picture.look) <= LIKENESS
    ]


def _bytes(look):
    """The eight bytes of a look with their places; what looks like it shares some."""
    return [f"{at:x}{look[at : at + 2]}" for at in range(0, 16, 2)]


def groups():
    """Lists of the keys of pictures that are as good as one, the oldest first in each.

    Of the newest LOOKED pictures. Two looks that differ in six points of 64 have two of
    their eight bytes in common, so only pictures that share a pair of bytes are
    compared, one pair of places after the other.
    """
    newest = Picture.objects.order_by("-pk").values_list("pk", "look", "content_hash")
    rows = newest[:LOOKED]
    group_of = {pk: {pk} for pk, _, _ in rows}

    def join(one, other):
        if group_of[one] is not group_of[other]:
            group_of[one] |= group_of[other]
            for pk in group_of[other]:
                group_of[pk] = group_of[one]

    of_bytes = {}
    for pk, _, digest in rows:
        join(of_bytes.setdefault(digest, pk), pk)
    looks = [(pk, int(look, 16)) for pk, look, _ in rows if not images.is_flat(look)]
    for first, second in combinations(range(0, 64, 8), 2):
        places = 0xFF << first | 0xFF << second
        shelves = defaultdict(list)
        for pk, look in looks:
            shelves[look & places].append((pk, look))
        for shelf in shelves.values():
            for (one, look), (other, other_look) in combinations(shelf, 2):
                if (look ^ other_look).bit_count() <= LIKENESS:
                    join(one, other)
    found = {id(group): sorted(group) for group in group_of.values() if len(group) > 1}
    return sorted(found.values())
