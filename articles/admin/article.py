from django.contrib import admin, messages
from django.contrib.admin import ActionLocation
from django.utils.html import format_html

from articles.actions import NotReadyToPublishError, publish, record_edit, withdraw
from articles.forms import ArticleForm
from articles.models import Article, ArticleEvent, Contribution, Correction
from newsroom.lib.forms import ZONED_TIMES

EVERYWHERE = [ActionLocation.CHANGE_LIST, ActionLocation.CHANGE_FORM]


class ContributionInline(admin.TabularInline):
    model = Contribution
    extra = 0
    autocomplete_fields = ["author"]
    verbose_name_plural = "byline"


class CorrectionInline(admin.StackedInline):
    model = Correction
    extra = 0
    formfield_overrides = ZONED_TIMES


class EventInline(admin.TabularInline):
    model = ArticleEvent
    extra = 0
    can_delete = False
    fields = readonly_fields = ["at", "kind", "by", "note"]
    verbose_name_plural = "history"

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False


@admin.register(Article)
class ArticleAdmin(admin.ModelAdmin):
    form = ArticleForm
    formfield_overrides = ZONED_TIMES
    list_display = [
        "shown_headline",
        "section",
        "pub_status",
        "published_at",
        "modified_at",
    ]
    list_filter = ["pub_status", "section", "language", "is_republishable"]
    list_select_related = ["section"]
    list_per_page = 50
    show_full_result_count = False
    ordering = ["-created_at", "-pk"]
    search_fields = ["headline", "slugline", "slug"]
    date_hierarchy = None
    autocomplete_fields = ["lead_picture", "social_picture"]
    readonly_fields = ["pub_status", "created_at"]
    inlines = [ContributionInline, CorrectionInline, EventInline]
    actions = ["publish_selected", "withdraw_selected"]
    save_as = True
    fieldsets = [
        (None, {"fields": ["headline", "kicker", "standfirst", "body", "dateline"]}),
        ("Where it runs", {"fields": ["section", "typed_tags", "slug", "slugline"]}),
        (
            "Lead picture",
            {
                "fields": [
                    "lead_picture", "lead_caption_override", "lead_credit_override",
                ]
            },
        ),
        (
            "Times",
            {
                "fields": [
                    "pub_status", "created_at", "published_at", "modified_at",
                    "embargoed_until", "expires_at",
                ]
            },
        ),
        ("Language", {"fields": ["language", "text_direction", "translation_key"]}),
        ("Republishing", {"fields": ["is_republishable", "license"]}),
        (
            "Search engines and social cards",
            {
                "classes": ["collapse"],
                "fields": [
                    "seo_title", "seo_description", "social_title",
                    "social_description",
                    "social_picture", "canonical_url",
                ],
            },
        ),
        ("Desk", {"fields": ["ed_note"]}),
    ]  # fmt: skip

    @admin.display(description="headline", ordering="headline")
    def shown_headline(self, article):
        return format_html("<bdi>{}</bdi>", article.headline)

    @admin.action(description="Publish", permissions=["publish"], location=EVERYWHERE)
    def publish_selected(self, request, queryset):
        for article in queryset:
            try:
                publish(article, by=request.user)
            except NotReadyToPublishError as error:
                self.message_user(request, f"{article}: {error}", messages.ERROR)
            else:
                self.message_user(
                    request, f"“{article}” is cleared to run.", messages.SUCCESS
                )

    @admin.action(description="Withdraw", permissions=["publish"], location=EVERYWHERE)
    def withdraw_selected(self, request, queryset):
        for article in queryset:
            withdraw(article, by=request.user)
            self.message_user(request, f"“{article}” is withdrawn.", messages.SUCCESS)

    def has_publish_permission(self, request):
        return request.user.has_perm("articles.publish_article")

    def has_change_permission(self, request, obj=None):
        allowed = super().has_change_permission(request, obj)
        return allowed and self._may_touch(request, obj)

    def has_delete_permission(self, request, obj=None):
        allowed = super().has_delete_permission(request, obj)
        return allowed and self._may_touch(request, obj)

    def _may_touch(self, request, article):
        """What readers see is changed only by those who may publish it."""
        cleared = article is not None and article.pub_status == Article.PubStatus.USABLE
        return not cleared or self.has_publish_permission(request)

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        obj.tags.set(form.cleaned_data["typed_tags"])

    def save_formset(self, request, form, formset, change):
        if "_saveasnew" in request.POST and formset.model is Correction:
            # A copy has nothing to correct yet.
            formset.new_objects = formset.changed_objects = formset.deleted_objects = []
            return
        super().save_formset(request, form, formset, change)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        record_edit(form.instance, left=form.left_address() if change else None)
