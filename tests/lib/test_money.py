import pytest

from newsroom.lib import money


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        (4500, "EUR", "€45"),
        (4550, "EUR", "€45.50"),
        (5, "GBP", "£0.05"),
        (123456700, "USD", "US$1,234,567"),
        (150000, "TRY", "TRY\u00a01,500"),
        (4000, "JPY", "JPY\u00a04,000"),
        (1250, "KWD", "KWD\u00a01.250"),
    ],
)
def test_amount_is_shown_in_its_currency(amount, currency, text):
    assert money.text(amount, currency) == text
