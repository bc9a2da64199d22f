"""The ledger: what was sent to whom, and why not."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_safe

from newsletter import why
from newsletter.forms import SuppressionForm, WhyForm
from newsletter.models import Delivery, Suppression
from newsroom.lib.lists import LargeList, ReadOnly


@admin.register(Delivery)
class DeliveryAdmin(ReadOnly, LargeList):
    list_display = ["email", "issue", "status", "reason", "attempts", "sent_at"]
    list_filter = ["status", ("bounced_at", admin.EmptyFieldListFilter)]
    list_select_related = ["subscriber", "issue"]
    search_fields = ["subscriber__email_folded__startswith"]
    sortable_by = []
    ordering = ["-pk"]

    @admin.display(description="Subscriber", empty_value="Forgotten")
    def email(self, obj):
        return obj.subscriber and obj.subscriber.email

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("why/", view(self.why_view), name="newsletter_delivery_why"),
            *super().get_urls(),
        ]

    @method_decorator(require_safe)
    def why_view(self, request):
        """Why did, or didn't, this address get it?"""
        if not self.has_view_permission(request):
            raise PermissionDenied
        form = WhyForm(request.GET or None)
        words, answers = "", []
        if form.is_valid():
            words, answers = why.explain(form.cleaned_data["email"])
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Why did this address get it, or not?",
            "form": form,
            "words": words,
            "answers": answers,
            "media": self.media,
        }
        template = "admin/newsletter/delivery/why.html"
        return TemplateResponse(request, template, context)


@admin.register(Suppression)
class SuppressionAdmin(LargeList):
    form = SuppressionForm
    list_display = ["email_folded", "reason", "note", "at"]
    list_filter = ["reason"]
    list_select_related = False
    sortable_by = ["email_folded", "at"]
    search_fields = ["email_folded"]
