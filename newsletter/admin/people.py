"""Pages of the admin on one person: take out, erase; and two rows made one."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_http_methods

from newsletter import merging
from newsletter.forms import MergeForm, WhyForm
from newsletter.models import Subscriber
from newsroom.lib import addresses, people


class PeoplePages:
    """For the admin of subscribers."""

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("person/", view(self.person_view), name="newsletter_person"),
            path(
                "<int:pk>/merge/",
                view(self.merge_view),
                name="newsletter_subscriber_merge",
            ),
            *super().get_urls(),
        ]

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def person_view(self, request):
        """What is kept of an address in all apps; take it out, erase it."""
        may_export = request.user.has_perm("newsletter.export_person")
        may_erase = request.user.has_perm("newsletter.erase_person")
        if not (may_export or may_erase):
            raise PermissionDenied
        # Typed into a form that is posted: an address must not stand in logs.
        form = WhyForm(request.POST or None)
        step = request.POST.get("step", "") if form.is_valid() else ""
        address = form.cleaned_data["email"] if form.is_valid() else None
        if step == "export" and may_export:
            response = JsonResponse(
                people.export(address), json_dumps_params={"indent": 1}
            )
            response["Content-Disposition"] = 'attachment; filename="person.json"'
            return response
        if step == "erase" and may_erase:
            people.erase(address)
            said = "What was kept of this address is erased."
            self.message_user(request, said, messages.SUCCESS)
            return HttpResponseRedirect(reverse("admin:newsletter_person"))
        lines = people.erase(address, dry_run=True) if address else []
        context = {
            "title": "What is kept of a person",
            "form": form,
            "address": address,
            "lines": lines,
            "may_export": may_export,
            "may_erase": may_erase,
        }
        return self._people_page(request, "person", context)

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def merge_view(self, request, pk):
        """Make another row of this reader part of this one, after a look at both."""
        if not request.user.has_perm("newsletter.merge_subscriber"):
            raise PermissionDenied
        kept = get_object_or_404(Subscriber, pk=pk)
        form = MergeForm(request.POST or None, kept=kept)
        gone = form.cleaned_data["email"] if form.is_valid() else None
        if gone and "confirmed" in request.POST:
            try:
                merging.merge(gone, into=kept)
            except merging.NotMergeableError as error:
                form.add_error(None, str(error))
            else:
                self.message_user(request, "The two are one now.", messages.SUCCESS)
                return HttpResponseRedirect(
                    reverse("admin:newsletter_subscriber_change", args=[pk])
                )
        context = {
            "title": "Two rows of one reader",
            "kept": kept,
            "gone": gone,
            "form": form,
            "outcomes": merging.outcomes(gone, into=kept) if gone else [],
            "suppressed": [
                row.email for row in [kept, gone] if row and merging.is_suppressed(row)
            ],
            "masked": addresses.mask(kept.email),
        }
        return self._people_page(request, "merge", context)

    def _people_page(self, request, name, context):
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "media": self.media,
            **context,
        }
        template = f"admin/newsletter/subscriber/{name}.html"
        return TemplateResponse(request, template, context)
