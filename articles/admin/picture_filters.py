"""The library's filters."""

from datetime import timedelta

from django.contrib.admin import SimpleListFilter
from django.utils import timezone

from articles import duplicates
from articles.models import Medium

SOON = timedelta(days=30)


class RightsFilter(SimpleListFilter):
    title = "rights"
    parameter_name = "rights"

    def lookups(self, request, model_admin):
        return [
            ("hold", "Hold for the site"),
            ("soon", "End within 30 days"),
            ("ended", "Have ended"),
            ("later", "Start later"),
            *((f"not_{medium}", f"Not for {medium.label}") for medium in Medium),
        ]

    def queryset(self, request, queryset):
        now = timezone.now()
        match self.value():
            case "hold":
                return queryset.usable(at=now)
            case "soon":
                return queryset.filter(
                    rights_expire_at__gt=now, rights_expire_at__lte=now + SOON
                )
            case "ended":
                return queryset.ended(at=now)
            case "later":
                return queryset.filter(rights_start_at__gt=now)
        for medium in Medium:
            if self.value() == f"not_{medium}":
                return queryset.filter(**{f"allows_{medium}": False})
        return queryset


class AltFilter(SimpleListFilter):
    title = "alt text"
    parameter_name = "alt"

    def lookups(self, request, model_admin):
        return [("missing", "Missing")]

    def queryset(self, request, queryset):
        return queryset.missing_alt() if self.value() == "missing" else queryset


class CopiesFilter(SimpleListFilter):
    title = "copies"
    parameter_name = "copies"

    def lookups(self, request, model_admin):
        return [("yes", "In the library twice")]

    def queryset(self, request, queryset):
        if self.value() != "yes":
            return queryset
        keys = {pk for group in duplicates.groups() for pk in group}
        return queryset.filter(pk__in=keys)


class UseFilter(SimpleListFilter):
    title = "use"
    parameter_name = "use"

    def lookups(self, request, model_admin):
        return [("none", "Not used anywhere")]

    def queryset(self, request, queryset):
        return queryset.unused() if self.value() == "none" else queryset


FILTERS = [
    UseFilter,
    RightsFilter,
    AltFilter,
    "usage",
    "rendition_status",
    CopiesFilter,
]
