"""The page from which an issue is checked, tested, scheduled, watched and stopped."""

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.csp import CSP
from django.utils.decorators import method_decorator
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_POST, require_safe

from newsletter import issues, preflight, tasks
from newsletter.forms import ScheduleForm, TestMailForm

LOOKS = {"light": "Light", "dark": "Dark", "phone": "Phone", "text": "Text"}
FRAMING_CSP = {**settings.SECURE_CSP, "frame-src": [CSP.SELF]}


class SendingAdmin(admin.ModelAdmin):
    """For the issues' admin: two addresses, the page and its steps."""

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path(
                "<int:pk>/sending/",
                view(self.sending_view),
                name="newsletter_issue_sending",
            ),
            path("<int:pk>/step/", view(self.step_view), name="newsletter_issue_step"),
            *super().get_urls(),
        ]

    def seen(self, request, pk):
        """An issue that this user may see, as it is saved. Raises PermissionDenied."""
        issue = self.get_queryset(request).filter(pk=pk).first()
        if issue is None or not self.has_view_permission(request, issue):
            raise PermissionDenied
        return issue

    @method_decorator(require_safe)
    @method_decorator(csp_override(FRAMING_CSP))
    def sending_view(self, request, pk):
        return self.sending_page(request, self.seen(request, pk))

    def sending_page(self, request, issue, **forms):
        with timezone.override(issue.newsletter.zone):
            context = {
                **self.admin_site.each_context(request),
                "opts": self.opts,
                "issue": issue,
                "original": issue,
                "title": issue.subject,
                "subtitle": "Check and send",
                "zone": issue.newsletter.zone.key,
                "looks": LOOKS,
                "points": preflight.points(issue) if issue.is_editable else [],
                "recipient_count": issues.recipients(issue).count()
                if issue.is_editable
                else None,
                "figures": issue.deliveries.figures() if issue.started_at else None,
                "links": issue.links.order_by("-count", "pk"),
                "history": issue.events.select_related("by"),
                "may_send": request.user.has_perm("newsletter.send_issue"),
                "may_change": request.user.has_perm("newsletter.change_issue"),
                "test_form": TestMailForm(initial={"email": request.user.email}),
                "schedule_form": ScheduleForm(),
                "media": self.media + ScheduleForm().media,
                **forms,
            }
            template = "admin/newsletter/issue/sending.html"
            return TemplateResponse(request, template, context).render()

    @method_decorator(require_POST)
    @method_decorator(csp_override(FRAMING_CSP))
    def step_view(self, request, pk):
        """Take an issue a step on; a refusal is said on the page it came from."""
        issue = self.seen(request, pk)
        name = request.POST.get("step", "")
        right = "change_issue" if name in {"test", "look_again"} else "send_issue"
        if name not in STEPS or not request.user.has_perm(f"newsletter.{right}"):
            raise PermissionDenied
        try:
            answer = STEPS[name](self, request, issue)
        except issues.RefusedError as error:
            self.message_user(request, str(error), messages.ERROR)
            answer = None
        return answer or redirect(sending_url(issue))


def _test(model_admin, request, issue):
    form = TestMailForm(request.POST)
    if not form.is_valid():
        return model_admin.sending_page(request, issue, test_form=form)
    to = form.cleaned_data["email"].email
    try:
        issues.send_test(issue, to=to, by=request.user)
    except OSError as error:
        words = f"The mail server did not take the test: {error}"
        model_admin.message_user(request, words, messages.ERROR)
    else:
        words = f"A test is on its way to {to}."
        model_admin.message_user(request, words, messages.SUCCESS)
    return None


def _schedule(model_admin, request, issue):
    with timezone.override(issue.newsletter.zone):
        form = ScheduleForm(request.POST)
        if not form.is_valid():
            return model_admin.sending_page(request, issue, schedule_form=form)
    issues.schedule(issue, by=request.user, at=form.cleaned_data["at"])
    return None


def _send_now(model_admin, request, issue):
    if "is_sure" not in request.POST:
        raise issues.RefusedError("Tick the box if it shall go out now.")
    issues.schedule(issue, by=request.user)
    tasks.send_due_issues.enqueue()


def _cancel(model_admin, request, issue):
    if "is_sure" not in request.POST:
        raise issues.RefusedError("Tick the box if it shall end for good.")
    issues.cancel(issue, by=request.user)


def _resume(model_admin, request, issue):
    issues.resume(issue, by=request.user)
    tasks.send_due_issues.enqueue()


def _unschedule(model_admin, request, issue):
    issues.unschedule(issue, by=request.user)


def _pause(model_admin, request, issue):
    issues.pause(issue, by=request.user)


def _look_again(model_admin, request, issue):
    issues.look_again(issue, by=request.user)


STEPS = {
    "test": _test,
    "look_again": _look_again,
    "schedule": _schedule,
    "unschedule": _unschedule,
    "send_now": _send_now,
    "pause": _pause,
    "resume": _resume,
    "cancel": _cancel,
}


def sending_url(issue):
    return reverse("admin:newsletter_issue_sending", args=[issue.pk])
