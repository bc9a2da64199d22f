"""Tables as JSON lines, the same for each database, with a checksum of every row."""

import datetime
import gzip
import hashlib
import json
from contextlib import contextmanager
from itertools import batched

from django.apps import apps
from django.core.management.color import no_style
from django.db import Error as DatabaseError
from django.db import connection, transaction

from newsroom.backup import BackupError

BATCH = 200
# Log-ins, and work that has been done since, must not come back to life; the search
# index is made anew from the stories.
LEFT_OUT = {
    "articles_searchentry",
    "django_session",
    "django_tasks_database_dbtaskresult",
}
# Written by `migrate` itself: a site that holds nothing else is empty.
MADE_BY_MIGRATE = {
    "auth_group",
    "auth_group_permissions",
    "auth_permission",
    "django_content_type",
}
_CHECKSUM_RANGE = 1 << 256


def models():
    """The models whose tables a backup holds, by the name of their table."""
    found = {
        _options(model).db_table: model
        for model in apps.get_models(include_auto_created=True)
        if _options(model).managed and not _options(model).proxy
    }
    return {name: found[name] for name in sorted(found) if name not in LEFT_OUT}


def _options(model):
    return model._meta  # noqa: SLF001 - Django documents it for others to use


def _all(model):
    # A manager of the model's own may leave rows out.
    return model._base_manager.all()  # noqa: SLF001 - documented as well


def holds_something():
    """The name of a table with rows that did not come from `migrate`, or nothing."""
    for table, model in models().items():
        if table not in MADE_BY_MIGRATE and _all(model).exists():
            return table
    return ""


@contextmanager
def snapshot():
    """One state of the database for all that is read within, while others write on.

    On SQLite a read transaction under WAL; on PostgreSQL one at REPEATABLE READ.
    """
    if connection.vendor == "sqlite":
        # Django's own transactions would take the write lock.
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def columns(model):
    """The fields whose values are kept, in the order of their columns' names."""
    fields = [field for field in _options(model).concrete_fields if not field.generated]
    return sorted(fields, key=lambda field: field.column)


class Checksum:
    """Count and checksum of rows in any order: the sum of their SHA-256."""

    def __init__(self):
        self.count = 0
        self.total = 0

    def add(self, line):
        digest = hashlib.sha256(line.encode()).digest()
        self.total = (self.total + int.from_bytes(digest)) % _CHECKSUM_RANGE
        self.count += 1

    def as_dict(self):
        return {"rows": self.count, "checksum": f"{self.total:064x}"}


def lines(model):
    """Yield each row of a table as one line of JSON without its line end."""
    names = [field.attname for field in columns(model)]
    rows = _all(model).order_by("pk").values_list(*names)
    for row in rows.iterator(chunk_size=BATCH):
        yield json.dumps(
            row,
            default=_plain,
            ensure_ascii=False,
            separators=(",", ":"),
            # PostgreSQL does not keep the order of keys.
            sort_keys=True,
        )


def _plain(value):
    if isinstance(value, datetime.datetime):
        return value.astimezone(datetime.UTC).isoformat()
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    return str(value)


def checksum_of(model):
    """Count and checksum of what the database holds now."""
    checksum = Checksum()
    for line in lines(model):
        checksum.add(line)
    return checksum.as_dict()


@transaction.atomic
def clear():
    """Empty every table, those that a backup leaves out as well."""
    tables = [*models(), *LEFT_OUT]
    with connection.cursor() as cursor:
        for statement in connection.ops.sql_flush(no_style(), tables):
            cursor.execute(statement)


def load(model, path, names):
    """Write the rows of a file into an empty table as they are, cleaning nothing."""
    fields = columns(model)
    if [field.column for field in fields] != names:
        raise BackupError(f"{path.name} has other columns than this site's table.")
    quote = connection.ops.quote_name
    statement = (
        f"INSERT INTO {quote(_options(model).db_table)} "  # noqa: S608 - names of our own
        f"({', '.join(quote(field.column) for field in fields)}) "
        f"VALUES ({', '.join(['%s'] * len(fields))})"
    )
    first = 1
    with gzip.open(path, "rt", encoding="utf-8", newline="\n") as file:
        for batch in batched(file, BATCH):
            rows = [_for_database(fields, json.loads(line)) for line in batch]
            try:
                with connection.cursor() as cursor:
                    cursor.executemany(statement, rows)
            except (DatabaseError, ValueError) as error:
                raise BackupError(
                    f"{path.name}, lines {first} to {first + len(batch) - 1}: this "
                    f"database refuses a row: {error}"
                ) from error
            first += len(batch)


def _for_database(fields, values):
    return [_value(field, value) for field, value in zip(fields, values, strict=True)]


def _value(field, value):
    if value is None and (field.null or field.get_internal_type() != "JSONField"):
        return None
    # Prepared: a field that cleans what is typed must not touch what was stored.
    return field.get_db_prep_value(field.to_python(value), connection, prepared=True)


def set_sequences():
    """Let the next row of each table get a number of its own."""
    statements = connection.ops.sequence_reset_sql(no_style(), list(models().values()))
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
