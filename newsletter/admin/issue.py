"""An issue's screens: its words and stories, and the page from which it is sent."""

import re

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminTextareaWidget
from django.forms import all_valid
from django.forms.widgets import Script
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.csp import CSP
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csp import csp_override
from django.views.decorators.http import (
    require_http_methods,
)

from articles.admin.autocomplete import NamedAutocompletes
from newsletter import counting, issues, letters
from newsletter.admin.sending import FRAMING_CSP, LOOKS, SendingAdmin, sending_url
from newsletter.forms import IssueForm, IssueItemForm
from newsletter.models import Issue, IssueItem
from newsroom.lib.fields import PlainTextField

NOTHING_NEW = "Saved. The newsletter’s rule finds no story since its last issue."
_DARK = re.compile(r"@media\s*\(prefers-color-scheme:\s*dark\)")
# A mail's styles stand in its elements; the preview is a page of its own for that.
MAIL_CSP = {
    **settings.SECURE_CSP,
    "script-src": [CSP.NONE],
    "style-src": ["'unsafe-inline'"],
    "frame-ancestors": [CSP.SELF],
}


class IssueItemInline(NamedAutocompletes, admin.StackedInline):
    """Who may change the issue may change what is in it."""

    model = IssueItem
    form = IssueItemForm
    extra = 1
    autocomplete_fields = ["article"]
    formfield_overrides = {
        PlainTextField: {"widget": AdminTextareaWidget(attrs={"rows": 2})}
    }
    fieldsets = [
        (None, {"fields": ["article", "position"]}),
        (
            "A text, or other words for the story",
            {"classes": ["collapse"], "fields": ["headline", "standfirst", "text"]},
        ),
    ]

    def has_view_permission(self, request, obj=None):
        return request.user.has_perm("newsletter.view_issue")

    def has_add_permission(self, request, obj=None):
        may_change = request.user.has_perm("newsletter.change_issue")
        return may_change and (obj is None or obj.is_editable)

    has_change_permission = has_delete_permission = has_add_permission


@admin.register(Issue)
class IssueAdmin(NamedAutocompletes, SendingAdmin):
    form = IssueForm
    list_display = ["shown_subject", "newsletter", "status", "time", "sending"]
    list_filter = ["status", "newsletter"]
    list_select_related = ["newsletter"]
    search_fields = ["subject", "items__headline"]
    inlines = [IssueItemInline]
    fields = ["newsletter", "subject", "preheader", "intro", "slug", "is_public"]
    formfield_overrides = {
        PlainTextField: {"widget": AdminTextareaWidget(attrs={"rows": 4})}
    }

    class Media:
        css = {
            "all": [
                "css/admin-desk.css",
                "css/admin-issue.css",
                "css/admin-figures.css",
            ]
        }
        js = [
            Script("js/admin-desk.js", type="module"),
            Script("js/admin-issue.js", type="module"),
        ]

    @admin.display(description="subject", ordering="subject")
    def shown_subject(self, issue):
        return format_html("<bdi>{}</bdi>", issue.subject)

    @admin.display(description="time")
    def time(self, issue):
        return issue.finished_at or issue.started_at or issue.scheduled_at

    @admin.display(description="sending")
    def sending(self, issue):
        words = "Check and send" if issue.is_editable else "Figures"
        return format_html('<a href="{}">{}</a>', sending_url(issue), words)

    # Who may what -----------------------------------------------------------------

    def get_object(self, request, object_id, from_field=None):
        """The issue; locked for a change, so that no sender starts it meanwhile."""
        issue = super().get_object(request, object_id, from_field)
        if issue and request.method == "POST":
            issues_ = Issue.objects.select_for_update()
            issue.refresh_from_db(from_queryset=issues_)
        return issue

    def has_change_permission(self, request, obj=None):
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or obj.is_editable)

    def has_delete_permission(self, request, obj=None):
        allowed = super().has_delete_permission(request, obj)
        return allowed and (obj is None or obj.started_at is None)

    def get_fields(self, request, obj=None):
        may_change = obj and self.has_change_permission(request, obj)
        return [*self.fields, "version"] if may_change else self.fields

    def view_on_site(self, issue):
        is_there = issue.started_at and issue.is_public
        return issue.get_absolute_url() if is_there else None

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path(
                "<int:pk>/preview/",
                view(self.preview_view),
                name="newsletter_issue_preview",
            ),
            *super().get_urls(),
        ]

    # Words and stories ------------------------------------------------------------

    @method_decorator(csp_override(FRAMING_CSP))
    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        return super().changeform_view(request, object_id, form_url, extra_context)

    def render_change_form(self, request, context, *, obj=None, **kwargs):
        context["looks"] = LOOKS
        return super().render_change_form(request, context, obj=obj, **kwargs)

    def save_model(self, request, obj, form, change):
        if not change:
            obj.created_by = request.user
        super().save_model(request, obj, form, change)
        if not change:
            issues.note_made(obj, by=request.user)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        issues.number_items(form.instance)

    def response_add(self, request, obj, post_url_continue=None):
        return self._after_saving(request, obj) or super().response_add(
            request, obj, post_url_continue
        )

    def response_change(self, request, obj):
        return self._after_saving(request, obj) or super().response_change(request, obj)

    def _after_saving(self, request, issue):
        """What the buttons beside “Save” do once the words are saved."""
        if "_draft" in request.POST:
            count = issues.draft(issue, by=request.user)
            words = f"Saved, and {count} stories chosen." if count else NOTHING_NEW
            self.message_user(request, words, messages.SUCCESS)
            return redirect(reverse("admin:newsletter_issue_change", args=[issue.pk]))
        if "_sending" in request.POST:
            return redirect(sending_url(issue))
        return None

    @method_decorator(require_http_methods(["GET", "POST"]))
    @method_decorator(csp_override(MAIL_CSP))
    @method_decorator(xframe_options_sameorigin)
    def preview_view(self, request, pk):
        """The mail as it would look: of what is typed, else of what is saved."""
        issue = self.seen(request, pk)
        look = request.POST.get("look") or request.GET.get("look") or "light"
        items, errors = issue.items.all(), []
        if request.method == "POST" and self.has_change_permission(request, issue):
            items, errors = self._typed(request, issue)
        if errors:
            return HttpResponse(
                "Not yet: " + " ".join(errors), content_type="text/plain; charset=utf-8"
            )
        if issue.is_editable:
            found = letters.entries(
                items, newsletter=issue.newsletter, at=issue.scheduled_at
            )
            content = letters.compose(issue, found, is_test=True)
        else:
            content = _as_mailed(issue)
        return _as_seen(content, look)

    def _typed(self, request, issue):
        """The items as they stand in the form, and what is wrong with the form."""
        form_class = self.get_form(request, issue, change=True)
        form = form_class(request.POST, instance=issue)
        formsets, _ = self._create_formsets(request, issue, change=True)
        if not (form.is_valid() and all_valid(formsets)):
            wrong = [form.errors, *(row for some in formsets for row in some.errors)]
            return [], [
                str(e) for errors in wrong for es in errors.values() for e in es
            ]
        [formset] = formsets
        rows = [
            row.instance
            for row in formset.forms
            if (row.instance.pk or row.has_changed())
            and not row.cleaned_data.get("DELETE")
        ]
        return sorted(rows, key=lambda item: item.position), []


def _as_mailed(issue):
    copy = getattr(issue, "copy", None)
    if copy is None:
        return letters.Content("", "", [])
    return letters.Content(counting.unmark(issue, copy.html), copy.text, [])


def _as_seen(content, look):
    """The mail as a page: in the dark if so asked, its links opening elsewhere."""
    if look == "text":
        return HttpResponse(content.text, content_type="text/plain; charset=utf-8")
    html = _DARK.sub("@media all" if look == "dark" else "@media not all", content.html)
    html = html.replace("<head>", '<head><base target="_blank">', 1)
    return HttpResponse(html)
