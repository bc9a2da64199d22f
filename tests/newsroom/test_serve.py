import os
import signal
import socket
import subprocess
import sys
import threading
import time

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError

from newsroom.management.commands import serve

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]


def test_port_in_use_is_refused_with_another_to_try():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        with pytest.raises(CommandError, match=f"make run PORT={port + 1}"):
            serve.refuse_taken_port("127.0.0.1", port)


def test_free_port_passes():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        listened = serve.listens("127.0.0.1", port)

    serve.refuse_taken_port("127.0.0.1", port)

    assert (listened, serve.listens("127.0.0.1", port)) == (True, False)


@pytest.mark.django_db
def test_deleted_demo_edition_does_not_come_back():
    get_user_model().objects.create_user("chief")

    assert serve.Command().first_edition() is False


def test_static_files_are_collected_when_one_changed(settings, tmp_path):
    source = tmp_path / "source"
    source.mkdir()
    (source / "a.css").write_text("a{}")
    settings.STATICFILES_DIRS = [source]
    settings.STATIC_ROOT = tmp_path / "collected"
    settings.STATIC_ROOT.mkdir()

    before_any = serve.static_files_changed()
    serve.static_stamp().write_text(serve.static_fingerprint())
    unchanged = serve.static_files_changed()
    settings.STATIC_ROOT.rmdir()

    assert (before_any, unchanged, serve.static_files_changed()) == (True, False, True)


@pytest.fixture
def _signals_restored():
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    handlers = [signal.getsignal(number) for number in numbers]
    yield
    for number, handler in zip(numbers, handlers, strict=True):
        signal.signal(number, handler)


@pytest.mark.usefixtures("_signals_restored")
def test_signal_stops_all_processes(monkeypatch):
    started = []
    start = subprocess.Popen

    def remember(*args, **kwargs):
        started.append(start(*args, **kwargs))
        return started[-1]

    monkeypatch.setattr(serve.subprocess, "Popen", remember)
    threading.Timer(1, os.kill, [os.getpid(), signal.SIGINT]).start()

    announced = []
    answers = iter([False, True])

    serve.run_until_stopped(
        [SLEEP, SLEEP],
        dict(os.environ),
        is_ready=lambda: next(answers),
        when_ready=lambda: announced.append("once"),
    )

    assert announced == ["once"]
    assert [process.returncode for process in started] == [-signal.SIGTERM] * 2


@pytest.mark.usefixtures("_signals_restored")
def test_process_that_ends_by_itself_stops_the_others():
    ends = [sys.executable, "-c", "pass"]
    began = time.monotonic()

    with pytest.raises(CommandError, match="stopped by itself"):
        serve.run_until_stopped(
            [SLEEP, ends],
            dict(os.environ),
            is_ready=lambda: False,
            when_ready=lambda: None,
        )

    assert time.monotonic() - began < 10


def test_links_lead_to_the_port_that_is_served(settings):
    settings.SITE_URL = "http://127.0.0.1:8000"
    moved = serve.own_address("http://127.0.0.1:9000")
    settings.SITE_URL = "https://news.example"
    kept = serve.own_address("http://127.0.0.1:9000")

    assert moved["SITE_URL"] == "http://127.0.0.1:9000"
    assert kept.get("SITE_URL") == os.environ.get("SITE_URL")


@pytest.mark.parametrize("port", ["0", "65536", "-1", "abc", "", "8000.5", "²"])
def test_port_that_is_none_is_refused_in_words(port):
    with pytest.raises(CommandError, match="from 1 to 65535"):
        serve.port_number(port)


def test_port_is_a_number():
    assert serve.port_number("8001") == 8001
