"""Moving in from elsewhere: upload, preview, run, report, undo."""

from django.contrib import admin
from django.urls import path
from django.utils.html import format_html

from articles.admin import import_pages
from articles.models import ImportRun
from articles.models.desk import desks_of
from articles.moving.runs import totals


@admin.register(ImportRun)
class ImportRunAdmin(admin.ModelAdmin):
    """Who works for some sections only may bring nothing in: it goes to all of them."""

    list_display = ["file_name", "kind", "state", "brought_in", "by", "created_at"]
    list_filter = ["state", "kind"]
    list_select_related = ["by"]
    list_per_page = 50
    search_fields = ["file_name"]
    actions = None

    def has_module_permission(self, request):
        return self.has_view_permission(request)

    def has_view_permission(self, request, obj=None):
        user = request.user
        return user.has_perm("articles.run_import") and desks_of(user) is None

    has_add_permission = has_view_permission

    def has_change_permission(self, request, obj=None):
        return False

    has_delete_permission = has_change_permission

    @admin.display(description="brought in")
    def brought_in(self, run):
        found = totals(run.counts)
        if run.state == ImportRun.State.UNDONE:
            return "–"
        words = f"{found['imported'] + found['updated'] + found['look']:,}"
        if found["failed"]:
            return format_html("{}, <strong>{} failed</strong>", words, found["failed"])
        return words

    def get_urls(self):
        def page(view):
            def called(request, *args, **kwargs):
                return view(request, self, *args, **kwargs)

            return self.admin_site.admin_view(called)

        name = "articles_importrun_{}".format
        return [
            path("add/", page(import_pages.add), name=name("add")),
            path(
                "<int:pk>/pieces/<slug:part>/",
                page(import_pages.take_piece),
                name=name("piece"),
            ),
            path("<int:pk>/change/", page(import_pages.show), name=name("change")),
            path("<int:pk>/check/", page(import_pages.check), name=name("check")),
            path("<int:pk>/start/", page(import_pages.start), name=name("start")),
            path("<int:pk>/undo/", page(import_pages.undo), name=name("undo")),
            path("<int:pk>/status/", page(import_pages.status), name=name("status")),
            path("<int:pk>/report.csv", page(import_pages.report), name=name("report")),
            path("<int:pk>/map.csv", page(import_pages.mapping), name=name("mapping")),
            *super().get_urls(),
        ]
