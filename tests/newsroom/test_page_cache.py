import threading
import time
from datetime import timedelta

import pytest
from django.core.cache import caches
from django.core.signals import got_request_exception
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils import timezone

from articles.models import Article
from newsroom import cache, env, page_cache
from newsroom.lib import generation
from newsroom.page_cache import PageCache
from tests.factories.articles import ArticleFactory
from tests.newsroom import redis_server

PUBLIC = {"Cache-Control": "public, s-maxage=30", "ETag": '"a"'}


@pytest.fixture(autouse=True)
def _is_on(settings):
    settings.PAGE_CACHE_SECONDS = 60


class Site:
    """What stands behind the cache, and how often it was asked."""

    def __init__(self, *, status=200, headers=PUBLIC, takes=0):
        self.status, self.headers, self.takes = status, dict(headers), takes
        self.asked = 0
        self._one_at_a_time = threading.Lock()

    def __call__(self, request):
        with self._one_at_a_time:
            self.asked += 1
        time.sleep(self.takes)
        body = f"{request.get_full_path()} {self.asked}"
        return HttpResponse(body, status=self.status, headers=self.headers)


def ask(site, path="/", *, method="get", **headers):
    request = getattr(RequestFactory(), method)(path, headers=headers)
    return PageCache(site)(request)


def test_page_is_made_once(rf):
    site = Site()

    first, second = ask(site), ask(site)

    assert site.asked == 1
    assert second.content == first.content
    assert second.headers == first.headers


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/world/", {}),
        ("/?page=2", {}),
        ("/?format=rss", {}),
        ("/", {"host": "other.example"}),
        ("/", {"accept-encoding": "gzip, br"}),
    ],
)
def test_other_page_is_made_for_itself(path, headers):
    site = Site()
    ask(site)

    ask(site, path, **headers)

    assert site.asked == 2


@pytest.mark.parametrize(
    "path", ["/?utm_source=mail&utm_campaign=x", "/?fbclid=abc", "/?mc_eid=1"]
)
def test_where_readers_come_from_makes_no_other_page(path):
    site = Site()
    ask(site)

    ask(site, path)

    assert site.asked == 1


@pytest.mark.parametrize(
    "path",
    [
        "/?p=12",
        "/search/?q=ferry",
        "/?page=2&q=x",
        "/admin/",
        "/preview/abc/",
        "/newsletters/preferences/abc/",
        "/static/css/base.css",
    ],
)
def test_what_is_not_for_all_is_never_kept(path):
    site = Site()

    assert [ask(site, path).content for _ in range(2)] == [
        f"{path} {number}".encode() for number in (1, 2)
    ]


@pytest.mark.parametrize(
    ("status", "headers"),
    [
        (404, PUBLIC),
        (301, PUBLIC),
        (500, PUBLIC),
        (200, {"Cache-Control": "private, no-store"}),
        (200, {}),
    ],
)
def test_answer_that_is_not_for_all_is_never_kept(status, headers):
    site = Site(status=status, headers=headers)
    ask(site)
    ask(site)

    assert site.asked == 2


def test_answer_with_a_cookie_is_never_kept():
    def sets_cookie(request):
        response = HttpResponse("x", headers=PUBLIC)
        response.set_cookie("a", "b")
        return response

    ask(sets_cookie)

    assert ask(Site()).content == b"/ 1"


def test_page_is_made_anew_after_its_time(settings, time_machine):
    site = Site()
    time_machine.move_to("2026-01-01T12:00:00Z", tick=False)
    ask(site)

    time_machine.move_to("2026-01-01T12:00:59Z", tick=False)
    ask(site)
    assert site.asked == 1
    time_machine.move_to("2026-01-01T12:01:00Z", tick=False)
    ask(site)
    assert site.asked == 2


def test_change_shows_at_once():
    site = Site()
    ask(site)

    generation.bump()

    assert ask(site).content == b"/ 2"


@pytest.fixture
def process():
    """One process of many; `process.site` is what it makes pages of."""

    class Process:
        def __init__(self):
            self.site = Site()
            self.cache = PageCache(self.make)

        def make(self, request):
            return self.site(request)

        def ask(self, path="/"):
            return self.cache(RequestFactory().get(path)).content

    return Process()


def test_process_has_what_it_gave_at_hand(process):
    process.ask()
    caches["pages"].clear()

    assert process.ask() == b"/ 1"


def test_process_has_what_another_made_at_hand(process):
    ask(Site())
    process.ask()
    caches["pages"].clear()

    assert (process.ask(), process.site.asked) == (b"/ 1", 0)


def test_page_at_hand_goes_with_a_change(process):
    process.ask()

    generation.bump()

    assert process.ask() == b"/ 2"


@pytest.fixture
def redis(settings):
    with redis_server.Server() as server:
        pages = env.cache("CACHE_URL", server.url, part="pages")
        settings.CACHES = {**settings.CACHES, "pages": pages}
        yield server


def test_page_at_hand_is_given_without_asking_redis(process, redis, monkeypatch):
    monkeypatch.setattr(cache, "ASK_SECONDS", 60)
    process.ask()
    process.ask()
    redis.asked.clear()

    assert [process.ask() for _ in range(3)] == [b"/ 1"] * 3
    assert redis.asked == []


def test_change_by_another_process_shows_at_once_with_redis(process, redis):
    for number in range(1, 4):
        made = f"/ {number}".encode()
        assert [process.ask(), process.ask()] == [made, made]
        changer = threading.Thread(target=generation.bump)
        changer.start()
        changer.join()


def test_page_is_given_while_redis_goes_and_comes(process, redis):
    process.ask()
    redis.hang_up()
    assert process.ask() == b"/ 1"

    redis.close()

    assert process.ask().startswith(b"/ ")


def test_page_at_hand_goes_after_its_time(process, time_machine):
    time_machine.move_to("2026-01-01T12:00:00Z", tick=False)
    process.ask()
    time_machine.move_to("2026-01-01T12:00:59Z", tick=False)
    assert process.ask() == b"/ 1"

    time_machine.move_to("2026-01-01T12:01:00Z", tick=False)

    assert process.ask() == b"/ 2"


def test_page_is_made_anew_where_the_clock_was_set_back(process, time_machine):
    time_machine.move_to("2026-01-01T12:00:00Z", tick=False)
    process.ask()

    time_machine.move_to("2026-01-01T11:00:00Z", tick=False)

    assert process.ask() == b"/ 2"
    assert ask(process.site).content == b"/ 2"


def test_pages_at_hand_take_no_more_than_their_room(process, monkeypatch):
    monkeypatch.setattr(page_cache, "SHELF_BYTES", 3 * page_cache.ENTRY_BYTES)
    shelf = process.cache.shelf

    for path in ["/a/", "/b/", "/b/", "/c/"]:
        generation.bump()
        process.ask(path)

    assert shelf.size == page_cache.ENTRY_BYTES + len(b"/c/ 4")
    assert len(shelf.entries) == 1
    process.site = lambda request: HttpResponse(b"x" * 20_000, headers=PUBLIC)
    process.ask("/large/")
    assert (shelf.size, shelf.entries) == (0, {})


def test_page_that_changed_while_it_was_made_is_made_again(process):
    made = []

    def site(request):
        made.append(request)
        generation.bump()
        return HttpResponse(str(len(made)), headers=PUBLIC)

    generation.bump()
    process.site = site

    assert [process.ask(), process.ask()] == [b"1", b"2"]


def test_many_who_ask_at_once_have_it_made_once():
    site = Site(takes=0.3)
    answers = []
    readers = [
        threading.Thread(target=lambda: answers.append(ask(site).content))
        for _ in range(12)
    ]

    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()

    assert answers == [b"/ 1"] * 12


def test_page_made_between_look_and_lock_is_not_made_again(monkeypatch):
    site, pages = Site(), caches["pages"]
    add = pages.add

    def lock_late(*args):
        monkeypatch.setattr(pages, "add", add)
        ask(site)  # another reader, who was quicker
        return add(*args)

    monkeypatch.setattr(pages, "add", lock_late)

    assert ask(site).content == b"/ 1"
    assert site.asked == 1


def test_old_copy_is_given_while_the_page_is_made_again(settings):
    ask(Site())
    settings.PAGE_CACHE_SECONDS = 0.001
    time.sleep(0.01)
    slow = Site(takes=0.5)
    maker = threading.Thread(target=ask, args=[slow])
    maker.start()
    time.sleep(0.1)

    begun = time.monotonic()
    answer = ask(slow)

    assert answer.content == b"/ 1"
    assert time.monotonic() - begun < 0.3
    maker.join()


def test_last_copy_is_given_where_the_page_cannot_be_made(caplog):
    ask(Site())
    generation.bump()
    broken = Site(status=500)

    answers = [ask(broken) for _ in range(3)]

    assert [answer.content for answer in answers] == [b"/ 1"] * 3
    # Nor does every reader wait for a database that is gone.
    assert broken.asked == 1
    assert "cannot be made" in caplog.text


def test_error_without_a_copy_stays_an_error():
    assert ask(Site(status=500)).status_code == 500


def test_reader_who_has_the_page_gets_304():
    site = Site()
    ask(site)

    answer = ask(site, **{"if-none-match": '"a"'})

    assert (answer.status_code, answer.content) == (304, b"")
    assert ask(site, **{"if-none-match": '"b"'}).status_code == 200
    assert site.asked == 1


def test_first_reader_who_has_the_page_leaves_a_whole_one_for_the_next():
    site = Site()

    assert ask(site, **{"if-none-match": '"a"'}).status_code == 304
    assert ask(site).content == b"/ 1"


def test_pages_come_without_a_cache(settings):
    settings.CACHES = {
        **settings.CACHES,
        "pages": {
            "BACKEND": "newsroom.cache.ForgetfulRedisCache",
            "LOCATION": "redis://127.0.0.1:1/0",
        },
    }
    caches["pages"].clear()
    site = Site()

    assert ask(site).status_code == 200
    assert ask(site).status_code == 200


def test_withdrawn_story_is_gone_for_readers_after_its_time(
    client, db, settings, time_machine
):
    settings.PAGE_CACHE_SECONDS = 2
    time_machine.move_to(timezone.now(), tick=False)
    article = ArticleFactory(published=True)
    url = article.get_absolute_url()
    assert client.get(url).status_code == 200

    Article.objects.filter(pk=article.pk).update(pub_status="canceled")

    assert client.get(url).status_code == 200
    time_machine.shift(timedelta(seconds=2))
    assert client.get(url).status_code in (404, 410)


def test_readers_get_pages_while_the_database_is_gone(client, db, monkeypatch):
    article = ArticleFactory(published=True)
    url = article.get_absolute_url()
    whole = client.get(url).content
    generation.bump()
    client.raise_request_exception = False
    # The client would raise what the site has already answered.
    got_request_exception.disconnect(client.store_exc_info)

    def gone(*args, **kwargs):
        raise OSError("no database")

    monkeypatch.setattr("articles.reading.story", gone)

    answer = client.get(url)

    assert (answer.status_code, answer.content) == (200, whole)
