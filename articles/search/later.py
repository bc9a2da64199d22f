"""What a worker tells the index, where an editor would wait too long for it."""

import time

from django.db import connection, transaction

from articles.models import SearchEntry, StoryToIndex
from articles.search import marks
from articles.search.indexing import BATCH_SIZE, index, keys_of

AT_ONCE = 1_000


def index_many(articles):
    """`index` for the newest of these stories; the worker does the others soon."""
    keys = keys_of(articles)[::-1]
    index(keys[:AT_ONCE])
    StoryToIndex.objects.bulk_create(
        [StoryToIndex(article_id=key) for key in keys[AT_ONCE:]], batch_size=10_000
    )


def index_waiting(*, seconds=None):
    """Index what waits for it, portion by portion; how many rows that were.

    Each portion is a transaction of its own, so it may be stopped at any point and run
    again, or twice at once. After `seconds` it stops, and the next run goes on.
    """
    deadline = time.monotonic() + seconds if seconds else None
    done = 0
    for portion in (_index_noted, _index_unmarked):
        while count := portion():
            done += count
            if deadline and time.monotonic() >= deadline:
                return done
    return done


@transaction.atomic
def _index_noted():
    rows = StoryToIndex.objects.order_by("pk")[:BATCH_SIZE]
    found = dict(rows.values_list("pk", "article_id"))
    index(found.values())
    # Those that were read alone: a story noted again meanwhile may have newer names.
    StoryToIndex.objects.filter(pk__in=found).delete()
    return len(found)


def _index_unmarked():
    if connection.vendor != "postgresql":
        return 0
    keys = list(unmarked()[:BATCH_SIZE])
    index(keys)
    return len(keys)


def unmarked():
    """The keys of entries that an earlier version wrote, as it does in an upgrade."""
    rows = SearchEntry.objects.extra(where=[marks.UNMARKED])  # noqa: S610 - no value
    return rows.order_by().values_list("pk", flat=True)
