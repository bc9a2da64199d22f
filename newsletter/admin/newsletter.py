from django.contrib import admin

from articles.admin.autocomplete import NamedAutocompletes
from articles.admin.protection import KeepsWhatIsUsed
from newsletter import choice
from newsletter.models import ConsentEvent, Newsletter, Subscriber, Subscription
from newsroom.lib.lists import LargeList, ReadOnly


@admin.register(Newsletter)
class NewsletterAdmin(KeepsWhatIsUsed, NamedAutocompletes, admin.ModelAdmin):
    list_display = ["name", "frequency", "is_open", "is_default", "position"]
    list_filter = ["is_open", "language"]
    search_fields = ["name", "strapline", "description"]
    autocomplete_fields = ["tags"]
    filter_horizontal = ["sections"]
    list_select_related = False
    delete_advice = "Close it for sign-up instead."

    def get_readonly_fields(self, request, obj=None):
        """The address stays once mails have carried it."""
        if obj and obj.issues.filter(started_at__isnull=False).exists():
            return ["slug"]
        return []

    def get_prepopulated_fields(self, request, obj=None):
        is_fixed = "slug" in self.get_readonly_fields(request, obj)
        return {} if is_fixed else {"slug": ["name"]}

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        choice.forget()

    def delete_model(self, request, obj):
        super().delete_model(request, obj)
        choice.forget()

    def delete_queryset(self, request, queryset):
        super().delete_queryset(request, queryset)
        choice.forget()


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
class SubscriberAdmin(LargeList):
    list_display = ["email", "created_at", "confirmation_sent_at"]
    list_filter = ["created_at"]
    list_select_related = False
    search_fields = ["email", "email_folded"]
    fields = ["email", "created_at", "confirmation_sent_at"]
    readonly_fields = fields
    inlines = [SubscriptionInline, ConsentEventInline]

    def has_add_permission(self, request):
        # An address enters by its owner's sign-up: consent can't be typed in.
        return False


@admin.register(Subscription)
class SubscriptionAdmin(ReadOnly, LargeList):
    list_display = [
        "subscriber",
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
    search_fields = ["subscriber__email_folded"]
