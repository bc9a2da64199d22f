from django.contrib import admin

from articles.admin.kept_text import KeepsText
from articles.admin.slugged import FirstLevelSlugForm, SluggedAdmin
from articles.forms import BodyWidget
from articles.models import Page


class PageForm(FirstLevelSlugForm):
    name_field = "title"

    class Meta:
        widgets = {"body": BodyWidget}


@admin.register(Page)
class PageAdmin(KeepsText, SluggedAdmin):
    form = PageForm
    list_display = ["title", "slug", "is_in_footer", "position"]
    list_editable = ["is_in_footer", "position"]
    search_fields = ["title"]
