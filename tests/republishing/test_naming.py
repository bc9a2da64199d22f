"""“Republished by” under a story: only while desk and licensee both want it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from articles import actions as article_actions
from articles.models import Correction, Republication
from articles.refusals import RefusedError
from republishing import licensing, naming
from tests.factories.articles import ArticleFactory, SectionFactory, UserFactory
from tests.factories.republishing import GrantFactory

pytestmark = pytest.mark.django_db

PAGE = "https://paper.example/our-story"


@pytest.fixture
def grant():
    article = ArticleFactory(
        section=SectionFactory(slug="world"), slug="a-story", published=True
    )
    found = GrantFactory(article=article)
    found.placements.create(url=PAGE)
    return found


def request_of(grant):
    return grant.quote.request


def shown(client):
    page = client.get("/world/a-story/")
    return [(one["name"], one["url"]) for one in page.context["republications"]]


@pytest.mark.parametrize("yes", ["desk", "licensee"])
def test_one_yes_is_not_enough(client, grant, yes):
    if yes == "desk":
        naming.name_licensee(request_of(grant), url=PAGE, by=UserFactory())
    else:
        naming.agree(request_of(grant))

    assert shown(client) == []


def test_both_yes_name_the_licensee_with_a_link(client, grant):
    naming.agree(request_of(grant))
    naming.name_licensee(request_of(grant), url=PAGE, by=UserFactory())

    assert shown(client) == [("The Other Paper", PAGE)]
    assert (
        f'<a href="{PAGE}" rel="external nofollow noopener"><bdi>The Other Paper'
        in client.get("/world/a-story/").text
    )


@pytest.mark.parametrize("end", ["object", "unname", "end", "expire", "retract"])
def test_name_goes_with_either_yes_the_licence_or_the_story(client, grant, end):
    request, by = request_of(grant), UserFactory()
    naming.agree(request)
    naming.name_licensee(request, url=PAGE, by=by)

    if end == "object":
        naming.object_to(request)
    elif end == "unname":
        naming.leave_unnamed(request, by=by)
    elif end == "end":
        licensing.end(request, by=by)
    elif end == "expire":
        licensing.expire_what_is_over(at=grant.ends_at)
    else:
        kind = Correction.Kind.RETRACTION
        article_actions.correct(grant.article, text="All wrong.", by=by, kind=kind)

    assert shown(client) == []


def test_history_says_who_agreed_to_what(grant):
    request, by = request_of(grant), UserFactory()
    for _ in range(2):
        naming.agree(request)
    naming.name_licensee(request, url=PAGE, by=by)
    naming.object_to(request)
    naming.agree(request)

    said = request.events.order_by("at", "pk").values_list("kind", "by", "note")
    assert list(said) == [
        ("agreed", None, ""),
        ("credit_on", by.pk, PAGE),
        ("objected", None, ""),
        ("agreed", None, ""),
    ]


@pytest.mark.parametrize("url", ["https://other.example/", "javascript:alert(1)", ""])
def test_link_is_an_address_of_the_licensee(grant, url):
    with pytest.raises(RefusedError):
        naming.name_licensee(request_of(grant), url=url, by=UserFactory())

    assert not Republication.objects.exists()


def test_address_given_later_is_not_linked_without_the_desk(client, grant):
    naming.agree(request_of(grant))
    naming.name_licensee(request_of(grant), url=PAGE, by=UserFactory())
    grant.placements.create(url="https://elsewhere.example/")
    naming.agree(request_of(grant))

    assert shown(client) == [("The Other Paper", PAGE)]


def test_buttons_of_both_sides(client, grant):
    request = request_of(grant)
    page = request.get_absolute_url()

    client.post(page, {"step": "agree"}, headers={"sec-fetch-site": "same-origin"})
    client.force_login(UserFactory(role="Rights manager"))
    desk = reverse("admin:republishing_republishingrequest_change", args=[request.pk])
    client.post(desk, {"step": "name", "url": PAGE})

    assert shown(client) == [("The Other Paper", PAGE)]
    client.post(desk, {"step": "unname"})
    assert shown(client) == []


def test_names_cost_no_statement(client, grant):
    client.get("/world/a-story/")
    with CaptureQueriesContext(connection) as before:
        client.get("/world/a-story/")
    naming.agree(request_of(grant))
    naming.name_licensee(request_of(grant), url=PAGE, by=UserFactory())
    client.get("/world/a-story/")

    with CaptureQueriesContext(connection) as after:
        client.get("/world/a-story/")

    assert len(after) == len(before)
