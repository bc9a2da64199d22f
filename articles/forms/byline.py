from django import forms

from articles.models import Contribution


class BylineForm(forms.ModelForm):
    """One line of a byline. The formset compares the lines, not the database."""

    class Meta:
        model = Contribution
        fields = ["author", "role", "position"]
        # The heads of the columns are no labels to a screen reader.
        widgets = {
            "role": forms.TextInput(
                attrs={"class": "vTextField", "aria-label": "Role"}
            ),
            "position": forms.NumberInput(
                attrs={"class": "vIntegerField", "aria-label": "Position", "min": 0}
            ),
        }

    def validate_unique(self):
        """The whole byline is written anew, so what is there now is no hindrance."""

    def validate_constraints(self):
        """As `validate_unique`."""


class BylineFormSet(forms.BaseInlineFormSet):
    """A story's byline as a list of lines without rows of their own.

    Its lines come from the story or from its working copy, and go to either.
    """

    def total_form_count(self):
        if self.is_bound:
            return super().total_form_count()
        return self.initial_form_count() + len(self.initial_extra or [])

    def clean(self):
        super().clean()
        seen = set()
        for author, role in self.lines():
            if (author.pk, role.casefold()) in seen:
                message = f"{author} stands in the byline twice with the same role."
                raise forms.ValidationError(message)
            seen.add((author.pk, role.casefold()))

    def validate_unique(self):
        """`clean` does it."""

    def save(self, *, commit=True):
        """Nothing: the story's content takes the lines."""
        self.new_objects, self.changed_objects, self.deleted_objects = [], [], []
        return []

    def lines(self):
        """The (author, role) pairs as typed, in order of position."""
        typed = [
            (form.cleaned_data["position"] or 0, number, form.cleaned_data)
            for number, form in enumerate(self.forms)
            if not form.errors
            and form.cleaned_data.get("author")
            and not form.cleaned_data.get("DELETE")
        ]
        return [
            (line["author"], line["role"])
            for _, _, line in sorted(typed, key=lambda entry: entry[:2])
        ]
