from django import forms
from django.contrib.admin.widgets import AdminDateWidget, AdminSplitDateTime
from django.core.exceptions import ValidationError
from django.utils import timezone

from articles import pictures
from articles.models import Picture
from newsroom.lib import decoding, images
from newsroom.lib.forms import ZonedTimeField

LONGER = forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"})


def inspected(upload):
    """The Facts of an uploaded file. Raises ValidationError with the reason."""
    try:
        return decoding.inspect(pictures.read(upload))
    except images.UnacceptablePictureError as error:
        raise ValidationError(str(error), code="unacceptable") from error


class PictureForm(forms.ModelForm):
    """A picture's words and rights; `upload` is the file, or the one to replace it.

    `not_kept` says why the storage did not take the file, where it was tried.
    """

    not_kept = ""

    upload = forms.FileField(
        label="File",
        required=False,
        help_text=(
            f"{images.KNOWN_FORMS}, up to {images.MAX_BYTES // 1_048_576} MB. Words "
            "left empty come from the file, if it has them. A new file replaces the "
            "old one everywhere."
        ),
        widget=forms.FileInput(attrs={"accept": "image/*,.heic,.heif"}),
    )

    WORDS = [
        "caption", "alt_text", "is_decorative", "creator", "credit_line", "keywords",
        "taken_at", "usage", "copyright_notice", "usage_terms", "license_url",
        "acquire_license_url", "allows_site", "allows_newsletter",
        "allows_republishing", "territory_note", "rights_start_at", "rights_expire_at",
        "focal_x", "focal_y",
    ]  # fmt: skip

    class Meta:
        model = Picture
        fields = []  # the admin's fieldsets name them

    def words(self):
        """What was typed, as fields of Picture."""
        return {name: self.cleaned_data[name] for name in self.WORDS}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.facts = None
        if "upload" in self.fields:
            self.fields["upload"].required = self.instance.pk is None

    def clean_upload(self):
        upload = self.cleaned_data["upload"]
        if self.not_kept:
            raise ValidationError(self.not_kept)
        if upload:
            self.facts = inspected(upload)
        return upload


class _Files(forms.FileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files under one name; its clean value is a list of them."""

    widget = _Files

    def clean(self, data, initial=None):
        files = (data if isinstance(data, list) else [data]) or [None]
        return [super(FilesField, self).clean(file, initial) for file in files]


class PicturesForm(forms.Form):
    """Several files at once, with the words that all of them share."""

    files = FilesField(
        label="Files",
        help_text=(
            f"{images.KNOWN_FORMS}, up to {images.MAX_BYTES // 1_048_576} MB each. "
            "Caption, credit, copyright and keywords come from the files where they "
            "have them and nothing is typed here."
        ),
        widget=_Files(attrs={"accept": "image/*,.heic,.heif"}),
    )
    creator = forms.CharField(required=False, max_length=200)
    credit_line = forms.CharField(required=False, max_length=200)
    copyright_notice = forms.CharField(required=False, max_length=200)
    usage = forms.ChoiceField(
        label="Usage category",
        required=False,
        choices=Picture.Usage,
        initial=Picture.Usage.UNKNOWN,
    )
    rights_expire_at = ZonedTimeField(
        label="Rights end", required=False, widget=AdminSplitDateTime
    )

    def words(self):
        """What was typed, as fields of Picture; what is empty is left out."""
        return {
            name: value
            for name, value in self.cleaned_data.items()
            if value and name != "files"
        }


YES_NO = [("", "As it is"), ("yes", "Yes"), ("no", "No")]


class WordsForm(forms.Form):
    """Credit and rights for many pictures; what is left empty stays as it is."""

    creator = forms.CharField(required=False, max_length=200)
    credit_line = forms.CharField(required=False, max_length=200)
    copyright_notice = forms.CharField(required=False, max_length=200)
    usage = forms.ChoiceField(
        label="Usage category",
        required=False,
        choices=[("", "As it is"), *Picture.Usage.choices],
    )
    usage_terms = forms.CharField(required=False, max_length=1000, widget=LONGER)
    license_url = forms.URLField(
        label="Address of the licence",
        required=False,
        max_length=500,
        assume_scheme="https",
    )
    allows_site = forms.ChoiceField(label="On the site", required=False, choices=YES_NO)
    allows_newsletter = forms.ChoiceField(
        label="In newsletters", required=False, choices=YES_NO
    )
    allows_republishing = forms.ChoiceField(
        label="In stories we license", required=False, choices=YES_NO
    )
    territory_note = forms.CharField(required=False, max_length=200)
    rights_start_at = ZonedTimeField(
        label="Rights start", required=False, widget=AdminSplitDateTime
    )
    rights_expire_at = ZonedTimeField(
        label="Rights end", required=False, widget=AdminSplitDateTime
    )

    def clean(self):
        values = super().clean()
        if not self.errors and not self.words():
            raise ValidationError("Nothing is filled in, so nothing would change.")
        return values

    def words(self):
        """What to change, as fields of Picture."""
        return {
            name: value == "yes" if name.startswith("allows_") else value
            for name, value in self.cleaned_data.items()
            if value
        }


class RightsDayForm(forms.Form):
    """The day on which to see what has lost its rights."""

    on = forms.DateField(label="By the end of", widget=AdminDateWidget)

    def clean_on(self):
        on = self.cleaned_data["on"]
        if not 0 <= (on - timezone.localdate()).days <= 3660:
            raise ValidationError("Choose a day within the next ten years.")
        return on
