import csv

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce
from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html

from newsroom.lib.lists import LargeList, ReadOnly
from republishing import reports
from republishing.forms import ReportForm
from republishing.models import CopyDownload, Grant, GrantViews, Placement, UpdateNotice


class DownloadInline(ReadOnly, admin.TabularInline):
    model = CopyDownload
    extra = 0
    fields = ["at", "format", "network_address"]


class PlacementInline(ReadOnly, admin.TabularInline):
    model = Placement
    extra = 0
    fields = ["url", "checked_at", "unmet_terms", "error"]
    readonly_fields = ["unmet_terms"]

    @admin.display(description="not as agreed")
    def unmet_terms(self, placement):
        words = [finding["text"] for finding in placement.unmet]
        if not placement.checked_at:
            return "–"
        return "; ".join(words) or "Nothing"


class NoticeInline(ReadOnly, admin.TabularInline):
    model = UpdateNotice
    extra = 0
    fields = ["made_at", "kind", "text", "mailed_at", "reminder_count", "done_at"]


@admin.register(Grant)
class GrantAdmin(ReadOnly, LargeList):
    """Licences that were given: who may publish what, and how often it is read."""

    list_display = [
        "number",
        "organisation",
        "article",
        "starts_at",
        "ends_at",
        "ended_at",
        "view_count",
    ]
    list_select_related = ["article", "quote__request"]
    search_fields = ["number", "quote__request__organisation", "article__headline"]
    fields = [
        "number",
        "organisation",
        "article",
        "request_link",
        "starts_at",
        "ends_at",
        "ended_at",
        "view_count",
    ]
    inlines = [NoticeInline, PlacementInline, DownloadInline]

    change_list_template = "admin/republishing/grant_list.html"

    def get_urls(self):
        view = self.admin_site.admin_view(self.report_view)
        return [
            path("report/", view, name="republishing_grant_report"),
            *super().get_urls(),
        ]

    def report_view(self, request):
        """Readings and income in groups, on a page or as CSV."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        form = ReportForm(request.GET)
        asked = form.asked()
        rows = reports.report(**asked)
        licenses = reports.licenses(since=asked["since"], until=asked["until"])
        if request.GET.get("format") == "csv":
            return _csv("income", reports.csv_rows(asked["group"], rows))
        if request.GET.get("format") == "licences":
            return _csv("licences", reports.license_rows(licenses))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "What licences bring",
            "form": form,
            "heading": reports.GROUPS[asked["group"]][0],
            "rows": rows,
            "licenses": licenses,
            "csv_query": form.query(),
        }
        template = "admin/republishing/report.html"
        return TemplateResponse(request, template, context)

    def get_queryset(self, request):
        of_grant = GrantViews.objects.filter(grant=OuterRef("pk")).order_by()
        total = of_grant.values("grant").values(total=Sum("count"))
        found = super().get_queryset(request)
        return found.annotate(view_total=Coalesce(Subquery(total), 0))

    @admin.display(description="organisation")
    def organisation(self, grant):
        return format_html("<bdi>{}</bdi>", grant.quote.request.organisation)

    @admin.display(description="read")
    def view_count(self, grant):
        return grant.view_total

    @admin.display(description="request")
    def request_link(self, grant):
        found = grant.quote.request
        url = reverse("admin:republishing_republishingrequest_change", args=[found.pk])
        return format_html('<a href="{}">{}</a>', url, found)


def _csv(name, rows):
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    # Excel takes a file without this mark for another encoding.
    response.write("\ufeff")
    csv.writer(response).writerows(rows)
    return response


class OpenFilter(admin.SimpleListFilter):
    title = "updated"
    parameter_name = "open"

    def lookups(self, request, model_admin):
        return [("yes", "Not yet"), ("no", "Done")]

    def queryset(self, request, queryset):
        if self.value() in ("yes", "no"):
            return queryset.filter(done_at__isnull=self.value() == "yes")
        return queryset


@admin.register(UpdateNotice)
class UpdateNoticeAdmin(ReadOnly, LargeList):
    """The board of who has not updated a story yet."""

    list_display = [
        "made_at",
        "kind",
        "story",
        "organisation",
        "mailed_at",
        "reminder_count",
        "done_at",
    ]
    list_filter = [OpenFilter, "kind"]
    list_select_related = ["grant__article", "grant__quote__request"]
    search_fields = [
        "grant__article__headline",
        "grant__quote__request__organisation",
    ]

    @admin.display(description="story")
    def story(self, notice):
        return format_html("<bdi>{}</bdi>", notice.grant.article)

    @admin.display(description="organisation")
    def organisation(self, notice):
        return format_html("<bdi>{}</bdi>", notice.grant.quote.request.organisation)
