from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.http import content_disposition_header
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from articles.admin.autocomplete import NamedAutocompletes
from articles.admin.protection import KeepsWhatIsUsed
from newsletter import growth, issues, lists
from newsletter.admin.people import PeoplePages
from newsletter.forms import BringInForm
from newsletter.models import ConsentEvent, Newsletter, Subscriber, Subscription
from newsroom.lib.lists import LargeList, ReadOnly

TAKES_LISTS = ["newsletter.view_subscriber", "newsletter.change_newsletter"]


@admin.register(Newsletter)
class NewsletterAdmin(KeepsWhatIsUsed, NamedAutocompletes, admin.ModelAdmin):
    list_display = ["name", "frequency", "is_open", "is_default", "position", "figures"]
    list_filter = ["is_open", "language"]
    search_fields = ["name", "strapline", "description"]
    autocomplete_fields = ["tags"]
    filter_horizontal = ["sections"]
    list_select_related = False
    delete_advice = "Close it for sign-up instead."

    class Media:
        css = {
            "all": [
                "css/admin-desk.css",
                "css/admin-issue.css",
                "css/admin-figures.css",
            ]
        }

    @admin.display(description="figures")
    def figures(self, newsletter):
        url = reverse("admin:newsletter_newsletter_figures", args=[newsletter.pk])
        return format_html(
            '<a href="{}" aria-label="Figures of {}">Figures</a>', url, newsletter
        )

    def get_urls(self):
        view, name = self.admin_site.admin_view, "newsletter_newsletter"
        return [
            path("<int:pk>/figures/", view(self.figures_view), name=f"{name}_figures"),
            path("<int:pk>/list/", view(self.take_out_view), name=f"{name}_take_out"),
            *super().get_urls(),
        ]

    @method_decorator(require_POST)
    def take_out_view(self, request, pk):
        """The list of readers as CSV; the history says who took it."""
        newsletter = get_object_or_404(self.get_queryset(request), pk=pk)
        if not request.user.has_perms(TAKES_LISTS):
            raise PermissionDenied
        self.log_change(request, newsletter, "Took out its list of readers.")
        lines = lists.take_out_as_csv(newsletter)
        response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
        response.headers["Content-Disposition"] = content_disposition_header(
            as_attachment=True, filename=f"{newsletter.slug}.csv"
        )
        return response

    @method_decorator(require_safe)
    def figures_view(self, request, pk):
        """How the list grows, and what became of the last issues."""
        newsletter = get_object_or_404(self.get_queryset(request), pk=pk)
        may_see = self.has_view_permission(request, newsletter)
        if not may_see or not request.user.has_perm("newsletter.view_subscription"):
            raise PermissionDenied
        with timezone.override(newsletter.zone):
            context = {
                **self.admin_site.each_context(request),
                "opts": self.opts,
                "newsletter": newsletter,
                "title": newsletter.name,
                "subtitle": "Figures",
                "growth": growth.of(newsletter),
                "may_take_out": request.user.has_perms(TAKES_LISTS),
                "issues": issues.in_figures(newsletter),
                "media": self.media,
            }
            template = "admin/newsletter/newsletter/figures.html"
            return TemplateResponse(request, template, context).render()

    def get_readonly_fields(self, request, obj=None):
        """The address stays once mails have carried it."""
        if obj and obj.issues.filter(started_at__isnull=False).exists():
            return ["slug"]
        return []

    def get_prepopulated_fields(self, request, obj=None):
        is_fixed = "slug" in self.get_readonly_fields(request, obj)
        return {} if is_fixed else {"slug": ["name"]}


def _bring_in(form):
    """The report of a form's list, or None with the reason in the form."""
    file = form.cleaned_data["file"]
    newsletter = form.cleaned_data["newsletter"]
    try:
        return lists.bring_in(file.read(), newsletter, source=file.name)
    except lists.UnreadableListError as error:
        form.add_error("file", str(error))
        return None


class SubscriptionInline(ReadOnly, admin.TabularInline):
    model = Subscription
    extra = 0
    fields = ["newsletter", "requested_at", "confirmed_at", "unsubscribed_at"]
    readonly_fields = fields


class ConsentEventInline(ReadOnly, admin.TabularInline):
    model = ConsentEvent
    extra = 0
    fields = ["at", "kind", "newsletter", "source_page", "wording", "network_address"]
    readonly_fields = fields


@admin.register(Subscriber)
class SubscriberAdmin(PeoplePages, LargeList):
    list_display = ["email", "created_at", "confirmation_sent_at", "paused_at"]
    list_filter = ["created_at"]
    list_select_related = False
    sortable_by = ["created_at"]
    search_fields = ["email_folded"]
    fields = [
        "email",
        "created_at",
        "confirmation_sent_at",
        "paused_at",
        "paused_until",
        "moved_at",
    ]
    readonly_fields = fields
    inlines = [SubscriptionInline, ConsentEventInline]

    def get_urls(self):
        view = self.admin_site.admin_view(self.bring_in_view)
        return [
            path("bring-in/", view, name="newsletter_subscriber_bring_in"),
            *super().get_urls(),
        ]

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def bring_in_view(self, request):
        """Add a list from another service; each line that is not taken is named."""
        needed = ["newsletter.add_subscriber", "newsletter.change_newsletter"]
        if not request.user.has_perms(needed):
            raise PermissionDenied
        is_sent = request.method == "POST"
        form = BringInForm(request.POST, request.FILES) if is_sent else BringInForm()
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Bring in a list of readers",
            "form": form,
            "report": _bring_in(form) if form.is_bound and form.is_valid() else None,
            "media": self.media + form.media,
        }
        template = "admin/newsletter/subscriber/bring_in.html"
        return TemplateResponse(request, template, context)

    def has_add_permission(self, request):
        # An address enters by its owner's sign-up: consent can't be typed in.
        return False


@admin.register(Subscription)
class SubscriptionAdmin(ReadOnly, LargeList):
    list_display = [
        "email",
        "newsletter",
        "requested_at",
        "confirmed_at",
        "unsubscribed_at",
    ]
    list_filter = [
        "newsletter",
        ("confirmed_at", admin.EmptyFieldListFilter),
        ("unsubscribed_at", admin.EmptyFieldListFilter),
    ]
    list_select_related = ["subscriber", "newsletter"]
    sortable_by = ["requested_at"]
    search_fields = ["subscriber__email_folded"]

    @admin.display(description="Subscriber", ordering="subscriber__email")
    def email(self, obj):
        return obj.subscriber.email
