import sys
import types

import pytest
from django.core.cache.backends.redis import RedisCache

from newsroom.cache import ForgetfulRedisCache


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


def test_client_is_made_once():
    client = ForgetfulRedisCache("redis://127.0.0.1:1/0", {})._cache

    assert client.get_client("a") is client.get_client("b")


def test_log_has_the_servers_own_words(dead, caplog):
    dead.get("a")

    assert "does not answer: FakeRedisError: DENIED protected mode" in caplog.text
