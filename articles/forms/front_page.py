from datetime import timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from articles.front_page import AREA_SIZES, RAIL_COUNT, Area
from newsroom.lib.forms import ZonedTimeField


def _time_widget(name):
    return forms.SplitDateTimeWidget(
        date_format="%Y-%m-%d",
        time_format="%H:%M:%S",
        date_attrs={"type": "date", "aria-label": f"{name}: date"},
        time_attrs={"type": "time", "aria-label": f"{name}: time"},
    )


class PlaceField(forms.ChoiceField):
    """A place of the page as `area:number`; its clean value is the two."""

    def clean(self, value):
        area, number = super().clean(value).split(":")
        return area, int(number)


class PlaceForm(forms.Form):
    """Where a story stands on the front page, and from when until when."""

    place = PlaceField()
    starts_at = ZonedTimeField(
        label="From",
        required=False,
        widget=_time_widget("From"),
        help_text="Empty: at once.",
    )
    pinned_until = ZonedTimeField(
        label="Until",
        required=False,
        widget=_time_widget("Until"),
        help_text="Empty: until somebody takes it off.",
    )

    def __init__(self, data=None, *, article, page, slot=None):
        initial = {}
        if slot:
            area, number = page.held_by(slot)
            initial = {
                "place": f"{area}:{number}",
                "starts_at": slot.starts_at,
                "pinned_until": slot.pinned_until,
            }
        super().__init__(data, initial=initial)
        self.slot = slot
        self.fields["place"].choices = list(_choices(page, article))
        if slot and slot.starts_at <= timezone.now():
            del self.fields["starts_at"]

    def clean(self):
        cleaned = super().clean()
        ends_at = cleaned.get("pinned_until")
        starts_at = cleaned.get("starts_at") or timezone.now()
        if ends_at and "pinned_until" in self.changed_data and ends_at <= starts_at:
            self.add_error(
                "pinned_until", "Choose a time after it comes, or leave this empty."
            )
        return cleaned

    def times(self):
        """When the story comes (None: at once) and goes (None: it stays)."""
        if "starts_at" in self.fields:
            starts_at = self.cleaned_data["starts_at"]
        else:
            starts_at = self.slot.starts_at
        return starts_at, self.cleaned_data["pinned_until"]


def _choices(page, article):
    areas = dict(AREA_SIZES)
    if article.section.is_in_navigation:
        areas[Area.RAIL] = RAIL_COUNT
    for area, size in areas.items():
        block = page.block_for(area, article)
        name = article.section.name if area == Area.RAIL else area.label
        places = block.places if block else [None] * size
        group = []
        for number, place in enumerate(places):
            label = block.label(number) if block else f"{name} {number + 1}"
            if place and place.article:
                label = f"{label}: {_shortened(place.article.headline)}"
            group.append((f"{area.value}:{number}", label))
        yield name, group


def _shortened(headline):
    return headline if len(headline) <= 50 else f"{headline[:49].rstrip()}…"


class PreviewForm(forms.Form):
    """The time for which the front page is shown before it comes."""

    at = ZonedTimeField(label="Date and time", widget=_time_widget("Preview"))

    def clean_at(self):
        at = self.cleaned_data["at"]
        if at < timezone.now() - timedelta(minutes=1):
            raise ValidationError("Choose a time that is still to come.")
        return at
