from django import forms
from django.core.validators import URLValidator

from newsroom.lib.forms import AddressField
from newsroom.lib.text import clean_line, clean_text
from republishing.models import (
    Audience,
    Medium,
    OrganisationType,
    RepublishingRequest,
    Term,
    Territory,
)
from republishing.pricing import offer_for

_CHOOSE = [("", "Choose")]


class LineField(forms.CharField):
    """One line of plain text, tidied."""

    def to_python(self, value):
        return clean_line(super().to_python(value))


class PlainTextField(forms.CharField):
    widget = forms.Textarea(attrs={"rows": 6})

    def to_python(self, value):
        return clean_text(super().to_python(value))


def _line(label, *, autocomplete="off", missing="Fill this in.", **kwargs):
    return LineField(
        label=label,
        widget=forms.TextInput(attrs={"autocomplete": autocomplete}),
        error_messages={"required": missing},
        **kwargs,
    )


def _choice(label, choices, *, missing):
    return forms.ChoiceField(
        label=label,
        choices=[*_CHOOSE, *choices],
        error_messages={"required": missing, "invalid_choice": missing},
    )


def _choice_with_default(label, choices, default):
    """What most mean is chosen already, and meant by those who leave it out."""
    return forms.TypedChoiceField(
        label=label,
        choices=choices.choices,
        initial=default,
        empty_value=default.value,
        required=False,
        error_messages={"invalid_choice": "Choose one of these."},
    )


class PriceForm(forms.Form):
    """What the price depends on."""

    organisation_type = _choice(
        "What kind of organisation is it?",
        OrganisationType.choices,
        missing="Choose the kind of organisation.",
    )
    audience = _choice(
        "How many people does it reach?",
        Audience.choices,
        missing="Choose how many people it reaches.",
    )
    medium = _choice(
        "Where will the story appear?",
        Medium.choices,
        missing="Choose where the story will appear.",
    )
    territory = _choice_with_default(
        "In which part of the world?", Territory, Territory.COUNTRY
    )
    term = _choice_with_default("For how long?", Term, Term.YEAR)
    with_pictures = forms.BooleanField(
        label="We would like the pictures too, as far as their rights allow",
        required=False,
    )
    is_exclusive = forms.BooleanField(
        label="Nobody else in our market may have the story", required=False
    )

    def offer(self, article):
        """The offer that the schedule makes for a story, or None."""
        wanted = {name: self.cleaned_data[name] for name in PriceForm.base_fields}
        return offer_for(RepublishingRequest(article=article, **wanted))


class RepublishingRequestForm(PriceForm):
    """What somebody says who wants to publish a story. It asks for no price."""

    name = _line(
        "Your name", autocomplete="name", max_length=120, missing="Write your name."
    )
    email = AddressField(label="Your email address")
    organisation = _line(
        "Organisation",
        autocomplete="organization",
        max_length=160,
        missing="Write the name of your organisation.",
    )
    website = forms.URLField(
        label="Its website (if it has one)",
        required=False,
        max_length=300,
        validators=[URLValidator(schemes=["http", "https"])],
        widget=forms.URLInput(attrs={"autocomplete": "url"}),
        error_messages={
            "invalid": "This is not a web address; it looks like www.example.org."
        },
    )
    country = _line(
        "Country",
        autocomplete="country-name",
        max_length=80,
        missing="Write your country.",
    )
    languages = _line("In which languages?", required=False, max_length=120)
    intended_on = forms.DateField(
        label="When will it appear? (if you know)",
        required=False,
        widget=forms.DateInput(
            attrs={"type": "date", "autocomplete": "off"}, format="%Y-%m-%d"
        ),
        error_messages={"invalid": "Write the date as 2027-01-31."},
    )
    message = PlainTextField(
        label="Anything else we should know?", required=False, max_length=4000
    )
    accepted_terms = forms.BooleanField(
        label="I have read the terms of republishing and accept them",
        error_messages={"required": "We need your agreement to the terms."},
    )
    # The form has a website of its own, so the field for machines is named otherwise.
    fax_number = forms.CharField(
        required=False,
        label="Leave this empty",
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )

    field_order = [
        "name", "email", "organisation", "website", "country", "organisation_type",
        "audience", "medium", "territory", "term", "languages", "intended_on",
        "with_pictures", "is_exclusive", "message", "accepted_terms", "fax_number",
    ]  # fmt: skip

    def clean_fax_number(self):
        if self.cleaned_data["fax_number"]:
            raise forms.ValidationError(
                "Leave the hidden field empty; some browsers fill it in."
            )
        return ""


class PlacementForm(forms.Form):
    """Where a licensee has published the story."""

    url = forms.URLField(
        label="The address of the page",
        max_length=500,
        assume_scheme="https",
        validators=[URLValidator(schemes=["http", "https"])],
        error_messages={
            "required": "Write the address of the page.",
            "invalid": "This is not a web address; it looks like www.example.org/a.",
        },
    )


class MessageForm(forms.Form):
    """What a requester writes to the desk."""

    text = PlainTextField(
        label="Your message",
        max_length=4000,
        error_messages={"required": "Write your message."},
    )
