"""Asking the index: from what a reader typed to a page of what was found."""

from dataclasses import dataclass, field

from django.db import OperationalError, connection
from django.db.models.functions import Substr
from django.utils import timezone
from django.utils.safestring import SafeString

from articles.body import names_html
from articles.models import Article
from articles.search import grammar, highlight, words
from articles.search.indexing import stemmings
from articles.search.statements import STATEMENTS
from newsroom.lib.prepared import prepared

PAGE_SIZE = 20
MAX_PAGE = 20
# No more are counted than can be seen: a common word may be in a million stories.
MAX_COUNT = PAGE_SIZE * MAX_PAGE
# Milliseconds after which PostgreSQL gives a search up.
PATIENCE = 3_000
_CANCELED = "57014"  # its name for that


@dataclass(frozen=True)
class Hit:
    """A found story, its headline and an extract with words marked, and its names."""

    article: Article
    headline_html: SafeString
    snippet: SafeString
    byline: SafeString


@dataclass
class Results:
    """One page of what a search found.

    `count` goes up to MAX_COUNT; `is_count_capped` says that there are more. `hint` is
    a sentence for the reader, or empty.
    """

    hits: list = field(default_factory=list)
    count: int = 0
    is_count_capped: bool = False
    number: int = 1
    has_next: bool = False
    hint: str = ""


class TookTooLongError(Exception):
    """The database did not answer in time."""


@dataclass(frozen=True)
class Filters:
    """What narrows a search beside its words: rows of ours and instants, or None."""

    section: object = None
    tag: object = None
    author: object = None
    begin: object = None
    end: object = None

    def __bool__(self):
        return any([self.section, self.tag, self.author, self.begin, self.end])


def search(
    q="",
    *,
    section=None,
    tag=None,
    author=None,
    begin=None,
    end=None,
    order="relevant",
    number=1,
    hints=(),
):
    """The page `number` of the published stories that meet `q` and the filters.

    `begin` and `end` are instants between which (`end` excluded) a story appeared;
    `order` is "relevant" or "newest"; `hints` are sentences to pass on to the reader.
    Raises nothing, whatever is asked. Without words the filters alone decide, newest
    first; without anything there are no results.
    """
    hints = list(hints)
    filters = Filters(section, tag, author, begin, end)
    query = grammar.parse(q)
    if query.is_cut:
        hints.append("That was a long search: only its first words count.")
    if number > MAX_PAGE:
        number = 1
        hints.append(f"A search shows {MAX_PAGE} pages. This is the first.")
    if query.groups:
        find = _Words(q, query, filters, order).page
    elif query.excluded:
        hints.append("Add a word to look for; a search cannot only leave words out.")
        return Results(hint=" ".join(hints))
    elif filters:
        find = _Listing(filters).page
    else:
        if q.strip():
            hints.append("Type a word to look for; signs alone find nothing.")
        return Results(hint=" ".join(hints))

    try:
        keys, count, shown = _found(find, number)
    except TookTooLongError:
        hints.append("This search took too long. Fewer or rarer words may help.")
        return Results(hint=" ".join(hints))
    if keys and shown != number:
        hints.append(f"There is no page {number} of this search. This is the first.")
    number = shown
    has_next = len(keys) > PAGE_SIZE and number < MAX_PAGE
    return Results(
        hits=_hits(keys[:PAGE_SIZE], query),
        count=min(count, MAX_COUNT),
        is_count_capped=count > MAX_COUNT,
        number=number,
        has_next=has_next,
        hint=" ".join(hints),
    )


def _found(find, number):
    """What a page or, where there is none, the first holds: keys, count and number."""
    keys, count = find(number)
    if keys or number == 1:
        return keys, count, number
    return *find(1), 1


def matching_keys(q, *, limit):
    """The keys of the newest usable stories with these words, `limit` at most.

    For editors: readers may not see all of them yet, or any more.
    """
    query = grammar.parse(q)
    if not query.groups:
        return []
    statement = STATEMENTS[connection.vendor](
        query, Filters(), headline_key="", known=stemmings(), now=timezone.now()
    )
    try:
        return [key for (key,) in _rows(*statement.keys(limit))]
    except TookTooLongError:
        return []


def _rows(sql, values):
    """The rows of a search's statement. Raises TookTooLongError."""
    is_postgres = connection.vendor == "postgresql"
    if is_postgres:
        sql = f"{_settings()}; {sql}"
    with connection.cursor() as cursor:
        try:
            cursor.execute(sql, values)
        except OperationalError as error:
            if getattr(error.__cause__, "sqlstate", None) != _CANCELED:
                raise
            raise TookTooLongError from error
        if is_postgres:
            cursor.nextset()
        return cursor.fetchall()


def _settings():
    """What PostgreSQL shall keep to; it ends with the message that also holds a search.

    One message is one transaction. Of a few hundred rows PostgreSQL would rather unpack
    the words of all, a dozen times, than ask their index, which takes a tenth.
    """
    return (
        f"SELECT set_config('statement_timeout', '{PATIENCE}', true), "
        "set_config('enable_seqscan', 'off', true)"
    )


@prepared
def _shown(*, keys, at):
    """Stories by their keys, with no more of each than a result shows."""
    return (
        Article.objects.published(at=at)
        .filter(pk__any_of=keys)
        .for_cards()
        .select_related(None)
        .select_related("section")
        .only(
            "headline", "standfirst", "slug", "language", "text_direction",
            "published_at", "section__name", "section__slug",
        )
        .annotate(opening=Substr("body", 1, highlight.OPENING_LENGTH))
    )  # fmt: skip


def _hits(keys, query):
    if not keys:
        return []
    found = {row.pk: row for row in _shown(keys=keys, at=timezone.now())}
    marker = highlight.Marker(query.terms())
    return [_hit(found[key], marker) for key in keys if key in found]


def _hit(article, marker):
    language = article.language
    spans = marker.spans(article.headline, language)
    return Hit(
        article=article,
        byline=names_html(article.byline_names()),
        headline_html=highlight.marked(article.headline, spans),
        snippet=highlight.snippet(
            marker,
            standfirst=article.standfirst,
            opening=article.opening,
            language=language,
        ),
    )


class _Listing:
    """Filters without words."""

    def __init__(self, filters):
        articles = Article.objects.published()
        if filters.section:
            articles = articles.filter(section=filters.section)
        if filters.tag:
            articles = articles.tagged_with(filters.tag)
        if filters.author:
            articles = articles.by_author(filters.author)
        if filters.begin:
            articles = articles.filter(published_at__gte=filters.begin)
        if filters.end:
            articles = articles.filter(published_at__lt=filters.end)
        self._articles = articles

    def page(self, number):
        """The keys of a page and one more, and the count up to MAX_COUNT + 1."""
        first = (number - 1) * PAGE_SIZE
        keys = self._articles.latest_first().values_list("pk", flat=True)
        found = list(keys[: MAX_COUNT + 1])
        return found[first : first + PAGE_SIZE + 1], len(found)


class _Words:
    """Words, with or without filters: one statement in the database's own terms."""

    def __init__(self, typed, query, filters, order):
        self._statement = STATEMENTS[connection.vendor](
            query,
            filters,
            headline_key=" ".join(words.plain_words(typed[: grammar.MAX_LENGTH])),
            known=stemmings(),
            now=timezone.now(),
        )
        self._is_ranked = order != "newest"

    def page(self, number):
        """The keys of a page and one more, and the count up to MAX_COUNT + 1."""
        sql, values = self._statement.page(
            is_ranked=self._is_ranked,
            limit=MAX_COUNT + 1,
            first=(number - 1) * PAGE_SIZE,
            count=PAGE_SIZE + 1,
        )
        rows = _rows(sql, values)
        return [row[0] for row in rows], rows[0][1] if rows else 0
