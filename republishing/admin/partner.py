from django.contrib import admin
from django.utils.html import format_html

from newsroom.lib.forms import ZONED_TIMES
from newsroom.lib.lists import ReadOnly
from republishing import partners
from republishing.models import Partner, PartnerStory, PartnerVisit


class StoryInline(ReadOnly, admin.TabularInline):
    model = PartnerStory
    extra = 0
    fields = ["first_at", "article"]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("article")


class VisitInline(ReadOnly, admin.TabularInline):
    model = PartnerVisit
    extra = 0
    fields = ["day", "count"]


@admin.register(Partner)
class PartnerAdmin(admin.ModelAdmin):
    """Standing licences; a feed's address is closed and not deleted."""

    formfield_overrides = ZONED_TIMES
    list_display = ["name", "number", "license", "ends_at", "revoked_at", "view_count"]
    list_select_related = ["license"]
    search_fields = ["name", "number", "email"]
    filter_horizontal = ["sections"]
    readonly_fields = ["number", "addresses", "revoked_at", "view_count"]
    fields = [
        "name",
        "email",
        "license",
        "sections",
        "delay_minutes",
        "stories_a_month",
        "with_pictures",
        "languages",
        "ends_at",
        *readonly_fields,
    ]
    inlines = [VisitInline, StoryInline]
    actions = ["revoke_selected"]

    @admin.display(description="feed")
    def addresses(self, partner):
        if not partner.pk:
            return "–"
        return format_html(
            "Atom: <code>{0}</code><br>ninjs: <code>{0}?format=ninjs</code>",
            partner.feed_url,
        )

    def has_delete_permission(self, request, obj=None):
        return False

    @admin.action(
        description="Close the feeds of selected partners", permissions=["change"]
    )
    def revoke_selected(self, request, queryset):
        for partner in queryset.filter(revoked_at=None):
            partners.revoke(partner)
            self.log_change(request, partner, "Closed the feed.")
        self.message_user(request, "These addresses answer no more.")
