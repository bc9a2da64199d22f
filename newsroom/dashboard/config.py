from django.contrib.admin.apps import AdminConfig


class DeskAdminConfig(AdminConfig):
    """Django's admin with our site in the place of its own."""

    default_site = "newsroom.dashboard.site.DeskSite"
