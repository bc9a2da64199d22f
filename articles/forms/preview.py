from datetime import timedelta

from django import forms

from newsroom.lib import text


class PreviewLinkForm(forms.Form):
    """For whom a preview link is, and how long it works."""

    LIFETIMES = {"1": "one day", "7": "one week", "30": "one month"}

    name = forms.CharField(
        label="For whom",
        max_length=120,
        help_text="Stands on the page they open: Anna Kaya, lawyer.",
        widget=forms.TextInput(attrs={"class": "vTextField", "autocomplete": "off"}),
    )
    lifetime = forms.ChoiceField(
        label="Works for", choices=LIFETIMES.items(), initial="7"
    )

    def clean_name(self):
        name = text.clean_line(self.cleaned_data["name"])
        if not text.name_key(name):
            raise forms.ValidationError("Write a name.")
        return name

    def clean_lifetime(self):
        return timedelta(days=int(self.cleaned_data["lifetime"]))
