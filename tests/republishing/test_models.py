import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from republishing.models import Audience, Fee, FeeAudience, Medium
from tests.factories.republishing import (
    FeeFactory,
    LicenseFactory,
    RepublishingRequestFactory,
)

pytestmark = pytest.mark.django_db

DAY = datetime.date(2026, 5, 1)


def test_database_refuses_second_default_license():
    LicenseFactory(is_default=True)

    with pytest.raises(IntegrityError), transaction.atomic():
        LicenseFactory(is_default=True)


def test_database_refuses_fee_that_ends_before_it_begins():
    with pytest.raises(IntegrityError), transaction.atomic():
        FeeFactory(valid_from=DAY, valid_until=datetime.date(2026, 4, 30))


def test_database_refuses_same_fee_twice():
    FeeFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        FeeFactory()


@pytest.mark.parametrize("currency", ["eur", "EURO", "€"])
def test_currency_is_a_code_of_three_letters(currency):
    with pytest.raises(ValidationError):
        FeeFactory.build(currency=currency).full_clean()


def test_valid_fees_of_a_day():
    shown = FeeFactory(valid_from=DAY, valid_until=DAY)
    FeeFactory(valid_from=datetime.date(2026, 5, 2))
    FeeFactory(
        valid_from=datetime.date(2025, 1, 1), valid_until=datetime.date(2026, 4, 30)
    )

    assert list(Fee.objects.valid(on=DAY)) == [shown]


def test_fee_for_this_audience_goes_before_one_for_any():
    FeeFactory(audience=FeeAudience.ANY, valid_from=DAY)
    exact = FeeFactory(
        audience=FeeAudience.UNDER_10000, valid_from=datetime.date(2020, 1, 1)
    )
    FeeFactory(audience=FeeAudience.OVER_100000)
    FeeFactory(medium=Medium.BOOK)
    request = RepublishingRequestFactory.build(
        article=None, audience=Audience.UNDER_10000, medium=Medium.WEB
    )

    assert Fee.objects.for_request(request).last() == exact


@pytest.mark.parametrize(("amount", "price"), [(0, "free"), (4500, "€45")])
def test_price_in_words(amount, price):
    assert FeeFactory.build(amount=amount).price == price


def test_story_somebody_asked_for_cannot_be_deleted():
    with pytest.raises(ProtectedError):
        RepublishingRequestFactory().article.delete()
