from datetime import datetime, time, timedelta
from decimal import Decimal
from urllib.parse import urlencode

from django import forms
from django.utils import timezone

from newsroom.lib import money
from newsroom.lib.times import YEARS
from republishing import billing
from republishing.forms.request import PlainTextField
from republishing.licensing import QUOTE_DAYS
from republishing.models import Fee, License
from republishing.reports import GROUPS

# The highest price that a form takes.
MOST = Decimal(1_000_000)


class QuoteForm(forms.Form):
    """An offer as the desk writes it."""

    license = forms.ModelChoiceField(License.objects.all(), label="Licence")
    price = forms.DecimalField(
        label="Price before tax",
        min_value=0,
        max_value=MOST,
        decimal_places=3,
    )
    currency = forms.RegexField(
        "^[A-Z]{3}$",
        max_length=3,
        error_messages={"invalid": "Use the three letters of ISO 4217, as EUR."},
    )
    days = forms.IntegerField(
        label="Licence lasts, in days",
        min_value=1,
        max_value=36500,
        required=False,
        help_text="Empty: no end.",
    )
    with_pictures = forms.BooleanField(
        required=False, help_text="Those whose rights allow it."
    )
    is_paid_first = forms.BooleanField(label="Copy only after payment", required=False)
    valid_days = forms.IntegerField(
        label="Offer stands, in days", min_value=1, max_value=365, initial=QUOTE_DAYS
    )
    text = PlainTextField(label="Words with it", max_length=4000, required=False)

    def __init__(self, *args, request_row, offer=None, text="", **kwargs):
        """`offer` is the schedule's, to begin with; `text` begins the words."""
        self.offer = offer
        initial = {
            "with_pictures": request_row.with_pictures,
            "currency": "EUR",
            "is_paid_first": True,
            "text": text,
        }
        if offer:
            initial |= {
                "license": offer.license,
                "price": money.major(billing.net_of(offer.lines), offer.currency),
                "currency": offer.currency,
                "days": offer.days,
                "is_paid_first": offer.license.is_paid_first,
            }
        super().__init__(*args, initial=initial, **kwargs)

    def terms(self):
        """The terms as `licensing.quote` takes them; the price in minor units."""
        data = self.cleaned_data
        amount = money.minor(data["price"], data["currency"])
        terms = {
            name: data[name]
            for name in self.base_fields
            if name not in {"price", "license"}
        }
        offer = self.offer
        is_offer = offer and (
            offer.license, billing.net_of(offer.lines), offer.currency
        ) == (data["license"], amount, data["currency"])  # fmt: skip
        lines = [{"text": data["license"].name, "amount": amount}]
        lines = offer.lines if is_offer else billing.taxed(lines)
        return terms | {
            "under": data["license"],
            "amount": billing.total_of(lines),
            "lines": lines,
        }


class FeeForm(forms.ModelForm):
    """A line of the schedule, its amount typed as people write money: 45 or 45.50."""

    amount = forms.DecimalField(
        label="Price",
        min_value=0,
        max_value=MOST,
        decimal_places=3,
        help_text="45 or 45.50, without the currency’s sign. Nought is free.",
    )

    class Meta:
        model = Fee
        fields = [
            "organisation_type",
            "audience",
            "medium",
            "amount",
            "currency",
            "is_answered_by_desk",
            "valid_from",
            "valid_until",
        ]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            fee = self.instance
            self.initial["amount"] = money.major(fee.amount, fee.currency)

    def clean(self):
        data = super().clean()
        price, currency = data.get("amount"), data.get("currency")
        if price is not None and currency:
            data["amount"] = amount = money.minor(price, currency)
            if money.major(amount, currency) != price:
                places = money.digits_of(currency) or "no"
                self.add_error("amount", f"{currency} has {places} decimal places.")
        return data


class ReportForm(forms.Form):
    """Which licences a report is about; what is not said is this year, by month."""

    group = forms.ChoiceField(
        label="By",
        required=False,
        choices=[(key, name) for key, (name, _) in GROUPS.items()],
    )
    since = forms.DateField(
        label="From", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    until = forms.DateField(
        label="Until", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    def clean(self):
        for name in ("since", "until"):
            day = self.cleaned_data.get(name)
            if day and day.year not in YEARS:
                self.add_error(name, "Choose another year.")

    def asked(self):
        """The arguments of `reports.report`."""
        self.is_valid()
        said = self.cleaned_data
        today = timezone.localdate()
        since = said.get("since") or today.replace(month=1, day=1)
        until = said.get("until") or today
        return {
            "group": said.get("group") or "month",
            "since": _begin(since),
            "until": _begin(until + timedelta(days=1)),
        }

    def query(self):
        """The form's values as the query of an address."""
        said = {name: value for name, value in self.cleaned_data.items() if value}
        return urlencode(said)


def _begin(day):
    return timezone.make_aware(datetime.combine(day, time()))
