import datetime
import re
import unicodedata

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from articles import actions as article_actions
from republishing.models import RepublishingRequest
from tests.factories.articles import ArticleFactory, SectionFactory
from tests.factories.republishing import (
    FeeFactory,
    LicenseFactory,
    RepublishingRequestFactory,
)
from tests.republishing.asked import NOT_OFFERED

SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}
FIELDS = {
    "name": "Berta Boss",
    "email": "Berta@paper.example",
    "organisation": "The Other Paper",
    "website": "paper.example",
    "country": "Malta",
    "organisation_type": "publisher",
    "audience": "under-10000",
    "medium": "web",
    "languages": "Maltese",
    "with_pictures": "on",
    "intended_on": "2027-01-31",
    "message": "By Friday, please.",
    "accepted_terms": "on",
    "fax_number": "",
}

pytestmark = pytest.mark.django_db


@pytest.fixture
def article():
    return ArticleFactory(
        section=SectionFactory(slug="world"), slug="a-story", published=True
    )


def post(client, path="/republish/world/a-story/", *, headers=SAME_ORIGIN, **fields):
    return client.post(path, {**FIELDS, **fields}, headers=headers)


def test_front_shows_terms_and_fees_without_cookie(client):
    LicenseFactory(name="Single use", usage_terms="Once, with the byline.")
    FeeFactory(amount=12000)

    response = client.get("/republish/")

    for words in [
        "Single use",
        "Once, with the byline.",
        "€120",
        "Publisher: what one story costs",
    ]:
        assert words in response.text
    assert "csrfmiddlewaretoken" not in response.text
    assert (dict(response.cookies), "public" in response["Cache-Control"]) == ({}, True)


@pytest.mark.parametrize("count", [1, 3])
def test_form_page_query_count(client, article, django_assert_num_queries, count):
    for number in range(count):
        LicenseFactory()
        FeeFactory(valid_from=datetime.date(2020, 1, 1 + number))
    client.get("/newsletters/")

    with django_assert_num_queries(4):
        client.get("/republish/world/a-story/")


def test_request_for_a_story(client, article):
    response = post(client)

    request = RepublishingRequest.objects.get()
    assert (response.status_code, response["Location"]) == (
        303,
        request.get_absolute_url(),
    )
    assert {
        name: getattr(request, name)
        for name in [
            "article",
            "email",
            "website",
            "with_pictures",
            "intended_on",
            "state",
        ]
    } == {
        "article": article,
        "email": "Berta@paper.example",
        "website": "https://paper.example",
        "with_pictures": True,
        "intended_on": datetime.date(2027, 1, 31),
        "state": "new",
    }
    assert len(mail.outbox) == 2
    thanks = client.get(response["Location"])
    assert request.reference in thanks.text
    assert article.headline in thanks.text
    assert (
        thanks["Cache-Control"],
        thanks["Referrer-Policy"],
        thanks["X-Robots-Tag"],
    ) == (
        "private, no-store",
        "no-referrer",
        "noindex, nofollow",
    )


def test_request_without_a_story(client):
    response = post(client, "/republish/")

    assert response.status_code == 303
    assert RepublishingRequest.objects.get().article is None


def test_double_click_is_one_request_and_one_pair_of_mails(client, article):
    first, second = post(client), post(client)

    assert first["Location"] == second["Location"]
    assert (RepublishingRequest.objects.count(), len(mail.outbox)) == (1, 2)


def test_forged_price_state_and_story_are_not_read(client, article):
    other = ArticleFactory(published=True)

    post(
        client,
        fee="0.01",
        amount="1",
        currency="XXX",
        license="1",
        state="licensed",
        article=other.pk,
        reference="R-MINE",
        key="mine",
        created_at="2000-01-01",
    )

    request = RepublishingRequest.objects.get()
    assert (request.article, request.state) == (article, "new")
    assert (request.reference == "R-MINE", request.key == "mine") == (False, False)
    assert request.created_at.year > 2000


@pytest.mark.parametrize("state", NOT_OFFERED)
def test_story_not_for_republishing_is_not_found_whatever_is_sent(client, state):
    hidden = ArticleFactory(headline="Secret plan", **state)
    path = reverse(
        "republishing:request_create", args=[hidden.section.slug, hidden.slug]
    )

    answers = [client.get(path), post(client, path)]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert all("Secret plan" not in answer.text for answer in answers)
    assert all('href="/republish/"' in answer.text for answer in answers)
    assert RepublishingRequest.objects.count() == 0


def test_old_address_leads_to_the_present_one(client, article):
    article_actions.move(article, by=None, slug="a-better-slug")

    response = client.get("/republish/world/a-story/")

    assert (response.status_code, response["Location"]) == (
        301,
        "/republish/world/a-better-slug/",
    )


def test_old_address_of_a_story_not_for_republishing_leads_nowhere(client, article):
    article_actions.move(article, by=None, slug="a-better-slug")
    article.__class__.objects.update(is_republishable=False)

    assert client.get("/republish/world/a-story/").status_code == 404


def test_errors_stand_beside_their_fields_and_input_is_kept(client, article):
    response = post(
        client, email="berta", medium="", accepted_terms="", organisation="Ours & co"
    )

    assert (response.status_code, RepublishingRequest.objects.count()) == (422, 0)
    assert set(response.context["form"].errors) == {"email", "medium", "accepted_terms"}
    for name in ["email", "medium", "accepted_terms"]:
        assert f'id="id_{name}_error"' in response.text
        tag = re.search(rf'<(?:input|select)[^>]*name="{name}"[^>]*>', response.text)[0]
        assert 'aria-invalid="true"' in tag
        assert f'aria-describedby="id_{name}_error"' in tag
        assert f'href="#id_{name}"' in response.text
    assert 'value="berta"' in response.text
    assert 'value="Ours &amp; co"' in response.text
    assert "autofocus" in response.text


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("website", "javascript:alert(1)"),
        ("website", "ftp://paper.example"),
        ("organisation_type", "any"),
        ("audience", "any"),
        ("intended_on", "31 January"),
        ("message", "x" * 5000),
    ],
)
def test_what_is_not_meant_is_refused(client, article, name, value):
    response = post(client, **{name: value})

    assert (response.status_code, list(response.context["form"].errors)) == (
        422,
        [name],
    )


def test_hidden_field_is_refused_with_a_reason(client, article):
    response = post(client, fax_number="1")

    assert (response.status_code, RepublishingRequest.objects.count()) == (422, 0)
    assert "some browsers fill it in" in response.text


def test_form_of_another_site_is_refused(client, article):
    assert post(client, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert RepublishingRequest.objects.count() == 0


def test_browser_that_says_nothing_is_asked_once_more(article):
    client = Client(enforce_csrf_checks=True)
    asked = post(client, headers={})
    fields = dict(
        re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', asked.text)
    )

    response = client.post("/republish/world/a-story/", fields)

    assert response.status_code == 303
    assert RepublishingRequest.objects.get().message == FIELDS["message"]


def test_network_is_stopped_after_twenty_requests(client, article):
    statuses = [
        post(client, email=f"berta{n}@paper.example", message=str(n)).status_code
        for n in range(21)
    ]

    assert statuses == [303] * 20 + [429]


def test_requesters_page_is_found_by_its_key_only(client):
    request = RepublishingRequestFactory()

    paths = [
        f"/republish/quote/{word}/" for word in [request.reference, request.pk, "x"]
    ]

    assert [client.get(path).status_code for path in paths] == [404] * 3


def test_requesters_page_of_a_withdrawn_story_does_not_link_to_it(client):
    request = RepublishingRequestFactory()
    article_actions.withdraw(request.article, by=None)

    response = client.get(request.get_absolute_url())

    assert request.article.get_absolute_url() not in response.text
    assert request.reference in response.text


def test_form_of_a_story_opens_at_its_decomposed_address(client):
    slug = unicodedata.normalize("NFC", "и\u0306скра")
    article = ArticleFactory(published=True, slug=slug)
    section = article.section.slug

    response = client.get(f"/republish/{section}/{unicodedata.normalize('NFD', slug)}/")

    assert response.context["article"] == article
