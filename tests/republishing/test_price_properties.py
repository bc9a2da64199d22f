"""A price is worked out from the desk's tables, whatever a form sends."""

import pytest
from django.core.cache import cache
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from republishing.models import (
    Audience,
    License,
    Medium,
    OrganisationType,
    Quote,
    RepublishingRequest,
    Surcharge,
    Term,
    Territory,
)
from tests.factories.articles import ArticleFactory, SectionFactory
from tests.factories.republishing import FeeFactory, LicenseFactory

pytestmark = pytest.mark.django_db

FORGED = st.dictionaries(
    st.sampled_from(
        ["amount", "price", "fee", "currency", "license", "lines", "discount", "days",
         "quote", "state", "expires_at", "percent", "total", "number", "article",
         "is_paid_first", "key", "reference", "assigned_to"]
    ),
    st.sampled_from(["0", "1", "0.01", "-5", "TRY", "licensed", "null", "9" * 30, ""]),
    max_size=6,
)  # fmt: skip


@pytest.fixture
def article():
    LicenseFactory(is_default=True, name="Single use")
    LicenseFactory(name="Cheap", is_free=True)
    for number, kind in enumerate(OrganisationType, start=1):
        FeeFactory(organisation_type=kind, medium=Medium.WEB, amount=1000 * number)
    Surcharge.objects.create(wish=Surcharge.Wish.WORLD, percent=50)
    Surcharge.objects.create(wish=Surcharge.Wish.UNLIMITED, percent=100)
    return ArticleFactory(
        section=SectionFactory(slug="world"), slug="a-story", published=True
    )


def expected(kind, territory, term):
    base = 1000 * (list(OrganisationType).index(kind) + 1)
    percent = 50 * (territory == Territory.WORLD) + 100 * (term == Term.UNLIMITED)
    return base + base * percent // 100


@given(
    FORGED,
    st.sampled_from(OrganisationType),
    st.sampled_from(Audience),
    st.sampled_from(Territory),
    st.sampled_from(Term),
)
@settings(
    max_examples=30,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_price_never_comes_from_the_form(
    client, article, forged, kind, audience, territory, term
):
    cache.clear()
    count = Quote.objects.count()
    answers = {
        "name": f"Berta {count}", "email": "berta@paper.example",
        "organisation": "The Other Paper", "country": "Malta",
        "organisation_type": kind, "audience": audience, "medium": "web",
        "territory": territory, "term": term, "accepted_terms": "on",
    }  # fmt: skip

    response = client.post(
        "/republish/world/a-story/",
        {**forged, **answers},
        headers={"sec-fetch-site": "same-origin"},
    )

    request = RepublishingRequest.objects.get(name=answers["name"])
    quote = request.quotes.get()
    assert response.status_code == 303
    assert (quote.amount, quote.currency) == (expected(kind, territory, term), "EUR")
    assert quote.license == License.objects.get(is_default=True)
    assert (request.article, request.state, quote.accepted_at) == (
        article,
        "quoted",
        None,
    )
