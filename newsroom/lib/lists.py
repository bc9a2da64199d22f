"""Lists of the admin: those whose cost does not grow, and those only to be read."""

from functools import reduce
from operator import or_

from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.views.main import SEARCH_VAR, ChangeList
from django.core.paginator import Paginator
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.text import smart_split, unescape_string_literal
from django.utils.translation import gettext

from newsroom.lib import prepared  # noqa: F401 - has `any_of` and `among`
from newsroom.lib.forms import ZONED_TIMES

COUNTED = 10_000
# A search shows no more of what it finds, the first in the list's own order.
FOUND = 500
MAX_WORDS = 12


class CappedPaginator(Paginator):
    """Counts up to `most` rows and no further; pages end there as well.

    To see what lies beyond, an editor searches or filters.
    """

    @property
    def most(self):
        return COUNTED

    @cached_property
    def _found(self):
        return counted(self.object_list, up_to=self.most + 1)

    @cached_property
    def count(self):
        return min(self._found, self.most)

    @property
    def count_label(self):
        """The count in words: “10,000+” where there are more."""
        return f"{self.count:,}{'+' * (self._found > self.most)}"


class SearchPaginator(CappedPaginator):
    @property
    def most(self):
        return FOUND


def counted(queryset, *, up_to):
    """How many rows a queryset has; no more than `up_to` are looked at."""
    # As a statement around a limited one: so neither database reads further.
    return queryset.order_by().values("pk")[:up_to].count()


class KeysFirst(ChangeList):
    """Finds the keys of its page, which an index holds, and then reads these rows."""

    def get_results(self, request):
        super().get_results(request)
        keys = list(self.result_list.values_list("pk", flat=True))
        rows = self.rows().in_bulk(keys) if keys else {}
        self.result_list = [rows[key] for key in keys if key in rows]

    def rows(self):
        """The rows of which those of the page are read."""
        return self.apply_select_related(self.root_queryset.order_by())


class LargeList(admin.ModelAdmin):
    """For rows of which a site may have a hundred thousand."""

    paginator = CappedPaginator
    show_full_result_count = False
    # Django's counts beside the filters read the whole table for each of them.
    show_facets = admin.ShowFacets.NEVER
    list_per_page = 50

    def get_changelist(self, request, **kwargs):
        return KeysFirst

    def get_paginator(self, request, *args, **kwargs):
        if request.GET.get(SEARCH_VAR):
            return SearchPaginator(*args, **kwargs)
        return super().get_paginator(request, *args, **kwargs)

    def get_search_results(self, request, queryset, search_term):
        """Looks through the rows once; the list and its count ask for their keys."""
        if not search_term:
            return queryset, False
        found = self.matching(request, queryset, search_term)
        keys = found.values_list("pk", flat=True)[: FOUND + 1]
        return queryset.filter(pk__any_of=set(keys)), False

    def matching(self, request, queryset, search_term):
        """The rows in which each of a search's words stands, none of them twice."""
        for word in _words(search_term):
            queryset = queryset.filter(self.holding(word))
        return queryset

    def holding(self, word):
        """The condition that one of `search_fields` holds a word."""
        places = (_holds(self.model, path, word) for path in self.search_fields)
        return reduce(or_, places)

    def action_checkbox(self, obj):
        """Django's, without a widget and a template for each row of the list."""
        return format_html(
            '<input type="checkbox" name="{}" value="{}" class="action-select" '
            'aria-label="{}">',
            ACTION_CHECKBOX_NAME,
            obj.pk,
            gettext("Select this object for an action - {}").format(obj),
        )


def _words(typed):
    """The words of a search as Django's admin splits it: "two words" are one."""
    for word in list(smart_split(typed))[:MAX_WORDS]:
        is_quoted = word[0] in "\"'" and word[0] == word[-1] and word[1:]
        yield unescape_string_literal(word) if is_quoted else word


def _holds(model, path, word):
    """The condition that what a path of `search_fields` leads to holds a word.

    Other tables are asked on their own, by an index of theirs, and for no more than
    COUNTED rows: a join would read them all.
    """
    name, _, rest = path.partition("__")
    field = model._meta.get_field(name)  # noqa: SLF001 - documented API
    if not field.is_relation:
        return Q(**{f"{name}__{rest or 'icontains'}": word})
    other = field.related_model
    found = other._base_manager.filter(_holds(other, rest, word))  # noqa: SLF001
    found = found.order_by("-pk")
    if field.one_to_many:
        return Q(pk__among=found.values(field.field.attname)[:COUNTED])
    return Q(**{f"{name}__among": found.values("pk")[:COUNTED]})


class ReadOnly:
    """Rows, of an admin or an inline, that nobody adds, changes or removes by hand."""

    formfield_overrides = ZONED_TIMES

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
