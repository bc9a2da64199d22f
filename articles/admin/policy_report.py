"""What browsers were kept from loading."""

from django.contrib import admin

from articles.models import PolicyReport


@admin.register(PolicyReport)
class PolicyReportAdmin(admin.ModelAdmin):
    list_display = ["blocked", "directive", "path", "count", "last_seen_at"]
    list_display_links = None
    list_filter = ["directive"]
    list_select_related = False
    list_per_page = 50
    search_fields = ["blocked", "path"]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    has_delete_permission = has_change_permission
