"""What is asked for in money: tax on a price, and the bill for an accepted quote."""

from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import Max
from django.utils import timezone

from articles.models import Publication
from republishing.models import Invoice, Invoicing


def taxed(lines):
    """Lines of a price, with the tax on their sum as the last one.

    `lines` are dicts of text and amount (minor units). What costs nothing bears no
    tax, and half a cent is rounded up.
    """
    invoicing = Invoicing.objects.current()
    net = net_of(lines)
    if not net or not invoicing.tax_percent:
        return lines
    tax = Decimal(net) * invoicing.tax_percent / 100
    line = {
        "text": invoicing.tax_in_words,
        "amount": int(tax.quantize(Decimal(1), rounding=ROUND_HALF_UP)),
        "is_tax": True,
    }
    return [*lines, line]


def net_of(lines):
    """What the lines come to before tax."""
    return sum(line["amount"] for line in lines if not line.get("is_tax"))


def total_of(lines):
    return sum(line["amount"] for line in lines)


def bill(quote):
    """The invoice of an accepted quote, made now if there is none; None for nothing.

    Call it within a transaction: the one row of settings is locked, so that numbers
    follow each other without a gap.
    """
    if not quote.amount:
        return None
    Invoicing.objects.get_or_create(pk=1)
    invoicing = Invoicing.objects.select_for_update().get(pk=1)
    if found := Invoice.objects.filter(quote=quote).first():
        return found
    now = timezone.now()
    today = timezone.localdate(now)
    last = Invoice.objects.filter(year=today.year).aggregate(last=Max("position"))[
        "last"
    ]
    return Invoice.objects.create(
        quote=quote,
        year=today.year,
        position=(last or 0) + 1,
        issued_at=now,
        due_on=today + timedelta(days=invoicing.days_to_pay),
        seller=_seller(),
        tax_number=invoicing.tax_number,
        payment_details=invoicing.payment_details,
        closing=invoicing.closing,
    )


def _seller():
    publication = Publication.objects.current()
    name = publication.legal_name or publication.name
    return "\n".join(filter(None, [name, publication.address]))
