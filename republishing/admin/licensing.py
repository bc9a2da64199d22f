from django.contrib import admin

from articles.admin.protection import KeepsWhatIsUsed
from republishing.forms.desk import FeeForm
from republishing.models import AnswerTemplate, Fee, Invoicing, License, Surcharge


@admin.register(License)
class LicenseAdmin(KeepsWhatIsUsed, admin.ModelAdmin):
    list_display = ["name", "is_default", "is_free", "is_paid_first", "url"]
    list_select_related = False
    search_fields = ["name", "usage_terms"]
    prepopulated_fields = {"slug": ["name"]}


@admin.register(Fee)
class FeeAdmin(KeepsWhatIsUsed, admin.ModelAdmin):
    form = FeeForm
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


@admin.register(Invoicing)
class InvoicingAdmin(admin.ModelAdmin):
    """One row: its form stands in the place of the list."""

    list_select_related = False
    fields = [
        "payment_details",
        "days_to_pay",
        "tax_number",
        "tax_name",
        "tax_percent",
        "closing",
    ]

    def changelist_view(self, request, extra_context=None):
        found = Invoicing.objects.first()
        key = str(found.pk) if found else None
        return self.changeform_view(request, key, extra_context=extra_context)

    def add_view(self, request, form_url="", extra_context=None):
        return self.changelist_view(request, extra_context)

    def has_delete_permission(self, request, obj=None):
        return False

    def save_model(self, request, obj, form, change):
        obj.pk = 1
        super().save_model(request, obj, form, change)
