import time
from datetime import timedelta

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.utils import timezone

from articles import actions as article_actions
from articles.models import Publication
from newsroom.lib.fetch import FetchError, Page
from newsroom.lib.urls import absolute
from republishing import copies, terms
from republishing.models import Placement
from tests.factories.articles import ArticleFactory, CorrectionFactory, UserFactory
from tests.factories.republishing import GrantFactory

pytestmark = pytest.mark.django_db

PARAGRAPHS = [
    "The first boat left at dawn with forty passengers and a cellist.",
    "The second one stayed in the harbour because nobody had a key.",
]


@pytest.fixture
def grant():
    Publication.objects.create(pk=1, name="The Roadstead")
    body = "".join(f"<p>{words}</p>" for words in PARAGRAPHS)
    return GrantFactory(article=ArticleFactory(published=True, body=body))


def unmet(grant, html):
    found = terms.findings(grant, "https://paper.example/a/", html)
    return [finding["name"] for finding in found if not finding["is_met"]]


def test_copy_as_we_give_it_keeps_all_terms(grant):
    CorrectionFactory(article=grant.article, text="It was Friday, not Thursday.")
    page = copies.copy_for(grant.key).as_html().decode()

    assert unmet(grant, page) == []


@pytest.mark.parametrize(
    ("change", "missing"),
    [
        (lambda page, grant: page.replace("The Roadstead", "Us"), ["attribution"]),
        (lambda page, grant: page.replace(grant.pixel_url, ""), ["pixel"]),
        (lambda page, grant: page.replace(PARAGRAPHS[1], "Something else."), ["text"]),
        (
            lambda page, grant: page.replace(
                grant.article.absolute_url, "https://news.example/other/"
            ),
            ["link", "canonical"],
        ),
        (lambda page, grant: f"<script>{page}</script>", ["attribution", "text"]),
    ],
)
def test_each_term_is_looked_for(grant, change, missing):
    page = copies.copy_for(grant.key).as_html().decode()

    found = unmet(grant, change(page, grant))

    assert [name for name in missing if name not in found] == []


def test_curly_quotes_and_dashes_are_no_drift(grant):
    page = copies.copy_for(grant.key).as_html().decode()

    assert unmet(grant, page.replace(" and ", " \u2013and\u00a0")) == []


def test_picture_of_ours_without_the_right_is_found(grant):
    page = copies.copy_for(grant.key).as_html().decode()
    picture = absolute(default_storage.url("pictures/0123/original-640.jpg"))

    for html in [
        f'<img src="{picture}">',
        f'<img srcset="{picture} 640w">',
        f'<meta property="og:image" content="{picture}">',
    ]:
        assert unmet(grant, page + html) == ["pictures"]


def test_correction_that_is_not_carried_is_found(grant):
    page = copies.copy_for(grant.key).as_html().decode()
    CorrectionFactory(article=grant.article, text="It was Friday, not Thursday.")

    assert unmet(grant, page) == ["correction"]


def test_withdrawn_story_is_to_be_taken_down(grant):
    page = copies.copy_for(grant.key).as_html().decode()
    article_actions.withdraw(grant.article, by=UserFactory())

    assert unmet(grant, page) == ["withdrawn"]
    assert unmet(grant, "<p>Gone.</p>") == []


def test_places_are_looked_at_once_a_week(grant, monkeypatch):
    asked = []
    monkeypatch.setattr(
        terms, "fetch", lambda url: asked.append(url) or Page(url, 200, "")
    )
    Placement.objects.create(grant=grant, url="https://paper.example/a/")

    terms.check_due()
    terms.check_due()
    with time_machine.travel(timezone.now() + timedelta(days=8)):
        terms.check_due()

    assert asked == ["https://paper.example/a/"] * 2
    assert len(Placement.objects.get().unmet) == 5


def test_page_that_cannot_be_read_is_said(grant, monkeypatch):
    def refuse(url):
        raise FetchError("This address is not public.")

    monkeypatch.setattr(terms, "fetch", refuse)
    placement = Placement.objects.create(grant=grant, url="http://127.0.0.1/")

    terms.check(placement)

    assert (placement.error, placement.findings) == ("This address is not public.", [])


@pytest.mark.parametrize("odd", ["<![if x]>", "<![<![", "<a ", "<!--", "</", "&#"])
def test_page_of_any_make_is_read_in_seconds(grant, odd):
    began = time.monotonic()

    found = terms.findings(grant, "https://paper.example/", odd * 200_000)

    assert {one["name"] for one in found} >= {"attribution", "link", "pixel"}
    assert time.monotonic() - began < 20


def test_words_after_an_odd_declaration_count(grant):
    page = copies.copy_for(grant.key).as_html().decode()

    found = terms.findings(grant, "https://paper.example/", f"<![if IE]>{page}")

    assert all(one["is_met"] for one in found)
