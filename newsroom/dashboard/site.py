from django.contrib.admin import AdminSite
from django.contrib.contenttypes.models import ContentType
from django.contrib.contenttypes.views import shortcut
from django.http import Http404
from django.urls import path
from django.utils import timezone

from newsroom.dashboard import panels, trends
from newsroom.dashboard.groups import grouped


class DeskSite(AdminSite):
    site_header = site_title = "Newsroom"
    index_title = "Desk"

    @property
    def password_change_form(self):
        # Forms of accounts import models, which this module is loaded before.
        from newsroom.accounts.forms import ChangePasswordForm  # noqa: PLC0415

        return ChangePasswordForm

    def get_urls(self):
        own = self.admin_view(self.view_on_site)
        route = "r/<path:content_type_id>/<path:object_id>/"
        return [path(route, own, name="view_on_site"), *super().get_urls()]

    def view_on_site(self, request, content_type_id, object_id):
        """Django's redirect to a row's page, for who may see the row.

        A draft's address tells what it is about.
        """
        try:
            model = ContentType.objects.get_for_id(int(content_type_id)).model_class()
        except (ValueError, OverflowError, ContentType.DoesNotExist) as error:
            raise Http404 from error
        row = None
        if model_admin := self._registry.get(model):
            row = model_admin.get_object(request, object_id)
        if row is None or not model_admin.has_view_permission(request, row):
            raise Http404("There is nothing here that you may see.")
        return shortcut(request, content_type_id, object_id)

    def get_app_list(self, request, app_label=None):
        apps = super().get_app_list(request, app_label)
        return apps if app_label else grouped(apps)

    def index(self, request, extra_context=None):
        found = panels.fill(request.user)
        context = {
            "today": timezone.localdate(),
            "zone": timezone.get_current_timezone_name(),
            "band": [filled for filled in found if filled.panel.in_band],
            "panels": [filled for filled in found if filled.rows],
            "clear": [filled for filled in found if not filled.rows],
            "charts": trends.draw(request.user),
            "may_write": request.user.has_perm("articles.add_article"),
            "may_plan": request.user.has_perm(panels.VIEW_STORIES),
        }
        return super().index(request, context | (extra_context or {}))
