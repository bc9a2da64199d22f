"""Addresses that lead elsewhere, and those that lead nowhere yet."""

from urllib.parse import urlencode

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.html import format_html

from articles import addresses
from articles.actions import add_redirect
from articles.models import MissingPath, PastAddress, PastPath, PastSectionSlug
from newsroom.lib import text
from newsroom.lib.lists import LargeList

LEFT_ROWS = 50


class RedirectForm(forms.ModelForm):
    path = forms.CharField(
        label="Old address",
        max_length=PastPath.PATH_LENGTH,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text="A path of this site that answers nothing, such as /2014/old-story/.",
    )

    def clean_path(self):
        path = addresses.clean_dead_path(text.clean_line(self.cleaned_data["path"]))
        others = PastPath.objects.exclude(pk=self.instance.pk).filter(path=path)
        if other := others.select_related("article__section").first():
            raise ValidationError(f"This address leads to {other.location} already.")
        return path

    def clean_article(self):
        story = self.cleaned_data["article"]
        if story and not story.is_live:
            raise ValidationError("Readers cannot see this story.")
        return story

    def clean(self):
        cleaned = super().clean()
        target = text.clean_line(cleaned.get("target") or "")
        if "article" in self.errors:
            return cleaned
        if bool(target) == bool(cleaned.get("article")):
            self.add_error(
                "article", "Choose a story or write another address: one of the two."
            )
            return cleaned
        if target:
            try:
                cleaned["article"], cleaned["target"] = addresses.clean_target(target)
            except ValidationError as error:
                self.add_error("target", error)
                return cleaned
        if cleaned["target"] and addresses.fold_path(cleaned["target"]) == cleaned.get(
            "path"
        ):
            self.add_error("target", "An address cannot lead to itself.")
        return cleaned


@admin.register(PastPath)
class RedirectAdmin(LargeList):
    """Every address that leads elsewhere; those left by a move stand below the list."""

    form = RedirectForm
    fields = ["path", "article", "target"]
    list_display = ["old_address", "leads_to"]
    list_select_related = ["article__section"]
    sortable_by = ["old_address"]
    search_fields = ["path", "target", "article__headline", "article__slug"]
    search_help_text = "Old address, new address or headline"
    autocomplete_fields = ["article"]
    ordering = ["-pk"]
    change_list_template = "admin/articles/redirects.html"

    @admin.display(description="old address", ordering="path")
    def old_address(self, redirect):
        return format_html("<bdi>{}</bdi>", redirect)

    @admin.display(description="leads to")
    def leads_to(self, redirect):
        return format_html("<bdi>{}</bdi>", redirect.location)

    def get_changeform_initial_data(self, request):
        initial = super().get_changeform_initial_data(request)
        if initial.get("path") and not {"article", "target"} & initial.keys():
            story, target = addresses.suggest(initial["path"])
            initial.update(article=story and story.pk, target=target)
        return initial

    def save_model(self, request, obj, form, change):
        add_redirect(obj)

    def changelist_view(self, request, extra_context=None):
        words = request.GET.get("q", "").strip("/ ")
        moved = PastAddress.objects.select_related("section", "article__section")
        sections = PastSectionSlug.objects.select_related("section")
        for word in words.replace("/", " ").split():
            moved = moved.filter(slug__icontains=word) | moved.filter(
                section__slug__icontains=word
            )
            sections = sections.filter(slug__icontains=word)
        left = {
            "moved": moved.order_by("-pk")[:LEFT_ROWS],
            "sections": sections.order_by("-pk")[:LEFT_ROWS],
            "most": LEFT_ROWS,
        }
        return super().changelist_view(request, {**(extra_context or {}), "left": left})


class LeftAddressAdmin(admin.ModelAdmin):
    """An address that a move has left: made by the move, taken away by an editor."""

    def has_module_permission(self, request):
        return False

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False


@admin.register(PastAddress)
class PastAddressAdmin(LeftAddressAdmin, LargeList):
    list_display = ["__str__", "article"]
    list_select_related = ["section", "article"]
    sortable_by = []
    search_fields = ["slug", "section__slug"]


@admin.register(PastSectionSlug)
class PastSectionSlugAdmin(LeftAddressAdmin):
    list_display = ["slug", "section"]
    list_select_related = ["section"]
    search_fields = ["slug"]


class IgnoredFilter(admin.SimpleListFilter):
    title = "kept"
    parameter_name = "ignored"

    def lookups(self, request, model_admin):
        return [("yes", "Ignored")]

    def queryset(self, request, queryset):
        return queryset.filter(is_ignored=self.value() == "yes")

    def choices(self, changelist):
        first, *others = super().choices(changelist)
        return [{**first, "display": "To look at"}, *others]


@admin.register(MissingPath)
class MissingPathAdmin(admin.ModelAdmin):
    list_display = [
        "address", "count", "next_step", "last_seen_at", "referrer_host",
    ]  # fmt: skip
    list_display_links = None
    list_filter = [IgnoredFilter]
    list_select_related = False
    list_per_page = 50
    search_fields = ["path", "referrer_host"]
    actions = ["ignore", "take_up"]
    readonly_fields = [
        "path", "count", "first_seen_at", "last_seen_at", "referrer_host", "is_ignored",
    ]  # fmt: skip

    def has_add_permission(self, request):
        return False

    @admin.display(description="address", ordering="path")
    def address(self, missing):
        return format_html("<bdi>{}</bdi>", missing)

    @admin.display(description="next step")
    def next_step(self, missing):
        url = reverse("admin:articles_pastpath_add")
        return format_html(
            '<a href="{}?{}" aria-label="Redirect {}">Redirect…</a>',
            url,
            urlencode({"path": str(missing)}),
            missing,
        )

    @admin.action(description="Ignore", permissions=["change"])
    def ignore(self, request, queryset):
        count = queryset.update(is_ignored=True)
        self.message_user(request, f"{count} ignored.", messages.SUCCESS)

    @admin.action(description="No longer ignore", permissions=["change"])
    def take_up(self, request, queryset):
        count = queryset.update(is_ignored=False)
        self.message_user(request, f"{count} no longer ignored.", messages.SUCCESS)
