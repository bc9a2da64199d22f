from django.contrib import admin, messages
from django.core.exceptions import ValidationError

from articles.actions import delete_tags, merge_tags, record_names
from articles.admin.slugged import AliasInline, SlugForm, SluggedAdmin
from articles.models import Article, Tag, TagAlias
from newsroom.lib import text


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

    def own_tag(self):
        return self.instance.pk


class TagAliasForm(TagForm):
    def own_tag(self):
        return None if not self.instance.pk else self.instance.tag_id


class TagAliasInline(AliasInline):
    model = TagAlias
    form = TagAliasForm


@admin.register(Tag)
class TagAdmin(SluggedAdmin):
    form = TagForm
    list_display = ["name", "slug"]
    search_fields = ["name", "folded", "aliases__folded"]
    fields = ["name", "slug", "description"]
    inlines = [TagAliasInline]
    actions = ["merge_selected"]

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        record_names(Article.objects.tagged_with(form.instance))

    def delete_queryset(self, request, queryset):
        delete_tags(queryset)

    @admin.action(
        description="Merge into the one with most stories",
        permissions=["change", "delete"],
    )
    def merge_selected(self, request, queryset):
        tags = list(queryset.with_counts().order_by("-count", "pk"))
        into = merge_tags(tags, into=tags[0])
        self.message_user(
            request,
            f"{len(tags)} tags are now “{into}”; the other names lead to it.",
            messages.SUCCESS,
        )
