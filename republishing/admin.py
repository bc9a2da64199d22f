from django.contrib import admin

from articles.admin.protection import KeepsWhatIsUsed
from newsroom.lib.lists import LargeList
from republishing.models import Fee, License, RepublishingRequest, RequestEvent


@admin.register(License)
class LicenseAdmin(KeepsWhatIsUsed, admin.ModelAdmin):
    list_display = ["name", "is_default", "url"]
    list_select_related = False
    search_fields = ["name", "usage_terms"]
    prepopulated_fields = {"slug": ["name"]}


@admin.register(Fee)
class FeeAdmin(KeepsWhatIsUsed, admin.ModelAdmin):
    list_display = [
        "organisation_type",
        "medium",
        "audience",
        "price",
        "valid_from",
        "valid_until",
    ]
    list_filter = ["organisation_type", "medium", "audience", "currency"]
    list_select_related = False
    date_hierarchy = "valid_from"


class RequestEventInline(admin.TabularInline):
    """The history of a request: nobody adds, changes or removes it by hand."""

    model = RequestEvent
    extra = 0
    fields = ["at", "kind", "by", "note"]
    readonly_fields = fields

    def has_add_permission(self, request, obj):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(RepublishingRequest)
class RepublishingRequestAdmin(LargeList):
    list_display = [
        "reference",
        "state",
        "organisation",
        "article",
        "medium",
        "created_at",
    ]
    list_filter = ["state", "organisation_type", "medium", "created_at"]
    list_select_related = ["article"]
    search_fields = ["reference", "organisation", "name", "email", "article__headline"]
    inlines = [RequestEventInline]
    readonly_fields = [
        "reference",
        "state",
        "created_at",
        "article",
        "name",
        "email",
        "organisation",
        "website",
        "country",
        "organisation_type",
        "audience",
        "medium",
        "languages",
        "with_pictures",
        "intended_on",
        "message",
        "accepted_terms_at",
        "network_address",
    ]

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
