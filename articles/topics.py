"""The list of all topics: tags that readers' stories carry, by name, page by page.

A page begins after the last name of the one before, and a topic's stories are counted
up to a bound, so that neither many stories nor many topics make a page dear.
"""

from functools import partial
from typing import NamedTuple

from django.core.paginator import EmptyPage, Paginator
from django.db.models import Q

from newsroom.lib import generation

PAGE_SIZE = 300
MOST = 100


class Topic(NamedTuple):
    """A tag as its list shows it; `count` goes up to MOST, `is_more` says beyond."""

    name: str
    url: str
    count: int
    is_more: bool


class TopicPaginator(Paginator):
    """Pages of topics; how many there are is exact once the last of them is reached."""

    num_pages = 1  # not worked out from a count of all that are shown

    def page(self, number):
        # No page lies beyond those that all tags would fill, unused ones included.
        self.num_pages = max(1, -(-self._tag_count() // self.per_page))
        number = self.validate_number(number)
        start = None
        for earlier in range(1, number):
            start = generation.kept(
                f"topics:{earlier}:end", partial(self._end, earlier, start)
            )
            if start is None:
                raise EmptyPage(f"No page {number}.")
        topics, end = self._kept(number, start)
        if end is None:
            self.num_pages = number
        return self._get_page(topics, number, self)

    def _tag_count(self):
        return generation.kept("topics", self.object_list.count)

    def _end(self, number, start):
        return self._kept(number, start)[1]

    def _kept(self, number, start):
        return generation.kept(f"topics:{number}", partial(self._made, start))

    def _made(self, start):
        """The topics after a (name, key), and where a next page starts."""
        tags = self.object_list.in_use().with_published_counts(up_to=MOST + 1)
        if start:
            name, key = start
            # The condition of the name alone is what an index answers.
            tags = tags.filter(Q(name__gt=name) | Q(pk__gt=key), name__gte=name)
        found = list(tags[: self.per_page + 1])
        topics = [
            Topic(
                tag.name,
                tag.get_absolute_url(),
                min(tag.published_count, MOST),
                tag.published_count > MOST,
            )
            for tag in found[: self.per_page]
        ]
        last = found[self.per_page - 1] if len(found) > self.per_page else None
        return topics, last and (last.name, last.pk)
