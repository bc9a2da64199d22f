import json
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.utils import timezone

from articles.models import ArticleEvent
from newsroom import edges
from newsroom.doctor.edges import check_edges
from newsroom.tasks import tell_edge
from tests.factories.articles import ArticleFactory, SectionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def node():
    """A server that keeps what it is asked, and answers with its `status`."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            length = int(self.headers.get("Content-Length", 0))
            server.asked.append(
                (self.path, dict(self.headers), self.rfile.read(length))
            )
            server.hold.wait(2)
            self.send_response(server.statuses.get(self.path, server.status))
            self.send_header("Content-Length", "0")
            self.send_header("X-Cache", server.copy)
            self.end_headers()

        do_POST = do_GET  # noqa: N815 - the name that the library calls

        def log_message(self, *args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    server.asked, server.status, server.hold = [], 200, threading.Event()
    server.statuses, server.copy = {}, "BYPASS"
    server.hold.set()
    server.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(
        target=server.serve_forever, kwargs={"poll_interval": 0.01}
    )
    thread.start()
    yield server
    server.hold.set()
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def told_later(monkeypatch):
    told = []
    monkeypatch.setattr(
        type(tell_edge), "enqueue", lambda task, *args: told.append(args)
    )
    return told


@pytest.fixture
def story():
    section = SectionFactory(slug="world")
    story = ArticleFactory(published=True, section=section, slug="ferry")
    story.tags.add("Harbour")
    return story


def a_moment_ago():
    return timezone.now() - timedelta(seconds=2)


def test_node_fetches_what_changed(node, told_later, settings, story):
    settings.EDGE_NODES, settings.EDGE_SECRET = [node.url], "secret-of-the-edge"
    ArticleEvent.objects.create(article=story, kind="changed")

    edges.refresh(since=a_moment_ago())

    author = story.authors.first()
    assert [path for path, *_ in node.asked] == [
        "/world/ferry/",
        "/",
        "/world/",
        "/feed/",
        "/sitemap-news.xml",
        "/tags/harbour/",
        *([author.get_absolute_url()] if author else []),
        # Again: a copy of before the change may have been on its way.
        "/world/ferry/",
        "/",
        "/world/",
    ]
    headers = node.asked[0][1]
    assert headers["Host"] == "news.example"
    assert headers["X-Refresh"] == "secret-of-the-edge"
    assert told_later == []


def test_node_that_does_not_answer_is_told_later(
    node, told_later, settings, story, monkeypatch
):
    gone = "http://127.0.0.1:1"
    settings.EDGE_NODES = [node.url, gone]
    monkeypatch.setattr(edges, "SECONDS", 0.1)
    node.hold.clear()
    story.published_at = timezone.now()
    story.save()
    begun = timezone.now()

    edges.refresh(since=a_moment_ago())

    assert timezone.now() - begun < timedelta(seconds=1)
    told = {target: paths for target, paths, keys in told_later}
    assert set(told) == {node.url, gone}
    assert told[gone][0] == "/world/ferry/"


def test_address_that_fails_at_a_node_is_told_later(
    node, told_later, settings, story, caplog
):
    settings.EDGE_NODES = [node.url]
    # What nginx says while the site is away, and for a form that was sent too often.
    node.statuses = {"/": 503, "/world/": 429}
    ArticleEvent.objects.create(article=story, kind="changed")

    edges.refresh(since=a_moment_ago())

    assert len(node.asked) > 6
    assert told_later == [(node.url, ["/", "/world/"], ["lists", f"story-{story.pk}"])]
    assert "did not fetch 2 addresses; / was answered with 503" in caplog.text


@pytest.mark.parametrize("status", [301, 404, 410])
def test_address_that_is_gone_or_moved_counts_as_told(
    node, told_later, settings, story, status
):
    settings.EDGE_NODES = [node.url]
    node.statuses = {"/world/ferry/": status}
    ArticleEvent.objects.create(article=story, kind="withdrawn")

    edges.refresh(since=a_moment_ago())

    assert told_later == []


def test_node_with_another_secret_is_told_later(node, told_later, settings, caplog):
    settings.EDGE_NODES = [node.url]
    node.copy = "HIT"

    edges.refresh(since=timezone.now())

    assert told_later == [(node.url, ["/"], ["site"])]
    assert "is its secret our EDGE_SECRET?" in caplog.text


def test_task_fails_while_the_node_answers_with_an_error(node):
    node.status = 500

    with pytest.raises(edges.NotToldError, match="yet to fetch 1 address"):
        tell_edge.func(node.url, ["/"], ["site"])


def test_task_fails_until_the_node_hears():
    with pytest.raises(OSError, match="refused"):
        tell_edge.func("http://127.0.0.1:1", ["/"], ["site"])


def test_cdn_is_told_the_keys_as_header_and_as_json(node, told_later, settings, story):
    settings.CDN_PURGE, settings.CDN_TOKEN = f"{node.url}/purge?x=1", "token"
    ArticleEvent.objects.create(article=story, kind="withdrawn")

    edges.refresh(since=a_moment_ago())

    ((path, headers, body),) = node.asked
    assert path == "/purge?x=1"
    assert headers["Surrogate-Key"] == f"lists story-{story.pk}"
    assert headers["Fastly-Key"] == "token"
    assert headers["Authorization"] == "Bearer token"
    assert json.loads(body) == {"tags": ["lists", f"story-{story.pk}"]}
    assert told_later == []


def test_cdn_that_refuses_is_told_later(node, told_later, settings):
    settings.CDN_PURGE = node.url
    node.status = 503

    edges.refresh(since=timezone.now())

    assert told_later == [("cdn", ["/"], ["site"])]


def test_cdn_may_be_told_by_ones_own_function(settings, told_later, monkeypatch):
    told = []
    monkeypatch.setattr(edges, "own_purge", told.append, raising=False)
    settings.CDN_PURGE = "newsroom.edges.own_purge"

    edges.refresh(since=timezone.now())

    assert told == [["site"]]
    assert told_later == []


def test_story_that_changed_last_is_told_first(story):
    newer = ArticleFactory(published=True, published_at=timezone.now())
    for each in (newer, story):
        ArticleEvent.objects.create(article=each, kind="changed")

    paths, _ = edges.changed(since=a_moment_ago(), at=timezone.now())

    assert paths[0] == "/world/ferry/"
    assert newer.get_absolute_url() in paths


def test_change_of_very_many_stories_refreshes_what_is_read_most(settings):
    ArticleFactory.create_batch(11, published=True, published_at=timezone.now())

    found = edges.changed(since=a_moment_ago(), at=timezone.now())

    assert found == (["/", "/feed/"], ["site"])


@pytest.mark.parametrize("url", ["/", "/feed/", "/robots.txt", "/no-such-page/"])
def test_public_page_has_the_key_of_the_lists(client, url):
    response = client.get(url)

    assert response["Surrogate-Key"] == "site lists"
    assert response["Cache-Tag"] == "site,lists"


def test_story_has_its_key(client, story):
    response = client.get(story.get_absolute_url())

    assert response["Surrogate-Key"] == f"site story-{story.pk}"


def test_personal_page_has_no_key(client):
    assert "Surrogate-Key" not in client.get("/admin/login/")


def test_doctor_asks_every_node(node, settings):
    settings.EDGE_NODES, settings.EDGE_SECRET = [node.url, node.url], "of-the-edge"

    found = list(check_edges())

    assert (
        found == [("ok", f"The web server {node.url} fetches what it is told of.")] * 2
    )
    (path, headers, _), _ = node.asked
    assert (path, headers["X-Refresh"]) == ("/", "of-the-edge")


def test_doctor_names_the_node_that_does_not_answer(node, settings):
    settings.EDGE_NODES, settings.EDGE_SECRET = ["http://127.0.0.1:1", node.url], "x"

    away, there = check_edges()

    assert (away[0], there[0]) == ("broken", "ok")
    assert away[1].startswith(
        "The web server http://127.0.0.1:1 cannot be asked: ConnectionRefusedError"
    )


@pytest.mark.parametrize(
    ("status", "copy", "why"),
    [
        (200, "HIT", "took no notice (X-Cache: HIT)"),
        (200, "MISS", "took no notice (X-Cache: MISS)"),
        (503, "BYPASS", "was answered with 503"),
    ],
)
def test_doctor_says_why_a_node_refuses(node, settings, status, copy, why):
    settings.EDGE_NODES, settings.EDGE_SECRET = [node.url], "x"
    node.status, node.copy = status, copy

    [(level, says, _)] = check_edges()

    assert level == "warning"
    assert says == f"The web server {node.url} is told of a change and {why}."


def test_doctor_has_nothing_to_say_without_nodes(settings):
    settings.EDGE_NODES = []

    assert list(check_edges()) == []
