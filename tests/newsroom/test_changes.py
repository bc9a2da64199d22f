import threading
from contextlib import suppress
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.contrib.auth.models import Group
from django.core.cache import caches
from django.db import connection, transaction
from django.utils import timezone

from articles import pages
from articles.models import (
    Article,
    Contribution,
    FrontPageSlot,
    MissingPath,
    Page,
    PolicyReport,
    Tag,
)
from newsroom import changes, env, queue
from newsroom.lib import generation
from tests.factories.articles import (
    ArticleFactory,
    AuthorFactory,
    PictureFactory,
    SectionFactory,
)
from tests.factories.newsletter import IssueFactory
from tests.newsroom import redis_server

pytestmark = pytest.mark.django_db


@pytest.fixture
def story():
    return ArticleFactory(published=True)


def slot(**times):
    return FrontPageSlot.objects.create(
        area="lead", article=ArticleFactory(published=True), **times
    )


@pytest.fixture
def commit(django_capture_on_commit_callbacks):
    """Commits what happens inside, and tells how many generations that made."""

    def run(change):
        connection.run_on_commit.clear()
        with django_capture_on_commit_callbacks() as callbacks:
            change()
        before = generation.current()
        for callback in callbacks:
            callback()
        made = [call for call in callbacks if isinstance(call, changes.Committed)]
        assert (generation.current() != before) == bool(made)
        return len(made)

    return run


def _raw():
    with connection.cursor() as cursor:
        cursor.execute("\n  update articles_article set headline = 'Raw'")


@pytest.mark.parametrize(
    "change",
    [
        lambda story: story.save(),
        lambda story: story.delete(),
        lambda story: Article.objects.update(headline="Other"),
        lambda story: Article.objects.filter(pk=story.pk).update(pub_status="canceled"),
        lambda story: Contribution.objects.bulk_create(
            [Contribution(article=story, author=AuthorFactory())]
        ),
        lambda story: story.tags.add("harbour"),
        lambda story: Tag.objects.get_or_create(name="New", slug="new"),
        lambda story: PictureFactory(),
        lambda story: Page.objects.update_or_create(slug="about", defaults={}),
        lambda story: IssueFactory(),
        lambda story: _raw(),
    ],
)
def test_whatever_readers_see_is_made_anew_once(story, commit, change):
    assert commit(lambda: change(story)) == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda: MissingPath.objects.update(count=2),
        lambda: PolicyReport.objects.update(count=2),
        # Every sign-in with a second step writes when it was used.
        lambda: Authenticator.objects.update(last_used_at=timezone.now()),
        lambda: Group.objects.create(name="Night desk"),
        lambda: list(Article.objects.select_for_update()),
        Article.objects.count,
    ],
)
def test_what_no_page_shows_makes_no_page_anew(commit, change):
    assert commit(change) == 0


def test_unseen_models_exist():
    for app, names in changes.UNSEEN.items():
        models = apps.get_app_config(app).get_models(include_auto_created=True)
        assert names <= {model.__name__ for model in models}


def test_change_that_is_taken_back_counts_for_nothing(story, commit):
    def change():
        with suppress(ZeroDivisionError), transaction.atomic():
            story.save()
            raise ZeroDivisionError

    assert commit(change) == 0


def test_change_after_one_that_was_taken_back_counts(story, commit):
    def change():
        with suppress(ZeroDivisionError), transaction.atomic():
            story.save()
            raise ZeroDivisionError
        story.save()
        story.save()

    assert commit(change) == 1


@pytest.mark.parametrize("backend", ["locmem.LocMemCache", "db.DatabaseCache"])
def test_each_change_makes_another_generation(settings, backend):
    settings.CACHES = {
        **settings.CACHES,
        "pages": {"BACKEND": f"django.core.cache.backends.{backend}", "LOCATION": "c"},
    }
    if "Database" in backend:
        with connection.cursor() as cursor:
            cursor.execute(
                "CREATE TABLE c (cache_key varchar(255) PRIMARY KEY, value text, "
                "expires timestamp with time zone)"
            )
    seen = [generation.current()]
    for _ in range(3):
        generation.bump()
        seen.append(generation.current())

    assert len(set(seen)) == 4


def test_change_is_known_to_all_before_it_is_done(settings):
    with redis_server.Server() as server:
        pages = env.cache("CACHE_URL", server.url, part="pages")
        settings.CACHES = {**settings.CACHES, "pages": pages}
        before = generation.current()

        # Of another thread, as of another process, with a cache of its own.
        changer = threading.Thread(target=generation.bump)
        changer.start()
        changer.join()

        after = generation.current()
        assert before is None
        assert after == caches["pages"].get(generation.KEY)


def test_other_processes_without_a_shared_cache_learn_of_a_change():
    generation.bump()
    before = generation.current()

    caches["pages"].clear()  # what another process's cache knows of it

    assert generation.current() == before


def test_a_site_whose_disk_is_full_goes_on(settings, tmp_path):
    settings.GENERATION_FILE = tmp_path / "no such directory" / "generation"

    generation.bump()

    assert generation.current() is None


def test_request_asks_a_shared_cache_once(settings, monkeypatch, client, story):
    settings.PAGE_CACHE_SECONDS = 0
    settings.CACHES = {
        **settings.CACHES,
        "pages": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"},
    }
    asked = []
    monkeypatch.setattr(
        type(caches["pages"]), "get", lambda self, key, *rest: asked.append(key)
    )

    for count in [1, 2]:
        assert client.get(story.get_absolute_url()).status_code == 200
        assert asked.count(generation.KEY) == count


def test_navigation_follows_a_change(story):
    before = pages.chrome()
    assert pages.chrome() is before

    # Of this process, not yet committed, then of another.
    added = SectionFactory(is_in_navigation=True)
    seen = pages.chrome()
    generation.bump()

    assert added in seen["navigation"]
    assert pages.chrome() is not seen


@pytest.mark.parametrize(
    "wait",
    [
        lambda at: ArticleFactory(published=True, published_at=at),
        lambda at: ArticleFactory(published=True, expires_at=at),
        lambda at: ArticleFactory(published=True, embargoed_until=at),
        lambda at: slot(starts_at=at),
        lambda at: slot(pinned_until=at),
    ],
)
def test_what_is_due_shows_at_its_time(time_machine, wait):
    time_machine.move_to("2026-03-01T12:00:00Z", tick=False)
    wait(timezone.now() + timedelta(minutes=5))
    clock = queue.Clock()
    clock.tick()
    before = generation.current()

    time_machine.shift(299)
    clock.tick()
    assert generation.current() == before
    time_machine.shift(1)
    clock.tick()

    after = generation.current()
    assert after != before
    clock.tick()
    assert generation.current() == after


def test_what_is_scheduled_later_on_is_due_as_well(time_machine):
    time_machine.move_to("2026-03-01T12:00:00Z", tick=False)
    clock = queue.Clock()
    clock.tick()
    ArticleFactory(published=True, published_at=timezone.now() + timedelta(minutes=5))
    generation.bump()
    clock.tick()
    before = generation.current()

    time_machine.shift(300)
    clock.tick()

    assert generation.current() != before
