from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.template.response import TemplateResponse

from articles.actions import (
    delete_tags,
    delete_unused_tags,
    keep_tag_names,
    merge_tags,
    record_names,
)
from articles.admin.slugged import AliasInline, SlugForm, SluggedAdmin
from articles.lookalikes import lookalikes
from articles.models import Article, Tag, TagAlias, TaggedArticle
from newsroom.lib import text
from newsroom.lib.lists import KeysFirst, LargeList


class TagForm(SlugForm):
    """A name is refused when it is another tag's, in any spelling."""

    def clean_name(self):
        name = text.clean_line(self.cleaned_data["name"])
        if not text.name_key(name):
            raise ValidationError("Write at least one letter, digit or sign.")
        found = Tag.objects.by_name([name]).get(text.name_key(name))
        if found and found.pk != self.own_tag():
            raise ValidationError(f"This is another spelling of the tag “{found}”.")
        return name

    def clean_slug(self):
        slug = self.cleaned_data["slug"]
        found = Tag.objects.at(slug).first() if slug else None
        if found and found.pk != self.own_tag():
            raise ValidationError(f"This address leads to the tag “{found}”.")
        return slug

    def own_tag(self):
        return self.instance.pk


class TagAliasForm(TagForm):
    def own_tag(self):
        return None if not self.instance.pk else self.instance.tag_id


class TagAliasInline(AliasInline):
    model = TagAlias
    form = TagAliasForm


class UseFilter(admin.SimpleListFilter):
    title = "use"
    parameter_name = "use"

    def lookups(self, request, model_admin):
        return [
            ("none", "Unused"),
            ("once", "Used once"),
            ("alike", "Looks like another"),
        ]

    def queryset(self, request, queryset):
        once = TaggedArticle.objects.values("tag").annotate(n=Count("pk")).filter(n=1)
        chosen = {
            "none": lambda: queryset.filter(tagged_articles=None),
            "once": lambda: queryset.filter(pk__in=once.values("tag")),
            "alike": lambda: queryset.filter(pk__in=lookalikes()),
        }.get(self.value())
        return chosen() if chosen else queryset


class TagChangeList(KeysFirst):
    """Counts the stories of the tags on the page, and of no others."""

    def get_results(self, request):
        super().get_results(request)
        count_stories(self.result_list)


def count_stories(tags):
    """Give each tag `live_count`, what readers see, and `story_count`, all stories."""
    tagged = TaggedArticle.objects.filter(tag__in=tags).order_by()
    published = Article.objects.published().filter(tagged__tag__in=tags).order_by()
    every = dict(tagged.values_list("tag").annotate(Count("pk")))
    live = dict(published.values_list("tagged__tag").annotate(Count("pk")))
    for tag in tags:
        tag.story_count, tag.live_count = every.get(tag.pk, 0), live.get(tag.pk, 0)


class MergeForm(forms.Form):
    into = forms.ModelChoiceField(
        Tag.objects.none(),
        label="Which name stays?",
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose the tag that stays."},
    )

    def __init__(self, *args, tags, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["into"].queryset = Tag.objects.filter(pk__in=[t.pk for t in tags])
        self.fields["into"].choices = [
            (
                tag.pk,
                f"{tag.name} – {tag.live_count} published, {tag.story_count} in all",
            )
            for tag in tags
        ]


@admin.register(Tag)
class TagAdmin(LargeList, SluggedAdmin):
    form = TagForm
    list_display = ["name", "slug", "live_count", "story_count"]
    list_filter = [UseFilter]
    sortable_by = ["name", "slug"]
    search_fields = ["name", "folded", "aliases__name", "aliases__folded"]
    search_help_text = "Name or alias"
    fields = ["name", "slug", "description"]
    inlines = [TagAliasInline]
    actions = ["merge_selected", "delete_unused"]

    def get_changelist(self, request, **kwargs):
        return TagChangeList

    @admin.display(description="published stories")
    def live_count(self, tag):
        return tag.live_count

    @admin.display(description="all stories")
    def story_count(self, tag):
        return tag.story_count

    def holding(self, word):
        """However its accents and case are typed."""
        folded = text.name_key(word)
        return super().holding(word) | (super().holding(folded) if folded else Q())

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        tag = form.instance
        if change and {"name", "slug"} & set(form.changed_data):
            keep_tag_names(tag, name=form.initial["name"], slug=form.initial["slug"])
        else:
            record_names(Article.objects.tagged_with(tag))

    def get_deleted_objects(self, objs, request):
        """Counts the stories that lose these tags, which may be very many."""
        counts = {
            model._meta.verbose_name_plural: rows.filter(tag__in=objs).count()  # noqa: SLF001 - documented API
            for model, rows in [
                (TagAlias, TagAlias.objects),
                (Article, TaggedArticle.objects),
            ]
        }
        may = self.has_delete_permission(request)
        lacking = set() if may else {self.opts.verbose_name}
        return [str(tag) for tag in objs], counts, lacking, self.used_by(objs, request)

    def delete_queryset(self, request, queryset):
        delete_tags(queryset)

    @admin.action(description="Merge…", permissions=["change", "delete"])
    def merge_selected(self, request, queryset):
        tags = list(queryset.order_by("name", "pk"))
        if len(tags) < 2:
            self.message_user(request, "Choose two tags or more.", messages.WARNING)
            return None
        count_stories(tags)
        tags.sort(key=lambda tag: -tag.story_count)
        is_sent = "into" in request.POST or "confirmed" in request.POST
        form = MergeForm(
            request.POST if is_sent else None, tags=tags, initial={"into": tags[0].pk}
        )
        if not form.is_valid():
            return self._ask(request, "Merge tags", "merge_selected", tags, form=form)
        into = merge_tags(tags, into=form.cleaned_data["into"], by=request.user)
        self.message_user(
            request,
            f"{len(tags)} tags are now “{into}”; the other names lead to it.",
            messages.SUCCESS,
        )
        return None

    @admin.action(description="Delete unused…", permissions=["delete"])
    def delete_unused(self, request, queryset):
        unused = list(queryset.filter(tagged_articles=None).order_by("name", "pk"))
        if not unused:
            message = "Each of these tags stands on a story; nothing was deleted."
            self.message_user(request, message, messages.WARNING)
            return None
        if "confirmed" not in request.POST:
            return self._ask(request, "Delete unused tags", "delete_unused", unused)
        self.log_deletions(request, queryset.filter(pk__in=[t.pk for t in unused]))
        count = delete_unused_tags(unused)
        self.message_user(request, f"{count} unused tags deleted.", messages.SUCCESS)
        return None

    def _ask(self, request, title, action, tags, form=None):
        context = {
            **self.admin_site.each_context(request),
            "title": title,
            "opts": self.opts,
            "action": action,
            "tags": tags,
            "form": form,
        }
        return TemplateResponse(request, "admin/articles/tags_confirm.html", context)
