"""Queries whose SQL is worked out once and run many times with other values.

Building a query set with subqueries and turning it into SQL costs Django several times
what the database needs to answer it. The SQL of one reader page is always the same but
for a few values, so it is kept.
"""

import json
import re
from collections import OrderedDict
from datetime import UTC, date, datetime
from functools import partial, update_wrapper

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Field, Lookup

# Values that nothing else in a query holds: they mark the place of a parameter.
_INTEGER = 9_007_199_254_740_000
_YEAR = 9000
_TIME = re.compile(r"\d{4}-\d\d-\d\d ")
# Of one function; about 30 kB each.
KEPT = 200


@Field.register_lookup
class AnyOf(Lookup):
    """`pk__any_of=[…]`: one parameter whatever the number of keys, unlike `in`.

    The keys are integers. An empty list finds nothing.
    """

    lookup_name = "any_of"
    prepare_rhs = False

    def get_prep_lookup(self):
        return self.rhs

    def as_sql(self, compiler, connection):
        lhs, params = self.process_lhs(compiler, connection)
        value = _adapted(connection, list(self.rhs))
        if connection.vendor == "sqlite":
            sql = f"{lhs} IN (SELECT value FROM json_each(%s))"  # noqa: S608 - a column
        else:
            sql = f"{lhs} = ANY(%s)"
        return sql, [*params, value]


def prepared(build=None, *, fixed=()):
    """Decorates a function that takes keyword arguments and returns a query set.

    The decorated function returns the list of that query set's rows. Its first call
    with arguments of new types builds the query and keeps the SQL; later ones put in
    their values. Arguments are int, str, datetime or lists of int, which the function
    may only hand on to the query; others (None, booleans and those named in `fixed`)
    make a query of their own for each value.
    """
    if build is None:
        return partial(prepared, fixed=fixed)
    return update_wrapper(_Prepared(build, fixed), build)


class _Prepared:
    def __init__(self, build, fixed):
        self._build = build
        self._fixed = frozenset(fixed)
        self._made = OrderedDict()

    def __call__(self, *, using=DEFAULT_DB_ALIAS, **values):
        shape = tuple(
            (name, value if self._is_fixed(name, value) else type(value))
            for name, value in values.items()
        )
        query = self._made.get((using, shape))
        if query is None:
            query = self._made[using, shape] = self._prepare(using, values)
            if len(self._made) > KEPT:
                self._made.popitem(last=False)
        return query.rows(values)

    def _is_fixed(self, name, value):
        return name in self._fixed or value is None or isinstance(value, bool)

    def _prepare(self, using, values):
        marks = {
            name: _mark(number, value)
            for number, (name, value) in enumerate(values.items())
            if not self._is_fixed(name, value)
        }
        queryset = self._build(**{**values, **marks}).using(using)
        return _Query(queryset, using, marks)


class _Query:
    def __init__(self, queryset, using, marks):
        self._queryset = queryset
        self._using = using
        self._compiler = queryset.query.get_compiler(using=using)
        self._sql, params = self._compiler.as_sql()
        connection = connections[using]
        adapted = {name: _adapted(connection, mark) for name, mark in marks.items()}
        self._params = [
            next((_Place(name) for name in adapted if adapted[name] == param), param)
            for param in params
        ]
        used = {param.name for param in self._params if isinstance(param, _Place)}
        if unused := set(marks) - used:
            raise ValueError(f"The query does not hold {sorted(unused)} as a value.")
        if any(_is_time(param) for param in self._params):
            raise ValueError("The query holds a time that was not handed to it.")

    def rows(self, values):
        connection = connections[self._using]
        adapted = {name: _adapted(connection, value) for name, value in values.items()}
        params = tuple(
            adapted[param.name] if isinstance(param, _Place) else param
            for param in self._params
        )
        # A compiler belongs to a connection and so to a thread; what it holds does not.
        compiler = _copy(self._compiler)
        compiler.connection = connection
        compiler.as_sql = lambda *args, **kwargs: (self._sql, params)
        query = _copy(self._queryset.query)
        query.get_compiler = lambda *args, **kwargs: compiler
        rows = _copy(self._queryset)
        rows.__dict__["_query"] = query
        return list(rows)


def _copy(original):
    # Not copy.copy(): a query set would run its query to be copied.
    made = object.__new__(type(original))
    made.__dict__.update(original.__dict__)
    return made


class _Place:
    def __init__(self, name):
        self.name = name


def _is_time(param):
    """Whether a parameter is a time: kept, it would stand still for ever."""
    if isinstance(param, str):
        return _TIME.match(param) is not None
    return isinstance(param, date)


def _mark(number, value):
    if isinstance(value, datetime):
        return datetime(_YEAR + number, 1, 1, tzinfo=UTC)
    if isinstance(value, int):
        return _INTEGER + number
    if isinstance(value, str):
        return f"\ue000{number}\ue000"
    if isinstance(value, list):
        return [_INTEGER + number]
    raise TypeError(f"{type(value).__name__} cannot be put into a kept query.")


def _adapted(connection, value):
    """The value as the database's driver takes it."""
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, list) and connection.vendor == "sqlite":
        return json.dumps(value)
    return value
