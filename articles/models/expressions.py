from django.db import models
from django.db.models import F, Func, Value
from django.db.models.expressions import Subquery


class JSONRows(Subquery):
    """The rows of a related query as one JSON list, in that query's order.

    A card or an article page then needs one statement for itself, its byline and its
    tags. Every column of the queryset is named: `.values(name=F("author__name"))`.
    """

    output_field = models.JSONField()

    def as_sqlite(self, compiler, connection):
        pairs = ", ".join(
            f"'{name}', {connection.ops.quote_name(name)}" for name in self._columns()
        )
        return self.as_sql(
            compiler,
            connection,
            template=f"(SELECT json_group_array(json_object({pairs})) "  # noqa: S608 - names from our own code
            "FROM (%(subquery)s) json_rows)",
        )

    def as_postgresql(self, compiler, connection):
        # As text: jsonb would be taken apart and put together again on its way.
        return self.as_sql(
            compiler,
            connection,
            template="(SELECT coalesce(json_agg(json_rows)::text, '[]') "
            "FROM (%(subquery)s) json_rows)",
        )

    def _columns(self):
        return [*self.query.values_select, *self.query.annotation_select]


class JSONValues(JSONRows):
    """The values of a related query of one column as one JSON list, in its order."""

    def as_sqlite(self, compiler, connection):
        return self._as_list(compiler, connection, "json_group_array({})")

    def as_postgresql(self, compiler, connection):
        return self._as_list(compiler, connection, "coalesce(json_agg({})::text, '[]')")

    def _as_list(self, compiler, connection, words):
        (name,) = self._columns()
        found = words.format(connection.ops.quote_name(name))
        return self.as_sql(
            compiler,
            connection,
            template=f"(SELECT {found} FROM (%(subquery)s) json_rows)",  # noqa: S608 - names from our own code
        )


class RowCount(Subquery):
    """How many rows a related query has; a limit of it ends the counting."""

    template = "(SELECT count(*) FROM (%(subquery)s) counted)"
    output_field = models.IntegerField()


class NumberOfKey(Func):
    """The number that JSON text of the form {"key": number} gives a row's key."""

    output_field = models.IntegerField()

    def __init__(self, numbers):
        super().__init__(Value(numbers, output_field=models.TextField()), F("pk"))

    def as_sqlite(self, compiler, connection, **context):
        return super().as_sql(
            compiler,
            connection,
            template="json_extract(%(expressions)s || '\"')",
            arg_joiner=", '$.\"' || ",
            **context,
        )

    def as_postgresql(self, compiler, connection, **context):
        return super().as_sql(
            compiler,
            connection,
            template="(%(expressions)s::text)::integer",
            arg_joiner="::jsonb ->> ",
            **context,
        )
