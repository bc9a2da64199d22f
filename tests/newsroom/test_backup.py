"""A site is saved, lost and brought back: every row and every file, or not at all."""

import gzip
import hashlib
import json
import os
import shutil
import threading
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import boto3
import pytest
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.utils import timezone
from moto.server import ThreadedMotoServer

from articles.models import Article, ArticleDraft, Picture, Section
from newsletter import issues, sending
from newsletter.models import Issue
from newsroom import env
from newsroom.backup import BackupError, making, media, restoring, rows, sets
from republishing.models import RequestEvent
from republishing.upkeep import run as keep_licences
from tests.factories.articles import (
    ArticleFactory,
    AuthorFactory,
    CorrectionFactory,
    SectionFactory,
    UserFactory,
)
from tests.factories.newsletter import (
    DeliveryFactory,
    IssueFactory,
    SubscriptionFactory,
)
from tests.factories.republishing import (
    GrantFactory,
    RepublishingRequestFactory,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _stores(settings, tmp_path, monkeypatch):
    """Both storages, empty, for one test."""
    options = [tmp_path / "media", tmp_path / "originals"]
    settings.STORAGES = {
        **settings.STORAGES,
        **{
            alias: {
                "BACKEND": "django.core.files.storage.FileSystemStorage",
                "OPTIONS": {"location": location, "base_url": "/media/"},
            }
            for alias, location in zip(["default", "originals"], options, strict=True)
        },
    }
    monkeypatch.setattr(Picture.original.field, "storage", storages["originals"])


@pytest.fixture
def site():
    """Rows of many kinds, and files in both storages."""
    article = ArticleFactory(
        published=True, headline="Çarşı – 🗳", tagged=["Ferry"], by=[AuthorFactory()]
    )
    CorrectionFactory(article=article)
    ArticleDraft.objects.create(article=article, content={"z": [1.5, None], "a": "\n"})
    UserFactory(role="Editor", username="ed")
    DeliveryFactory()
    SubscriptionFactory(left=True)
    GrantFactory()
    write("originals", "2026/01/ferry.jpg", b"original")
    write("default", "pictures/5f/16x9-640.jpg", b"rendition")
    write("default", "pictures/5f.txt", b"")
    return article


def write(alias, name, data):
    storages[alias].save(name, ContentFile(data))


def checksums():
    return {table: rows.checksum_of(model) for table, model in rows.models().items()}


def files():
    return {
        (kind, name): b"".join(media.chunks(kind, name)) for kind, name in media.names()
    }


def empty_site():
    rows.clear()
    for alias in ("default", "originals"):
        shutil.rmtree(storages[alias].location, ignore_errors=True)


def tree(path):
    return {
        file.relative_to(path).as_posix(): file.read_bytes()
        for file in Path(path).rglob("*")
        if file.is_file()
    }


def sign(path):
    """Write the checksums of a set anew, as whoever changes it on purpose."""
    lines = [
        f"{hashlib.sha256(data).hexdigest()}  {name}\n"
        for name, data in tree(path).items()
        if name != sets.SUMS
    ]
    (path / sets.SUMS).write_text("".join(lines), "utf-8")


def test_every_row_and_file_comes_back(site, tmp_path):
    before = checksums(), files()
    path, manifest = making.make(tmp_path / "backups")
    empty_site()

    restoring.restore(path)

    assert (checksums(), files()) == before
    assert len(before[1]) == 3
    assert manifest["tables"].keys() == before[0].keys()
    assert sum(table["rows"] for table in before[0].values()) > 50


def test_force_replaces_what_was_done_since(site, tmp_path):
    path, _ = making.make(tmp_path / "backups")
    before = checksums()
    site.section.name = "Renamed"
    site.section.save()
    ArticleFactory.create_batch(3)
    storages["originals"].delete("2026/01/ferry.jpg")
    write("originals", "2026/01/ferry.jpg", b"0riginal")

    restoring.restore(path, force=True)

    assert checksums() == before
    assert files()["originals", "2026/01/ferry.jpg"] == b"original"


def test_site_that_holds_something_is_refused_and_stays(site, tmp_path):
    path, _ = making.make(tmp_path / "backups")
    SectionFactory()
    before = checksums(), files()

    with pytest.raises(BackupError, match="not empty"):
        restoring.restore(path)

    assert (checksums(), files()) == before


def test_freshly_migrated_site_is_empty():
    assert rows.holds_something() == ""


def test_line_is_the_same_on_every_database(site):
    Article.objects.filter(pk=site.pk).update(
        published_at=datetime(2026, 3, 1, 23, 59, 59, 120, tzinfo=UTC)
    )
    model = rows.models()["articles_article"]
    names = [field.column for field in rows.columns(model)]

    [line] = [line for line in rows.lines(model) if "Çarşı – 🗳" in line]
    [draft] = rows.lines(ArticleDraft)

    values = dict(zip(names, json.loads(line), strict=True))
    assert values["published_at"] == "2026-03-01T23:59:59.000120+00:00"
    assert values["uuid"] == str(site.uuid)
    assert '{"a":"\\n","z":[1.5,null]}' in draft


def test_stored_text_is_not_cleaned_on_the_way(site, tmp_path):
    text = "<p onclick='x'>  As an older version stored it.</p>"
    with connection.cursor() as cursor:
        cursor.execute("UPDATE articles_article SET body = %s", [text])
    path, _ = making.make(tmp_path / "backups")

    restoring.restore(path, force=True)

    assert set(Article.objects.values_list("body", flat=True)) == {text}


def test_site_works_after_it_came_back(site, tmp_path, client):
    making.make(tmp_path / "backups")
    last = Section.objects.order_by("pk").last().pk
    empty_site()
    out = StringIO()

    call_command("restore", tmp_path / "backups", stdout=out)

    assert "is restored" in out.getvalue()
    assert SectionFactory().pk > last
    page = client.get("/search/?q=passengers").content.decode()
    assert "Çarşı" in page
    assert client.get(site.get_absolute_url()).status_code == 200


def test_no_table_is_forgotten():
    known = {*rows.models(), *rows.LEFT_OUT, "django_migrations"}

    others = set(connection.introspection.table_names()) - known

    assert {name for name in others if not name.startswith("articles_searchwords")} == (
        set()
    )


def test_next_row_of_each_table_gets_a_number_of_its_own():
    # A proxy has its table's name, and no field of its own to number.
    held = rows.models().values()

    assert [model for model in held if model._meta.proxy] == []


def test_sessions_do_not_come_back(site, tmp_path):
    browser = Client()
    browser.force_login(UserFactory(role="Administrator"))
    path, _ = making.make(tmp_path / "backups")

    restoring.restore(path, force=True)

    assert not Session.objects.exists()
    assert browser.get("/admin/").status_code == 302


def test_only_this_account_may_read_a_set(site, tmp_path):
    path, _ = making.make(tmp_path / "backups")

    modes = {entry.is_dir(): entry.stat().st_mode & 0o777 for entry in path.rglob("*")}

    assert modes == {True: 0o700, False: 0o600}
    assert path.stat().st_mode & 0o777 == 0o700


def test_set_holds_one_moment_while_others_write(site):
    def write_elsewhere():
        SectionFactory()
        connection.close()

    with rows.snapshot():
        before = rows.checksum_of(Section)
        thread = threading.Thread(target=write_elsewhere)
        thread.start()
        thread.join()
        within = rows.checksum_of(Section)

    assert within == before
    assert rows.checksum_of(Section)["rows"] == before["rows"] + 1


@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError(28, "No space left")])
def test_run_that_breaks_off_leaves_no_set(site, tmp_path, error):
    def stop(subject, count):
        raise error

    with pytest.raises((KeyboardInterrupt, BackupError)):
        making.make(tmp_path / "backups", progress=stop)

    assert [entry.name for entry in (tmp_path / "backups").iterdir()] == [".lock"]


def test_what_a_killed_run_left_is_no_set_and_goes_with_the_next(site, tmp_path):
    path, _ = making.make(tmp_path / "backups")
    half = path.rename(path.with_name(f".{path.name}.part"))

    with pytest.raises(BackupError, match="no backup"):
        sets.find(tmp_path / "backups")
    making.make(tmp_path / "backups")

    assert not half.exists()
    assert len(sets.complete(tmp_path / "backups")) == 1


def test_full_disk_is_told_in_words(site, tmp_path):
    (tmp_path / "a file").write_text("")

    with pytest.raises(CommandError, match="could not be written"):
        call_command("backup", tmp_path / "a file" / "backups")


def test_second_run_at_once_is_refused(site, tmp_path):
    with (
        making._alone_in(tmp_path),
        pytest.raises(BackupError, match="Another backup"),
    ):
        making.make(tmp_path)


def test_old_sets_go_and_files_are_kept_once(site, tmp_path, time_machine_at):
    paths = []
    for seconds in (0, 5, 10):
        with time_machine_at(seconds):
            call_command("backup", tmp_path, keep=2, verbosity=0)
            paths.append(sets.complete(tmp_path)[-1])

    assert sets.complete(tmp_path) == paths[1:]
    one, two = (path / "files/originals/2026/01/ferry.jpg" for path in paths[1:])
    assert one.samefile(two)
    assert sets.verify(paths[1])["file_count"] == sets.verify(paths[2])["file_count"]


def test_damaged_file_of_the_set_before_is_copied_anew(site, tmp_path, time_machine_at):
    with time_machine_at(0):
        old, _ = making.make(tmp_path)
    (old / "files/originals/2026/01/ferry.jpg").write_bytes(b"0riginal")

    with time_machine_at(5):
        new, _ = making.make(tmp_path)

    assert (new / "files/originals/2026/01/ferry.jpg").read_bytes() == b"original"
    sets.verify(new)


@pytest.fixture
def time_machine_at():
    import time_machine  # noqa: PLC0415 - the fixture of this name would hide it

    start = timezone.now()
    return lambda seconds: time_machine.travel(
        start + timedelta(seconds=seconds), tick=False
    )


def flip(name):
    def damage(path):
        data = bytearray((path / name).read_bytes())
        data[len(data) // 2] ^= 1
        (path / name).write_bytes(data)

    return damage


def change_manifest(**changes):
    def damage(path):
        manifest = json.loads((path / sets.MANIFEST).read_text())
        for key, value in changes.items():
            manifest[key] = value(manifest[key])
        (path / sets.MANIFEST).write_text(json.dumps(manifest))
        sign(path)

    return damage


def lose_a_line(path):
    lines = (path / sets.SUMS).read_text().splitlines(keepends=True)
    (path / sets.SUMS).write_text("".join(lines[1:]))


DAMAGES = {
    "row file": (flip("rows/articles_article.jsonl.gz"), "articles_article.* damaged"),
    "picture": (flip("files/originals/2026/01/ferry.jpg"), "ferry.jpg is damaged"),
    "manifest": (flip(sets.MANIFEST), "manifest"),
    "sums": (flip(sets.SUMS), "damaged|missing|outside"),
    "short sums": (lose_a_line, "names .* files"),
    "missing": (
        lambda path: (path / "files/public/pictures/5f.txt").unlink(),
        "5f.txt is missing",
    ),
    "extra": (
        lambda path: (path / "files/public/evil.html").write_text("x"),
        "evil.html does not belong",
    ),
    "link": (
        lambda path: (
            (path / "files/public/pictures/5f.txt").unlink(),
            (path / "files/public/pictures/5f.txt").symlink_to(os.devnull),
        ),
        "5f.txt is missing",
    ),
    "no manifest": (lambda path: (path / sets.MANIFEST).unlink(), "no manifest.json"),
    "foreign": (change_manifest(format=lambda _: "other"), "not of a Newsroom backup"),
    "other form": (change_manifest(version=lambda _: 2), "form 2"),
    "newer": (
        change_manifest(migrations=lambda old: [*old, "articles.0999_moon"]),
        "newer version, with articles.0999_moon",
    ),
    "older": (change_manifest(migrations=lambda old: old[:-1]), "older version"),
    "fewer tables": (
        change_manifest(tables=lambda old: dict(list(old.items())[1:])),
        "other tables",
    ),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_unsound_set_is_refused_before_anything_changes(site, tmp_path, name):
    damage, words = DAMAGES[name]
    path, _ = making.make(tmp_path / "backups")
    damage(path)
    SectionFactory()
    write("default", "later.txt", b"later")
    before = checksums(), files()

    with pytest.raises(BackupError, match=words):
        restoring.restore(path, force=True)

    assert (checksums(), files()) == before


def test_sums_name_nothing_outside_the_set(tmp_path):
    (tmp_path / sets.SUMS).write_text(f"{'0' * 64}  ../../etc/passwd\n")

    with pytest.raises(BackupError, match="outside"):
        list(sets.read_sums(tmp_path))


def test_row_that_is_not_what_the_manifest_says_undoes_all(site, tmp_path):
    path, _ = making.make(tmp_path / "backups")
    name = path / "rows/articles_section.jsonl.gz"
    lines = gzip.decompress(name.read_bytes()).replace(b"Section", b"Sektion")
    name.write_bytes(gzip.compress(lines))
    sign(path)
    before = checksums()

    with pytest.raises(BackupError, match="articles_section is not what"):
        restoring.restore(path, force=True)

    assert checksums() == before


def test_row_that_the_database_refuses_undoes_all(site, tmp_path):
    path, _ = making.make(tmp_path / "backups")
    name = path / "rows/articles_section.jsonl.gz"
    lines = gzip.decompress(name.read_bytes()).splitlines(keepends=True)
    name.write_bytes(gzip.compress(b"".join([*lines, lines[0]])))
    sign(path)
    before = checksums()

    with pytest.raises(BackupError, match=r"articles_section\.jsonl\.gz, lines 1 to"):
        restoring.restore(path, force=True)

    assert checksums() == before


def test_row_that_refers_to_nothing_undoes_all(site, tmp_path):
    path, manifest = making.make(tmp_path / "backups")
    name = path / "rows/articles_author.jsonl.gz"
    name.write_bytes(gzip.compress(b""))
    nothing = {**manifest["tables"]["articles_author"], **rows.Checksum().as_dict()}
    change_manifest(tables=lambda old: {**old, "articles_author": nothing})(path)
    before = checksums()

    with pytest.raises(BackupError, match="refuses the set"):
        restoring.restore(path, force=True)

    assert checksums() == before


@pytest.mark.parametrize("name", ["a\nb.txt", "a\udcff.txt"])
def test_name_that_no_list_can_hold_is_told(site, tmp_path, name):
    (Path(storages["default"].location) / name).write_text("x")

    with pytest.raises(BackupError, match="No list can hold"):
        making.make(tmp_path / "backups")


def test_check_reads_a_set_and_changes_nothing(site, tmp_path):
    making.make(tmp_path / "backups")
    SectionFactory()
    before = checksums()
    out = StringIO()

    call_command("restore", tmp_path / "backups", check=True, stdout=out)

    assert "is sound" in out.getvalue()
    assert checksums() == before


def test_file_deleted_while_the_backup_runs_is_told(site, tmp_path, monkeypatch):
    listed = list(media.names())
    monkeypatch.setattr(media, "names", lambda: iter(listed))
    storages["originals"].delete("2026/01/ferry.jpg")
    errors = StringIO()

    call_command("backup", tmp_path / "backups", stdout=StringIO(), stderr=errors)

    assert "ferry.jpg was deleted" in errors.getvalue()
    sets.verify(sets.find(tmp_path / "backups"))


def test_nothing_is_mailed_by_itself_afterwards(tmp_path):
    stories = [ArticleFactory(published=True)]
    waiting = IssueFactory(scheduled=True, stories=stories, readers=2)
    under_way = IssueFactory(scheduled=True, stories=stories, readers=2)
    issues.start(under_way)
    request = RepublishingRequestFactory()
    RequestEvent.objects.create(
        request=request, kind="received", at=timezone.now() - timedelta(hours=1)
    )
    making.make(tmp_path / "backups")
    out = StringIO()
    mail.outbox.clear()

    call_command("restore", tmp_path / "backups", force=True, stdout=out)
    sending.run()
    keep_licences()

    assert mail.outbox == []
    statuses = Issue.objects.in_bulk([waiting.pk, under_way.pk])
    assert statuses[waiting.pk].status == Issue.Status.DRAFT
    assert statuses[under_way.pk].status == Issue.Status.PAUSED
    assert out.getvalue().count("Held back") == 3


def test_object_store_comes_back(site, tmp_path, settings, monkeypatch):
    server = ThreadedMotoServer("127.0.0.1", port=0)
    server.start()
    endpoint = "http://{}:{}".format(*server.get_host_and_port())
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv(
        "STORAGE_URL", f"s3://saved?endpoint={endpoint}&region=us-east-1"
    )
    client = boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1")
    client.create_bucket(Bucket="saved")
    before = files()
    path, _ = making.make(tmp_path / "disk")
    settings.STORAGES = {
        **settings.STORAGES,
        "default": env.storage("STORAGE_URL", "", base_url="https://m.example/"),
        "originals": env.private_storage("STORAGE_URL", ""),
    }

    restoring.restore(path, force=True)
    again, _ = making.make(tmp_path / "bucket")
    in_bucket = files()
    server.stop()

    assert in_bucket == before
    assert {name for name in tree(again) if name.startswith("files/")} == {
        f"files/{kind}/{name}" for kind, name in before
    }


def test_export_that_waits_to_be_brought_in_is_left_out():
    write("originals", "imports/0a/export", b"readers of the former site")
    write("originals", "2026/01/ferry.jpg", b"original")

    assert list(media.names()) == [("originals", "2026/01/ferry.jpg")]
