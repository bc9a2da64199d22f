from django import forms

from newsletter import choice
from newsletter.models import Newsletter
from newsroom.lib.forms import AddressField


class SignUpForm(forms.Form):
    """An address and the newsletters it wants; `newsletters` cleans to rows."""

    email = AddressField(label="Your email address")
    newsletters = forms.MultipleChoiceField(
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "Choose at least one newsletter.",
            "invalid_choice": "One of these newsletters is no longer offered.",
        },
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.offers = {newsletter.slug: newsletter for newsletter in choice.offers()}
        # The label is the row itself: the page shows its strapline and frequency too.
        self.fields["newsletters"].choices = list(self.offers.items())
        if len(self.offers) == 1:
            self.fields["newsletters"].initial = list(self.offers)

    def clean_newsletters(self):
        return [self.offers[slug] for slug in self.cleaned_data["newsletters"]]


class PreferencesForm(forms.Form):
    """The newsletters that the owner of a link wants; nothing else in it is read."""

    newsletters = forms.MultipleChoiceField(
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "invalid_choice": "One of these newsletters is no longer offered."
        },
    )

    def __init__(self, *args, subscriber, **kwargs):
        super().__init__(*args, **kwargs)
        taken = Newsletter.objects.filter(
            pk__in=subscriber.subscriptions.active().values("newsletter")
        )
        slugs = [newsletter.slug for newsletter in taken]
        self.choices = {row.slug: row for row in [*Newsletter.objects.open(), *taken]}
        self.fields["newsletters"].choices = list(self.choices.items())
        self.fields["newsletters"].initial = slugs

    def clean_newsletters(self):
        return [self.choices[slug] for slug in self.cleaned_data["newsletters"]]
