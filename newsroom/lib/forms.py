"""Form fields that more than one app's public forms have."""

from django import forms

from newsroom.lib import addresses


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
