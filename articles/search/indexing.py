"""Writing the index: inside the transaction that changes a story, or in ranges."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC
from itertools import batched, chain, zip_longest

from django.core.cache import cache
from django.db import connection, transaction

from articles.models import (
    Article,
    AuthorAlias,
    Contribution,
    SearchEntry,
    TagAlias,
    TaggedArticle,
)
from articles.search import marks, words
from newsroom.lib import html

BATCH_SIZE = 500
# PostgreSQL holds a megabyte of words a row, and positions up to 16,383.
MAX_BODY_LENGTH = 200_000
_LAST_POSITION = 16_383
_PLACES = [str(place) for place in range(_LAST_POSITION + 1)]
# Words of two fields must not make a phrase.
_GAP = 10

_STEMMINGS_KEY = "search:stemmings"
_STEMMINGS_TIMEOUT = 600


def index(articles):
    """Bring the index up to date with these articles, in the caller's transaction.

    `articles` are rows or primary keys, any number of them; a QuerySet is read by its
    keys. What stands in the database counts, not what the objects hold. A story that
    is not usable leaves the index.
    """
    for batch in batched(keys_of(articles), BATCH_SIZE):
        with transaction.atomic(savepoint=False):
            _index_batch(batch)


def keys_of(articles):
    """The keys of what `index` takes, each once, the oldest story's first."""
    if hasattr(articles, "values_list"):
        articles = articles.values_list("pk", flat=True)
    # In one order everywhere, so that two writers never wait for each other.
    return sorted({getattr(article, "pk", article) for article in articles})


def index_new(articles):
    """`index` for stories that the caller's transaction has just made, all parts set.

    Nobody else sees them yet: what the objects hold is what stands in the database.
    """
    rows = [
        (
            article.pk, article.published_at.astimezone(UTC), article.section_id,
            article.language, article.headline, article.kicker, article.standfirst,
            article.body,
        )
        for article in articles
        if article.pub_status == Article.PubStatus.USABLE
    ]  # fmt: skip
    for batch in batched(rows, BATCH_SIZE):
        _write(batch, are_new=True)


def stemmings():
    """The stemmings of the stories in the index, sorted; kept for ten minutes."""
    found = cache.get(_STEMMINGS_KEY)
    if found is None:
        languages = SearchEntry.objects.values_list("language", flat=True).distinct()
        found = sorted(set(map(words.stemming_of, languages)) - {""})
        cache.set(_STEMMINGS_KEY, found, _STEMMINGS_TIMEOUT)
    return found


def _index_batch(keys):
    # Locked, so that a rebuild cannot write back a story withdrawn at this moment.
    rows = list(
        Article.objects.select_for_update(no_key=True)
        .filter(pk__in=keys, pub_status=Article.PubStatus.USABLE)
        .order_by("pk")
        .values_list(
            "pk", "published_at", "section_id", "language",
            "headline", "kicker", "standfirst", "body",
        )
    )  # fmt: skip
    found = {row[0] for row in rows}
    if gone := set(keys) - found:
        SearchEntry.objects.filter(pk__in=gone).delete()
    _write(rows)


def _write(rows, *, are_new=False):
    if not rows:
        return
    names, found = _names([row[0] for row in rows])
    entries = [_entry(*row, names=names[row[0]], marked=found[row[0]]) for row in rows]
    _WRITERS[connection.vendor](entries, are_new=are_new)
    known = cache.get(_STEMMINGS_KEY)
    if known is not None:
        new = {words.stemming_of(row[3]) for row in rows} - {"", *known}
        if new:
            cache.delete(_STEMMINGS_KEY)


def _names(keys):
    """From each article to the names of its tags and contributors, aliases included,
    and to the marks of its tags and contributors.
    """
    tagged = TaggedArticle.objects.filter(content_object__in=keys).values_list(
        "content_object_id", "tag__name", "tag_id"
    )
    contributed = Contribution.objects.filter(article__in=keys).values_list(
        "article_id", "author__name", "author_id"
    )
    aliases = [
        TagAlias.objects.filter(
            tag__tagged_articles__content_object__in=keys
        ).values_list("tag__tagged_articles__content_object_id", "name"),
        AuthorAlias.objects.filter(author__contributions__article__in=keys).values_list(
            "author__contributions__article_id", "name"
        ),
    ]
    names, found = defaultdict(list), defaultdict(list)
    for rows, mark in [(tagged, marks.of_tag), (contributed, marks.of_author)]:
        for key, name, number in rows.order_by():
            names[key].append(name)
            found[key].append(mark(number))
    for key, name in chain.from_iterable(rows.order_by() for rows in aliases):
        names[key].append(name)
    return names, found


@dataclass(frozen=True)
class _Entry:
    """A story's row in the index: its columns, the words of each field, its marks.

    `fields` are headline, top and body: lists of parts, which are lists of words.
    """

    columns: tuple
    fields: list
    marks: list


def _entry(
    pk,
    published_at,
    section_id,
    language,
    headline,
    kicker,
    standfirst,
    body,
    *,
    names,
    marked,
):
    stemming = words.stemming_of(language)
    key = " ".join(words.plain_words(headline))[: SearchEntry.HEADLINE_KEY_LENGTH]
    text = html.clean_to_text(body)[:MAX_BODY_LENGTH]
    top = [kicker, standfirst, *names]
    return _Entry(
        columns=(pk, published_at, section_id, language, key),
        fields=[
            [words.stemmed_words(headline, stemming)],
            [found for value in top if (found := words.stemmed_words(value, stemming))],
            [words.stemmed_words(text, stemming)],
        ],
        marks=[marks.of_section(section_id), *marks.of_time(published_at), *marked],
    )


def _write_sqlite(entries, *, are_new):
    SearchEntry.objects.bulk_create(
        [
            SearchEntry(**dict(zip(_COLUMNS, entry.columns, strict=True)))
            for entry in entries
        ],
        update_conflicts=True,
        unique_fields=["article"],
        update_fields=["published_at", "section", "language", "headline_key"],
    )
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT OR REPLACE INTO articles_searchwords (rowid, headline, top, body) "
            "VALUES (%s, %s, %s, %s)",
            [
                (
                    entry.columns[0],
                    *(f" {_FENCE} ".join(map(" ".join, part)) for part in entry.fields),
                )
                for entry in entries
            ],
        )


# Between two values of a field: a word to FTS5, but none that a query can hold, so
# that no phrase goes across.
_FENCE = "\u00b7"


def _write_postgresql(entries, *, are_new):
    rows = [(*entry.columns, _document(entry)) for entry in entries]
    columns = ", ".join([*_COLUMNS, "document"])
    with connection.cursor() as cursor:
        if are_new:
            # Neither quoted here nor read as SQL there; it could replace no row.
            copy = f"COPY articles_searchentry ({columns}) FROM STDIN"
            with connection.wrap_database_errors, cursor.copy(copy) as target:
                for row in rows:
                    target.write_row(row)
        else:
            values = ", ".join(["(%s, %s, %s, %s, %s, %s::tsvector)"] * len(rows))
            cursor.execute(
                f"INSERT INTO articles_searchentry ({columns}) "  # noqa: S608 - no value is in the text
                f"VALUES {values} ON CONFLICT (article_id) DO UPDATE SET "
                "published_at = EXCLUDED.published_at, "
                "section_id = EXCLUDED.section_id, language = EXCLUDED.language, "
                "headline_key = EXCLUDED.headline_key, document = EXCLUDED.document",
                list(chain.from_iterable(rows)),
            )
        # Merged now and in one go, so that readers never search a list of new words.
        cursor.execute("SELECT gin_clean_pending_list('articles_searchentry_document')")


def _document(entry):
    """The text form of a tsvector, headline words with weight A, the top's with B."""
    places = defaultdict(list)
    first = 1
    for weight, parts in zip(["A", "B", ""], entry.fields, strict=True):
        for part in parts:
            numbers = _PLACES[first : min(first + len(part), _LAST_POSITION)]
            if weight:
                numbers = [number + weight for number in numbers]
            # Past the last position a word is found, but not in a phrase.
            last = _PLACES[-1] + weight
            for word, number in zip_longest(part, numbers, fillvalue=last):
                places[word].append(number)
            first += len(part) + _GAP
    headline, top, _ = (set(chain.from_iterable(parts)) for parts in entry.fields)
    found = [
        *(f"'{word}':{','.join(numbers)}" for word, numbers in places.items()),
        *(f"'{marks.IN_HEADLINE}{word}'" for word in headline),
        *(f"'{marks.IN_TOP}{word}'" for word in headline | top),
        *(f"'{mark}'" for mark in entry.marks),
    ]
    return " ".join(found)


_COLUMNS = ["article_id", "published_at", "section_id", "language", "headline_key"]
_WRITERS = {"sqlite": _write_sqlite, "postgresql": _write_postgresql}
