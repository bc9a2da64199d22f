"""What an editor says of an import: the files, and what becomes of categories."""

from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Case, When

from articles.models import ImportRun
from articles.moving import mapping as mappings
from newsroom.lib import text

# Django takes a thousand fields at once; a row has two.
MOST_ROWS = 200


class ImportForm(forms.Form):
    """The files of an export, and how to bring them in."""

    kind = forms.ChoiceField(label="It comes from", choices=ImportRun.Kind)
    file = forms.FileField(
        label="The export",
        required=False,
        allow_empty_file=True,
        help_text="WordPress: the .xml file of Tools → Export. Ghost: the .json file "
        "of Settings → Export. At most 2 GB.",
    )
    media = forms.FileField(
        label="Its pictures",
        required=False,
        allow_empty_file=True,
        help_text="A ZIP file of wp-content/uploads, or of Ghost's content/images; at "
        "most 8 GB. Without it pictures are fetched from the former site.",
    )
    mapping = forms.FileField(
        label="A mapping",
        required=False,
        allow_empty_file=True,
        help_text="CSV or JSON of an earlier import. You can also choose on the next "
        "page.",
    )
    fetch = forms.BooleanField(
        label="Fetch pictures that are not in the ZIP file from the former site",
        required=False,
        initial=True,
    )
    update = forms.BooleanField(
        label="Bring stories that are here up to date, unless edited here",
        required=False,
    )
    schedule = forms.BooleanField(
        label="Let stories that are scheduled there be published by themselves",
        required=False,
    )

    def clean_mapping(self):
        file = self.cleaned_data["mapping"]
        if not file:
            return mappings.Mapping()
        return read_mapping(file)

    def options(self):
        return {key: self.cleaned_data[key] for key in ["fetch", "update", "schedule"]}


def read_mapping(file):
    """The Mapping of an uploaded file. Raises ValidationError."""
    try:
        return mappings.read(file.read(mappings.MAX_BYTES + 1))
    except mappings.MappingError as error:
        raise ValidationError(str(error)) from error


class MappingForm(forms.Form):
    """What each category becomes: a select and a name a row.

    `rows` are (kind, name there, what it becomes, value), as `mapping_rows` of a
    source has them.
    """

    default_section = forms.CharField(
        label="Section of stories without one", max_length=80
    )
    time_zone = forms.CharField(
        label="Time zone of the former site",
        max_length=80,
        help_text="Such as Europe/Berlin; used where the export has no UTC time.",
    )
    file = forms.FileField(
        label="Or a mapping as CSV",
        required=False,
        allow_empty_file=True,
        help_text="It takes the place of all that is chosen below.",
    )

    def __init__(self, *args, rows, mapping, **kwargs):
        super().__init__(*args, **kwargs)
        self.mapping = mapping
        self.shown, self.hidden_count = rows[:MOST_ROWS], max(0, len(rows) - MOST_ROWS)
        self.fields["default_section"].initial = mapping.default_section
        self.fields["time_zone"].initial = str(mapping.zone)
        for number, (kind, name, becomes, value) in enumerate(self.shown):
            choices = [(one, one.capitalize()) for one in mappings.KINDS[kind]]
            self.fields[f"becomes-{number}"] = forms.ChoiceField(
                label=f"{name} becomes", choices=choices, initial=becomes
            )
            self.fields[f"value-{number}"] = forms.CharField(
                label=f"Name of {name} here",
                max_length=80,
                required=False,
                initial=value,
            )

    def table(self):
        """(kind, name there, select, name here) for each row."""
        return [
            (kind, name, self[f"becomes-{number}"], self[f"value-{number}"])
            for number, (kind, name, _, _) in enumerate(self.shown)
        ]

    def clean_time_zone(self):
        zone = self.cleaned_data["time_zone"].strip()
        try:
            ZoneInfo(zone)
        except (ValueError, OSError, KeyError) as error:
            raise ValidationError("There is no such time zone.") from error
        return zone

    def clean_file(self):
        file = self.cleaned_data["file"]
        return read_mapping(file) if file else None

    def chosen(self):
        """The Mapping that was typed or sent."""
        typed = self.cleaned_data
        if typed["file"]:
            return typed["file"]
        mapping = self.mapping
        mapping.default_section = text.clean_line(typed["default_section"])
        mapping.time_zone = typed["time_zone"]
        for number, (kind, name, _, _) in enumerate(self.shown):
            mapping.add(
                kind, name, typed[f"becomes-{number}"], typed[f"value-{number}"]
            )
        return mapping


class ReportForm(forms.Form):
    """Which items of a report to list."""

    outcome = forms.ChoiceField(required=False)
    kind = forms.ChoiceField(required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        item = ImportRun.items.rel.related_model
        self.fields["outcome"].choices = [("", "All"), *item.Outcome.choices]
        self.fields["kind"].choices = [("", "All"), *item.Kind.choices]

    def rows(self, run):
        """The items asked for, what needs somebody first; all where that is unclear."""
        item = run.items.model.Outcome
        urgency = Case(
            When(outcome=item.FAILED, then=0),
            When(outcome=item.LOOK, then=1),
            When(outcome=item.SKIPPED, then=2),
            default=3,
        )
        found = run.items.order_by(urgency, "pk")
        if self.is_valid():
            asked = {key: value for key, value in self.cleaned_data.items() if value}
            found = found.filter(**asked)
        return found
