"""Rows with a name and an address made of it."""

from django import forms
from django.contrib import admin

from articles.admin.protection import KeepsWhatIsUsed
from articles.models import Page, Section
from newsroom.lib import text


class SlugForm(forms.ModelForm):
    """Makes the slug from the name where the editor leaves it empty."""

    name_field = "name"

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "slug" in self.fields:
            self.fields["slug"].required = False
            self.fields[
                "slug"
            ].help_text = "Part of the address. Left empty, it is made from the name."

    def clean(self):
        cleaned = super().clean()
        if not cleaned.get("slug") and cleaned.get(self.name_field):
            model = type(self.instance)
            others = model.objects.exclude(pk=self.instance.pk)
            cleaned["slug"] = text.unique_slug(
                text.slug(cleaned[self.name_field], fallback=model._meta.model_name),  # noqa: SLF001 - Django's documented API
                lambda slug: others.filter(slug=slug).exists(),
            )
        return cleaned


class FirstLevelSlugForm(SlugForm):
    """For sections and pages, which share the first level of addresses."""

    def clean(self):
        cleaned = super().clean()
        slug = cleaned.get("slug")
        if not slug:
            return cleaned
        section = Section.objects.at(slug).first()
        page = Page.objects.filter(slug=slug).first()
        for other in filter(None, [section, page]):
            if other != self.instance:
                message = f"/{slug}/ is the address of “{other}”. Choose another."
                self.add_error("slug", message)
        return cleaned


class SluggedAdmin(KeepsWhatIsUsed, admin.ModelAdmin):
    """Every page may show such a row's name: what is deleted goes at once."""

    form = SlugForm

    def delete_model(self, request, obj):
        self.delete_queryset(request, type(obj).objects.filter(pk=obj.pk))


class AliasInline(admin.TabularInline):
    form = SlugForm
    extra = 0
