"""Lists of the admin: those whose cost does not grow, and those only to be read."""

from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.paginator import Paginator
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.translation import gettext

from newsroom.lib import prepared  # noqa: F401 - has the lookup `any_of`
from newsroom.lib.forms import ZONED_TIMES

COUNTED = 10_000


class CappedPaginator(Paginator):
    """Counts up to COUNTED rows and no further; pages end there as well.

    To see what lies beyond, an editor searches or filters.
    """

    @cached_property
    def _found(self):
        return counted(self.object_list, up_to=COUNTED + 1)

    @cached_property
    def count(self):
        return min(self._found, COUNTED)

    @property
    def count_label(self):
        """The count in words: “10,000+” where there are more."""
        return f"{self.count:,}{'+' * (self._found > COUNTED)}"


def counted(queryset, *, up_to):
    """How many rows a queryset has; no more than `up_to` are looked at."""
    # As a statement around a limited one: so neither database reads further.
    return queryset.order_by().values("pk")[:up_to].count()


class LargeList(admin.ModelAdmin):
    """For rows of which a site may have a hundred thousand."""

    paginator = CappedPaginator
    show_full_result_count = False
    # Django's counts beside the filters read the whole table for each of them.
    show_facets = admin.ShowFacets.NEVER
    list_per_page = 50

    def get_search_results(self, request, queryset, search_term):
        """Looks through the rows once; the list and its count ask for their keys."""
        if not search_term:
            return queryset, False
        found = self.matching(request, queryset, search_term)
        keys = found.values_list("pk", flat=True)[: COUNTED + 1]
        return queryset.filter(pk__any_of=set(keys)), False

    def matching(self, request, queryset, search_term):
        """The rows in which a search's words stand; a row may come twice."""
        return super().get_search_results(request, queryset, search_term)[0]

    def action_checkbox(self, obj):
        """Django's, without a widget and a template for each row of the list."""
        return format_html(
            '<input type="checkbox" name="{}" value="{}" class="action-select" '
            'aria-label="{}">',
            ACTION_CHECKBOX_NAME,
            obj.pk,
            gettext("Select this object for an action - {}").format(obj),
        )


class ReadOnly:
    """Rows, of an admin or an inline, that nobody adds, changes or removes by hand."""

    formfield_overrides = ZONED_TIMES

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
