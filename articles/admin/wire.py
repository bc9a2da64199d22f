"""The wire desk: what agencies sent, and what becomes of it."""

from django.contrib import admin, messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html, format_html_join

from articles.admin.protection import KeepsWhatIsUsed
from articles.models import Article, WireItem, WireSource
from articles.models.desk import desks_of
from articles.refusals import RefusedError
from articles.wire import stories
from newsroom.lib import html
from newsroom.lib.lists import LargeList

MAKE, LEAVE, SEEN = "make", "leave", "seen"
SAID = ["headline", "standfirst", "text", "byline_names", "dateline", "language",
        "slugline", "keyword_names", "ed_note"]  # fmt: skip
RIGHTS = ["provider", "copyright_notice", "usage_terms", "embargoed_until",
          "expires_at", "picture_addresses", "address_there"]  # fmt: skip
DESK = ["state", "attention", "kind", "story", "in_library", "problem", "source",
        "guid", "version", "version_created_at", "received_at", "file_name",
        "urgency"]  # fmt: skip


@admin.register(WireSource)
class WireSourceAdmin(KeepsWhatIsUsed, admin.ModelAdmin):
    list_display = ["name", "place", "section", "is_open", "makes_drafts", "read_at",
                    "problem"]  # fmt: skip
    list_filter = ["is_open"]
    list_select_related = ["section"]
    search_fields = ["name", "url", "folder"]
    fields = ["name", "url", "folder", "section", "language", "is_open",
              "makes_drafts", "takes_pictures", "adds_its_own", "read_at",
              "problem"]  # fmt: skip
    readonly_fields = ["read_at", "problem"]
    delete_advice = "Close it instead: what came from there says whose it is."

    @admin.display(description="from")
    def place(self, source):
        return source.url or source.folder


@admin.register(WireItem)
class WireItemAdmin(LargeList):
    change_form_template = "admin/articles/wire_item_change_form.html"
    list_display = ["title", "kind", "state", "attention", "source", "received_at",
                    "embargoed_until"]  # fmt: skip
    list_filter = ["state", "attention", "kind", "source"]
    list_select_related = ["source"]
    sortable_by = ["received_at"]
    search_fields = ["headline", "slugline", "guid", "provider"]
    search_help_text = "Headline, slugline, agency or the item's id"
    readonly_fields = [*SAID, *RIGHTS, *DESK]
    actions = ["make_stories", "leave_selected"]

    def get_fieldsets(self, request, obj=None):
        """What the agency left empty is not shown."""
        shown = [
            ("At the desk", DESK),
            ("What the agency says", SAID),
            ("Rights and times", RIGHTS),
        ]
        said = [
            (title, [name for name in names if self._says(obj, name)])
            for title, names in shown
        ]
        return [(title, {"fields": names}) for title, names in said if names]

    def _says(self, item, name):
        if item is None:
            return False
        value = getattr(self, name, None)
        return bool(value(item) if callable(value) else getattr(item, name))

    def get_queryset(self, request):
        """Those of one's own sections, as with stories."""
        found = super().get_queryset(request)
        sections = desks_of(request.user)
        return found if sections is None else found.filter(source__section__in=sections)

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        # It would come again with the next reading.
        return False

    @admin.display(description="headline", ordering="headline")
    def title(self, item):
        return format_html("<bdi>{}</bdi>", item)

    @admin.display(description="text")
    def text(self, item):
        lines = html.clean_to_text(item.body).splitlines()
        return format_html_join("", "<p dir=auto>{}</p>", ((line,) for line in lines))

    @admin.display(description="byline")
    def byline_names(self, item):
        return ", ".join(item.byline)

    @admin.display(description="keywords")
    def keyword_names(self, item):
        return ", ".join(item.keywords)

    @admin.display(description="pictures")
    def picture_addresses(self, item):
        return "\n".join(
            f"{picture['href']} ({picture['credit_line'] or 'no credit'})"
            for picture in item.pictures
        )

    @admin.display(description="story")
    def story(self, item):
        return _link("articles_article", item.article)

    @admin.display(description="picture")
    def in_library(self, item):
        return _link("articles_picture", item.picture)

    @admin.display(description="address there")
    def address_there(self, item):
        # Bounded to the web by the reader of feeds, which alone gives it.
        if not item.web_url:
            return ""
        return format_html(
            '<a href="{}" rel="noreferrer"><bdi>{}</bdi></a>',
            item.web_url,
            item.web_url,
        )

    # Steps --------------------------------------------------------------------------

    @admin.action(
        description="Make stories of them, take pictures in", permissions=["make"]
    )
    def make_stories(self, request, queryset):
        made = 0
        for item in queryset.select_related("source"):
            try:
                self._use(request, item)
            except RefusedError as error:
                self.message_user(request, f"{item}: {error}", messages.ERROR)
            else:
                made += 1
        self.message_user(
            request, f"{made} drafts or pictures are there.", messages.SUCCESS
        )

    def _use(self, request, item):
        if item.kind in stories.PICTURES and not request.user.has_perm(
            "articles.add_picture"
        ):
            raise RefusedError("You may not add pictures to the library.")
        return stories.use(item, by=request.user)

    @admin.action(description="Leave them", permissions=["change"])
    def leave_selected(self, request, queryset):
        for item in queryset:
            stories.leave(item)

    def has_make_permission(self, request):
        """Whoever may write stories may make one of an item."""
        return self.has_change_permission(request) and request.user.has_perm(
            "articles.add_article"
        )

    def changelist_view(self, request, extra_context=None):
        context = {"title": "What has come in", **(extra_context or {})}
        return super().changelist_view(request, context)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        context = {
            "may_make": self.has_make_permission(request),
            "pictures": stories.PICTURES,
            "no_stories": stories.NO_STORIES,
            "title": "Wire item",
        }
        return super().change_view(
            request, object_id, form_url, {**context, **(extra_context or {})}
        )

    def save_model(self, request, obj, form, change):
        """Nothing of it is typed here; the buttons do their step."""
        step = request.POST.get("_step")
        if step == LEAVE:
            stories.leave(obj)
        elif step == SEEN:
            stories.settle(obj)

    def response_change(self, request, obj):
        if request.POST.get("_step") == MAKE and self.has_make_permission(request):
            try:
                made = self._use(request, obj)
            except RefusedError as error:
                self.message_user(request, str(error), messages.ERROR)
                return redirect(request.path)
            if obj.kind in stories.PICTURES:
                return redirect("admin:articles_picture_change", made.pk)
            reachable = Article.objects.reachable_by(request.user)
            if reachable.filter(pk=made.pk).exists():
                return redirect("admin:articles_article_change", made.pk)
        return redirect("admin:articles_wireitem_changelist")

    def log_change(self, request, obj, message):
        """Steps stand in the item and in the story's own history."""


def _link(model, row):
    """A link to the form of what an item became; nothing where it became none."""
    if not row:
        return ""
    url = reverse(f"admin:{model}_change", args=[row.pk])
    return format_html('<a href="{}"><bdi>{}</bdi></a>', url, row)
