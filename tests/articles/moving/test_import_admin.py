import csv
import io
import zipfile
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from articles.models import Article, ImportRun, Picture, Section, SectionDesk
from articles.models.picture import originals
from articles.moving import jobs, runs, uploads
from newsroom.roles import create_roles
from tests.articles.moving.exports import Item, ghost, wxr
from tests.factories.articles import SectionFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


def member(role):
    create_roles()
    user = UserFactory(is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    return user


@pytest.fixture
def editor(client):
    user = member("Editor")
    client.force_login(user)
    return user


def url(name, *args):
    return reverse(f"admin:articles_importrun_{name}", args=args)


def upload(client, text, *, kind="wordpress", name="export.xml", **more):
    file = SimpleUploadedFile(name, text.encode())
    data = {"kind": kind, "file": file, **more}
    return client.post(url("add"), data, follow=True)


def a_zip():
    picture, packed = io.BytesIO(), io.BytesIO()
    Image.new("RGB", (640, 400), "teal").save(picture, "JPEG")
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("uploads/2024/03/quay.jpg", picture.getvalue())
        archive.writestr("../../etc/evil.jpg", picture.getvalue())
        archive.writestr("uploads/shell.php", "<?php")
    return SimpleUploadedFile("uploads.zip", packed.getvalue())


def test_upload_is_checked_first_and_writes_nothing(client, editor):
    response = upload(client, wxr(Item()))

    run = ImportRun.objects.get()
    assert response.redirect_chain[-1][0] == url("change", run.pk)
    assert (run.state, run.by) == ("checked", editor)
    assert run.counts["story:imported"] == 1
    assert not Article.objects.exists()
    assert not Section.objects.exists()


def test_run_brings_it_in_with_its_pictures_and_forgets_the_file(client, editor):
    address = "https://courier.example/wp-content/uploads/2024/03/quay.jpg"
    upload(client, wxr(Item(content=f'<img src="{address}">')), media=a_zip())
    run = ImportRun.objects.get()

    client.post(url("start", run.pk))

    run.refresh_from_db()
    assert run.state == "finished"
    assert Article.objects.get().events.get().by == editor
    assert Picture.objects.get().uploaded_by == editor
    assert not uploads.is_there(run)
    told = LogEntry.objects.filter(object_id=str(run.pk)).order_by("pk")
    assert [entry.get_change_message() for entry in told] == [
        "Import started.",
        "Import finished.",
    ]


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("ghost", ghost({"id": "1", "title": "A", "html": "<p>B</p>"})),
        ("lines", '{"id": "1", "section": "world", "slug": "a", "headline": "A"}\n'),
    ],
)
def test_other_formats_come_in_the_same_way(client, editor, kind, text):
    upload(client, text, kind=kind)
    run = ImportRun.objects.get()
    assert (run.state, Article.objects.count()) == ("checked", 0)

    client.post(url("start", run.pk))

    assert Article.objects.get().headline == "A"


def test_file_that_cannot_be_read_says_why(client, editor):
    response = upload(client, "a,b,c")

    assert ImportRun.objects.get().state == "failed"
    assert "no XML file" in response.text


def test_files_come_in_pieces_of_any_order_of_arrival(client, editor):
    text = wxr(Item()).encode()
    json = {"headers": {"accept": "application/json"}}
    data = {"kind": "wordpress", "file_name": "big.xml"}
    run = ImportRun.objects.get(pk=client.post(url("add"), data, **json).json()["run"])
    address = url("piece", run.pk, "file")

    def send(offset, end):
        piece = SimpleUploadedFile("piece", text[offset:end])
        return client.post(address, {"offset": offset, "piece": piece})

    assert send(0, 100).json() == {"size": 100}
    assert (send(0, 100).status_code, send(0, 100).json()) == (409, {"size": 100})
    assert send(100, None).json() == {"size": len(text)}
    client.post(url("check", run.pk))

    run.refresh_from_db()
    assert (run.state, run.file_name) == ("checked", "big.xml")
    assert send(len(text), None).status_code == 400


def test_file_over_the_limit_is_refused_in_words(client, editor, monkeypatch):
    monkeypatch.setitem(uploads.LIMITS, "file", 100)

    response = upload(client, wxr(Item()))

    assert "larger than" in response.text
    assert not ImportRun.objects.exists()


@pytest.mark.parametrize("part", ["other", "mapping"])
def test_piece_of_an_unknown_file_is_refused(client, editor, part):
    run = ImportRun.objects.create(kind="wordpress", file_name="x")
    piece = SimpleUploadedFile("piece", b"x")

    address = url("piece", run.pk, part)
    response = client.post(address, {"offset": 0, "piece": piece})

    assert response.status_code == 400


def test_zip_writes_only_pictures_inside_its_directory(tmp_path):
    packed = tmp_path / "a.zip"
    packed.write_bytes(a_zip().read())
    target = tmp_path / "inside"
    target.mkdir()

    uploads.unpack(packed, target)

    found = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.*")}
    assert found == {"a.zip", "inside/uploads/2024/03/quay.jpg", "inside/etc/evil.jpg"}


def test_choice_of_mapping_is_checked_again(client, editor):
    upload(client, wxr(Item()))
    run = ImportRun.objects.get()

    client.post(
        url("check", run.pk),
        {
            "default_section": "News",
            "time_zone": "Europe/Berlin",
            "becomes-0": "section",
            "value-0": "Planet",
        },
    )
    client.post(url("start", run.pk))

    assert Article.objects.get().section.name == "Planet"


def test_mapping_that_cannot_be_used_is_said_beside_its_field(client, editor):
    upload(client, wxr(Item()))
    run = ImportRun.objects.get()
    data = {"default_section": "", "time_zone": "Mars", "becomes-0": "moon"}

    response = client.post(url("check", run.pk), data)

    assert "There is no such time zone." in response.text
    run.refresh_from_db()
    assert run.state == "checked"


def test_report_can_be_filtered_and_downloaded(client, editor):
    upload(client, wxr(Item(title="=1+1", creator=""), Item(id="2", status="trash")))
    run = ImportRun.objects.get()

    page = client.get(url("change", run.pk), {"outcome": "look"})
    rows = client.get(url("report", run.pk), {"kind": "story"}).text

    assert [item.title for item in page.context["page"]] == ["=1+1"]
    assert next(iter(csv.DictReader(io.StringIO(rows))))["title"] == "'=1+1"


@pytest.mark.parametrize("item_count", [1, 40])
def test_page_of_a_run_query_count(
    client, editor, item_count, django_assert_max_num_queries
):
    texts = [Item(id=str(n), name=f"n{n}") for n in range(1, item_count + 1)]
    upload(client, wxr(*texts))
    run = ImportRun.objects.get()

    with django_assert_max_num_queries(14):
        client.get(url("change", run.pk))


def test_undo_asks_first_and_then_removes(client, editor):
    upload(client, wxr(Item()))
    run = ImportRun.objects.get()
    client.post(url("start", run.pk))

    asked = client.get(url("undo", run.pk))
    assert ("Story", 1) in asked.context["counts"]
    assert Article.objects.exists()
    client.post(url("undo", run.pk))

    run.refresh_from_db()
    assert (run.state, run.undone_by) == ("undone", editor)
    assert not Article.objects.exists()
    told = LogEntry.objects.filter(object_id=str(run.pk)).order_by("-pk").first()
    assert told.get_change_message() == "Import undone; 0 rows stayed."


@pytest.mark.parametrize("state", ["uploading", "checked", "running", "undone"])
def test_what_was_not_brought_in_cannot_be_undone(client, editor, state):
    run = ImportRun.objects.create(kind="wordpress", file_name="x", state=state)

    client.post(url("undo", run.pk))

    run.refresh_from_db()
    assert run.state == state


@pytest.mark.parametrize("state", ["uploading", "running", "finished", "undone"])
def test_start_needs_a_preview(client, editor, state):
    run = ImportRun.objects.create(kind="wordpress", file_name="x", state=state)
    originals().save(f"imports/{run.uuid.hex}/file/0", io.BytesIO(b"x"))

    client.post(url("start", run.pk))

    run.refresh_from_db()
    assert run.state == state


def test_worker_that_was_killed_leaves_the_run_to_the_next(client, editor, monkeypatch):
    upload(client, wxr(Item(), Item(id="2", name="b")))
    run = ImportRun.objects.get()

    def die(*args, **options):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(runs.linking, "relink", die)
        run.state = "running"
        with pytest.raises(KeyboardInterrupt):
            jobs.bring_in(run)
    assert ImportRun.objects.get().state == "running"

    jobs.bring_in(ImportRun.objects.get())

    run.refresh_from_db()
    assert (run.state, run.counts["story:imported"]) == ("finished", 2)


def test_files_that_nobody_ran_are_forgotten_after_a_week(client, editor):
    upload(client, wxr(Item()))
    run = ImportRun.objects.get()
    uploads.forget_abandoned()
    assert uploads.is_there(run)
    run.created_at = timezone.now() - timedelta(days=8)
    run.save()

    uploads.forget_abandoned()

    assert not uploads.is_there(run)


PAGES = ["add", "changelist"]
PAGES_OF_RUN = ["change", "undo", "status", "report", "mapping"]


@pytest.mark.parametrize("role", ["Reporter", "Newsletter editor", "Rights manager"])
def test_other_roles_see_no_page_of_it(client, role):
    run = ImportRun.objects.create(kind="wordpress", file_name="x")
    client.force_login(member(role))

    for name in PAGES:
        assert client.get(url(name)).status_code == 403, name
    for name in PAGES_OF_RUN:
        assert client.get(url(name, run.pk)).status_code == 403, name
    for name in ["check", "start", "undo"]:
        assert client.post(url(name, run.pk)).status_code == 403, name


def test_who_works_for_a_section_brings_nothing_in(client, editor):
    SectionDesk.objects.create(user=editor, section=SectionFactory())

    assert client.get(url("add")).status_code == 403


@pytest.mark.parametrize("name", ["check", "start"])
def test_get_changes_nothing(client, editor, name):
    run = ImportRun.objects.create(kind="wordpress", file_name="x", state="checked")

    assert client.get(url(name, run.pk)).status_code == 405
