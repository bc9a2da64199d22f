from django import forms

from newsroom.lib.forms import AddressField
from newsroom.lib.text import clean_line, clean_text


class _PlainText(forms.CharField):
    def __init__(self, *, rows, **kwargs):
        super().__init__(widget=forms.Textarea(attrs={"rows": rows}), **kwargs)

    def to_python(self, value):
        return clean_text(super().to_python(value))


class _OptionalAddress(AddressField):
    def clean(self, value):
        return super().clean(value) if value and value.strip() else None


class ErrorReportForm(forms.Form):
    """What a reader says is wrong in a story."""

    error = _PlainText(
        label="What is wrong?",
        rows=6,
        max_length=2000,
        error_messages={"required": "Write what is wrong."},
    )
    passage = _PlainText(
        label="The words in question (if you can copy them)",
        rows=3,
        required=False,
        max_length=2000,
    )
    source = _PlainText(
        label="How do you know? (a source, a link, or that you were there)",
        rows=3,
        required=False,
        max_length=1000,
    )
    name = forms.CharField(
        label="Your name (only if we may ask back)",
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = _OptionalAddress(
        label="Your email address (only if we may ask back)", required=False
    )
    website = forms.CharField(
        required=False,
        label="Leave this empty",
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )

    def clean_name(self):
        return clean_line(self.cleaned_data["name"])

    def clean_website(self):
        if self.cleaned_data["website"]:
            raise forms.ValidationError(
                "Leave the hidden field empty; some browsers fill it in."
            )
        return ""
