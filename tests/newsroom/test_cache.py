import os
import shutil
import socket
import subprocess
import sys
import time
import types

import pytest
from django.core.cache import CacheHandler
from django.core.cache.backends.redis import RedisCache

from newsroom import cache, env
from newsroom.cache import ForgetfulRedisCache
from tests.newsroom import redis_server


class FakeRedisError(Exception):
    pass


class DeadClient:
    def __getattr__(self, name):
        raise FakeRedisError("DENIED protected mode")


@pytest.fixture
def dead(monkeypatch):
    exceptions = types.ModuleType("redis.exceptions")
    exceptions.RedisError = FakeRedisError
    monkeypatch.setitem(sys.modules, "redis", types.ModuleType("redis"))
    monkeypatch.setitem(sys.modules, "redis.exceptions", exceptions)
    # Plain attributes: the real client wants the package, and a server.
    monkeypatch.setattr(RedisCache, "_cache", DeadClient())
    return ForgetfulRedisCache("redis://127.0.0.1:1/0", {})


@pytest.mark.parametrize(
    ("method", "arguments", "expected"),
    [
        ("get", ["a"], None),
        ("get", ["a", 5], 5),
        ("get_many", [["a"]], {}),
        ("get_or_set", ["a", 7], 7),
        ("told", ["a"], None),
        ("has_key", ["a"], False),
        ("add", ["a", 1], True),
        ("set", ["a", 1], None),
        ("set_many", [{"a": 1}], ["a"]),
        ("touch", ["a"], False),
        ("incr", ["a"], 1),
        ("delete", ["a"], False),
        ("delete_many", [["a"]], None),
        ("clear", [], False),
    ],
)
def test_cache_without_its_server_holds_nothing(dead, method, arguments, expected):
    assert getattr(dead, method)(*arguments) == expected


def test_what_a_process_keeps_for_itself_takes_no_more_than_its_room(monkeypatch):
    monkeypatch.setattr(cache, "OWN_BYTES", 3_000)
    own = CacheHandler({"default": env.cache("NO_CACHE_URL", "locmem://room")})
    own = own["default"]
    own.set("a", "x" * 1_000)
    own.set("b", "x" * 1_000)
    own.get("a")

    own.set("c", "x" * 1_000)

    assert list(own.get_many("abc")) == ["a", "c"]


def test_client_is_made_once():
    client = ForgetfulRedisCache("redis://127.0.0.1:1/0", {})._cache

    assert client.get_client("a") is client.get_client("b")


def test_log_has_the_servers_own_words(dead, caplog):
    dead.get("a")

    assert "does not answer: FakeRedisError: DENIED protected mode" in caplog.text


@pytest.fixture
def server():
    with redis_server.Server() as server:
        yield server


@pytest.fixture
def real_url(tmp_path):
    """Redis itself, where the machine has it."""
    program = shutil.which("redis-server") or pytest.skip("There is no redis-server.")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", ""]
    process = subprocess.Popen([*command, "--dir", tmp_path], stdout=subprocess.DEVNULL)
    until = time.monotonic() + 10
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.02)
    yield f"redis://127.0.0.1:{port}/0"
    process.terminate()
    process.wait()


@pytest.fixture(params=["server", "real_url"])
def url(request):
    found = request.getfixturevalue(request.param)
    return getattr(found, "url", found)


def cache_of_a_thread(url):
    options = {"socket_connect_timeout": 0.5, "socket_timeout": 1}
    return ForgetfulRedisCache(url, {"KEY_PREFIX": "pages", "OPTIONS": options})


def change(url, value):
    """As `generation.bump` has it done by another process."""
    other = cache_of_a_thread(url)
    other.set("a", value)
    other.get("a")


def test_every_change_is_told(url):
    reader = cache_of_a_thread(url)
    found = [reader.told("a")]

    for value in ["first", "second", 3]:
        change(url, value)
        found += [reader.told("a"), reader.told("a")]
    other = cache_of_a_thread(url)
    other.delete("a")
    other.get("a")
    found.append(reader.told("a"))

    assert found == [None, "first", "first", "second", "second", 3, 3, None]


def test_value_that_is_told_is_not_asked_for(server, monkeypatch):
    monkeypatch.setattr(cache, "ASK_SECONDS", 60)
    change(server.url, "x")
    reader = cache_of_a_thread(server.url)
    reader.told("a")
    server.asked.clear()

    assert [reader.told("a") for _ in range(5)] == ["x"] * 5
    assert server.asked == []


def test_line_that_broke_unnoticed_is_late_by_no_more_than_its_time(
    server, monkeypatch
):
    monkeypatch.setattr(cache, "ASK_SECONDS", 0.2)
    change(server.url, "old")
    reader = cache_of_a_thread(server.url)
    assert reader.told("a") == "old"
    server.is_mute = True
    change(server.url, "new")

    time.sleep(0.25)

    assert reader.told("a") == "new"


def test_server_that_cannot_tell_is_asked(server):
    server.can_tell = False
    reader = cache_of_a_thread(server.url)

    for value in ["first", "second"]:
        change(server.url, value)
        assert [reader.told("a"), reader.told("a")] == [value, value]

    assert server.count("CLIENT", "TRACKING") == 1


def test_change_is_seen_after_the_server_hung_up(server, monkeypatch):
    change(server.url, "old")
    reader = cache_of_a_thread(server.url)
    assert reader.told("a") == "old"
    server.hang_up()
    monkeypatch.setattr(cache, "RETRY_SECONDS", 0)

    change(server.url, "new")

    assert reader.told("a") == "new"
    time.sleep(0.01)
    assert reader.told("a") == "new"
    assert server.count("CLIENT", "TRACKING") == 2


def test_line_that_was_left_in_the_middle_is_not_used_again(server, monkeypatch):
    monkeypatch.setattr(cache, "ASK_SECONDS", 0)
    reader = cache_of_a_thread(server.url)
    reader.told("a")
    with monkeypatch.context() as patch:
        patch.setattr(cache.Line, "present", _interrupted)
        with pytest.raises(KeyboardInterrupt):
            reader.told("a")

    change(server.url, "new")

    assert reader.told("a") == "new"


def _interrupted(line):
    line.connection.send_command("GET", line.key)
    raise KeyboardInterrupt


def test_server_that_went_is_not_there(server):
    change(server.url, "old")
    reader = cache_of_a_thread(server.url)
    assert reader.told("a") == "old"

    server.close()

    assert [reader.told("a"), reader.told("a")] == [None, None]


def test_child_does_not_listen_on_its_parents_line(server, monkeypatch):
    reader = cache_of_a_thread(server.url)
    reader.told("a")

    monkeypatch.setattr(os, "getpid", lambda: -1)
    reader.told("a")

    assert server.count("CLIENT", "TRACKING") == 2
