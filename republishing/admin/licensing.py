from django.contrib import admin

from articles.admin.protection import KeepsWhatIsUsed
from republishing.models import AnswerTemplate, Fee, License, Surcharge


@admin.register(License)
class LicenseAdmin(KeepsWhatIsUsed, admin.ModelAdmin):
    list_display = ["name", "is_default", "is_free", "is_paid_first", "url"]
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


@admin.register(Surcharge)
class SurchargeAdmin(admin.ModelAdmin):
    list_display = ["wish", "percent"]
    list_select_related = False


@admin.register(AnswerTemplate)
class AnswerTemplateAdmin(admin.ModelAdmin):
    list_display = ["name"]
    list_select_related = False
    search_fields = ["name", "text"]
