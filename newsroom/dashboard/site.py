from django.contrib.admin import AdminSite
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
