"""What is wrong with this site, in plain words, and what to do about it.

Each check asks one thing that the site needs, within seconds. It yields findings: `ok`,
`warning` (it runs, and not well), `broken` (somebody will notice) or `unknown` (could
not be asked from here).
"""

import io
import re
import shutil
import threading
import time
from contextlib import closing
from datetime import datetime, timedelta
from email.utils import parseaddr
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

import dns.exception
import dns.resolver
from django.apps import apps
from django.conf import settings
from django.core import checks, mail
from django.core.cache import caches
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone
from fpdf.errors import FPDFException
from PIL import Image

from newsroom import health
from newsroom.backup import sets
from newsroom.lib import decoding, images, pdf

OK, WARNING, BROKEN, UNKNOWN = "ok", "warning", "broken", "unknown"

# Seconds for one question.
PATIENCE = 10
DNS_PATIENCE = 3
GIGABYTE = 1_000_000_000
# Longer than a worker needs between two of its periodic tasks, a busy one included.
WORKER_SILENT_AFTER = timedelta(minutes=3)
TASK_WAITS_TOO_LONG = 300
BACKUP_TOO_OLD = timedelta(hours=36)
# System checks whose subject another check here has, or `newsroom.W001`: an address
# without https.
SAID_BY_OTHERS = {"mail.E001", "security.W018"}
SAID_BY_THE_ADDRESS = {
    "security.W004",
    "security.W008",
    "security.W012",
    "security.W016",
}
# The names under which most mail servers publish the key that they sign with.
DKIM_SELECTORS = re.findall(
    r"\w+",
    "default dkim mail google selector1 selector2 s1 s2 k1 k2 k3 pm mx sm scph mta "
    "resend mandrill fm1 protonmail sig1 20230601",
)


class Finding(NamedTuple):
    """One sentence about one thing; `do` is what helps."""

    level: str
    subject: str
    says: str
    do: str = ""


def examine():
    """Yield the findings of every check."""
    for subject, check in CHECKS:
        try:
            for level, says, *do in check():
                yield Finding(level, subject, says, *do)
        except Exception as error:  # noqa: BLE001 -- whatever fails is what we look for
            yield Finding(
                BROKEN,
                subject,
                f"Asking failed: {_said(error)}.",
                "Nothing more is known of it; the log may say more.",
            )


def _said(error):
    """An error in one line."""
    words = " ".join(str(error).split())
    return f"{type(error).__name__}: {words}"[:300].rstrip(".: ")


def _within(seconds, ask):
    """What `ask` returns, or TimeoutError: some clients wait for minutes.

    It runs in a thread of its own, so it must not use the database.
    """
    found = {}

    def run():
        try:
            found["answer"] = ask()
        except Exception as error:  # noqa: BLE001 -- raised again below
            found["error"] = error

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds)
    if thread.is_alive():
        raise TimeoutError(f"no answer in {seconds} seconds")
    if "error" in found:
        raise found["error"]
    return found["answer"]


# Settings ---------------------------------------------------------------------------


def check_settings():
    if settings.DEBUG:
        yield (
            BROKEN if settings.SITE_IS_SECURE else WARNING,
            "DEBUG is on: error pages show the source code and settings.",
            "Set DEBUG=false and restart.",
        )
    # What needs the database is asked below.
    tags = checks.registry.registry.tags_available() - {checks.Tags.database}
    messages = checks.run_checks(tags=tags, include_deployment_checks=True)
    said_already = SAID_BY_OTHERS | (
        set() if settings.SITE_IS_SECURE else SAID_BY_THE_ADDRESS
    )
    found = False
    for message in messages:
        if message.level < checks.WARNING or message.is_silenced():
            continue
        if message.id in said_already:
            continue
        found = True
        level = BROKEN if message.level >= checks.ERROR else WARNING
        hint = message.hint or "See .env.example for the variable, then restart."
        yield level, f"{message.msg} ({message.id})", hint
    if not found:
        yield (
            OK,
            f"{settings.SITE_URL}; `check --deploy` has nothing against the settings.",
        )


# Database ---------------------------------------------------------------------------


def _row(statement):
    """The first row of a statement that may take PATIENCE seconds."""
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"SET LOCAL statement_timeout = '{PATIENCE}s'")
        cursor.execute(statement)
        return cursor.fetchone()


def _database_answers():
    try:
        health.ask_database()
    except Exception:  # noqa: BLE001 -- check_database says why
        return False
    return True


def check_database():
    began = time.perf_counter()
    try:
        health.ask_database()
    except Exception as error:  # noqa: BLE001 -- drivers raise their own
        yield (
            BROKEN,
            f"The database does not answer: {_said(error)}.",
            "Start it, or correct DATABASE_URL. Readers get what caches keep.",
        )
        return
    took = (time.perf_counter() - began) * 1000
    version = ".".join(map(str, connection.get_database_version()))
    yield OK, f"{connection.display_name} {version} answers in {took:.0f} ms."
    yield from (_sqlite() if connection.vendor == "sqlite" else _postgresql())


def _sqlite():
    name = str(connection.settings_dict["NAME"])
    if connection.is_in_memory_db():
        yield BROKEN, "The database lives in memory.", "Set DATABASE_URL to a file."
        return
    mode = _row("PRAGMA journal_mode")[0]
    if mode != "wal":
        yield (
            BROKEN,
            f"SQLite's journal is {mode!r}, not WAL: readers wait for every writer.",
            "Let the directory of the database be on a local disk and writable: "
            "WAL needs files beside it.",
        )
    if connection.transaction_mode != "IMMEDIATE":
        yield (
            BROKEN,
            "Transactions take the write lock late, so some fail at once as locked.",
            "Write DATABASE_URL as sqlite:///path, without options of your own.",
        )
    yield from _room(Path(name).parent, "the database")
    if settings.WEB_WORKERS > 4:
        yield (
            WARNING,
            f"{settings.WEB_WORKERS} web processes share one SQLite file.",
            "It has one writer at a time: move to PostgreSQL.",
        )


def _postgresql():
    standby, read_only, used, most = _row(
        "SELECT pg_is_in_recovery(), current_setting('transaction_read_only'), "
        "(SELECT count(*) FROM pg_stat_activity "
        "WHERE backend_type = 'client backend'), "
        "current_setting('max_connections')::int"
    )
    if standby or read_only == "on":
        yield (
            BROKEN,
            "The database can be read only: nothing can be saved.",
            "DATABASE_URL names a standby, or the server ran out of room: look in its "
            "log.",
        )
    if used > most * 0.8:
        yield (
            WARNING,
            f"{used} of the database's {most} connections are taken.",
            "Raise max_connections, or run fewer web processes and threads.",
        )


def _room(path, what):
    """Is there room on the disk where something lies?"""
    while not path.exists():
        path = path.parent
    free = shutil.disk_usage(path).free
    if free < GIGABYTE:
        yield (
            BROKEN if free < GIGABYTE / 10 else WARNING,
            f"The disk of {what} ({path}) has {free / 1e6:,.0f} MB left.",
            "Make room: old backups, logs, exports.",
        )


def check_migrations():
    if not _database_answers():
        yield UNKNOWN, "The database does not answer."
        return
    if pending := health.ask_migrations():
        yield (
            BROKEN,
            f"The tables are not those of this version: migrations {pending}.",
            "Run manage.py migrate.",
        )
        return
    loader = MigrationLoader(connection)
    ours = {app.label for app in apps.get_app_configs()}
    newer = sorted(
        f"{app}.{name}"
        for app, name in set(loader.applied_migrations) - set(loader.disk_migrations)
        if app in ours
    )
    if newer:
        yield (
            WARNING,
            f"The database has been migrated by a newer version ({newer[-1]}).",
            "Install that version again, or restore the backup made before it.",
        )
    else:
        yield OK, "The tables are those of this version."


# Cache, files, mail -----------------------------------------------------------------


def check_cache():
    backend = settings.CACHES["default"]["BACKEND"]
    kind = backend.rpartition(".")[2]
    for name in ["default", "pages"]:
        if kind == "DummyCache":
            continue
        value = uuid4().hex
        caches[name].set(f"doctor:{value}", value, 10)
        if caches[name].get(f"doctor:{value}") != value:
            yield (
                BROKEN,
                "The cache does not keep what it is given.",
                "Start the server that CACHE_URL names (its log line is above). Pages "
                "are made anew for each reader and limits on forms let all through "
                "meanwhile.",
            )
            return
        caches[name].delete(f"doctor:{value}")
    if kind == "DummyCache":
        yield WARNING, "Nothing is cached.", "Leave dummy:// to tests."
    elif kind == "LocMemCache":
        # `check_settings` has what W004 says of several web processes.
        yield (
            OK,
            "Each process keeps its own cache, which is right for one web process.",
        )
    else:
        yield OK, "The cache answers, and all processes share it."


def check_storage():
    for name in ["default", "originals"]:
        storage = storages[name]
        words = "public files" if name == "default" else "originals"
        try:
            _within(PATIENCE, lambda storage=storage: _round_trip(storage))
        except Exception as error:  # noqa: BLE001 -- clients raise their own
            yield (
                BROKEN,
                f"The storage of {words} refuses: {_said(error)}.",
                "Editors cannot add pictures. Look at STORAGE_URL, the rights of the "
                "directory or the keys of the bucket, and the room left.",
            )
            continue
        yield OK, f"A file was written to the {words}, read and deleted."
        if "filesystem" in type(storage).__module__:
            yield from _room(Path(storage.location), f"the {words}")


def _round_trip(storage):
    content = uuid4().hex.encode()
    name = storage.save(f"doctor/{uuid4().hex}.txt", ContentFile(content))
    try:
        with storage.open(name) as file:
            if file.read() != content:
                raise OSError("other bytes came back than were written")
    finally:
        storage.delete(name)


def check_mail():
    addresses = {}
    for name, entry in settings.MAILERS.items():
        addresses.setdefault(str(entry), []).append(name)
    for names in addresses.values():
        yield _mailer(names[0], " and ".join(names))


def _mailer(name, words):
    entry = settings.MAILERS[name]
    module = entry["BACKEND"].rpartition(".")[0]
    if module.endswith(("console", "filebased", "dummy", "locmem")):
        fate = "printed" if module.endswith("console") else "kept on this machine"
        return (
            BROKEN if settings.SITE_IS_SECURE else WARNING,
            f"Mails ({words}) reach nobody: they are {fate}.",
            "Set EMAIL_URL to your mail server's smtp:// address.",
        )
    if not module.endswith("smtp"):
        return (
            UNKNOWN,
            f"Mails ({words}) go by {module}, which can only be asked by sending one.",
        )
    options = entry["OPTIONS"]
    place = f"{options['host']}:{options['port'] or 25}"
    try:
        _within(PATIENCE, lambda: _log_in(name))
    except Exception as error:  # noqa: BLE001 -- of sockets, TLS and SMTP
        return (
            BROKEN,
            f"The mail server {place} ({words}) does not let us in: {_said(error)}.",
            "Look at EMAIL_URL: host, port (587 smtp://, 465 smtps://), user and "
            "password, percent-encoded. Mails wait and are tried again.",
        )
    return OK, f"The mail server {place} ({words}) takes mails."


def _log_in(name):
    backend = mail.mailers[name]
    with closing(backend):
        backend.open()


def check_mail_domain():
    domains = {parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2].lower()}
    if _database_answers() and not health.ask_migrations():
        senders = apps.get_model("newsletter", "Newsletter").objects.values_list(
            "from_email", flat=True
        )
        domains |= {sender.rpartition("@")[2].lower() for sender in senders if sender}
    for domain in sorted(domains):
        if "." not in domain:
            yield (
                WARNING,
                f"Mails come from {domain or 'nobody'}, which is no domain.",
                "Set DEFAULT_FROM_EMAIL to an address of your own domain.",
            )
        else:
            yield from _domain(domain)


def _domain(domain):
    try:
        texts = _texts(domain)
        dmarc = [_texts(f"_dmarc.{name}") for name in _parents(domain)]
        signed = any(_texts(f"{name}._domainkey.{domain}") for name in DKIM_SELECTORS)
    except dns.exception.DNSException as error:
        yield UNKNOWN, f"{domain}: could not ask the DNS ({type(error).__name__})."
        return
    missing = []
    if not any(text.startswith("v=spf1") for text in texts):
        missing.append("SPF")
    if not any(text.startswith("v=DMARC1") for found in dmarc for text in found):
        missing.append("DMARC")
    if missing:
        yield (
            WARNING,
            f"{domain} has no {' and no '.join(missing)} record in the DNS.",
            "Large providers refuse bulk mail without; your mail provider says what "
            "to enter.",
        )
    else:
        yield OK, f"{domain} has SPF and DMARC records."
    if not signed:
        yield (
            UNKNOWN,
            f"{domain}: no DKIM key under the usual names; only who signs knows which.",
            "Send yourself a letter and look for dkim=pass in its source.",
        )


def _parents(domain):
    """The domain, and those above it that can be somebody's."""
    labels = domain.split(".")
    return [".".join(labels[start:]) for start in range(len(labels) - 1)]


def _texts(name):
    """The TXT records of a name; none where it does not exist."""
    try:
        answer = dns.resolver.resolve(name, "TXT", lifetime=DNS_PATIENCE)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return []
    return [b"".join(record.strings).decode("ascii", "replace") for record in answer]


# Clock, queue -----------------------------------------------------------------------


def check_clock():
    if connection.vendor != "postgresql":
        yield UNKNOWN, "The database has this machine's clock; none other was asked."
        return
    if not _database_answers():
        yield UNKNOWN, "The database, whose clock we compare with, does not answer."
        return
    before = time.time()
    theirs = _row("SELECT clock_timestamp()")[0].timestamp()
    apart = abs((before + time.time()) / 2 - theirs)
    if apart > 2:
        yield (
            BROKEN if apart > 60 else WARNING,
            f"This machine's clock and the database's are {apart:,.0f} seconds apart.",
            "Let both keep network time (timedatectl set-ntp true): stories would "
            "appear early or late.",
        )
    else:
        yield OK, f"Clock and database are {apart:.1f} seconds apart."


def check_queue():
    backend = settings.TASKS["default"]["BACKEND"]
    if "immediate" in backend:
        yield (
            WARNING if settings.SITE_IS_SECURE else OK,
            "Later work runs within requests; a timer must send the newsletters.",
            "Set TASKS_URL=database:// and run manage.py worker.",
        )
        return
    if not _database_answers() or health.ask_migrations():
        yield UNKNOWN, "The database does not answer, or is not migrated."
        return
    from newsroom import queue  # noqa: PLC0415 -- it needs that backend's models

    if backend == "newsroom.celery.CeleryBackend":
        yield _celery_workers()
    else:
        yield _worker(queue.worker_seen_at())
    waits = queue.overdue_seconds()
    if waits > TASK_WAITS_TOO_LONG:
        yield (
            WARNING,
            f"The oldest task that is due has waited for {waits / 60:,.0f} minutes.",
            "Run a second worker, at least while an import or a large send lasts.",
        )
    failed = queue.failures()
    if failed:
        names = ", ".join(f"{name} ({count})" for name, count in failed.items())
        yield (
            WARNING,
            f"Tasks given up within {queue.FAILURES_DAYS} days: {names}.",
            "The log says why under “is given up”.",
        )


def _celery_workers():
    from newsroom import celery  # noqa: PLC0415 -- an extra of its own

    try:
        count = _within(PATIENCE, celery.workers)
    except Exception as error:  # noqa: BLE001 -- of sockets, Redis and Celery
        return (
            BROKEN,
            f"Celery's broker does not answer: {_said(error)}.",
            "Start the Redis of TASKS_URL; tasks wait in the database meanwhile.",
        )
    if not count:
        return BROKEN, "No Celery worker answers.", "Start manage.py worker."
    return OK, f"{count} Celery worker{'s' if count > 1 else ''} answered."


def _worker(seen):
    now = timezone.now()
    if seen is None or now - seen > WORKER_SILENT_AFTER:
        since = f"since {seen:%Y-%m-%d %H:%M} UTC" if seen else "so far"
        return (
            BROKEN,
            f"No worker has run {since}: mails, newsletters and pictures wait.",
            "Start manage.py worker, and let your service manager keep it running.",
        )
    return OK, f"A worker was at work {(now - seen).total_seconds():.0f} s ago."


# Pictures, invoices, backups --------------------------------------------------------


def check_decoder():
    file = io.BytesIO()
    Image.new("RGB", (64, 64), "white").save(file, "PNG")
    try:
        facts = decoding.inspect(file.getvalue())
    except (images.UnacceptablePictureError, OSError) as error:
        yield (
            BROKEN,
            f"The process that reads pictures does not work: {_said(error)}.",
            "It needs 520 MiB of address space and the Python that runs the site; "
            "look at memory limits of the service.",
        )
        return
    yield OK, f"The process that reads pictures works ({facts.width} px read)."


def check_fonts():
    for path in settings.PDF_FONTS:
        if not Path(path).is_file():
            yield (
                BROKEN,
                f"PDF_FONTS names {path}, which is not there.",
                "Install the font or correct the path: invoices cannot be printed.",
            )
            return
    try:
        words = "Invoice £ é ő ع"
        sheet = pdf.Sheet(title="", author="", language="en", words=words)
        sheet.add_page()
        sheet.set_font("text", size=11)
        sheet.write_lines(words, width=100)
        size = len(sheet.output())
    except (FPDFException, OSError, ValueError) as error:
        yield (
            BROKEN,
            f"No PDF can be made: {_said(error)}.",
            "Invoices are PDF files; the fonts are in static/fonts and PDF_FONTS.",
        )
        return
    yield OK, f"A PDF was made ({size / 1000:,.0f} kB)."


def check_backups():
    if not settings.BACKUP_DIR:
        yield (
            WARNING,
            "Where backups lie is not known.",
            "Run manage.py backup every night, and set BACKUP_DIR to its directory.",
        )
        return
    found = sets.complete(settings.BACKUP_DIR)
    if not found:
        yield (
            BROKEN,
            f"There is no backup in {settings.BACKUP_DIR}.",
            f"Run manage.py backup {settings.BACKUP_DIR}.",
        )
        return
    made_at = datetime.strptime(f"{found[-1].name}+0000", "newsroom-%Y%m%dT%H%M%SZ%z")
    age = timezone.now() - made_at
    hours = age.total_seconds() / 3600
    if age > BACKUP_TOO_OLD:
        yield (
            BROKEN,
            f"The newest backup is {hours:,.0f} hours old.",
            "See why the nightly run failed: systemctl status newsroom-backup, or "
            "cron's mail.",
        )
    else:
        yield OK, f"The newest backup is {hours:,.0f} hours old, of {len(found)}."


CHECKS = [
    ("Settings", check_settings),
    ("Database", check_database),
    ("Migrations", check_migrations),
    ("Cache", check_cache),
    ("Storage", check_storage),
    ("Mail", check_mail),
    ("Mail domain", check_mail_domain),
    ("Clock", check_clock),
    ("Queue", check_queue),
    ("Pictures", check_decoder),
    ("Invoices", check_fonts),
    ("Backups", check_backups),
]
