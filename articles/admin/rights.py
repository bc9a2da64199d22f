from django.contrib import admin

from articles.models import RightsGate


@admin.register(RightsGate)
class RightsGateAdmin(admin.ModelAdmin):
    """Set by whoever gives others their roles: a gate one opens oneself is none."""

    list_display = ["role", "mode"]
    list_select_related = ["role"]

    def has_add_permission(self, request):
        return super().has_add_permission(request) and self._gives_roles(request)

    def has_change_permission(self, request, obj=None):
        allowed = super().has_change_permission(request, obj)
        return allowed and self._gives_roles(request)

    def has_delete_permission(self, request, obj=None):
        allowed = super().has_delete_permission(request, obj)
        return allowed and self._gives_roles(request)

    @staticmethod
    def _gives_roles(request):
        return request.user.has_perm("auth.change_user")
