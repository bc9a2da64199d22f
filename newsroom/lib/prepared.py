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
from hashlib import sha256
from itertools import chain
from weakref import WeakKeyDictionary

from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections
from django.db.models import Field, ForeignKey, Lookup, Model
from django.db.models.base import ModelState
from django.db.models.lookups import In

# Values that nothing else in a query holds: they mark the place of a parameter.
_INTEGER = 9_007_199_254_740_000
_YEAR = 9000
_TIME = re.compile(r"\d{4}-\d\d-\d\d ")
# Of one function; about 70 kB each for a list of cards.
KEPT = 60
# A plan takes memory of the server: from this run on, and so many a connection.
PLANNED_FROM = 3
MOST_PLANS = 50
# Of one list of columns; about 10 kB each, 30 with a story's body.
MOST_ROWS = 500


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


@ForeignKey.register_lookup
@Field.register_lookup
class Among(In):
    """As `in` with a query set, which PostgreSQL runs first: what it finds is looked
    up in an index, also beside an OR.
    """

    lookup_name = "among"

    def as_postgresql(self, compiler, connection):
        lhs, lhs_params = self.process_lhs(compiler, connection)
        rhs, rhs_params = self.process_rhs(compiler, connection)
        return f"{lhs} = ANY(ARRAY{rhs})", (*lhs_params, *rhs_params)


def prepared(
    build=None, *, fixed=(), has_one_plan=lambda **values: True, are_met_again=False
):
    """Decorates a function that takes keyword arguments and returns a query set.

    The decorated function returns the list of that query set's rows. Its first call
    with arguments of new types builds the query and keeps the SQL; later ones put in
    their values. Arguments are int, str, datetime or lists of int, which the function
    may only hand on to the query; others (None, booleans and those named in `fixed`)
    make a query of their own for each value. `has_one_plan` says of the arguments
    whether one way to find the rows is right for all values.

    Where the same rows `are_met_again` on page after page, a row that equals one met
    before is not made by Django but copied. What lies in its JSON is shared by all
    copies and must not be changed.
    """
    if build is None:
        return partial(
            prepared,
            fixed=fixed,
            has_one_plan=has_one_plan,
            are_met_again=are_met_again,
        )
    made = _Prepared(build, fixed, has_one_plan, are_met_again=are_met_again)
    return update_wrapper(made, build)


class _Prepared:
    def __init__(self, build, fixed, has_one_plan, *, are_met_again):
        self._build = build
        self._has_one_plan = has_one_plan
        self._are_met_again = are_met_again
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
        has_one_plan = self._has_one_plan(**values)
        return _Query(
            queryset,
            using,
            marks,
            has_one_plan=has_one_plan,
            are_met_again=self._are_met_again,
        )


class _Query:
    def __init__(self, queryset, using, marks, *, has_one_plan, are_met_again):
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
        self._plan = _Plan(self._sql, self._params) if has_one_plan else None
        self._converters = None
        self._has_composite = None
        self._met = _Met.of(self._compiler) if are_met_again else None

    def rows(self, values):
        connection = connections[self._using]
        adapted = {name: _adapted(connection, value) for name, value in values.items()}
        try:
            if self._plan and self._plan.is_usable(connection):
                return self._rows(connection, *self._plan.statement(adapted))
        except DatabaseError as error:
            if not _Plan.is_lost(error):
                raise
        params = tuple(
            adapted[param.name] if isinstance(param, _Place) else param
            for param in self._params
        )
        return self._rows(connection, self._sql, params)

    def _rows(self, connection, sql, params):
        # A compiler belongs to a connection and so to a thread; what it holds does not.
        compiler = _copy(self._compiler)
        compiler.connection = connection
        compiler.as_sql = lambda *args, **kwargs: (sql, params)
        compiler.get_converters = self._converters_of
        compiler.has_composite_fields = self._is_composite
        query = _copy(self._queryset.query)
        query.get_compiler = lambda *args, **kwargs: compiler
        rows = _copy(self._queryset)
        rows.__dict__["_query"] = query
        if self._met is None:
            return list(rows)
        found = list(chain.from_iterable(compiler.execute_sql()))

        def make(new):
            compiler.execute_sql = lambda *args, **kwargs: [new]
            return list(rows)

        return self._met.instances(found, make)

    def _converters_of(self, columns):
        # What makes Python's values of the database's, always of the same columns.
        if self._converters is None:
            self._converters = self._compiler.get_converters(columns)
        return self._converters

    def _is_composite(self, columns):
        if self._has_composite is None:
            self._has_composite = self._compiler.has_composite_fields(columns)
        return self._has_composite


class _Met:
    """What was made of rows of the same columns, by all that the row holds."""

    of_columns = {}

    @classmethod
    def of(cls, compiler):
        columns = tuple((sql, alias) for _, (sql, _), alias in compiler.select)
        key = compiler.connection.alias, compiler.query.model, columns
        return cls.of_columns.setdefault(key, cls())

    def __init__(self):
        self.made = {}

    def instances(self, rows, make):
        """One for each row, in its order; `make` makes those of rows not met before."""
        made = [self.made.get(row) for row in rows]
        if new := [row for row, one in zip(rows, made, strict=True) if one is None]:
            patterns = dict(zip(new, map(_pattern, make(new)), strict=True))
            made = [one or patterns[row] for row, one in zip(rows, made, strict=True)]
            self.made.update(patterns)
            for oldest in list(self.made)[:-MOST_ROWS]:
                self.made.pop(oldest, None)
        return [_instance(one) for one in made]


def _pattern(instance):
    instance._state.said = {}  # noqa: SLF001 - documented API
    return instance


def _instance(pattern):
    """A copy of an instance and of those it refers to, as if Django had made them."""
    facts = pattern.__dict__.copy()
    state = facts["_state"] = object.__new__(ModelState)
    state.__dict__.update(pattern._state.__dict__)  # noqa: SLF001 - documented API
    # Not the same dict: an instance empties its own when it goes.
    state.fields_cache = {
        name: _instance(one) if isinstance(one, Model) else one
        for name, one in state.fields_cache.items()
    }
    made = object.__new__(type(pattern))
    made.__dict__ = facts
    return made


def of_its_row(instance, say):
    """What `say(instance)` returns, asked once for all copies of a row met before.

    It may depend on nothing but the row, which must be as it came.
    """
    said = getattr(instance._state, "said", None)  # noqa: SLF001 - documented API
    if said is None:
        return say(instance)
    if say not in said:
        said[say] = say(instance)
    return said[say]


class _Plan:
    """A query as a statement that PostgreSQL has planned, once a connection.

    A pooler that gives each statement another connection (PgBouncer, by transaction)
    loses it: the process then goes on without.
    """

    # There is none of this name; there is one already; a column has another type now.
    LOST = ("26000", "42P05", "0A000")
    is_lost_here = False
    _made = WeakKeyDictionary()

    def __init__(self, sql, params):
        self._sql, self._params = sql, params
        self._names = list(
            dict.fromkeys(param.name for param in params if isinstance(param, _Place))
        )
        self._runs = 0
        name = sha256(repr((sql, self._names)).encode()).hexdigest()[:16]
        self._name = f"newsroom_{name}"

    def is_usable(self, connection):
        """Whether to run it by its plan, which is made here where there is none yet.

        Not within a transaction, which a lost plan would end.
        """
        self._runs += 1
        if (
            self._runs < PLANNED_FROM
            or connection.vendor != "postgresql"
            or connection.in_atomic_block
            or _Plan.is_lost_here
        ):
            return False
        connection.ensure_connection()
        made = self._made.setdefault(connection.connection, set())
        if self._name in made:
            return True
        if len(made) >= MOST_PLANS:
            return False
        with connection.cursor() as cursor:
            # PostgreSQL would weigh for each run whether to plan it anew.
            cursor.execute(
                f"PREPARE {self._name} AS {self._text(connection)}; "
                "SET plan_cache_mode = force_generic_plan"
            )
        made.add(self._name)
        return True

    def statement(self, values):
        """The SQL and parameters that run it with these values, by name."""
        marks = ", ".join(["%s"] * len(self._names))
        return (
            f"EXECUTE {self._name}{marks and f'({marks})'}",
            tuple(values[name] for name in self._names),
        )

    def _text(self, connection):
        # What never changes is written out: a partial index is found by its condition.
        places = {name: f"${number}" for number, name in enumerate(self._names, 1)}
        return self._sql % tuple(
            places[param.name]
            if isinstance(param, _Place)
            else connection.ops.compose_sql("%s", [param])
            for param in self._params
        )

    @classmethod
    def is_lost(cls, error):
        """Whether it failed because its plan is gone: no other is used from now on."""
        is_lost = getattr(error.__cause__, "sqlstate", None) in cls.LOST
        _Plan.is_lost_here = _Plan.is_lost_here or is_lost
        return is_lost


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
