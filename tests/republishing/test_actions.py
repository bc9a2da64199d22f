from threading import Barrier, Thread

import pytest
from django.core import mail
from django.db import connection

from articles.models import Publication
from republishing import actions
from republishing.models import Fee, License, RepublishingRequest, RequestEvent
from tests.factories.articles import ArticleFactory
from tests.factories.republishing import (
    FeeFactory,
    LicenseFactory,
    RepublishingRequestFactory,
)
from tests.republishing.asked import ANSWERS, NOT_OFFERED

pytestmark = pytest.mark.django_db


def test_request_is_noted_with_its_event():
    article = ArticleFactory(published=True)

    request, is_new = actions.request_republishing(
        article, network_address="192.0.2.1", **ANSWERS
    )

    assert (is_new, request.state, request.article, request.network_address) == (
        True,
        "new",
        article,
        "192.0.2.1",
    )
    assert [event.kind for event in request.events.all()] == ["received"]


def test_same_form_sent_twice_is_one_request():
    article = ArticleFactory(published=True)

    first, _ = actions.request_republishing(article, **ANSWERS)
    second, is_new = actions.request_republishing(article, **ANSWERS)
    other, _ = actions.request_republishing(article, **{**ANSWERS, "medium": "print"})

    assert (second, is_new, other == first) == (first, False, False)
    assert RequestEvent.objects.count() == 2


@pytest.mark.parametrize("state", NOT_OFFERED)
def test_story_that_is_not_out_cannot_be_asked_for(state):
    with pytest.raises(actions.NotRepublishableError):
        actions.request_republishing(ArticleFactory(**state), **ANSWERS)

    assert RepublishingRequest.objects.count() == 0


def test_desk_and_requester_get_a_mail():
    Publication.objects.create(
        pk=1, name="The Roadstead", email="desk@roadstead.example"
    )
    LicenseFactory(is_default=True)
    FeeFactory(amount=12000)
    article = ArticleFactory(published=True, headline="Ports & Ships")
    request, _ = actions.request_republishing(article, **ANSWERS)

    actions.mail_news(request)
    actions.mail_news(request)

    desk, requester = mail.outbox
    assert (desk.to, desk.reply_to) == (
        ["desk@roadstead.example"],
        ["berta@paper.example"],
    )
    assert f"By the fee schedule: €120, offered as {request.quotes.get()}" in desk.body
    assert (
        f"https://news.example/admin/republishing/republishingrequest/{request.pk}/"
        in desk.body
    )
    assert (requester.to, requester.reply_to) == (
        ["berta@paper.example"],
        ["desk@roadstead.example"],
    )
    assert requester.subject == f"Your request {request.reference}: Ports & Ships"
    assert request.article.absolute_url in requester.body
    assert request.absolute_url in requester.body


def test_desk_without_an_address_is_the_sites_own():
    request = RepublishingRequestFactory(article=None)
    request.events.create(kind="received")

    actions.mail_news(request)

    assert mail.outbox[0].to == ["newsroom@localhost"]
    assert "no single story" in mail.outbox[0].body


def test_load_licensing_is_idempotent():
    data = {
        "licenses": [
            {"slug": "single-use", "name": "Single use", "usage_terms": "Once."},
            {"slug": "open", "name": "Open", "usage_terms": "Freely."},
        ],
        "fees": [
            {
                "organisation_type": "publisher",
                "audience": "any",
                "medium": "web",
                "amount_minor": 4500,
                "currency": "EUR",
            }
        ],
    }

    actions.load_licensing(data)
    actions.load_licensing(data)

    licenses = License.objects.order_by("pk").values_list("slug", "is_default")
    assert list(licenses) == [("single-use", True), ("open", False)]
    assert [str(fee) for fee in Fee.objects.all()] == [
        "Publisher, Website, Any number of people: €45"
    ]


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(
    connection.vendor == "sqlite",
    reason="connections to a database in memory lock it whole",
)
def test_same_form_sent_many_times_at_once_is_one_request():
    article = ArticleFactory(published=True)
    barrier = Barrier(8)
    found = []

    def post():
        try:
            barrier.wait()
            found.append(actions.request_republishing(article, **ANSWERS))
        finally:
            connection.close()

    threads = [Thread(target=post) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(found) == 8
    assert sum(is_new for _, is_new in found) == 1
    assert RequestEvent.objects.count() == 1
