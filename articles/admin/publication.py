from django.contrib import admin
from django.shortcuts import redirect
from django.urls import reverse

from articles import pages
from articles.admin.autocomplete import NamedAutocompletes
from articles.models import Publication


@admin.register(Publication)
class PublicationAdmin(NamedAutocompletes, admin.ModelAdmin):
    """One row: the list leads straight to its form."""

    autocomplete_fields = ["logo"]
    fieldsets = [
        (None, {"fields": ["name", "strapline", "about_line", "newsletter_pitch"]}),
        ("Republishing", {"fields": ["republishing_notice", "republishing_link_text"]}),
        (
            "Publisher, for search engines",
            {
                "fields": [
                    "legal_name", "founding_year", "email", "address", "logo",
                    "corrections_policy_url", "ethics_policy_url", "social_links",
                ]
            },
        ),
    ]  # fmt: skip

    def changelist_view(self, request, extra_context=None):
        found = Publication.objects.first()
        if found and self.has_view_permission(request):
            return redirect(
                reverse("admin:articles_publication_change", args=[found.pk])
            )
        return super().changelist_view(request, extra_context)

    def has_add_permission(self, request):
        # Asked on each page of the admin, so it is not asked of the database.
        is_missing = pages.chrome()["publication"].pk is None
        return super().has_add_permission(request) and is_missing

    def has_delete_permission(self, request, obj=None):
        return False

    def save_model(self, request, obj, form, change):
        obj.pk = 1
        super().save_model(request, obj, form, change)
