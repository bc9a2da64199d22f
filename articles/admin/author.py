from django.contrib import admin

from articles.actions import record_names
from articles.admin.autocomplete import NamedAutocompletes
from articles.admin.slugged import AliasInline, SluggedAdmin
from articles.models import Article, Author, AuthorAlias
from newsroom.lib.lists import LargeList


class AuthorAliasInline(AliasInline):
    model = AuthorAlias


@admin.register(Author)
class AuthorAdmin(NamedAutocompletes, LargeList, SluggedAdmin):
    list_display = ["name", "job_title", "user"]
    list_select_related = ["user"]
    search_fields = ["name", "aliases__name"]
    autocomplete_fields = ["user", "portrait"]
    inlines = [AuthorAliasInline]

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        record_names(Article.objects.by_author(form.instance))
