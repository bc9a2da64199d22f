from datetime import timedelta
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace

import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from articles import discarding
from articles.admin import picture_pages
from articles.forms.picture import inspected
from articles.models import Picture
from articles.models.picture import originals
from articles.pictures import add_picture, thumbnail_name
from articles.renditions import rendition_name
from tests.factories.articles import ArticleFactory, PictureFactory, UserFactory
from tests.factories.newsletter import IssueFactory
from tests.factories.republishing import GrantFactory

pytestmark = pytest.mark.django_db

ADD = "admin:articles_picture_add"
LIST = "admin:articles_picture_changelist"
UPLOAD = "admin:articles_picture_upload"
JSON = {"Accept": "application/json"}


def upload(colour="red", name="photo.jpg", size=(800, 600), **options):
    content = BytesIO()
    Image.new("RGB", size, colour).save(content, "JPEG", **options)
    return SimpleUploadedFile(name, content.getvalue(), "image/jpeg")


def with_words(**words):
    """A file whose Exif holds a caption and a creator."""
    exif = Image.Exif()
    exif[0x010E], exif[0x013B] = "From the camera.", "Camera Owner"
    return upload(exif=exif)


def animation():
    content = BytesIO()
    frames = [Image.new("RGB", (90, 60), colour) for colour in ["red", "blue"]]
    frames[0].save(content, "GIF", save_all=True, append_images=frames[1:])
    return SimpleUploadedFile("moving.gif", content.getvalue(), "image/gif")


@pytest.fixture(autouse=True)
def editor(client):
    found = User.objects.create_superuser("editor")
    client.force_login(found)
    return found


@pytest.fixture
def post(client, django_capture_on_commit_callbacks):
    """Post a form and let what was to follow its commit happen."""

    def send(url, data, **options):
        with django_capture_on_commit_callbacks(execute=True):
            return client.post(url, data, **options)

    return send


def typed(**changes):
    return {
        "caption": "Dawn.",
        "alt_text": "A red sky.",
        "focal_x": 50,
        "focal_y": 50,
        "usage": "own",
        "allows_site": "on",
        **changes,
    }


def messages_of(response):
    return [str(message) for message in response.context["messages"]]


def test_upload_makes_a_picture_with_its_public_files(post, editor):
    response = post(reverse(ADD), typed(upload=upload(name='"><svg onload=x>.jpg')))

    picture = Picture.objects.get()
    assert response.status_code == 302
    assert (picture.width, picture.height, picture.uploaded_by) == (800, 600, editor)
    assert (picture.caption, picture.alt_text) == ("Dawn.", "A red sky.")
    for form in ["jpg", "webp", "avif"]:
        assert default_storage.exists(rendition_name(picture, "16x9", 640, form))
    assert "svg" not in picture.original.name


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>"),
        ("photo.jpg", b"%!PS-Adobe-3.0 EPSF-3.0"),
        ("photo.jpg", b"\xff\xd8\xff\xe0 cut off"),
        ("<img src=x onerror=alert(1)>.txt", b"words"),
    ],
)
def test_what_is_no_picture_is_refused_beside_the_field(client, name, content):
    response = client.post(
        reverse(ADD), typed(upload=SimpleUploadedFile(name, content))
    )

    assert list(response.context["adminform"].form.errors) == ["upload"]
    assert "onerror=alert" not in response.content.decode()
    assert not Picture.objects.exists()


@pytest.fixture
def fill_disk(monkeypatch):
    """Makes a storage of originals that takes half a file and refuses the rest."""
    storage = type(originals())
    save = storage._save

    def refuse(self, name, content):
        if self.location == originals().location:
            content.file.truncate(1)
            save(self, name, content)
            raise OSError(28, "No space left on device")
        return save(self, name, content)

    return lambda: monkeypatch.setattr(storage, "_save", refuse)


def all_originals():
    root = Path(originals().location)
    return sorted(path for path in root.rglob("*") if path.is_file())


def test_full_disk_is_said_beside_the_file_and_leaves_nothing(client, fill_disk):
    before = all_originals()
    fill_disk()

    response = client.post(reverse(ADD), typed(upload=upload()))

    form = response.context["adminform"].form
    assert (response.status_code, list(form.errors)) == (200, ["upload"])
    assert form["caption"].value() == "Dawn."
    assert not Picture.objects.exists()
    assert all_originals() == before


def test_full_disk_leaves_the_picture_whose_file_was_to_be_replaced(client, fill_disk):
    picture = add_picture(upload(), render=False)
    before = all_originals()
    fill_disk()

    url = reverse("admin:articles_picture_change", args=[picture.pk])
    response = client.post(url, typed(upload=upload("blue")))

    assert list(response.context["adminform"].form.errors) == ["upload"]
    was = picture.original.name
    picture.refresh_from_db()
    assert (picture.original.name, all_originals()) == (was, before)


def test_full_disk_is_said_of_each_of_several_files(client, fill_disk):
    fill_disk()

    response = client.post(
        reverse(UPLOAD), {"files": [upload()]}, headers=JSON, follow=True
    )

    assert "could not be kept" in response.content.decode()
    assert not Picture.objects.exists()


def test_new_picture_needs_a_file(client):
    response = client.post(reverse(ADD), typed())

    assert list(response.context["adminform"].form.errors) == ["upload"]


def test_words_of_the_file_fill_what_is_left_empty_and_nothing_else(post):
    response = post(reverse(ADD), typed(upload=with_words()), follow=True)

    picture = Picture.objects.get()
    assert (picture.caption, picture.creator) == ("Dawn.", "Camera Owner")
    assert messages_of(response)[0] == "Taken from the file, to be checked: creator."


def test_animation_is_taken_with_a_word_on_it(post):
    response = post(reverse(ADD), typed(upload=animation()), follow=True)

    assert "Of its 2 moving pictures the first is used." in messages_of(response)


def test_rights_that_end_before_they_start_are_refused_beside_the_form(client):
    times = {
        "rights_start_at_0": "2026-05-02", "rights_start_at_1": "10:00",
        "rights_expire_at_0": "2026-05-01", "rights_expire_at_1": "10:00",
    }  # fmt: skip

    response = client.post(reverse(ADD), typed(upload=upload(), **times))

    form = response.context["adminform"].form
    assert form.non_field_errors() == ["The rights end before they start."]


def change(post, picture, **changes):
    url = reverse("admin:articles_picture_change", args=[picture.pk])
    response = post(url, typed(**changes))
    picture.refresh_from_db()
    return response


def test_replaced_file_has_new_addresses_and_the_old_ones_are_gone(post):
    post(reverse(ADD), typed(upload=upload("red")))
    picture = Picture.objects.get()
    old = rendition_name(picture, "16x9", 640, "jpg")

    change(post, picture, upload=upload("blue"))
    with time_machine.travel(timezone.now() + discarding.KEPT):
        discarding.delete_discarded()

    new = rendition_name(picture, "16x9", 640, "jpg")
    assert new != old
    assert (default_storage.exists(old), default_storage.exists(new)) == (False, True)


def test_nobody_waits_for_the_public_files_of_a_replaced_file(client):
    picture = add_picture(upload())

    # Nothing is committed, so no worker is told.
    change(client.post, picture, upload=upload("blue"))

    assert (picture.renditions, picture.rendition_status) == ({}, "waiting")


def test_replaced_file_keeps_the_words_that_were_typed(post):
    post(reverse(ADD), typed(upload=upload()))
    picture = Picture.objects.get()

    change(post, picture, upload=with_words())

    assert (picture.caption, picture.creator) == ("Dawn.", "Camera Owner")


def test_other_focal_point_moves_the_crops_to_new_addresses(post):
    post(reverse(ADD), typed(upload=upload()))
    picture = Picture.objects.get()
    old = rendition_name(picture, "1x1", 320, "jpg")

    change(post, picture, focal_x=10)

    assert rendition_name(picture, "1x1", 320, "jpg") != old


def test_saving_words_keeps_public_files_made_since_the_form_was_opened(
    post, monkeypatch
):
    picture = add_picture(upload(), caption="Before")
    stale = Picture.objects.get()
    stale.renditions = {}
    monkeypatch.setattr(
        "articles.admin.picture.PictureAdmin.get_object", lambda *args: stale
    )

    change(post, picture, caption="After")

    assert picture.caption == "After"
    assert picture.renditions["base"]


def test_words_are_saved_where_the_original_is_lost(post):
    post(reverse(ADD), typed(upload=upload()))
    picture = Picture.objects.get()
    picture.original.storage.delete(picture.original.name)

    response = change(post, picture, credit_line="A. Nother")

    assert response.status_code == 302
    assert picture.credit_line == "A. Nother"
    assert picture.rendition_error == "The original file is missing."


def test_failed_pictures_are_listed_and_can_be_tried_again(client, post):
    picture = add_picture(upload(), render=False)
    path = originals().path(picture.original.name)
    originals().delete(picture.original.name)
    post(reverse(LIST), {"action": "make_again", "_selected_action": [picture.pk]})
    listed = client.get(reverse(LIST), {"rendition_status": "failed"})
    shown = listed.content.decode()
    with open(path, "wb") as file:  # noqa: PTH123 -- as the storage keeps it
        file.write(upload().read())

    post(reverse(LIST), {"action": "make_again", "_selected_action": [picture.pk]})

    picture.refresh_from_db()
    assert "The original file is missing." in shown
    assert picture.rendition_status == "made"
    assert default_storage.exists(rendition_name(picture, "16x9", 640, "jpg"))


def test_list_shows_thumbnails_without_asking_the_storage(
    client, post, django_assert_num_queries
):
    for colour in ["red", "green", "blue"]:
        post(reverse(ADD), typed(upload=upload(colour)))
    client.get(reverse(LIST))

    with django_assert_num_queries(5):
        response = client.get(reverse(LIST))

    assert response.content.decode().count('loading="lazy"') == 3


# Thumbnails of what is not public ---------------------------------------------------


def test_picture_without_rights_has_a_thumbnail_for_editors_alone(client):
    picture = add_picture(upload(), rights_expire_at=timezone.now() - timedelta(1))
    url = reverse("admin:articles_picture_thumbnail", args=[picture.pk])

    shown = client.get(reverse(LIST)).content.decode()
    seen = client.get(url)
    client.logout()

    assert f'src="{url}' in shown
    assert seen["Cache-Control"] == "private, max-age=86400"
    assert Image.open(BytesIO(b"".join(seen.streaming_content))).size == (480, 360)
    assert client.get(url).status_code == 302


def test_thumbnail_that_is_lost_is_not_found(client):
    picture = PictureFactory()

    url = reverse("admin:articles_picture_thumbnail", args=[picture.pk])

    assert client.get(url).status_code == 404


def test_deleted_picture_takes_its_files_along(post):
    picture = add_picture(upload())
    names = [picture.original.name, thumbnail_name(picture)]
    public = rendition_name(picture, "16x9", 640, "jpg")

    post(reverse("admin:articles_picture_delete", args=[picture.pk]), {"post": "yes"})
    with time_machine.travel(timezone.now() + discarding.KEPT):
        discarding.delete_discarded()

    assert not Picture.objects.exists()
    assert [name for name in names if originals().exists(name)] == []
    assert not default_storage.exists(public)


# Several at once --------------------------------------------------------------------


def test_several_files_are_taken_and_each_refusal_is_named(post):
    known = add_picture(upload("green"), caption="Known")
    files = [
        upload("red", name="one.jpg"),
        SimpleUploadedFile("<b>.svg", b"<svg></svg>"),
        upload("green", name="again.jpg"),
        animation(),
    ]

    response = post(reverse(UPLOAD), {"files": files, "credit_line": "Desk"})

    results = {told["name"]: told for told in response.context["results"]}
    assert Picture.objects.filter(credit_line="Desk").count() == 2
    assert results["one.jpg"]["notes"] == ["It needs an alt text."]
    assert results["<b>.svg"]["error"].startswith("This is an SVG drawing")
    assert results["again.jpg"]["title"] == str(known)
    assert results["again.jpg"]["error"] == "This file is in the library already."
    assert results["moving.gif"]["notes"][0].startswith("Of its 2 moving pictures")
    assert "&lt;b&gt;.svg" in response.content.decode()


def test_files_whose_turn_comes_too_late_are_named_and_not_opened(post, monkeypatch):
    clock = SimpleNamespace(now=100.0)

    def slow(file):
        clock.now += 8
        if file.name == "1.jpg":
            raise ValidationError("Reading this picture took longer.")
        return inspected(file)

    monkeypatch.setattr(
        picture_pages, "time", SimpleNamespace(monotonic=lambda: clock.now)
    )
    monkeypatch.setattr(picture_pages, "inspected", slow)
    files = [upload((5 * n, 0, 0), name=f"{n}.jpg") for n in range(50)]

    response = post(reverse(UPLOAD), {"files": files})

    results = response.context["results"]
    late = [told["name"] for told in results if told["error"] == picture_pages.LATE]
    assert late == [f"{n}.jpg" for n in range(3, 50)]
    assert Picture.objects.count() == 2
    page = response.content.decode()
    assert "2 pictures added, 48 not." in page
    assert page.count("Send it again.") == 47


def test_words_typed_for_several_win_over_those_of_the_files(post):
    post(reverse(UPLOAD), {"files": [with_words()], "creator": "Ada"})

    picture = Picture.objects.get()
    assert (picture.caption, picture.creator) == ("From the camera.", "Ada")
    assert picture.renditions["forms"] == ["avif", "jpg", "webp"]


def test_script_is_told_of_each_file_as_json(post):
    taken = post(reverse(UPLOAD), {"files": upload()}, headers=JSON)
    nothing = post(reverse(UPLOAD), {}, headers=JSON)

    picture = Picture.objects.get()
    url = reverse("admin:articles_picture_change", args=[picture.pk])
    assert taken.json()["results"][0]["url"] == url
    assert nothing.json() == {"results": [], "error": "This field is required."}


# Credit and rights of many ----------------------------------------------------------


def words(pictures, **values):
    return {
        "action": "change_words",
        "_selected_action": [picture.pk for picture in pictures],
        **values,
    }


def test_credit_and_rights_of_many_change_where_they_are_filled_in(post, editor):
    chosen = [add_picture(upload(colour), creator="Ada") for colour in ["red", "blue"]]
    other = add_picture(upload("green"))
    bases = {picture.renditions["base"] for picture in chosen}
    values = {"apply": "yes", "credit_line": "Desk", "allows_newsletter": "no"}

    asked = post(reverse(LIST), words(chosen))
    post(reverse(LIST), words(chosen, **values))

    assert asked.context["form"].errors == {}
    for picture in chosen:
        picture.refresh_from_db()
        assert (picture.creator, picture.credit_line) == ("Ada", "Desk")
        assert (picture.allows_site, picture.allows_newsletter) == (True, False)
        assert picture.renditions["base"] not in bases
        assert picture.rendition_status == "made"
    other.refresh_from_db()
    assert other.credit_line == ""
    assert LogEntry.objects.filter(user=editor).count() == 2


def test_change_of_many_that_breaks_one_changes_none(post):
    first = add_picture(upload())
    later = timezone.now() + timedelta(days=9)
    second = add_picture(upload("blue"), rights_start_at=later)
    values = {
        "apply": "yes",
        "credit_line": "Desk",
        "rights_expire_at_0": f"{timezone.now():%Y-%m-%d}",
        "rights_expire_at_1": "10:00",
    }

    response = post(reverse(LIST), words([first, second], **values))

    first.refresh_from_db()
    errors = response.context["form"].non_field_errors()
    assert errors == ["The rights end before they start."]
    assert first.credit_line == ""


def test_change_of_many_needs_something_to_change(post):
    response = post(reverse(LIST), words([add_picture(upload())], apply="yes"))

    errors = response.context["form"].non_field_errors()
    assert errors == ["Nothing is filled in, so nothing would change."]


def test_who_may_not_change_pictures_is_not_offered_it(client):
    client.force_login(UserFactory(role="Front-page editor"))
    PictureFactory()

    shown = client.get(reverse(LIST)).content.decode()

    assert "change_words" not in shown
    assert client.get(reverse(UPLOAD)).status_code == 403


# Filters, copies, what ends ---------------------------------------------------------


def test_filters_find_what_is_to_be_done(client):
    now = timezone.now()
    soon = PictureFactory(rights_expire_at=now + timedelta(days=3))
    ended = PictureFactory(rights_expire_at=now - timedelta(days=3))
    later = PictureFactory(rights_start_at=now + timedelta(days=3))
    kept = PictureFactory(allows_newsletter=False)
    silent = PictureFactory(alt_text="")
    PictureFactory(alt_text="", is_decorative=True)

    def found(**query):
        return set(client.get(reverse(LIST), query).context["cl"].result_list)

    assert found(rights="soon") == {soon}
    assert found(rights="ended") == {ended}
    assert found(rights="later") == {later}
    assert found(rights="not_newsletter") == {kept}
    assert found(alt="missing") == {silent}
    assert {ended, later} & found(rights="hold") == set()


def test_copies_stand_side_by_side(client):
    one = add_picture(upload(), caption="One")
    two = add_picture(upload(), caption="Two")
    add_picture(upload("blue"))

    response = client.get(reverse("admin:articles_picture_copies"))

    groups = response.context["groups"]
    assert [[row for row, _ in group] for group in groups] == [[one, two]]
    listed = client.get(reverse(LIST), {"copies": "yes"}).context["cl"].result_list
    assert set(listed) == {one, two}


def test_report_says_what_readers_would_miss_by_a_day(client):
    today = timezone.localdate()
    ending = {"rights_expire_at": timezone.now() + timedelta(days=3)}
    lead, inside, unused = (PictureFactory(**ending) for _ in range(3))
    story = ArticleFactory(
        published=True,
        lead_picture=lead,
        body=f'<p>x</p><figure data-picture="{inside.pk}"></figure>',
    )
    ArticleFactory(lead_picture=inside)  # a draft, which nobody sees
    PictureFactory()

    def report(days):
        on = today + timedelta(days=days)
        url = reverse("admin:articles_picture_rights")
        return client.get(url, {"on": on.isoformat()})

    found = {
        loss.picture: [(place.words, place.shown) for place in loss.places]
        for loss in report(4).context["losses"]
    }
    assert found == {
        lead: [("front page", story), ("lead picture", story)],
        inside: [("in the text", story)],
        unused: [],
    }
    assert report(1).context["losses"] == []
    assert "next ten years" in report(-3).content.decode()


def test_rights_report_names_newsletters_and_licences(client):
    ending = {"rights_expire_at": timezone.now() + timedelta(days=3)}
    lead = PictureFactory(allows_republishing=True, **ending)
    story = ArticleFactory(published=True, lead_picture=lead)
    issue = IssueFactory(stories=[story], subject="Harbour news")
    IssueFactory(stories=[story], status="cancelled")
    grant = GrantFactory(article=story, quote__with_pictures=True)
    GrantFactory(article=story, quote__with_pictures=False)

    page = client.get(reverse("admin:articles_picture_rights")).text

    assert "Newsletter to come: " in page
    assert reverse("admin:newsletter_issue_change", args=[issue.pk]) in page
    assert reverse("admin:republishing_grant_change", args=[grant.pk]) in page
    assert page.count("Newsletter to come: ") == page.count("Licensed copy: ") == 1


def test_rights_report_names_only_where_the_picture_may_be(client):
    lead = PictureFactory(
        allows_newsletter=False, rights_expire_at=timezone.now() + timedelta(days=3)
    )
    story = ArticleFactory(published=True, lead_picture=lead)
    IssueFactory(stories=[story])
    GrantFactory(article=story, quote__with_pictures=True)

    page = client.get(reverse("admin:articles_picture_rights")).text

    assert "Lead picture: " in page
    assert "Newsletter to come" not in page
    assert "Licensed copy" not in page


@pytest.mark.parametrize("count", [1, 3])
def test_rights_report_query_count(client, count, django_assert_num_queries):
    for _ in range(count):
        ending = {"rights_expire_at": timezone.now() + timedelta(days=3)}
        lead = PictureFactory(allows_republishing=True, **ending)
        inside = PictureFactory(**ending)
        story = ArticleFactory(
            published=True,
            lead_picture=lead,
            body=f'<figure data-picture="{inside.pk}"></figure>',
        )
        IssueFactory(stories=[story])
        GrantFactory(article=story, quote__with_pictures=True)
    client.get(reverse("admin:articles_picture_rights"))

    with django_assert_num_queries(21):
        client.get(reverse("admin:articles_picture_rights"))


def test_too_many_files_at_once_get_a_kind_answer(client):
    files = [upload(name=f"{number}.jpg") for number in range(51)]

    response = client.post(reverse(UPLOAD), {"files": files})

    assert response.status_code == 400
    assert "At most 50 files go at once." in response.text
    assert not Picture.objects.exists()
