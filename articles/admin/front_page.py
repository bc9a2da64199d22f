from django.contrib import admin

from articles.models import FrontPageSlot
from newsroom.lib.forms import ZONED_TIMES


@admin.register(FrontPageSlot)
class FrontPageSlotAdmin(admin.ModelAdmin):
    formfield_overrides = ZONED_TIMES
    list_display = ["article", "area", "position", "pinned_until"]
    list_editable = ["area", "position", "pinned_until"]
    list_select_related = ["article"]
    autocomplete_fields = ["article"]
