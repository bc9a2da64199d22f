"""Form fields that more than one app's forms have."""

from datetime import UTC, datetime

from django import forms
from django.contrib.admin.widgets import AdminSplitDateTime
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from newsroom.lib import addresses
from newsroom.lib.times import YEARS


class AddressField(forms.CharField):
    """An e-mail address; its clean value is a `lib.addresses.Address`."""

    widget = forms.EmailInput(
        attrs={
            "class": "field",
            "autocomplete": "email",
            "inputmode": "email",
            "autocapitalize": "none",
            "spellcheck": "false",
        }
    )

    def __init__(self, **kwargs):
        super().__init__(
            **{
                "max_length": 320,
                "error_messages": {"required": "Write your email address."},
                **kwargs,
            }
        )

    def clean(self, value):
        return addresses.parse(super().clean(value))


class ZonedTimeField(forms.SplitDateTimeField):
    """A time in the publication's zone, which its help text names.

    Left as it was it keeps its instant to the microsecond, also in the hour that comes
    twice when clocks go back; typed, that hour is the first of the two. A time that
    clocks skip is refused.
    """

    _stored = None

    def __init__(self, **kwargs):
        zone = f"Time zone: {timezone.get_current_timezone_name()}."
        kwargs["help_text"] = " ".join(filter(None, [kwargs.get("help_text"), zone]))
        super().__init__(**kwargs)

    def get_bound_field(self, form, field_name):
        self._stored = form.initial.get(field_name)
        return super().get_bound_field(form, field_name)

    def clean(self, value):
        if isinstance(self._stored, datetime):
            # Microseconds stand in no input.
            shown = self._stored.replace(microsecond=0)
            if not self.has_changed(shown, value):
                return self._stored
        return super().clean(value)

    def compress(self, data_list):
        try:
            value = super().compress(data_list)
        except ValidationError as error:
            if error.code != "ambiguous_timezone":
                raise
            value = _first_of_two(datetime.combine(*data_list))
        if value and value.year not in YEARS:
            raise ValidationError(
                f"Write a year from {YEARS.start} to {YEARS.stop - 1}.", code="far_off"
            )
        return value


def _first_of_two(naive):
    """A local time's earlier instant. Raises ValidationError where there is none."""
    value = timezone.make_aware(naive)
    if timezone.make_naive(value.astimezone(UTC)) != naive:
        raise ValidationError(
            f"There is no {naive:%H:%M} on this day: clocks go forward then.",
            code="skipped_time",
        )
    return value


# For a ModelAdmin's `formfield_overrides`.
ZONED_TIMES = {
    models.DateTimeField: {"form_class": ZonedTimeField, "widget": AdminSplitDateTime}
}
