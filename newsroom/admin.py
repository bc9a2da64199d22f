"""Accounts: who may change one cannot become more than they are."""

import taggit.admin
from allauth.account.admin import EmailAddress
from allauth.mfa.admin import Authenticator
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group, Permission, User
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse

from articles.accounts import open_drafts, remove_account, shut_out
from articles.actions import RefusedError
from articles.admin.autocomplete import NamedAutocompletes
from articles.admin.protection import KeepsWhatIsUsed
from articles.models import EditingSession, SectionDesk
from articles.models.desk import desks_of
from articles.revisions import name_of
from newsroom.accounts import notices

# The library's tags are not ours, and its page for merging them asks no permission.
# allauth's rows are secrets; their owners see them at `/admin/account/`.
admin.site.unregister([User, Group, taggit.models.Tag, EmailAddress, Authenticator])
# These go with an account, and nobody misses them.
GO_WITH_ACCOUNT = {EditingSession, SectionDesk}


def permissions_of(user):
    """The keys of all permissions that a user has, also by groups."""
    if user.is_superuser:
        return set(Permission.objects.values_list("pk", flat=True))
    has = Q(user=user) | Q(group__user=user)
    return set(Permission.objects.filter(has).values_list("pk", flat=True))


class RemoveAccountForm(forms.Form):
    """Who gets the open drafts of somebody who leaves."""

    hand_over_to = forms.ModelChoiceField(
        User.objects.none(),
        required=False,
        empty_label="Nobody",
        label="Hand the open drafts over to",
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        colleagues = User.objects.filter(is_active=True, is_staff=True)
        field = self.fields["hand_over_to"]
        field.queryset = colleagues.exclude(pk=user.pk).order_by("username")
        field.label_from_instance = name_of


class SectionDeskInline(admin.TabularInline):
    """The sections an account works for; who may change the account may change them.

    Nobody but a superuser changes their own.
    """

    model = SectionDesk
    extra = 0
    verbose_name = "section"
    verbose_name_plural = "sections – without any, the account works for all"

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        widget = field.widget
        # An account's page is no place to add or delete sections.
        widget.can_add_related = widget.can_change_related = False
        widget.can_delete_related = widget.can_view_related = False
        return field

    def has_view_permission(self, request, obj=None):
        return True

    def has_add_permission(self, request, obj=None):
        return request.user.is_superuser or obj != request.user

    def has_change_permission(self, request, obj=None):
        return self.has_add_permission(request, obj)

    has_delete_permission = has_change_permission


@admin.register(User)
class UserAdmin(KeepsWhatIsUsed, NamedAutocompletes, DjangoUserAdmin):
    """Nobody hands out, or takes over, what they do not have themselves."""

    delete_advice = (
        "An account that was used stays, so that history names who did what. "
        "Use “Remove account” on its page: nobody can log in to it then."
    )

    def get_inlines(self, request, obj):
        return [SectionDeskInline] if obj else []

    def get_readonly_fields(self, request, obj=None):
        fields = super().get_readonly_fields(request, obj)
        if request.user.is_superuser:
            return fields
        return [*fields, "is_superuser", "user_permissions"]

    def has_add_permission(self, request):
        # A new account works for all sections, which would be more than one's own.
        return super().has_add_permission(request) and desks_of(request.user) is None

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
        if desks_of(user) is not None:
            return False
        return not other.is_superuser and permissions_of(other) <= permissions_of(user)

    def keeps(self, relation):
        model = relation.related_model
        return model not in GO_WITH_ACCOUNT and not model._meta.auto_created  # noqa: SLF001 - Django's documented API

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        if db_field.name == "groups" and not request.user.is_superuser:
            lacking = Permission.objects.exclude(pk__in=permissions_of(request.user))
            kwargs["queryset"] = Group.objects.exclude(permissions__in=lacking)
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    # What the log says -----------------------------------------------------------

    def construct_change_message(self, request, form, formsets, add=False):  # noqa: FBT002 - Django's signature
        """Django's, with what was and is where it is about what somebody may do."""
        message = super().construct_change_message(request, form, formsets, add)
        if form.changed_data and not add:
            own = message[0]["changed"]
            own["fields"] = [
                _before_and_after(form, name, label)
                for name, label in zip(form.changed_data, own["fields"], strict=True)
            ]
        return message

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        if change and not obj.is_active:
            shut_out(obj)
        if change and "email" in form.changed_data and form.initial["email"]:
            # Whoever has the new one could ask for a new password.
            notices.tell(obj, "address", to=form.initial["email"])

    # Somebody leaves -------------------------------------------------------------

    def get_urls(self):
        view = self.admin_site.admin_view(self.remove_view)
        return [
            path("<int:pk>/remove/", view, name="auth_user_remove"),
            *super().get_urls(),
        ]

    def remove_view(self, request, pk):
        """Asks, and closes the account of somebody who has left."""
        user = get_object_or_404(User, pk=pk)
        if not self.has_change_permission(request, user):
            raise PermissionDenied
        is_asked = request.method != "POST"
        form = RemoveAccountForm(None if is_asked else request.POST, user=user)
        if form.is_valid():
            return self._remove(request, user, form.cleaned_data["hand_over_to"])
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": user,
            "name": name_of(user),
            "form": form,
            "drafts_count": open_drafts(user).count(),
            "title": "Remove account",
        }
        return TemplateResponse(request, "admin/auth/user/remove.html", context)

    def _remove(self, request, user, to):
        roles = ", ".join(user.groups.order_by("name").values_list("name", flat=True))
        try:
            count = remove_account(user, by=request.user, hand_over_to=to)
        except RefusedError as error:
            self.message_user(request, str(error), messages.ERROR)
            return redirect(reverse("admin:auth_user_change", args=[user.pk]))
        done = f"The account of {name_of(user)} is removed."
        if to:
            done += f" Open drafts handed over to {name_of(to)}: {count}."
        self.log_change(
            request, user, f"Account removed. Roles: {roles or 'none'} → none."
        )
        self.message_user(request, done, messages.SUCCESS)
        return redirect("admin:auth_user_changelist")


# What somebody may do, as opposed to what they are called.
_RIGHTS = {"groups", "user_permissions", "is_active", "is_staff", "is_superuser"}


def _before_and_after(form, name, label):
    if name not in _RIGHTS:
        return label
    before, after = form.initial.get(name), form.cleaned_data.get(name)
    return f"{label} ({_in_words(before)} → {_in_words(after)})"


def _in_words(value):
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(sorted(map(str, value or []))) or "none"


@admin.register(Group)
class GroupAdmin(DjangoGroupAdmin):
    """What a group may do is the business of superusers."""

    def has_add_permission(self, request):
        return request.user.is_superuser

    def has_change_permission(self, request, obj=None):
        return request.user.is_superuser

    has_delete_permission = has_change_permission
