from django import forms

from articles.models import Article, Tag
from articles.models.article import SLUG_LENGTH
from articles.models.slugs import RESERVED_ARTICLE_SLUGS
from articles.models.tag import format_names, parse_names
from newsroom.lib import text


class ArticleForm(forms.ModelForm):
    """What an editor types of a story."""

    typed_tags = forms.CharField(
        label="tags",
        required=False,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text="Separated by commas; a name with a comma in it in double quotes.",
    )

    TIMES = ["published_at", "modified_at", "embargoed_until", "expires_at"]

    class Meta:
        model = Article
        exclude = ["tags", "authors"]  # noqa: DJ006 - the admin's fieldsets name the fields

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            names = [tag.name for tag in self.instance.tags.all()]
            self.fields["typed_tags"].initial = format_names(names)
        if "slug" in self.fields:
            self.fields["slug"].required = False
            self.fields[
                "slug"
            ].help_text = (
                "Part of the address. Left empty, it is made from the headline."
            )

    def left_address(self):
        """The (section key, slug) that the story had before this form."""
        return self.initial.get("section"), self.initial.get("slug")

    def clean_typed_tags(self):
        names = parse_names(self.cleaned_data["typed_tags"])
        for name in names:
            if len(name) > Tag.NAME_LENGTH:
                raise forms.ValidationError(
                    f"“{name[:40]}…” is too long: {Tag.NAME_LENGTH} letters fit."
                )
        return names

    def clean(self):
        cleaned = super().clean()
        if "_saveasnew" in self.data:
            # A copy is a new draft: it must not run at the original's time or address.
            cleaned.update(dict.fromkeys(self.TIMES), slug="")
        if (
            not cleaned.get("slug")
            and cleaned.get("headline")
            and "slug" not in self.errors
        ):
            cleaned["slug"] = self._free_slug(
                cleaned["headline"], cleaned.get("section")
            )
        is_cleared = self.instance.pub_status == Article.PubStatus.USABLE
        if (
            is_cleared
            and "published_at" in self.fields
            and not cleaned.get("published_at")
        ):
            self.add_error(
                "published_at", "A story that is cleared to run needs its time."
            )
        return cleaned

    def _free_slug(self, headline, section):
        others = Article.objects.filter(section=section).exclude(pk=self.instance.pk)

        def is_taken(slug):
            return slug in RESERVED_ARTICLE_SLUGS or others.filter(slug=slug).exists()

        base = text.slug(headline, max_length=80, fallback="story")
        return text.unique_slug(base, is_taken, max_length=SLUG_LENGTH)
