"""Accounts: who may change one cannot become more than they are."""

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group, Permission, User
from django.db.models import Q

admin.site.site_header = admin.site.site_title = "Newsroom"
admin.site.index_title = "Desk"
admin.site.unregister([User, Group])


def permissions_of(user):
    """The keys of all permissions that a user has, also by groups."""
    if user.is_superuser:
        return set(Permission.objects.values_list("pk", flat=True))
    has = Q(user=user) | Q(group__user=user)
    return set(Permission.objects.filter(has).values_list("pk", flat=True))


@admin.register(User)
class UserAdmin(DjangoUserAdmin):
    """Nobody hands out, or takes over, what they do not have themselves."""

    def get_readonly_fields(self, request, obj=None):
        fields = super().get_readonly_fields(request, obj)
        if request.user.is_superuser:
            return fields
        return [*fields, "is_superuser", "user_permissions"]

    def has_change_permission(self, request, obj=None):
        allowed = super().has_change_permission(request, obj)
        return allowed and self._is_no_more(request.user, obj)

    def has_delete_permission(self, request, obj=None):
        allowed = super().has_delete_permission(request, obj)
        return allowed and self._is_no_more(request.user, obj)

    @staticmethod
    def _is_no_more(user, other):
        if user.is_superuser or other is None:
            return True
        return not other.is_superuser and permissions_of(other) <= permissions_of(user)

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        if db_field.name == "groups" and not request.user.is_superuser:
            lacking = Permission.objects.exclude(pk__in=permissions_of(request.user))
            kwargs["queryset"] = Group.objects.exclude(permissions__in=lacking)
        return super().formfield_for_manytomany(db_field, request, **kwargs)


@admin.register(Group)
class GroupAdmin(DjangoGroupAdmin):
    """What a group may do is the business of superusers."""

    def has_add_permission(self, request):
        return request.user.is_superuser

    def has_change_permission(self, request, obj=None):
        return request.user.is_superuser

    has_delete_permission = has_change_permission
