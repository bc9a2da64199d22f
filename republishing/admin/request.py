from django.contrib import admin, messages
from django.contrib.admin.templatetags.admin_urls import add_preserved_filters
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import Truncator

from articles.admin.autocomplete import is_key
from newsroom.lib.forms import ZONED_TIMES
from newsroom.lib.lists import LargeList
from republishing import licensing, naming, tasks
from republishing.forms import MessageForm, QuoteForm
from republishing.models import (
    AnswerTemplate,
    Grant,
    RepublishingRequest,
)
from republishing.pricing import offer_for

State = RepublishingRequest.State
ANSWER = "republishing.answer_republishingrequest"
# Those that ask for nothing more.
STEPS = {
    "pay": licensing.record_payment,
    "invoice": licensing.send_invoice,
    "unname": naming.leave_unnamed,
}
DONE = {
    "quote": "The offer is on its way.",
    "decline": "The request is declined.",
    "pay": "The payment is noted.",
    "invoice": "The invoice is on its way.",
    "end": "The licence has ended.",
    "message": "The message is on its way.",
    "note": "The note is kept.",
    "assign": "Assigned.",
    "name": "The licensee is named once it agrees.",
    "unname": "The licensee is not named.",
}


class MineFilter(admin.SimpleListFilter):
    title = "assigned"
    parameter_name = "assigned"

    def lookups(self, request, model_admin):
        return [("me", "To me"), ("nobody", "To nobody")]

    def queryset(self, request, queryset):
        if self.value() == "me":
            return queryset.filter(assigned_to=request.user)
        if self.value() == "nobody":
            return queryset.filter(assigned_to=None)
        return queryset


@admin.register(RepublishingRequest)
class RepublishingRequestAdmin(LargeList):
    """The licensing desk: the queue, and for each request all that can be done."""

    formfield_overrides = ZONED_TIMES

    list_display = [
        "reference",
        "state",
        "organisation",
        "story",
        "assigned_to",
        "created_at",
    ]
    list_filter = ["state", MineFilter, "organisation_type", "medium"]
    list_select_related = ["article", "assigned_to"]
    search_fields = ["reference", "organisation", "name", "email", "article__headline"]

    class Media:
        css = {"all": ["css/admin-requests.css"]}

    @admin.display(description="story", ordering="article__headline")
    def story(self, row):
        return format_html("<bdi>{}</bdi>", Truncator(row.article or "–").chars(60))

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def change_view(self, request, object_id, form_url="", extra_context=None):
        found = self.get_object(request, object_id)
        if found is None:
            raise Http404("No such request.")
        if not self.has_view_permission(request, found):
            raise PermissionDenied
        if request.method == "POST":
            return self._take_step(request, found)
        return self._page(request, found)

    def _take_step(self, request, found):
        if not request.user.has_perm(ANSWER):
            raise PermissionDenied
        name = request.POST.get("step")
        forms = self._forms(request, found, name)
        form = forms["message"] if name in ("message", "note") else forms.get(name)
        if form is not None and not form.is_valid():
            return self._page(request, found, forms=forms)
        try:
            self._do(request, found, name, form)
        except licensing.RefusedError as error:
            self.message_user(request, str(error), messages.ERROR)
            return self._page(request, found, forms=forms)
        tasks.mail_news.enqueue(found.pk)
        self.message_user(request, DONE[name], messages.SUCCESS)
        return redirect(request.get_full_path())

    def _do(self, request, found, name, form):
        by, text = request.user, request.POST.get("text", "").strip()[:4000]
        if name in STEPS:
            STEPS[name](found, by=by)
        elif name == "quote":
            licensing.quote(found, by=by, **form.terms())
        elif name == "decline":
            licensing.decline(found, by=by, text=text)
        elif name == "end":
            licensing.end(found, by=by, text=text)
        elif name == "message":
            licensing.write_to_requester(found, by=by, text=form.cleaned_data["text"])
        elif name == "note":
            licensing.note(found, by=by, text=form.cleaned_data["text"])
        elif name == "name":
            naming.name_licensee(found, url=request.POST.get("url", ""), by=by)
        elif name == "assign":
            key = request.POST.get("to", "")
            to = desk_users().filter(pk=key).first() if is_key(key) else None
            licensing.assign(found, to=to, by=by)
        else:
            raise licensing.RefusedError("There is no such step.")

    def _forms(self, request, found, step=None):
        template = None
        key = request.GET.get("answer", "")
        if is_key(key):
            template = AnswerTemplate.objects.filter(pk=key).first()
        text = template.filled(found) if template else ""
        data = request.POST if request.method == "POST" else None
        return {
            "quote": QuoteForm(
                data if step == "quote" else None,
                request_row=found,
                offer=offer_for(found),
                text=text,
            ),
            "message": MessageForm(
                data if step in ("message", "note") else None, initial={"text": text}
            ),
        }

    def _page(self, request, found, *, forms=None):
        found.refresh_from_db()
        forms = forms or self._forms(request, found)
        others = RepublishingRequest.objects.of_same_organisation(found)
        quote = found.quotes.select_related("invoice").first()
        grant = Grant.objects.filter(quote__request=found).first()
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "media": self.media,
            "title": str(found),
            "row": found,
            "offer": forms["quote"].offer,
            "forms": forms,
            "quote": quote,
            "payment": quote.payments.first() if quote else None,
            "invoice": getattr(quote, "invoice", None),
            "grant": grant,
            "addresses": naming.addresses_of(grant) if grant else [],
            "events": found.events.select_related("by"),
            "others": others.select_related("article")[:10],
            "answers": AnswerTemplate.objects.all(),
            "desk_users": desk_users(),
            "may_answer": request.user.has_perm(ANSWER),
            "can_quote": found.state in licensing.QUOTABLE and found.article,
            "can_decline": found.state in {*licensing.OPEN, State.EXPIRED},
            "can_end": found.state == State.LICENSED,
            "list_url": add_preserved_filters(
                {
                    "preserved_filters": self.get_preserved_filters(request),
                    "opts": self.opts,
                },
                reverse("admin:republishing_republishingrequest_changelist"),
            ),
        }
        context["can_pay"] = bool(
            quote
            and quote.amount
            and quote.accepted_at
            and not context["payment"]
            and found.state in {State.ACCEPTED, State.LICENSED}
        )
        template = "admin/republishing/request_desk.html"
        return TemplateResponse(request, template, context)


def desk_users():
    """Those who can be made responsible for a request."""
    has = Q(user_permissions__codename="answer_republishingrequest") | Q(
        groups__permissions__codename="answer_republishingrequest"
    )
    users = get_user_model().objects.filter(is_active=True, is_staff=True)
    return users.filter(has | Q(is_superuser=True)).distinct().order_by("username")
