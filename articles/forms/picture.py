from django import forms
from django.core.exceptions import ValidationError

from articles import pictures
from articles.models import Picture
from newsroom.lib import images


class PictureForm(forms.ModelForm):
    """A picture's words and rights; `upload` is the file, or the one to replace it."""

    upload = forms.FileField(
        label="file",
        required=False,
        help_text=(
            "JPEG, PNG, WebP, AVIF, GIF or TIFF. A new file replaces the old one "
            "everywhere."
        ),
    )

    WORDS = [
        "caption", "credit_line", "alt_text", "copyright_notice", "usage_terms",
        "rights_expire_at", "focal_x", "focal_y",
    ]  # fmt: skip

    class Meta:
        model = Picture
        fields = []  # the admin's fieldsets name them

    def words(self):
        """What was typed, as fields of Picture."""
        return {name: self.cleaned_data[name] for name in self.WORDS}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "upload" in self.fields:
            self.fields["upload"].required = self.instance.pk is None

    def clean_upload(self):
        upload = self.cleaned_data["upload"]
        if upload:
            try:
                images.inspect(pictures.read(upload))
            except images.UnacceptablePictureError as error:
                raise ValidationError(str(error), code="unacceptable") from error
        return upload
