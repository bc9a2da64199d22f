"""A query in each database's own terms, as one statement that reads a bounded number.

A search may mean a million stories, so no part of it gathers all that match. Lists of
the newest matches, each of a bounded length, are put together and ordered: matches in
the headline, in headline, standfirst and names, and anywhere.
"""

from django.db import connection
from django.db.models.expressions import RawSQL

from articles.models import Article, Contribution, TaggedArticle
from articles.search import grammar, marks

# How many of the newest matches of each place are put before what is only newer.
PREFERRED = 60
# Of so many of the newest matches the text decides which is the better.
WEIGHED = 40
# An index knows which words stand in a story, not which stand side by side: so many
# stories are looked at for that.
LOOKED_AT = 1_000

# Where all words stand decides first, newness then.
EXACT, IN_HEADLINE, IN_TOP, PARTLY_IN_HEADLINE, ANYWHERE = 4, 3, 2, 1, 0

# A year halves what newness adds. More than this and old stories that are asked for by
# name go under.
_RECENCY = "(0.85 + 0.15 / (1.0 + {age_days} / 365.0))"


class _Statement:
    """The statement of one query, narrowed by `filters`.

    `headline_key` is what was typed as headlines are kept, `known` are the stemmings of
    the index. `keys` is for editors, who also find what is not published yet.
    """

    def __init__(self, query, filters, *, headline_key, known, now):
        self.query, self.filters, self.known, self.now = query, filters, known, now
        self.headline_key = headline_key
        self._conditions, self._values = self._narrowed()
        self._visible, self._visible_values = (
            Article.objects.published(at=now)
            .filter(pk=self.this)
            .order_by()
            .values("pk")
            .query.sql_with_params()
        )

    def _narrowed(self):
        """The filters as conditions on the entry."""
        filters = self.filters
        conditions, values = ["entry.published_at <= %s"], [instant(self.now)]
        if filters.section:
            conditions.append("entry.section_id = %s")
            values.append(filters.section.pk)
        if filters.begin:
            conditions.append("entry.published_at >= %s")
            values.append(instant(filters.begin))
        if filters.end:
            conditions.append("entry.published_at < %s")
            values.append(instant(filters.end))
        rows = []
        if filters.tag:
            tagged = TaggedArticle.objects.filter(tag=filters.tag.pk)
            rows.append(tagged.values("content_object_id"))
        if filters.author:
            contributed = Contribution.objects.filter(author=filters.author.pk)
            rows.append(contributed.order_by().values("article_id"))
        for queryset in rows:
            sql, found = queryset.query.sql_with_params()
            conditions.append(f"entry.article_id IN ({sql})")
            values += found
        return " AND ".join(conditions), values

    def page(self, *, is_ranked, limit, first, count):
        """SQL and values of rows (key, count of all up to about `limit`).

        `count` rows after the `first` ones, best first or, without `is_ranked`, newest
        first.
        """
        newest, values = self._newest(ANYWHERE, limit)
        if not is_ranked:
            sql = f"""
                WITH found AS MATERIALIZED ({newest})
                SELECT article_id, (SELECT count(*) FROM found) FROM found
                ORDER BY published_at DESC, article_id DESC
                LIMIT {count:d} OFFSET {first:d}
            """  # noqa: S608 - values are bound
            return sql, values
        places = list(map(self._place, self._places()))
        lists = " UNION ALL ".join(
            f"SELECT article_id, published_at, {tier:d} FROM ({sql}) found{tier:d}"  # noqa: S608 - values are bound
            for tier, sql, _ in places
        )
        weight, weight_values = self._weight()
        sql = f"""
            WITH newest AS MATERIALIZED ({newest}),
            found AS MATERIALIZED (
                SELECT article_id, published_at, max(tier) AS tier
                FROM (
                    SELECT article_id, published_at, {ANYWHERE:d} AS tier FROM newest
                    UNION ALL {lists}
                ) listed
                GROUP BY article_id, published_at
            ),
            weighed AS MATERIALIZED (
                SELECT newest.article_id, {weight}
                    * {_RECENCY.format(age_days=self.age_days)} AS weight
                FROM (
                    SELECT newest.* FROM newest
                    ORDER BY published_at DESC, article_id DESC LIMIT {WEIGHED:d}
                ) newest
                JOIN found ON found.article_id = newest.article_id
                    AND found.tier = {ANYWHERE:d}
            )
            SELECT found.article_id, (SELECT count(*) FROM found)
            FROM found LEFT JOIN weighed ON weighed.article_id = found.article_id
            ORDER BY tier DESC, coalesce(weight, 0) DESC, published_at DESC,
                found.article_id DESC
            LIMIT {count:d} OFFSET {first:d}
        """  # noqa: S608 - values are bound
        for _, _, found in places:
            values = [*values, *found]
        return sql, [*values, *weight_values, instant(self.now)]

    def _places(self):
        found = [IN_HEADLINE, IN_TOP]
        if len(self.query.groups) > 1:
            found.append(PARTLY_IN_HEADLINE)
        # A headline may be what was typed, with the word that was to be left out.
        return found if self.query.excluded else [EXACT, *found]

    def _place(self, tier):
        if tier == EXACT:
            return (tier, *self._exact())
        return (tier, *self._newest(tier, PREFERRED))


def instant(value):
    return connection.ops.adapt_datetimefield_value(value)


class _PostgreSQL(_Statement):
    this = RawSQL("found.article_id", ())
    age_days = "(extract(epoch FROM %s - newest.published_at) / 86400)"

    def _newest(self, tier, limit):
        """SQL and values of the newest matches of a place."""
        narrowed = self._conditions, self._values
        sql, values = self._matches(tier, self._periods(), narrowed)
        sql = f"""
            SELECT found.article_id, found.published_at FROM ({sql}) found
            WHERE EXISTS ({self._visible}) LIMIT {limit:d}
        """  # noqa: S608 - values are bound
        return sql, [*values, *self._visible_values]

    def keys(self, limit):
        """SQL and values of the keys of the newest usable stories, `limit` at most."""
        periods = [*marks.later(self.now), *marks.periods(None, self.now)]
        sql, values = self._matches(ANYWHERE, periods)
        return f"SELECT article_id FROM ({sql} LIMIT {limit:d}) found", values  # noqa: S608 - values are bound

    def _periods(self):
        filters = self.filters
        return marks.periods(filters.begin, min(filters.end or self.now, self.now))

    def _matches(self, tier, periods, narrowed=("TRUE", ())):
        """Stories that meet the query in a place, newest first.

        `narrowed` are conditions on the entry and their values.
        """
        sql, values = self._candidates(tier, periods, *narrowed)
        if exact := self._side_by_side(tier):
            sql = f"""
                SELECT found.article_id, found.published_at
                FROM ({sql} LIMIT {LOOKED_AT:d}) found
                WHERE (
                    SELECT entry.document @@ %s::tsquery FROM articles_searchentry entry
                    WHERE entry.article_id = found.article_id
                )
            """  # noqa: S608 - values are bound
            values = [*values, exact]
        return sql, values

    def _candidates(self, tier, periods, conditions, values):
        """Stories with these words, newest first, as far as the index alone tells."""
        # The words stay hidden from the planner: for those that are in most stories it
        # would read every document rather than the index.
        sql = f"""
            SELECT found.article_id, found.published_at
            FROM unnest(%s::text[]) period(mark) CROSS JOIN LATERAL (
                SELECT entry.article_id, entry.published_at
                FROM articles_searchentry entry
                WHERE entry.document @@ (period.mark || %s)::tsquery
                    AND {conditions}
                ORDER BY entry.published_at DESC, entry.article_id DESC
            ) found
        """  # noqa: S608 - values are bound
        begins = [f"'{mark}' & " for mark in periods]
        return sql, [begins, self._words(tier), *values]

    def _words(self, tier):
        """The query without what the index does not know: words' neighbours."""
        groups, excluded = self.query.groups, self.query.excluded
        parts = [self._group(group, _SIGNS.get(tier, "")) for group in groups]
        if tier == PARTLY_IN_HEADLINE:
            found = [self._group(group, marks.IN_HEADLINE) for group in groups]
            parts.append(f"({' | '.join(found)})")
        parts += [f"!{self._term(term)}" for term in excluded if len(term.words) == 1]
        filters = self.filters
        for row, mark in [
            (filters.section, marks.of_section),
            (filters.tag, marks.of_tag),
            (filters.author, marks.of_author),
        ]:
            if row:
                parts.append(f"'{mark(row.pk)}'")
        return " & ".join(parts)

    def _side_by_side(self, tier):
        """The whole query, or nothing where the index alone answers it."""
        groups, excluded = self.query.groups, self.query.excluded
        if all(len(term.words) == 1 for term in [*self.query.terms(), *excluded]):
            return ""
        weights = _WEIGHTS.get(tier, "")
        parts = [self._group(group, weights=weights, by=" <-> ") for group in groups]
        parts += [f"!{self._term(term, by=' <-> ')}" for term in excluded]
        return " & ".join(parts)

    def _group(self, group, sign="", *, weights="", by=" & "):
        found = [self._term(term, sign, weights=weights, by=by) for term in group]
        return f"({' | '.join(found)})"

    def _term(self, term, sign="", *, weights="", by=" & "):
        found = []
        for sequence in grammar.forms(term, self.known):
            lexemes = [
                f"'{sign}{word}'{_suffix(weights, begins)}" for word, begins in sequence
            ]
            found.append(f"({by.join(lexemes)})")
        return f"({' | '.join(found)})"

    def _exact(self):
        sql = f"""
            SELECT found.article_id, found.published_at FROM (
                SELECT entry.article_id, entry.published_at
                FROM articles_searchentry entry
                WHERE entry.headline_key = %s AND {self._conditions}
                ORDER BY entry.published_at DESC LIMIT {PREFERRED:d}
            ) found
            WHERE EXISTS ({self._visible})
        """  # noqa: S608 - values are bound
        return sql, [self.headline_key, *self._values, *self._visible_values]

    def _weight(self):
        # Any of the words: so each weighs for itself, and little more for a repetition.
        any_word = " | ".join(map(self._group, self.query.groups))
        sql = """ts_rank('{0.1, 0.2, 0.4, 1.0}', (
            SELECT entry.document FROM articles_searchentry entry
            WHERE entry.article_id = newest.article_id
        ), %s::tsquery, 1)"""
        return sql, [any_word]


# What a word of the place is marked with, and the weights of its positions.
_SIGNS = {IN_HEADLINE: marks.IN_HEADLINE, IN_TOP: marks.IN_TOP}
_WEIGHTS = {IN_HEADLINE: "A", IN_TOP: "AB"}


def _suffix(weights, begins):
    found = f"{weights}{'*' * begins}"
    return f":{found}" if found else ""


class _SQLite(_Statement):
    this = RawSQL("entry.article_id", ())
    age_days = "(julianday(%s) - julianday(newest.published_at))"

    def _newest(self, tier, limit):
        """SQL and values of the newest matches of a place."""
        # The order in which FTS5 finds them, so it can stop; by time it would read all.
        sql = f"""
            SELECT * FROM (
                SELECT entry.article_id, entry.published_at,
                    {_BM25 if tier == ANYWHERE else 0} AS weight
                FROM articles_searchwords JOIN articles_searchentry entry
                    ON entry.article_id = articles_searchwords.rowid
                WHERE articles_searchwords MATCH %s AND {self._conditions}
                    AND EXISTS ({self._visible})
                ORDER BY articles_searchwords.rowid DESC LIMIT {limit:d}
            )
        """  # noqa: S608 - values are bound
        return sql, [self._words(tier), *self._values, *self._visible_values]

    def keys(self, limit):
        """SQL and values of the keys of the newest usable stories, `limit` at most."""
        sql = f"""
            SELECT rowid FROM articles_searchwords WHERE articles_searchwords MATCH %s
            ORDER BY rowid DESC LIMIT {limit:d}
        """  # noqa: S608 - values are bound
        return sql, [self._words(ANYWHERE)]

    def _words(self, tier):
        groups = list(map(self._group, self.query.groups))
        found = f"({' AND '.join(groups)})"
        if tier == PARTLY_IN_HEADLINE:
            found = f"({found} AND {{headline}} : ({' OR '.join(groups)}))"
        elif tier in _COLUMNS:
            found = f"({{{_COLUMNS[tier]}}} : {found})"
        excluded = [f" NOT ({self._term(term)})" for term in self.query.excluded]
        return f"{found}{''.join(excluded)}"

    def _group(self, group):
        return f"({' OR '.join(map(self._term, group))})"

    def _term(self, term):
        found = []
        for sequence in grammar.forms(term, self.known):
            phrase = " ".join(word for word, _ in sequence)
            found.append(f'"{phrase}"{" *" * sequence[-1][1]}')
        return " OR ".join(found)

    def _exact(self):
        sql = f"""
            SELECT entry.article_id, entry.published_at FROM articles_searchentry entry
            WHERE entry.headline_key = %s AND {self._conditions}
                AND EXISTS ({self._visible})
        """  # noqa: S608 - values are bound
        return sql, [self.headline_key, *self._values, *self._visible_values]

    def _weight(self):
        return "newest.weight", []


_COLUMNS = {IN_HEADLINE: "headline", IN_TOP: "headline top"}
# The smaller, the better: weights of headline, top and body.
_BM25 = "-bm25(articles_searchwords, 10.0, 4.0, 1.0)"

STATEMENTS = {"sqlite": _SQLite, "postgresql": _PostgreSQL}
