"""The page "Who did what"."""

from datetime import date, datetime, time, timedelta

from django import forms
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.core.validators import MaxValueValidator, MinValueValidator
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_safe

from articles import trail
from articles.models import AuditTrail
from articles.models.desk import desks_of
from articles.revisions import name_of
from newsroom.lib.times import YEARS

_DAYS = [
    MinValueValidator(date(YEARS[0], 1, 1)),
    MaxValueValidator(date(YEARS[-1], 1, 1)),
]


class _DayInput(forms.DateInput):
    input_type = "date"


class TrailForm(forms.Form):
    """What to look for."""

    person = forms.ModelChoiceField(
        get_user_model().objects.order_by("username"),
        required=False,
        empty_label="Everybody",
    )
    kind = forms.ChoiceField(
        choices=[("", "Everything"), *trail.KINDS.items()], required=False
    )
    about = forms.CharField(label="Headline or name", required=False, max_length=200)
    begin = forms.DateField(
        label="From", required=False, widget=_DayInput, validators=_DAYS
    )
    end = forms.DateField(
        label="Up to", required=False, widget=_DayInput, validators=_DAYS
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["person"].label_from_instance = name_of

    def asked(self):
        """The keyword arguments of `trail.page`."""
        typed = {name: value for name, value in self.cleaned_data.items() if value}
        if "begin" in typed:
            typed["begin"] = _midnight(typed["begin"])
        if "end" in typed:
            typed["end"] = _midnight(typed["end"] + timedelta(days=1))
        return typed


def _midnight(day):
    return datetime.combine(day, time.min, timezone.get_default_timezone())


@admin.register(AuditTrail)
class AuditTrailAdmin(admin.ModelAdmin):
    """One page to read. Who is bound to sections may not see what all others do."""

    def has_module_permission(self, request):
        return self.has_view_permission(request)

    def has_view_permission(self, request, obj=None):
        user = request.user
        return user.has_perm("articles.view_audit_trail") and desks_of(user) is None

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    has_delete_permission = has_change_permission

    def get_urls(self):
        view = self.admin_site.admin_view(self.changelist_view)
        return [path("", view, name="articles_audittrail_changelist")]

    @method_decorator(require_safe)
    def changelist_view(self, request, extra_context=None):
        if not self.has_view_permission(request):
            raise PermissionDenied
        form = TrailForm(request.GET)
        entries, following = [], None
        after = trail.as_place(request.GET.get("after", ""))
        if form.is_valid():
            entries, following = trail.page(**form.asked(), after=after)
        asked = request.GET.copy()
        asked.pop("after", None)
        newest = asked.urlencode()
        if following:
            asked["after"] = trail.as_text(following)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Who did what",
            "form": form,
            "entries": entries,
            "older": asked.urlencode() if following else "",
            "newest": newest,
            "is_first": after is None,
        }
        return TemplateResponse(
            request, "admin/articles/audittrail/change_list.html", context
        )
