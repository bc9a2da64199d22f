"""What a requester sees and presses on the page of a request."""

import pytest
from django.core import mail

from articles.models import Article
from republishing import licensing
from republishing.models import Grant, RepublishingRequest
from tests.factories.articles import ArticleFactory, SectionFactory, UserFactory
from tests.factories.republishing import (
    FeeFactory,
    LicenseFactory,
    RepublishingRequestFactory,
)
from tests.republishing.test_views import SAME_ORIGIN, post

pytestmark = pytest.mark.django_db


@pytest.fixture
def quoted(client):
    ArticleFactory(section=SectionFactory(slug="world"), slug="a-story", published=True)
    LicenseFactory(is_default=True)
    FeeFactory(amount=4500)
    post(client)
    return RepublishingRequest.objects.get()


def press(client, request, step, **fields):
    return client.post(
        request.get_absolute_url(), {"step": step, **fields}, headers=SAME_ORIGIN
    )


def test_price_is_shown_before_anything_is_sent(client):
    ArticleFactory(section=SectionFactory(slug="world"), slug="a-story", published=True)
    LicenseFactory(is_default=True)
    FeeFactory(amount=4500)

    response = post(client, show_price="1", name="", accepted_terms="", fee="1")

    assert (response.status_code, RepublishingRequest.objects.count()) == (200, 0)
    assert "The price: €45" in response.text
    assert 'value="The Other Paper"' in response.text
    assert "Write your name." not in response.text


def test_price_needs_what_it_depends_on(client):
    ArticleFactory(section=SectionFactory(slug="world"), slug="a-story", published=True)

    response = post(client, show_price="1", medium="")

    assert response.status_code == 422
    assert set(response.context["form"].errors) == {"medium"}


def test_offer_is_there_at_once_and_accepted_by_a_button(client, quoted):
    quote = quoted.quotes.get()
    url = quoted.get_absolute_url()
    assert "Accept for €45" in " ".join(client.get(url).text.split())

    response = press(client, quoted, "accept", number=quote.number)

    quoted.refresh_from_db()
    assert (response.status_code, response["Location"], quoted.state) == (
        303,
        url,
        "accepted",
    )
    invoice = client.get(f"{url}invoice/")
    assert ("Invoice" in invoice.text, "€45" in invoice.text) == (True, True)


def test_get_accepts_nothing(client, quoted):
    client.get(quoted.get_absolute_url(), {"step": "accept"})

    quoted.refresh_from_db()
    assert quoted.state == "quoted"


def test_offer_that_was_not_on_the_page_is_not_accepted(client, quoted):
    shown = quoted.quotes.get()
    licensing.quote(
        quoted, under=shown.license, amount=99900, currency="EUR", by=UserFactory()
    )

    response = press(client, quoted, "accept", number=shown.number)

    quoted.refresh_from_db()
    assert (response.status_code, quoted.state) == (409, "quoted")
    assert "There is another offer by now" in response.text


def test_licence_leads_to_the_copy(client, quoted):
    licensing.accept(quoted.quotes.get())
    licensing.record_payment(quoted, by=UserFactory())

    page = client.get(quoted.get_absolute_url())

    assert Grant.objects.get().get_absolute_url() in page.text
    assert "Receipt" in client.get(f"{quoted.get_absolute_url()}invoice/").text


def test_message_reaches_the_desk_and_an_empty_one_is_asked_for(client, quoted):
    mail.outbox.clear()

    empty = press(client, quoted, "message", text=" ")
    press(client, quoted, "message", text="<b>When?</b>")

    assert (empty.status_code, "Write your message." in empty.text) == (422, True)
    [message] = mail.outbox
    assert "<b>When?</b>" in message.body
    assert "&lt;b&gt;When?&lt;/b&gt;" in client.get(quoted.get_absolute_url()).text


def test_internal_notes_are_not_shown(client, quoted):
    licensing.note(quoted, by=UserFactory(), text="Pays late.")

    assert "Pays late." not in client.get(quoted.get_absolute_url()).text


def test_withdrawn_request_is_over(client, quoted):
    press(client, quoted, "withdraw")
    response = press(client, quoted, "accept", number=quoted.quotes.get().number)

    quoted.refresh_from_db()
    assert (response.status_code, quoted.state) == (409, "withdrawn")


def test_other_sites_press_nothing(client, quoted):
    response = client.post(
        quoted.get_absolute_url(),
        {"step": "withdraw"},
        headers={"Sec-Fetch-Site": "cross-site"},
    )

    quoted.refresh_from_db()
    assert (response.status_code, quoted.state) == (403, "quoted")


def test_invoice_waits_for_acceptance(client, quoted):
    assert client.get(f"{quoted.get_absolute_url()}invoice/").status_code == 404


def test_draft_cannot_be_licensed_by_an_old_request(client, quoted):
    Article.objects.update(pub_status="withheld")

    response = press(client, quoted, "accept", number=quoted.quotes.get().number)

    assert (response.status_code, Grant.objects.count()) == (409, 0)
    assert "The story is not public" in response.text


def test_every_state_has_a_page(client):
    for state in RepublishingRequest.State:
        request = RepublishingRequestFactory(state=state)
        assert client.get(request.get_absolute_url()).status_code == 200


def test_licensee_tells_where_the_story_stands(client, quoted):
    licensing.accept(quoted.quotes.get())
    licensing.record_payment(quoted, by=UserFactory())

    bad = press(client, quoted, "place", url="javascript:alert(1)")
    press(client, quoted, "place", url="paper.example/story")
    press(client, quoted, "place", url="https://paper.example/story")

    assert (bad.status_code, "This is not a web address" in bad.text) == (422, True)
    assert [row.url for row in Grant.objects.get().placements.all()] == [
        "https://paper.example/story"
    ]
    assert "we look at it soon" in client.get(quoted.get_absolute_url()).text


def test_place_without_a_licence_is_refused(client, quoted):
    response = press(client, quoted, "place", url="https://paper.example/story")

    assert (response.status_code, "There is no licence yet." in response.text) == (
        409,
        True,
    )
