"""What comes in over the wire, what becomes of it, and what it must never do."""

import json
import os
import socket
from datetime import timedelta
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from PIL import Image

from articles import workflow
from articles.models import Article, ArticleEvent, Picture, WireItem
from articles.refusals import RefusedError
from articles.tasks import import_wire
from articles.wire import arrivals, stories
from newsroom.lib import fetch
from tests.factories.articles import (
    CompleteArticleFactory,
    TagFactory,
    UserFactory,
    WireItemFactory,
    WireSourceFactory,
)

pytestmark = pytest.mark.django_db
State, Attention = WireItem.State, WireItem.Attention


@pytest.fixture(autouse=True)
def wire(settings, tmp_path, monkeypatch):
    settings.WIRE_FOLDER = str(tmp_path)
    monkeypatch.setattr(arrivals, "SETTLED_AFTER", timedelta(seconds=-5))
    return tmp_path


def ninjs(version="1", **values):
    return {
        "uri": "urn:a:1", "version": version, "headline": "Ferry sails",
        "body_html": "<p>The ferry sailed.</p>", "byline": "By Ada Wire",
        "infosource": [{"name": "Example Agency"}], "copyrightnotice": "© Agency",
        "usageterms": "No archives", **values,
    }  # fmt: skip


def take_in(source, *documents):
    return arrivals.take_in(source, json.dumps(list(documents)).encode())


def put(source, name, data):
    path = Path(arrivals.folder_of(source)) / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data if isinstance(data, bytes) else json.dumps(data).encode())
    # An old text that was copied just now.
    os.utime(path, (1e9, 1e9))
    return path


def drafting(**values):
    return WireSourceFactory(makes_drafts=True, **values)


# Arriving ---------------------------------------------------------------------------


def test_version_is_kept_once():
    source = WireSourceFactory()

    counts = [take_in(source, ninjs()), take_in(source, ninjs())]

    assert counts == [1, 0]
    assert WireItem.objects.count() == 1


@pytest.mark.parametrize("version", ["²", "٣", "9" * 60])
def test_version_may_be_any_word(version):
    assert take_in(WireSourceFactory(), ninjs(version=version)) == 1
    assert WireItem.objects.get().version_order >= 0


def test_database_refuses_a_version_twice():
    row = WireItemFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        WireItemFactory(guid=row.guid, version=row.version)


def test_source_has_one_place():
    with pytest.raises(IntegrityError), transaction.atomic():
        WireSourceFactory(url="https://a.example/", folder="a")


def test_folder_is_read_once_and_its_bad_files_are_listed():
    source = WireSourceFactory()
    put(source, "a.json", ninjs())
    put(source, "b.xml", b"<oops")
    put(source, "c.txt", b"not ours")

    counts = [arrivals.read_source(source), arrivals.read_source(source)]

    assert counts == [1, 0]
    bad = WireItem.objects.get(state=State.UNREADABLE)
    assert (bad.file_name, "no whole XML" in bad.problem) == ("b.xml", True)
    assert WireItem.objects.count() == 2


def test_file_that_may_not_be_whole_yet_waits(monkeypatch):
    source = WireSourceFactory()
    put(source, "a.json", ninjs())
    monkeypatch.setattr(arrivals, "SETTLED_AFTER", timedelta(seconds=60))

    before = arrivals.read_source(source)
    monkeypatch.setattr(arrivals, "SETTLED_AFTER", timedelta(seconds=-5))

    assert (before, arrivals.read_source(source)) == (0, 1)


def test_old_file_that_is_copied_later_is_read():
    source = WireSourceFactory()
    put(source, "b.json", ninjs())
    arrivals.read_source(source)
    put(source, "a.json", ninjs(uri="urn:a:2"))

    assert arrivals.read_source(source) == 1


def test_folder_outside_the_wire_folder_is_not_read(wire):
    source = WireSourceFactory(folder="../..")

    arrivals.read_source(source)

    assert "outside" in source.problem


def test_folder_that_is_missing_is_told():
    source = WireSourceFactory(folder="nowhere")

    arrivals.read_source(source)

    assert source.problem == "No such file or directory"


def test_hostile_item_is_listed_and_stops_no_other():
    source = drafting()
    hostile = ninjs(
        uri="urn:bad", headline="<script>x</script>" + "a" * 5000,
        body_html="<p onclick=x>Hi<script>x()</script></p>", byline="B" * 5000,
        language="x" * 90, slugline="\x00\x00s", subject=[{"name": "\x00k"}],
        associations={"a": {
            "uri": "b", "type": "picture", "renditions": {"o": {"href": "\x00"}}}},
    )  # fmt: skip

    take_in(source, hostile, ninjs())

    assert Article.objects.filter(headline="Ferry sails").exists()
    for row in WireItem.objects.all():
        assert "<script" not in row.body
        assert "onclick" not in row.body


def test_feed_is_read_by_the_guarded_fetcher(monkeypatch):
    source = WireSourceFactory(folder="", url="http://agency.example/feed")
    inward = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("10.0.0.7", 80))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: inward)

    arrivals.read_source(source)

    assert source.problem == "This address is not public."


@pytest.mark.parametrize(("status", "count"), [(200, 1), (503, 0)])
def test_feed_gives_its_items(monkeypatch, status, count):
    source = WireSourceFactory(folder="", url="https://agency.example/feed")
    content = json.dumps(ninjs()).encode()
    page = fetch.Download(source.url, status, {}, content)
    monkeypatch.setattr(fetch, "download", lambda url, **kwargs: page)

    assert arrivals.read_source(source) == count
    assert bool(source.problem) == (status == 503)


def test_worker_reads_what_is_due_and_nothing_closed():
    due = WireSourceFactory()
    early = WireSourceFactory(read_at=timezone.now())
    closed = WireSourceFactory(is_open=False)
    for number, source in enumerate([due, early, closed]):
        put(source, "a.json", ninjs(uri=f"urn:{number}"))

    import_wire.enqueue()
    import_wire.enqueue()

    assert [row.source for row in WireItem.objects.all()] == [due]


def test_command_reads_files_and_names_what_it_refused(tmp_path):
    source = WireSourceFactory(name="Agency")
    good, bad = tmp_path / "a.json", tmp_path / "b.json"
    good.write_text(json.dumps(ninjs()))
    bad.write_text("{}")
    out, errors = StringIO(), StringIO()

    call_command("import_wire", good, bad, source="Agency", stdout=out, stderr=errors)

    assert out.getvalue() == "1 new items, 1 unreadable\n"
    assert errors.getvalue().startswith("b.json: It has no uri")
    assert source.items.count() == 2


@pytest.mark.parametrize("arguments", [{"source": "Nobody"}, {"files": ["x.json"]}])
def test_command_says_what_it_needs(arguments):
    with pytest.raises(CommandError):
        call_command("import_wire", *arguments.pop("files", []), **arguments)


# Stories ----------------------------------------------------------------------------


def test_draft_carries_text_rights_embargo_and_source():
    until = (timezone.now() + timedelta(days=2)).replace(microsecond=0)
    ends = until + timedelta(days=9)
    TagFactory(name="Sea")
    source = drafting()

    take_in(
        source,
        ninjs(
            embargoed=until.isoformat(), expires=ends.isoformat(), located="Trieste",
            language="it", subject=[{"name": "sea"}, {"name": "Unknown"}],
            ednote="Call the desk.", slugline="ferry",
        ),
    )  # fmt: skip

    article = Article.objects.get()
    assert (article.headline, article.body) == (
        "Ferry sails", "<p>The ferry sailed.</p>",
    )  # fmt: skip
    assert (article.pub_status, article.desk_status) == ("withheld", "draft")
    assert (article.embargoed_until, article.expires_at) == (until, ends)
    assert (article.language, article.dateline) == ("it", "Trieste")
    assert (article.section, article.slug) == (source.section, "ferry-sails")
    assert [line["name"] for line in article.byline()] == ["Ada Wire"]
    assert [tag.name for tag in article.tags.all()] == ["Sea"]
    assert not article.is_republishable
    assert article.ed_note == (
        "From the wire: Example Agency, urn:a:1\nVersion: 1\nCopyright: © Agency\n"
        "Usage terms: No archives\nNote to editors: Call the desk.\n"
        "Keywords: sea, Unknown"
    )
    assert article.events.get().kind == ArticleEvent.Kind.IMPORTED
    assert article.revisions.count() == 1
    assert not Article.objects.published().exists()


def test_embargo_holds_whatever_the_desk_does(client):
    until = (timezone.now() + timedelta(days=2)).replace(microsecond=0)
    take_in(drafting(), ninjs(embargoed=until.isoformat()))
    article = Article.objects.get()
    article.standfirst = "Short."
    article.lead_picture = CompleteArticleFactory().lead_picture
    article.save()
    article.tags.set(["Harbour"])

    workflow.perform(article, "publish", by=UserFactory(role="Editor"))

    assert client.get(article.get_absolute_url()).status_code == 404


def test_source_that_makes_no_drafts_waits_for_an_editor():
    take_in(WireSourceFactory(), ninjs())

    assert not Article.objects.exists()
    assert WireItem.objects.get().state == State.NEW


def test_story_is_made_once():
    item, user = WireItemFactory(), UserFactory(role="Reporter")

    made = [stories.make_story(item, by=user), stories.make_story(item, by=user)]

    assert made[0] == made[1]
    assert Article.objects.get().created_by == user


def test_two_items_with_one_headline_have_two_addresses():
    take_in(drafting(), ninjs(), ninjs(uri="urn:a:2"))

    assert len(set(Article.objects.values_list("slug", flat=True))) == 2


def test_item_without_headline_takes_the_first_words():
    take_in(drafting(), ninjs(headline=""))

    assert Article.objects.get().headline == "The ferry sailed."


@pytest.mark.parametrize("state", [State.SUPERSEDED, State.WITHDRAWN, State.UNREADABLE])
def test_no_story_of_what_is_gone(state):
    with pytest.raises(RefusedError):
        stories.make_story(WireItemFactory(state=state), by=UserFactory())

    assert not Article.objects.exists()


def test_newer_version_updates_an_untouched_draft():
    source = drafting()
    take_in(source, ninjs())

    take_in(source, ninjs("2", headline="Ferry sank", byline="Bo"))
    take_in(source, ninjs("3", headline="Ferry sank fast"))

    article = Article.objects.get()
    assert article.headline == "Ferry sank fast"
    assert [line["name"] for line in article.byline()] == ["Ada Wire"]
    assert article.revisions.count() == 3
    assert not WireItem.objects.exclude(attention="").exists()


def touch_text(article):
    Article.objects.filter(pk=article.pk).update(headline="Our words")


def touch_tags(article):
    article.tags.set(["Harbour"])


def submit(article):
    Article.objects.filter(pk=article.pk).update(desk_status="in_review")


@pytest.mark.parametrize("touch", [touch_text, touch_tags, submit])
def test_newer_version_leaves_what_somebody_worked_on_and_says_so(touch):
    source = drafting()
    take_in(source, ninjs())
    article = Article.objects.get()
    touch(article)
    before = article.revisions.count(), Article.objects.get().headline

    take_in(source, ninjs("2", headline="Ferry sank"))

    assert (article.revisions.count(), Article.objects.get().headline) == before
    row = WireItem.objects.get(version="2")
    assert (row.attention, row.article) == (Attention.CHANGED, article)


def test_older_version_that_comes_late_changes_nothing():
    source = drafting()
    take_in(source, ninjs("10"))

    take_in(source, ninjs("9", headline="Old"))

    assert Article.objects.get().headline == "Ferry sails"
    assert WireItem.objects.get(version="9").state == State.SUPERSEDED


def test_newer_version_takes_the_place_of_one_nobody_used():
    source = WireSourceFactory()

    take_in(source, ninjs("1"))
    take_in(source, ninjs("2"))

    states = dict(WireItem.objects.values_list("version", "state"))
    assert states == {"1": State.SUPERSEDED, "2": State.NEW}


@pytest.mark.parametrize(
    ("is_published", "attention"),
    [(True, Attention.PUBLIC), (False, Attention.WITHDRAWN)],
)
def test_withdrawal_asks_for_an_editor_and_withdraws_nothing(is_published, attention):
    source = drafting()
    take_in(source, ninjs())
    if is_published:
        Article.objects.update(pub_status="usable", published_at=timezone.now())
    before = Article.objects.get().pub_status

    take_in(source, {"uri": "urn:a:1", "version": "2", "pubstatus": "canceled"})

    row = WireItem.objects.get(version="2")
    assert (row.attention, row.article) == (attention, Article.objects.get())
    assert row.headline == "Ferry sails"
    assert Article.objects.get().pub_status == before


def test_item_withdrawn_before_anybody_used_it_is_no_story():
    source = WireSourceFactory()
    take_in(source, ninjs())

    take_in(source, {"uri": "urn:a:1", "version": "2", "pubstatus": "canceled"})

    assert set(WireItem.objects.values_list("state", flat=True)) == {State.WITHDRAWN}


def test_draft_that_a_killed_run_left_is_made_by_the_next():
    source = drafting()
    WireItemFactory(source=source)
    WireItemFactory(source=source, received_at=timezone.now() - timedelta(days=3))

    take_in(source, ninjs())

    assert Article.objects.count() == 2


# Pictures ---------------------------------------------------------------------------


def jpeg():
    file = BytesIO()
    Image.new("RGB", (640, 480), "navy").save(file, "JPEG")
    return file.getvalue()


def with_picture(href="a.jpg"):
    picture = {
        "uri": "urn:p", "type": "picture", "description_text": "A ferry",
        "byline": "Bo Foto", "usageterms": "One year",
        "renditions": {"original": {"href": href}},
    }  # fmt: skip
    return ninjs(associations={"main": picture})


def test_picture_comes_with_its_rights_and_is_not_passed_on():
    source = drafting(takes_pictures=True)
    put(source, "a.jpg", jpeg())

    take_in(source, with_picture())

    picture = Article.objects.get().lead_picture
    assert (picture.caption, picture.credit_line) == ("A ferry", "Bo Foto")
    assert (picture.usage_terms, picture.copyright_notice) == ("One year", "© Agency")
    assert (picture.usage, picture.allows_republishing) == ("agency", False)


def test_no_picture_is_taken_unless_the_source_says_so():
    source = drafting()
    put(source, "a.jpg", jpeg())

    take_in(source, with_picture())

    assert (Article.objects.count(), Picture.objects.count()) == (1, 0)


@pytest.mark.parametrize(
    "href",
    ["../secret.jpg", "/etc/passwd", "gone.jpg", "bad.jpg", "http://127.0.0.1/a"],
)
def test_picture_that_cannot_be_taken_is_noted_and_the_story_made(wire, href):
    source = drafting(takes_pictures=True)
    (wire / "secret.jpg").write_bytes(jpeg())
    put(source, "bad.jpg", b"no picture")

    take_in(source, with_picture(href))

    assert Article.objects.get().lead_picture is None
    assert "Pictures not taken" in WireItem.objects.get().problem
    assert not Picture.objects.exists()


def test_agency_is_not_asked_within_a_transaction(monkeypatch):
    source = drafting(takes_pictures=True)
    depth = len(connection.savepoint_ids)
    seen = []

    def fake(url, **kwargs):
        seen.append(len(connection.savepoint_ids))
        return fetch.Download(url, 200, {}, jpeg())

    monkeypatch.setattr(fetch, "download", fake)
    take_in(source, with_picture("https://agency.example/a.jpg"))

    assert seen == [depth]
    assert Article.objects.get().lead_picture is not None


def picture_item(version="1", **values):
    return {
        "uri": "urn:p:1", "version": version, "type": "picture", "headline": "Ferry",
        "description_text": "A ferry", "byline": "Bo Foto", "usageterms": "One year",
        "embargoed": "2099-01-01T00:00:00Z", "ednote": "Not before the race.",
        "copyrightnotice": "© Agency", "subject": [{"name": "Sea"}],
        "renditions": {"original": {"href": "a.jpg"}}, **values,
    }  # fmt: skip


def test_item_that_is_a_picture_goes_into_the_library_with_its_rights():
    source = drafting(takes_pictures=True)
    put(source, "a.jpg", jpeg())

    take_in(source, picture_item())
    take_in(source, picture_item())

    item, picture = WireItem.objects.get(), Picture.objects.get()
    assert (item.state, item.picture) == (State.TAKEN, picture)
    assert (picture.caption, picture.creator) == ("A ferry", "Bo Foto")
    assert picture.usage_terms == "One year\nNote to editors: Not before the race."
    assert (picture.copyright_notice, picture.keywords) == ("© Agency", "Sea")
    assert (picture.usage, picture.allows_republishing) == ("agency", False)
    assert picture.rights_start_at.year == 2099
    assert picture.renditions == {}
    assert not Article.objects.exists()
    assert list(Picture.objects.unused()) == [picture]


@pytest.mark.parametrize("name", ["makes_drafts", "takes_pictures"])
def test_picture_item_waits_for_an_editor(name):
    source = WireSourceFactory(**{name: True})
    put(source, "a.jpg", jpeg())

    take_in(source, picture_item())

    assert WireItem.objects.get().state == State.NEW
    assert not Picture.objects.exists()


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"renditions": {}}, "names no picture file"),
        ({"renditions": {"o": {"href": "gone.jpg"}}}, "could not be had"),
        ({"expires": "2098-01-01T00:00:00Z"}, "rights end before its embargo"),
    ],
)
def test_picture_item_that_cannot_be_taken_says_why(values, reason):
    source = drafting(takes_pictures=True)
    put(source, "a.jpg", jpeg())

    take_in(source, picture_item(**values))

    item = WireItem.objects.get()
    assert (item.state, reason in item.problem) == (State.LEFT, True)
    assert not Picture.objects.exists()


@pytest.mark.parametrize(
    ("values", "state", "attention"),
    [
        ({"pubstatus": "canceled"}, State.WITHDRAWN, Attention.PICTURE),
        ({"headline": "Other"}, State.TAKEN, Attention.CHANGED),
    ],
)
def test_newer_version_of_a_picture_asks_for_an_editor(values, state, attention):
    source = drafting(takes_pictures=True)
    put(source, "a.jpg", jpeg())
    take_in(source, picture_item())

    take_in(source, picture_item("2", **values))

    item = WireItem.objects.get(version="2")
    assert (item.state, item.attention) == (state, attention)
    assert item.picture == Picture.objects.get()


@pytest.mark.parametrize(
    ("values", "state"),
    [
        ({"type": "video"}, State.NEW),
        ({"eventDetails": {"dates": {"startDate": "2026-05-01"}}}, State.NEW),
        ({"headline": "", "body_html": ""}, State.LEFT),
    ],
)
def test_no_draft_is_made_of_what_is_no_story(values, state):
    take_in(drafting(), ninjs(**values))

    assert WireItem.objects.get().state == state
    assert not Article.objects.exists()


def test_event_is_no_story_even_for_an_editor():
    take_in(drafting(), ninjs(type="event"))

    with pytest.raises(RefusedError, match="is no story"):
        stories.make_story(WireItem.objects.get(), by=None)


# What is read again and again -------------------------------------------------------


def test_fault_that_changes_with_each_reading_has_one_row():
    source = WireSourceFactory()

    for number in range(5):
        arrivals.take_in(source, b"<oops %d" % number, file_name="feed")
        take_in(source, *[{"urgency": number}] * 50)

    rows = WireItem.objects.filter(state=State.UNREADABLE)
    assert rows.filter(file_name="feed").count() == 1
    assert rows.filter(file_name="").count() == 20
    assert rows.filter(problem="31 more could not be read.").count() == 1


def rss(*entries):
    items = "".join(
        f"<item><guid>{guid}</guid><title>{title}</title><pubDate>{day} Mar 2026 "
        f"10:00:00 GMT</pubDate><link>https://port.example/{guid}</link></item>"
        for guid, title, day in entries
    )
    return f"<rss><channel><title>Port</title>{items}</channel></rss>".encode()


def test_feed_read_again_adds_what_is_new_and_brings_drafts_up_to_date():
    source = drafting()
    counts = [
        arrivals.take_in(source, rss(*entries))
        for entries in [
            [("1", "Ferry", 1), ("2", "Bridge", 1)],
            [("1", "Ferry", 1), ("2", "Bridge", 1)],
            [("1", "Ferry, with other words", 1)],  # and no later time
            [("1", "Ferry late", 2), ("3", "Tunnel", 2)],
            [("1", "Ferry", 1)],  # of a cache
        ]
    ]

    assert counts == [2, 0, 0, 2, 0]
    headlines = Article.objects.order_by("pk").values_list("headline", flat=True)
    assert list(headlines) == ["Ferry late", "Bridge", "Tunnel"]
    assert not Article.objects.published().exists()
    assert "https://port.example/1" in Article.objects.first().ed_note
