from html import unescape

import pytest
from django.conf import settings

from articles import privacy
from newsroom.lib import people
from tests.factories.articles import PageFactory

pytestmark = pytest.mark.django_db


def test_page_says_all_that_is_declared(client):
    text = " ".join(unescape(client.get("/privacy/").text).split())

    for one in people.kept():
        for words in [*one.personal.values(), *one.free_text.values()]:
            assert words in text
        if one.personal:
            assert one.purpose in text
            assert one.basis in text


def test_every_rule_that_readers_may_know_is_on_the_page():
    told = {one.rule for one in people.kept() if one.purpose}
    for one in people.kept():
        told.update(one.also.values())

    # Of nobody: counts of addresses not found and of what browsers kept out, and the
    # program's own tasks.
    of_nobody = {"missing_paths", "finished_tasks", "policy_reports"}
    assert set(settings.RETENTION_DAYS) - told == of_nobody


def test_page_says_the_days_that_are_set(client, settings):
    settings.RETENTION_DAYS = {**settings.RETENTION_DAYS, "preview_visits": 17}

    assert "<li>17 days</li>" in client.get("/privacy/").text


def test_editors_text_stands_around_the_list(client):
    PageFactory(
        slug="privacy",
        title="Your privacy",
        body="<p>Before it.</p><p>[what we keep]</p><p>After it.</p>",
    )

    text = client.get("/privacy/").text

    places = [text.rindex(word) for word in ["Before it.", 'id="stored"', "After it."]]
    assert places == sorted(places)
    assert "[what we keep]" not in text


def test_list_follows_a_text_that_does_not_place_it(client):
    PageFactory(slug="privacy", title="Your privacy", body="<p>Ours alone.</p>")

    text = client.get("/privacy/").text

    assert text.index("Ours alone.") < text.index('id="stored"')


def test_other_pages_have_no_list(client):
    PageFactory(slug="about", title="About", body="<p>We.</p>")

    assert 'id="stored"' not in client.get("/about/").text


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (0, "until the end of the session"),
        (1, "1 day"),
        (90, "90 days"),
        (365, "1 year"),
        (730, "2 years"),
        (400, "400 days"),
    ],
)
def test_duration(days, words):
    assert privacy.duration(days) == words
