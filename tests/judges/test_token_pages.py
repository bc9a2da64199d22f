"""The judges on the pages whose address is known to one person alone."""

import pytest
from django.urls import reverse

from articles.models import Publication
from republishing import licensing
from republishing.models import Invoicing, RepublishingRequest
from tests.factories.articles import CompleteArticleFactory
from tests.factories.republishing import LicenseFactory, RepublishingRequestFactory
from tests.judges.engines import ask_ibm, judge
from tests.judges.html_judges import ask_html_checker, ask_html_validate

pytestmark = pytest.mark.django_db(transaction=True)

State = RepublishingRequest.State


def asked(**answers):
    """A request with an offer, for a paper with a name that does not wrap."""
    request = RepublishingRequestFactory(
        **{
            "article": CompleteArticleFactory(published=True),
            "organisation": "Donaudampfschifffahrtsgesellschaftszeitungsverlagshaus",
            **answers,
        }
    )
    quote = licensing.quote(
        request,
        under=LicenseFactory(is_paid_first=False),
        amount=36000,
        currency="EUR",
        text="We are glad to.",
    )
    return request, quote


@pytest.fixture
def addresses():
    """What to call each page, and where it is."""
    Publication.objects.create(pk=1, name="The Roadstead", address="Trieste")
    Invoicing.objects.create(pk=1, payment_details="IBAN XX12 3456", tax_number="IT 9")
    new = RepublishingRequestFactory()
    quoted, _ = asked()
    licensed, quote = asked()
    licensing.accept(quote)
    licensing.add_placement(licensed, url="https://paper.example/our-story")
    licensing.write_to_desk(licensed, text="When will it be?")
    paid, quote_paid = asked(country="مالطا")
    licensing.accept(quote_paid)
    licensing.record_payment(paid, by=None)
    ended, quote_ended = asked()
    licensing.accept(quote_ended)
    licensing.end(ended, by=None)
    found = {
        "new": new.get_absolute_url(),
        "quoted": quoted.get_absolute_url(),
        "licensed": licensed.get_absolute_url(),
        "ended": ended.get_absolute_url(),
        "closed copy": copy_of(quote_ended),
        "copy": copy_of(quote),
    }
    for name, request in [("invoice", licensed), ("receipt", paid)]:
        found[name] = reverse("republishing:invoice", args=[request.key])
    return found


def copy_of(quote):
    return reverse("republishing:copy_detail", args=[quote.grant.key])


@pytest.mark.parametrize("ask", [ask_html_validate, ask_html_checker])
def test_html_judges_find_nothing(client, addresses, node_modules, tmp_path, ask):
    for name, address in addresses.items():
        (tmp_path / f"{name}.html").write_bytes(client.get(address).content)

    assert ask(node_modules, tmp_path) == {}


def test_accessibility_engines_find_nothing(addresses, judged, live_server, settings):
    settings.SITE_URL, settings.SITE_IS_SECURE = live_server.url, False
    tab = judged(live_server.url)
    found = {}
    for name, address in addresses.items():
        tab.goto(address)
        found[name] = {**judge(tab), "IBM": ask_ibm(tab)}

    assert {
        name: left
        for name, said in found.items()
        if (left := {look: messages for look, messages in said.items() if messages})
    } == {}
