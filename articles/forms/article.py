from django import forms

from articles.forms.body import BodyWidget
from articles.models import Article, ArticleDraft, Tag
from articles.models.article import SLUG_LENGTH
from articles.models.slugs import RESERVED_ARTICLE_SLUGS
from articles.models.tag import format_names, parse_names
from newsroom.lib import text


class ArticleForm(forms.ModelForm):
    """What an editor types of a story."""

    typed_tags = forms.CharField(
        label="Tags",
        required=False,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text="Separated by commas; a name with a comma in it in double quotes.",
    )

    # A new story's `uuid` from its first form on: sent twice, it is one story.
    key = forms.UUIDField(required=False, widget=forms.HiddenInput)
    desk_note = forms.CharField(
        label="Note for the history",
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )
    despite_points = forms.BooleanField(
        label="Publish although these points are open", required=False
    )
    is_significant = forms.BooleanField(
        label="A significant change: tell readers that the story was updated",
        required=False,
    )

    TIMES = ["published_at", "modified_at", "embargoed_until", "expires_at"]

    class Meta:
        model = Article
        exclude = ["tags", "authors"]  # noqa: DJ006 - the admin's fieldsets name the fields
        widgets = {"body": BodyWidget}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.was_live = bool(self.instance.pk) and self.instance.is_live
        self.before = (self.instance.section_id, self.instance.slug)
        if self.instance.pk:
            self._start_from_copy()
        for name in ["headline", "kicker", "standfirst", "typed_tags"]:
            if name in self.fields:
                self.fields[name].widget.attrs["dir"] = "auto"
        self.fields["key"].initial = self.instance.uuid
        if "slug" in self.fields:
            self.fields["slug"].required = False
            self.fields[
                "slug"
            ].help_text = (
                "Part of the address. Left empty, it is made from the headline."
            )

    def _start_from_copy(self):
        """Show the working copy where there is one, else the story's own tags."""
        copy = ArticleDraft.objects.filter(article=self.instance).first()
        names = [tag.name for tag in self.instance.tags.all()]
        if copy:
            names = [tag["name"] for tag in copy.content["tags"]]
            self.initial.update(copy.content)
        self.fields["typed_tags"].initial = format_names(names)

    def left_address(self):
        """The (section key, slug) that the story had before this form."""
        return self.before

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
