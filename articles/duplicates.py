"""Pictures that are in the library twice: the same bytes, or nearly the same look."""

from collections import defaultdict
from itertools import combinations

from articles.models import Picture
from newsroom.lib import images

LIKENESS = 6  # of 64 points; `images.difference` says what it counts


def same_as(content_hash):
    """The picture of these bytes that was first in the library, or None."""
    return Picture.objects.filter(content_hash=content_hash).order_by("pk").first()


def like(picture):
    """The keys of pictures that look like this one, itself not among them."""
    looks = Picture.objects.exclude(pk=picture.pk).exclude(look="")
    return [
        pk
        for pk, look, digest in looks.values_list("pk", "look", "content_hash")
        if digest == picture.content_hash
        or images.difference(look, picture.look) <= LIKENESS
    ]


def groups():
    """Lists of the keys of pictures that are as good as one, the oldest first in each.

    Two looks that differ in six points of 64 have two of their eight bytes in common,
    so only pictures that share a pair of bytes are compared.
    """
    rows = list(
        Picture.objects.order_by("pk").values_list("pk", "look", "content_hash")
    )
    group_of = {pk: {pk} for pk, _, _ in rows}

    def join(one, other):
        if group_of[one] is not group_of[other]:
            group_of[one] |= group_of[other]
            for pk in group_of[other]:
                group_of[pk] = group_of[one]

    same_bytes, shelves = defaultdict(list), defaultdict(list)
    for pk, look, digest in rows:
        for other in same_bytes[digest][:1]:
            join(other, pk)
        same_bytes[digest].append(pk)
        if images.is_flat(look):
            continue
        parts = [(at, look[at : at + 2]) for at in range(0, 16, 2)]
        for pair in combinations(parts, 2):
            for other, other_look in shelves[pair]:
                if images.difference(look, other_look) <= LIKENESS:
                    join(other, pk)
            shelves[pair].append((pk, look))
    found = {id(group): sorted(group) for group in group_of.values() if len(group) > 1}
    return sorted(found.values())
