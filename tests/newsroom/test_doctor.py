import io
import json
import socket
import threading
import time
from datetime import timedelta

import dns.resolver
import pytest
from django.core.files.storage import storages
from django.core.management import call_command
from django.db import connection
from django.db.utils import OperationalError
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from newsletter import tasks
from newsroom import doctor, health
from newsroom.lib import decoding

SMTP = {
    "BACKEND": "newsroom.lib.smtp.EmailBackend",
    "OPTIONS": {"host": "127.0.0.1", "port": 1, "timeout": 1},
}


@pytest.fixture(autouse=True)
def _forget_migrations():
    health._migrations_seen.update(at=None, pending=0)


@pytest.fixture
def zone(monkeypatch):
    """The TXT records of the whole DNS."""
    records = {}

    def texts(name):
        if isinstance(records.get(name), Exception):
            raise records[name]
        return records.get(name, [])

    monkeypatch.setattr(doctor.mail, "_texts", texts)
    return records


@pytest.fixture
def database_down(monkeypatch):
    def refuse(*args, **kwargs):
        raise OperationalError("server is gone")

    monkeypatch.setattr(connection, "cursor", refuse)


def levels(check):
    return [level for level, *_ in check()]


@pytest.mark.parametrize(("is_secure", "level"), [(True, "broken"), (False, "warning")])
def test_debug_is_worse_where_others_can_see_it(settings, is_secure, level):
    settings.DEBUG = True
    settings.SITE_IS_SECURE = is_secure

    first = next(iter(doctor.security.check_settings()))

    assert (first[0], "DEBUG" in first[1]) == (level, True)


@pytest.mark.parametrize(
    ("name", "value", "level", "word"),
    [
        ("SECRET_KEY", "short", "broken", "newsroom.E002"),
        ("ALLOWED_HOSTS", ["other.example"], "broken", "news.example"),
        ("ALLOWED_HOSTS", ["*"], "warning", "any host"),
        ("SESSION_COOKIE_SECURE", False, "warning", "SESSION_COOKIE_SECURE"),
    ],
)
def test_settings_that_a_system_check_refuses(settings, name, value, level, word):
    setattr(settings, name, value)

    found = [
        finding for finding in doctor.security.check_settings() if word in finding[1]
    ]

    assert [finding[0] for finding in found] == [level]
    assert found[0][2]


@pytest.mark.django_db
def test_database_says_its_version():
    level, says = next(iter(doctor.database.check_database()))

    assert level == "ok"
    assert connection.display_name in says


@pytest.mark.django_db
@pytest.mark.usefixtures("database_down")
def test_without_a_database_what_needs_it_is_unknown(settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

    assert levels(doctor.database.check_database) == ["broken"]
    assert levels(doctor.database.check_migrations) == ["unknown"]
    assert levels(doctor.queue.check_queue) == ["unknown"]
    assert levels(doctor.database.check_clock) == ["unknown"]


@pytest.mark.parametrize(
    ("rows", "level"),
    [
        ((False, "off", 10, 100, "on"), []),
        ((True, "off", 10, 100, "on"), ["broken"]),
        ((False, "on", 10, 100, "on"), ["broken"]),
        ((False, "off", 81, 100, "on"), ["warning"]),
        ((False, "off", 10, 100, "off"), ["warning"]),
    ],
)
def test_postgresql_that_cannot_be_written_or_is_full_or_unkept(
    monkeypatch, rows, level
):
    monkeypatch.setattr(doctor.database, "_row", lambda statement: rows)

    assert levels(doctor.database._postgresql) == level


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "postgresql", reason="PostgreSQL's columns")
def test_postgresql_is_asked_what_it_knows():
    # A server for tests alone may do without autovacuum.
    assert levels(doctor.database.check_database) in (["ok"], ["ok", "warning"])
    assert levels(doctor.database.check_clock) == ["ok"]


@pytest.mark.parametrize(
    ("free", "expected"), [(2e9, []), (5e8, ["warning"]), (5e7, ["broken"])]
)
def test_room_on_the_disk(monkeypatch, tmp_path, free, expected):
    monkeypatch.setattr(
        doctor.disk.shutil, "disk_usage", lambda path: type("Usage", (), {"free": free})
    )

    found = [level for level, *_ in doctor.disk.room(tmp_path / "not" / "yet", "files")]

    assert found == expected


@pytest.mark.django_db
def test_migrations_pending_and_from_the_future(monkeypatch):
    assert levels(doctor.database.check_migrations) == ["ok"]

    monkeypatch.setattr(health, "ask_migrations", lambda: "2 pending")
    pending = levels(doctor.database.check_migrations)
    monkeypatch.undo()
    loader = doctor.database.MigrationLoader
    monkeypatch.setattr(
        loader,
        "disk_migrations",
        property(
            lambda self: {},
            lambda self, value: None,
        ),
        raising=False,
    )
    monkeypatch.setattr(health, "ask_migrations", lambda: None)

    assert (pending, levels(doctor.database.check_migrations)) == (
        ["broken"],
        ["warning"],
    )


@pytest.mark.parametrize(
    ("backend", "expected"),
    [
        ("newsroom.cache.BoundedLocMemCache", ("ok", "Each process keeps its own")),
        ("django.core.cache.backends.dummy.DummyCache", ("warning", "Nothing is")),
    ],
)
def test_kinds_of_cache(settings, backend, expected):
    entry = {"BACKEND": backend}
    settings.CACHES = {"default": entry, "pages": entry}

    [(level, words, *_)] = doctor.cache.check_cache()

    assert (level, words.partition(" cache")[0]) == expected


def test_redis_that_is_away_is_broken(settings):
    entry = {
        "BACKEND": "newsroom.cache.ForgetfulRedisCache",
        "LOCATION": "redis://127.0.0.1:1/0",
    }
    settings.CACHES = {"default": entry, "pages": entry}

    assert levels(doctor.cache.check_cache) == ["broken"]


def test_storage_is_written_read_and_cleaned():
    found = levels(doctor.storage.check_storage)

    assert set(found) == {"ok"}
    left = storages["default"].listdir("doctor")
    assert left == ([], [])


@pytest.mark.parametrize("failing", ["_save", "_open", "delete"])
def test_storage_that_refuses_is_broken(monkeypatch, failing):
    def refuse(*args, **kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(type(storages["default"]), failing, refuse)

    assert levels(doctor.storage.check_storage) == ["broken", "broken"]


def test_client_that_waits_for_ever_is_given_up():
    began = time.monotonic()

    with pytest.raises(TimeoutError):
        doctor.asking.within(0.05, threading.Event().wait)

    assert time.monotonic() - began < 1


def test_printed_mails_reach_nobody(settings):
    entry = {"BACKEND": "django.core.mail.backends.console.EmailBackend"}
    settings.MAILERS = {"default": entry, "news": entry}

    assert levels(doctor.mail.check_mail) == ["broken"]


def test_mail_server_that_is_away_or_there(settings):
    settings.MAILERS = {"default": SMTP}
    away = levels(doctor.mail.check_mail)
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        settings.MAILERS = {
            "default": {**SMTP, "OPTIONS": {**SMTP["OPTIONS"], "port": port}}
        }

        def serve():
            peer, _ = server.accept()
            with peer, peer.makefile("rwb", buffering=0) as lines:
                lines.write(b"220 here\r\n")
                while lines.readline()[:4].upper() not in (b"QUIT", b""):
                    lines.write(b"250 ok\r\n")
                lines.write(b"221 bye\r\n")

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        there = levels(doctor.mail.check_mail)
        thread.join(2)

    assert (away, there) == (["broken"], ["ok"])


SPF, DMARC, KEY = ["v=spf1 mx -all"], ["v=DMARC1; p=none"], ["v=DKIM1; p=x"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("records", "expected"),
    [
        (
            {
                "a.b.example": SPF,
                "_dmarc.b.example": DMARC,
                "s1._domainkey.a.b.example": KEY,
            },
            ["ok", "ok", "ok"],
        ),
        (
            {"a.b.example": SPF, "_dmarc.a.b.example": DMARC},
            ["ok", "ok", "unknown"],
        ),
        ({"a.b.example": SPF}, ["ok", "warning", "unknown"]),
        ({"a.b.example": SPF + SPF}, ["warning", "warning", "unknown"]),
        ({"a.b.example": dns.resolver.NoNameservers()}, ["unknown"]),
    ],
)
def test_records_of_the_senders_domain(settings, zone, records, expected):
    settings.DEFAULT_FROM_EMAIL = "News <desk@A.b.example>"
    zone.update(records)

    assert levels(doctor.mail.check_mail_domain) == expected


@pytest.mark.django_db
@pytest.mark.usefixtures("database_down")
def test_what_cannot_be_asked_says_what_comes_first(settings, monkeypatch):
    def refuse(**kwargs):
        raise OperationalError("server is gone")

    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    monkeypatch.setattr(doctor.security.checks, "run_checks", refuse)
    found = [
        next(iter(check()))
        for check in [
            doctor.security.check_settings,
            doctor.database.check_migrations,
            doctor.queue.check_queue,
        ]
    ]

    assert [finding[0::2] for finding in found] == [("unknown", "Mend that first.")] * 3


def test_cache_is_named_without_its_password(settings):
    entry = {
        "BACKEND": "newsroom.cache.ForgetfulRedisCache",
        "LOCATION": "redis://user:hunter2@127.0.0.1:1/0",
    }
    settings.CACHES = {"default": entry, "pages": entry}

    ((_, _, do),) = doctor.cache.check_cache()

    assert "(127.0.0.1:1)" in do
    assert "hunter2" not in do


@pytest.mark.django_db
@pytest.mark.parametrize(("worker", "word"), [(5, "second"), (600, "when a worker")])
def test_task_that_waits_says_whether_a_second_worker_helps(settings, worker, word):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    for status, seconds in [("SUCCESSFUL", worker), ("READY", 900)]:
        at = timezone.now() - timedelta(seconds=seconds)
        result = tasks.send_due_issues.enqueue()
        DBTaskResult.objects.filter(pk=result.id).update(
            status=status,
            enqueued_at=at,
            finished_at=at if status == "SUCCESSFUL" else None,
        )

    assert word in list(doctor.queue.check_queue())[1][2]


def test_texts_of_a_name_that_does_not_exist(monkeypatch):
    def resolve(*args, **kwargs):
        raise dns.resolver.NXDOMAIN

    monkeypatch.setattr(dns.resolver, "resolve", resolve)

    assert doctor.mail._texts("nowhere.example") == []


@pytest.mark.parametrize(
    ("seconds", "expected"), [(0, "ok"), (30, "warning"), (-90, "broken")]
)
def test_clock_beside_the_databases(monkeypatch, seconds, expected):
    theirs = timezone.now() + timedelta(seconds=seconds)
    monkeypatch.setattr(connection, "vendor", "postgresql")
    monkeypatch.setattr(doctor.database, "database_answers", lambda: True)
    monkeypatch.setattr(doctor.database, "_row", lambda statement: (theirs,))

    assert levels(doctor.database.check_clock) == [expected]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([], ["broken"]),
        ([("SUCCESSFUL", 5)], ["ok"]),
        ([("SUCCESSFUL", 600)], ["broken"]),
        ([("SUCCESSFUL", 600), ("RUNNING", 5)], ["ok"]),
        ([("SUCCESSFUL", 5), ("READY", 900)], ["ok", "warning"]),
        ([("SUCCESSFUL", 5), ("FAILED", 900)], ["ok", "warning"]),
        ([("SUCCESSFUL", 5), ("FAILED", 8 * 86400)], ["ok"]),
    ],
)
def test_queue(settings, rows, expected):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    for status, seconds in rows:
        at = timezone.now() - timedelta(seconds=seconds)
        result = tasks.send_due_issues.enqueue()
        ended = at if status in ("SUCCESSFUL", "FAILED") else None
        DBTaskResult.objects.filter(pk=result.id).update(
            status=status, enqueued_at=at, started_at=at, finished_at=ended
        )

    assert levels(doctor.queue.check_queue) == expected


def test_decoder_and_fonts_work(settings):
    assert levels(doctor.files.check_decoder) == ["ok"]
    assert levels(doctor.files.check_fonts) == ["ok"]

    settings.PDF_FONTS = ["/nowhere/font.ttf"]
    assert levels(doctor.files.check_fonts) == ["broken"]


def test_decoder_that_cannot_start_is_broken(monkeypatch):
    monkeypatch.setattr(decoding.sys, "executable", "/nowhere/python")
    monkeypatch.setattr(decoding, "_idle", [])

    assert levels(doctor.files.check_decoder) == ["broken"]


@pytest.mark.parametrize(
    ("hours", "expected"), [(None, ["broken"]), (20, ["ok"]), (40, ["broken"])]
)
def test_age_of_the_newest_backup(settings, tmp_path, hours, expected):
    settings.BACKUP_DIR = str(tmp_path)
    if hours:
        made_at = timezone.now() - timedelta(hours=hours)
        (tmp_path / f"newsroom-{made_at:%Y%m%dT%H%M%SZ}").mkdir()

    assert levels(doctor.backups.check_backups) == expected


def test_backups_nobody_told_of_are_a_warning(settings):
    settings.BACKUP_DIR = ""

    assert levels(doctor.backups.check_backups) == ["warning"]


def fine():
    yield doctor.OK, "Well."


def ill():
    yield doctor.BROKEN, "Ill.", "Rest."


def failing():
    yield from fine()
    raise ValueError("odd\nlines")


def run(monkeypatch, check, **options):
    monkeypatch.setattr(doctor, "CHECKS", [("One", check)])
    out = io.StringIO()
    try:
        call_command("doctor", stdout=out, no_color=True, **options)
    except SystemExit as error:
        return out.getvalue(), error.code
    return out.getvalue(), 0


def test_command_says_what_to_do_and_its_status_tells(monkeypatch):
    assert run(monkeypatch, fine)[1] == 0
    assert run(monkeypatch, ill) == (
        f"broken   One          Ill.\n{'':21} → Rest.\n\n1 broken.\n",
        1,
    )


def test_check_that_fails_is_a_finding(monkeypatch):
    out, status = run(monkeypatch, failing, json=True)

    assert status == 1
    assert [finding["level"] for finding in json.loads(out)] == ["ok", "broken"]
    assert "odd lines" in json.loads(out)[1]["says"]
