import pytest

from republishing.models import Surcharge
from republishing.pricing import offer_for
from tests.factories.articles import ArticleFactory, PictureFactory
from tests.factories.republishing import (
    FeeFactory,
    LicenseFactory,
    RepublishingRequestFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def single_use():
    return LicenseFactory(is_default=True, name="Single use")


def test_price_is_the_fee_of_the_schedule(single_use):
    FeeFactory(amount=4500)

    offer = offer_for(RepublishingRequestFactory.build(article=ArticleFactory()))

    assert (offer.license, offer.price, offer.days, offer.priced_lines) == (
        single_use,
        "€45",
        365,
        [{"text": "Publisher, Website", "price": "€45"}],
    )


def test_wishes_are_charged_and_explained_line_by_line(single_use):
    FeeFactory(amount=4501)
    for wish, percent in [("pictures", 50), ("world", 25), ("unlimited", 100)]:
        Surcharge.objects.create(wish=wish, percent=percent)
    request = RepublishingRequestFactory.build(
        article=ArticleFactory(
            lead_picture=PictureFactory(rendered=True, allows_republishing=True)
        ),
        with_pictures=True,
        territory="world",
        term="three-years",
    )

    offer = offer_for(request)

    assert [line["amount"] for line in offer.lines] == [4501, 2251, 1125]
    assert (offer.amount, offer.days) == (7877, 1095)


def test_pictures_that_cannot_be_passed_on_cost_nothing(single_use):
    FeeFactory(amount=4500)
    Surcharge.objects.create(wish="pictures", percent=50)
    request = RepublishingRequestFactory.build(
        article=ArticleFactory(
            lead_picture=PictureFactory(rendered=True, allows_republishing=False)
        ),
        with_pictures=True,
    )

    offer = offer_for(request)

    assert [(line["text"], line["price"]) for line in offer.priced_lines] == [
        ("Publisher, Website", "€45"),
        ("None of its pictures can go with it", "€0"),
    ]


@pytest.mark.parametrize(
    "wish", [{"is_exclusive": True}, {"article": None}, {"medium": "book"}]
)
def test_desk_answers_what_the_schedule_does_not_hold(single_use, wish):
    FeeFactory()
    wish = {"article": ArticleFactory(), **wish}

    assert offer_for(RepublishingRequestFactory.build(**wish)) is None


def test_desk_answers_where_the_schedule_says_so(single_use):
    FeeFactory(is_answered_by_desk=True)

    request = RepublishingRequestFactory.build(article=ArticleFactory())

    assert offer_for(request) is None


@pytest.mark.parametrize(
    "named", ["cc by-nd 4.0", "https://creativecommons.org/licenses/by-nd/4.0/"]
)
def test_story_under_a_free_licence_costs_nothing(single_use, named):
    FeeFactory(amount=4500)
    free = LicenseFactory(
        name="CC BY-ND 4.0",
        url="https://creativecommons.org/licenses/by-nd/4.0/",
        is_free=True,
    )
    request = RepublishingRequestFactory.build(article=ArticleFactory(license=named))

    offer = offer_for(request)

    assert (offer.license, offer.amount) == (free, 0)
