"""Bringing a site back from a set: everything is checked before anything is changed."""

from django.core.cache import cache
from django.core.management import call_command
from django.db import Error as DatabaseError
from django.db import connection, transaction

from newsletter import holding as newsletter_holding
from newsroom.backup import BackupError, media, rows, sets
from republishing import holding as republishing_holding

SHOWN_MIGRATIONS = 4


def restore(path, *, force=False, progress=lambda *_: None):
    """Bring a verified set into this site; return its manifest and what is held back.

    Files first, then all rows in one transaction, which is undone unless each table
    has the count and checksum of the set. Nothing is mailed by itself afterwards.
    """
    manifest = sets.verify(path, progress=progress)
    _check_migrations(manifest["migrations"])
    if set(manifest["tables"]) != set(rows.models()):
        raise BackupError("The set holds other tables than this site has.")
    if not force and (table := rows.holds_something()):
        raise BackupError(
            f"This site is not empty ({table} has rows). With --force the set takes "
            "the place of everything in it."
        )
    _files(path, progress)
    try:
        with transaction.atomic():
            _rows(path, manifest["tables"], progress)
            held = [*newsletter_holding.hold(), *republishing_holding.hold()]
            # Within it, so that a run that is killed leaves all of the site or nothing.
            progress("search", 0)
            call_command("rebuild_search", verbosity=0)
    except DatabaseError as error:
        raise BackupError(
            f"The database refuses the set: {error}. Its rows are as they were."
        ) from error
    cache.clear()
    return manifest, held


def _check_migrations(theirs):
    ours = sets.migrations()
    if waiting := set(ours["known"]) - set(ours["applied"]):
        raise BackupError(f"Run manage.py migrate first: {_some(waiting)} is waiting.")
    if newer := set(theirs) - set(ours["applied"]):
        raise BackupError(
            f"The set is of a newer version, with {_some(newer)}. Install the version "
            "that made it, and restore with that."
        )
    if older := set(ours["applied"]) - set(theirs):
        raise BackupError(
            f"The set is of an older version, without {_some(older)}. Install the "
            "version that made it, restore into an empty database, then upgrade and "
            "run manage.py migrate."
        )


def _some(names):
    names = sorted(names)
    more = len(names) - SHOWN_MIGRATIONS
    return ", ".join(names[:SHOWN_MIGRATIONS]) + (f" and {more} more" * (more > 0))


def _files(path, progress):
    count = 0
    for inside, digest in sets.read_sums(path):
        top, _, rest = inside.partition("/")
        if top == "files":
            kind, _, name = rest.partition("/")
            try:
                media.put(kind, name, path / inside, digest)
            except OSError as error:
                raise BackupError(
                    f"{name} could not be written: {error.strerror or error}. The "
                    "database is as it was; run the command again."
                ) from error
            count += 1
            progress("files", count)


def _rows(path, tables, progress):
    rows.clear()
    for table, model in rows.models().items():
        said = tables[table]
        rows.load(model, path / said["file"], said["columns"])
        progress(table, said["rows"])
    connection.check_constraints()
    for table, model in rows.models().items():
        found = rows.checksum_of(model)
        if found != {key: tables[table][key] for key in found}:
            raise BackupError(
                f"{table} is not what the set holds: {found['rows']:,} rows, checksum "
                f"{found['checksum'][:12]}…. Nothing was changed in the database."
            )
    rows.set_sequences()
