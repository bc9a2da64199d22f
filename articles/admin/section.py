from django.contrib import admin

from articles.actions import rename_section
from articles.admin.slugged import FirstLevelSlugForm, SluggedAdmin
from articles.models import Section


@admin.register(Section)
class SectionAdmin(SluggedAdmin):
    form = FirstLevelSlugForm
    list_display = ["name", "slug", "position", "is_in_navigation"]
    list_editable = ["position", "is_in_navigation"]
    search_fields = ["name"]
    delete_advice = "Move its stories to another section first."

    def save_model(self, request, obj, form, change):
        if change and "slug" in form.changed_data:
            # The row's other fields are saved under its old address, then it moves.
            slug, obj.slug = obj.slug, form.initial["slug"]
            super().save_model(request, obj, form, change)
            obj.slug = rename_section(obj, slug=slug).slug
        else:
            super().save_model(request, obj, form, change)
