"""Fixtures that more than one app's tests share."""

import os
import shutil
from contextlib import contextmanager

import pytest
from django.conf import settings
from django.core.cache import cache, caches
from django.db import connection
from playwright.sync_api import sync_playwright
from xdist.scheduler import LoadScopeScheduling

from articles import cards, feeds, missing
from newsroom.lib import generation

CHROMIUM_NAMES = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
]


class _OneDemoSite(LoadScopeScheduling):
    """Gives each test to who is free, but all that reads the demo site to one.

    Setting the demo edition takes as long as most of those tests together.
    """

    def _split_scope(self, nodeid):
        return "demo site" if "judges/site/" in nodeid else nodeid


def pytest_xdist_make_scheduler(config, log):
    if config.getoption("dist") == "loadgroup":
        return _OneDemoSite(config, log)
    return None


@pytest.fixture(autouse=True)
def _clean_cache():
    """Every test starts with an empty cache, and with nothing counted."""
    cache.clear()
    caches["pages"].clear()
    missing.collected.clear()
    cards.forget()
    feeds.forget()
    generation.forget()


@pytest.fixture
def committing(django_capture_on_commit_callbacks):
    """What is changed inside is committed; what the test made before it has been."""

    @contextmanager
    def commit():
        connection.run_on_commit.clear()
        with django_capture_on_commit_callbacks(execute=True):
            yield

    return commit


@pytest.fixture(scope="session")
def browser():
    """Chromium as the system has it (or as CHROMIUM names it); none is downloaded."""
    path = os.environ.get("CHROMIUM") or next(
        filter(None, map(shutil.which, CHROMIUM_NAMES)), None
    )
    if path is None:
        pytest.fail(
            "Browser tests need Chromium. Debian or Ubuntu: apt install chromium; "
            "or name a browser: CHROMIUM=/path/to/chrome make check.",
            pytrace=False,
        )
    # Playwright runs an event loop in this thread, where Django would refuse queries.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=path,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield chromium
        chromium.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


def pytest_sessionfinish(session):
    shutil.rmtree(settings.MEDIA_ROOT, ignore_errors=True)
