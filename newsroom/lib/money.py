"""Amounts in whole minor units (cents) of a currency, as people read them."""

from decimal import ROUND_HALF_UP, Decimal

# ISO 4217: currencies whose minor unit is not a hundredth.
_DIGITS = {
    "BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "ISK": 0, "JPY": 0, "KMF": 0, "KRW": 0,
    "PYG": 0, "RWF": 0, "UGX": 0, "VND": 0, "VUV": 0, "XAF": 0, "XOF": 0, "XPF": 0,
    "BHD": 3, "IQD": 3, "JOD": 3, "KWD": 3, "LYD": 3, "OMR": 3, "TND": 3,
}  # fmt: skip
_SIGNS = {"EUR": "€", "GBP": "£", "USD": "US$"}


def text(amount, currency):
    """An amount in minor units of `currency`: “€45”, “€45.50”, “TRY 1,500”."""
    digits = digits_of(currency)
    whole, rest = divmod(amount, 10**digits)
    number = f"{whole:,}" + (f".{rest:0{digits}}" if rest else "")
    sign = _SIGNS.get(currency)
    return f"{sign}{number}" if sign else f"{currency}\N{NO-BREAK SPACE}{number}"


def exact(amount, currency):
    """An amount with all its decimal places, as bills have it: “€45.00”."""
    digits = digits_of(currency)
    number = f"{major(amount, currency):,.{digits}f}"
    sign = _SIGNS.get(currency)
    return f"{sign}{number}" if sign else f"{currency}\N{NO-BREAK SPACE}{number}"


def price(amount, currency):
    """`text`, or “free” for nothing."""
    return text(amount, currency) if amount else "free"


def priced(lines, currency):
    """Lines with an `amount`, as dicts of text and price."""
    return [
        {"text": line["text"], "price": text(line["amount"], currency)}
        for line in lines
    ]


def digits_of(currency):
    """How many decimal places the currency has."""
    return _DIGITS.get(currency, 2)


def major(amount, currency):
    """An amount in minor units as a Decimal of the currency: 4550 is 45.50."""
    return Decimal(amount).scaleb(-digits_of(currency))


def minor(price, currency):
    """A Decimal of the currency in whole minor units, halves up: 45.50 is 4550."""
    amount = price.scaleb(digits_of(currency))
    return int(amount.quantize(Decimal(1), rounding=ROUND_HALF_UP))
