from django.contrib import admin

from articles.models import FrontPageSlot


@admin.register(FrontPageSlot)
class FrontPageSlotAdmin(admin.ModelAdmin):
    list_display = ["article", "area", "position", "pinned_until"]
    list_editable = ["area", "position", "pinned_until"]
    list_select_related = ["article"]
    autocomplete_fields = ["article"]
