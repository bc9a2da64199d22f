from django.contrib import admin

from articles.admin.autocomplete import NamedAutocompletes
from articles.forms.byline import BylineForm, BylineFormSet
from articles.models import Author, Contribution


class BylineInline(NamedAutocompletes, admin.TabularInline):
    """Who may change the story may change its byline."""

    model = Contribution
    form = BylineForm
    formset = BylineFormSet
    autocomplete_fields = ["author"]
    verbose_name = "name in the byline"
    verbose_name_plural = "byline"

    def formset_kwargs(self, request, article, copy):
        """The lines of the working copy, of the story, or of a new story's writer.

        They are all new lines to the form: `BylineFormSet` says why.
        """
        lines = self._lines(request, article, copy)
        return {
            "queryset": Contribution.objects.none(),
            "initial": [
                {"author": author, "role": role, "position": position}
                for position, (author, role) in enumerate(lines)
            ],
        }

    @staticmethod
    def _lines(request, article, copy):
        if copy:
            return [(line["author"], line["role"]) for line in copy.content["byline"]]
        if article.pk:
            rows = article.contributions.order_by("position", "pk")
            return list(rows.values_list("author", "role"))
        own = Author.objects.filter(user=request.user).values_list("pk", flat=True)
        return [(pk, "") for pk in own]

    def has_view_permission(self, request, obj=None):
        return True

    def has_add_permission(self, request, obj=None):
        return request.user.has_perm("articles.change_article")

    has_change_permission = has_delete_permission = has_add_permission
