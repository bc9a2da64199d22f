"""What a request costs: worked out from the desk's own tables, never from the form."""

from dataclasses import dataclass, field

from newsroom.lib import money
from republishing import billing
from republishing.copies import passable_pictures
from republishing.models import (
    Fee,
    License,
    Medium,
    OrganisationType,
    Surcharge,
    Term,
    Territory,
)

DAYS = {Term.YEAR: 365, Term.THREE_YEARS: 3 * 365, Term.UNLIMITED: None}
_SURCHARGED = {
    "territory": {
        Territory.REGION: Surcharge.Wish.SEVERAL_COUNTRIES,
        Territory.WORLD: Surcharge.Wish.WORLD,
    },
    "term": {
        Term.THREE_YEARS: Surcharge.Wish.THREE_YEARS,
        Term.UNLIMITED: Surcharge.Wish.UNLIMITED,
    },
}


@dataclass(frozen=True)
class Offer:
    """A price with its reasons.

    `amount` is in minor units of `currency`, tax included; `lines` are dicts of `text`
    and `amount`, the tax among them marked `is_tax`; `days` is how long the licence
    lasts, None without end.
    """

    license: License
    amount: int
    currency: str
    days: int | None
    lines: list = field(default_factory=list)

    @property
    def price(self):
        return money.price(self.amount, self.currency)

    @property
    def priced_lines(self):
        return money.priced(self.lines, self.currency)


def offer_for(request):
    """The Offer for a request, saved or not; None where the desk has to answer.

    The desk answers for what is no single story, for exclusive use, and where the
    schedule has no fee or says so.
    """
    if request.article is None or request.is_exclusive:
        return None
    licenses = list(License.objects.all())
    own = License.objects.named_by(request.article)
    if own and own.is_free:
        line = {"text": f"The story is under {own.name}", "amount": 0}
        return Offer(own, 0, "EUR", _days(own, request), [line])
    fee = Fee.objects.valid().for_request(request).last()
    under = own or next((one for one in licenses if one.is_default), None)
    if fee is None or under is None or fee.is_answered_by_desk:
        return None
    lines = [{"text": _base_line(request), "amount": fee.amount}]
    if fee.amount:
        lines += _surcharges(request, fee.amount)
    lines = billing.taxed(lines)
    amount = billing.total_of(lines)
    return Offer(under, amount, fee.currency, _days(under, request), lines)


def _days(under, request):
    return under.days or DAYS[request.term]


def _base_line(request):
    kind = OrganisationType(request.organisation_type).label
    return f"{kind}, {Medium(request.medium).label}"


def _surcharges(request, base):
    wishes = [_SURCHARGED[name].get(getattr(request, name)) for name in _SURCHARGED]
    lines = []
    if request.with_pictures:
        if passable_pictures(request.article):
            wishes.append(Surcharge.Wish.PICTURES)
        else:
            lines.append({"text": "None of its pictures can go with it", "amount": 0})
    found = Surcharge.objects.filter(wish__in=filter(None, wishes))
    charged = [
        {
            "text": f"{surcharge.get_wish_display()}, + {surcharge.percent}%",
            # Half a cent is rounded up.
            "amount": (base * surcharge.percent + 50) // 100,
        }
        for surcharge in found
    ]
    return [*charged, *lines]
