"""Asking the index. One grammar, compiled for each database's own word index."""

from dataclasses import dataclass, field

from django.db import connection
from django.db.models.expressions import RawSQL
from django.db.models.functions import Substr
from django.utils import timezone
from django.utils.safestring import SafeString

from articles.models import Article, Contribution, TaggedArticle
from articles.search import grammar, highlight, words
from articles.search.indexing import stemmings

PAGE_SIZE = 20
MAX_PAGE = 50
# Only the newest of the matches are weighed, and no more are counted than can be seen:
# a common word may be in a million stories.
RANKED_COUNT = 2_000
MAX_COUNT = PAGE_SIZE * MAX_PAGE

# A year halves what newness adds. More than this and old stories that are asked for by
# name go under.
_RECENCY = "(0.85 + 0.15 / (1.0 + {age_days} / 365.0))"


@dataclass(frozen=True)
class Hit:
    """A found story (as for a card), its headline and an extract with words marked."""

    article: Article
    headline_html: SafeString
    snippet: SafeString


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

    keys, count = find(number)
    if not keys and number > 1:
        keys, count = find(1)
        if keys:
            hints.append(
                f"There is no page {number} of this search. This is the first."
            )
        number = 1
    has_next = len(keys) > PAGE_SIZE and number < MAX_PAGE
    return Results(
        hits=_hits(keys[:PAGE_SIZE], query),
        count=min(count, MAX_COUNT),
        is_count_capped=count > MAX_COUNT,
        number=number,
        has_next=has_next,
        hint=" ".join(hints),
    )


def matching_keys(q, *, limit):
    """The keys of the newest usable stories with these words, `limit` at most.

    For editors: readers may not see all of them yet, or any more.
    """
    query = grammar.parse(q)
    if not query.groups:
        return []
    dialect = _DIALECTS[connection.vendor]
    sql = f"""
        SELECT entry.article_id FROM {dialect.source} WHERE {dialect.condition}
        ORDER BY {dialect.newest} DESC LIMIT {int(limit)}
    """  # noqa: S608 - values are bound
    with connection.cursor() as cursor:
        cursor.execute(sql, [dialect.compile(query, stemmings())])
        return [key for (key,) in cursor.fetchall()]


def _hits(keys, query):
    if not keys:
        return []
    found = (
        Article.objects.published()
        .filter(pk__in=keys)
        .for_cards()
        .annotate(opening=Substr("body", 1, highlight.OPENING_LENGTH))
        .in_bulk()
    )
    marker = highlight.Marker(query.terms())
    return [_hit(found[key], marker) for key in keys if key in found]


def _hit(article, marker):
    language = article.language
    spans = marker.spans(article.headline, language)
    return Hit(
        article=article,
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
        self._key = " ".join(words.plain_words(typed[: grammar.MAX_LENGTH]))
        self._is_ranked = order != "newest"
        self._now = timezone.now()
        self._dialect = _DIALECTS[connection.vendor]
        self._match = self._dialect.compile(query, stemmings())
        self._conditions, self._parameters = self._narrowed(filters)

    def _narrowed(self, filters):
        """The filters as conditions on the entry: they come before the cut."""
        conditions, parameters = (
            ["entry.published_at <= %s"],
            [self._instant(self._now)],
        )
        if filters.section:
            conditions.append("entry.section_id = %s")
            parameters.append(filters.section.pk)
        if filters.begin:
            conditions.append("entry.published_at >= %s")
            parameters.append(self._instant(filters.begin))
        if filters.end:
            conditions.append("entry.published_at < %s")
            parameters.append(self._instant(filters.end))
        rows = []
        if filters.tag:
            tagged = TaggedArticle.objects.filter(tag=filters.tag.pk)
            rows.append(tagged.values("content_object_id"))
        if filters.author:
            contributed = Contribution.objects.filter(author=filters.author.pk)
            rows.append(contributed.order_by().values("article_id"))
        for queryset in rows:
            sql, values = queryset.query.sql_with_params()
            conditions.append(f"entry.article_id IN ({sql})")
            parameters += values
        return " AND ".join(conditions), parameters

    @staticmethod
    def _instant(value):
        return connection.ops.adapt_datetimefield_value(value)

    def page(self, number):
        """The keys of a page and one more, and the count up to MAX_COUNT + 1."""
        # Bound to the row of `matched`: as a list of its own, SQLite would first gather
        # every story of the site.
        this = RawSQL("matched.article_id", ())
        visible, visible_parameters = (
            Article.objects.published(at=self._now)
            .filter(pk=this)
            .order_by()
            .values("pk")
            .query.sql_with_params()
        )
        dialect = self._dialect
        age = dialect.age_days
        if self._is_ranked:
            limit = RANKED_COUNT
            is_exact, exact_parameters = "entry.headline_key = %s", [self._key]
            score = f"{dialect.score} * {_RECENCY.format(age_days=age)}"
            score_parameters = [
                *dialect.score_parameters(self._match),
                self._instant(self._now),
            ]
        else:
            limit = MAX_COUNT + 1
            is_exact, exact_parameters = "0 = 1", []
            score, score_parameters = "0", []
        # The matches are cut to the newest before expensive things are asked of them;
        # whether readers may see a story is asked of the stories, never of the index.
        sql = f"""
            WITH matched AS MATERIALIZED (
                SELECT entry.article_id, entry.published_at, {is_exact} AS is_exact,
                    {dialect.carried} AS carried
                FROM {dialect.source}
                WHERE {dialect.condition} AND {self._conditions}
                ORDER BY 3 DESC, 2 DESC, 1 DESC
                LIMIT {limit}
            ), shown AS MATERIALIZED (
                SELECT article_id, published_at, is_exact, {score} AS score
                FROM matched
                WHERE EXISTS ({visible})
            )
            SELECT article_id, (SELECT count(*) FROM shown)
            FROM shown
            ORDER BY is_exact DESC, score DESC, published_at DESC, article_id DESC
            LIMIT {PAGE_SIZE + 1} OFFSET {(number - 1) * PAGE_SIZE}
        """  # noqa: S608 - values are bound
        parameters = [
            *exact_parameters,
            self._match,
            *self._parameters,
            *score_parameters,
            *visible_parameters,
        ]
        with connection.cursor() as cursor:
            cursor.execute(sql, parameters)
            rows = cursor.fetchall()
        return [row[0] for row in rows], rows[0][1] if rows else 0


class _PostgreSQL:
    source = "articles_searchentry entry"
    newest = "entry.published_at"
    # The inner SELECT hides the words from the planner: for words in most stories it
    # would read every document rather than the index, which takes many times as long.
    condition = "entry.document @@ (SELECT %s::tsquery)"
    carried = "entry.document"
    score = "ts_rank('{0.1, 0.2, 0.4, 1.0}', carried, %s::tsquery, 1)"
    age_days = "(extract(epoch FROM %s - published_at) / 86400)"

    @staticmethod
    def score_parameters(match):
        return [match]

    @staticmethod
    def compile(query, known):
        def sequence(words):
            return " <-> ".join(f"'{word}'{':*' * begins}" for word, begins in words)

        def term(term):
            found = [f"({sequence(words)})" for words in grammar.forms(term, known)]
            return f"({' | '.join(found)})"

        groups = [f"({' | '.join(map(term, group))})" for group in query.groups]
        return " & ".join(groups + [f"!{term(found)}" for found in query.excluded])


class _SQLite:
    source = (
        "articles_searchwords JOIN articles_searchentry entry "
        "ON entry.article_id = articles_searchwords.rowid"
    )
    # The order in which FTS5 finds them, so it can stop; by time it would read all.
    newest = "articles_searchwords.rowid"
    condition = "articles_searchwords MATCH %s"
    # The smaller, the better: weights of headline, top and body.
    carried = "-bm25(articles_searchwords, 10.0, 4.0, 1.0)"
    score = "carried"
    age_days = "(julianday(%s) - julianday(published_at))"

    @staticmethod
    def score_parameters(match):
        return []

    @staticmethod
    def compile(query, known):
        def sequence(words):
            phrase = " ".join(word for word, _ in words)
            return f'"{phrase}"{" *" * words[-1][1]}'

        def term(term):
            return " OR ".join(map(sequence, grammar.forms(term, known)))

        groups = [f"({' OR '.join(map(term, group))})" for group in query.groups]
        excluded = [f" NOT ({term(found)})" for found in query.excluded]
        return f"({' AND '.join(groups)}){''.join(excluded)}"


_DIALECTS = {"sqlite": _SQLite, "postgresql": _PostgreSQL}
