"""What narrows the list of stories. Each asks by subquery, so no story comes twice."""

from datetime import timedelta

from django.contrib import admin
from django.utils import timezone
from django.utils.formats import date_format

from articles.models import Article, Author, Correction, Status, Tag
from articles.models.languages import language_name
from newsroom.lib.days import day_named, day_start


class StatusFilter(admin.SimpleListFilter):
    title = "status"
    parameter_name = "status"

    def lookups(self, request, model_admin):
        return Status.choices

    def queryset(self, request, queryset):
        if self.value() in Status.values:
            return queryset.with_status(Status(self.value()))
        return queryset


class WhoseFilter(admin.SimpleListFilter):
    """One's own stories; who sees no others has nothing to choose."""

    title = "writer"
    parameter_name = "whose"

    def lookups(self, request, model_admin):
        sees_others = request.user.has_perm("articles.see_others_article")
        return [("mine", "Mine")] if sees_others else []

    def queryset(self, request, queryset):
        return queryset.of(request.user) if self.value() == "mine" else queryset


def _period(name, today):
    """The first day and the day after the last of a named period."""
    month = today.replace(day=1)
    next_month = (month + timedelta(days=32)).replace(day=1)
    return {
        "today": (today, today + timedelta(days=1)),
        "next": (today, today + timedelta(days=8)),
        "week": (today - timedelta(days=6), today + timedelta(days=1)),
        "month": (month, next_month),
        "last_month": ((month - timedelta(days=1)).replace(day=1), month),
        "year": (
            today.replace(month=1, day=1),
            today.replace(year=today.year + 1, month=1, day=1),
        ),
    }[name]


class TimeFilter(admin.SimpleListFilter):
    """By publication time, in days of the publication's zone."""

    title = "publication time"
    parameter_name = "time"
    CHOICES = [
        ("today", "Today"),
        ("next", "Next seven days"),
        ("week", "Last seven days"),
        ("month", "This month"),
        ("last_month", "Last month"),
        ("year", "This year"),
    ]

    def lookups(self, request, model_admin):
        return self.CHOICES

    def queryset(self, request, queryset):
        if self.value() not in dict(self.CHOICES):
            return queryset
        first, end = _period(self.value(), timezone.localdate())
        return queryset.filter(
            published_at__gte=day_start(first), published_at__lt=day_start(end)
        )


class DayFilter(admin.SimpleListFilter):
    """The stories that the calendar has on a day, to which it leads."""

    title = "day in the calendar"
    parameter_name = "day"

    def lookups(self, request, model_admin):
        asked = request.GET.get(self.parameter_name, "")
        self.day = day_named(asked)
        return [(asked, date_format(self.day))] if self.day else []

    def queryset(self, request, queryset):
        if not self.value() or self.day is None:
            return queryset
        of_day = Article.objects.with_day_between(
            self.day, self.day + timedelta(days=1)
        )
        # A day's few are found first: the list's order would lead past all others.
        return queryset.filter(pk__among=of_day.values("pk"))


class EndsFilter(admin.SimpleListFilter):
    title = "dates to come"
    parameter_name = "ends"
    FIELDS = {"embargo": "embargoed_until", "expiry": "expires_at"}

    def lookups(self, request, model_admin):
        return [("embargo", "Under embargo"), ("expiry", "Will expire")]

    def queryset(self, request, queryset):
        name = self.FIELDS.get(self.value())
        return queryset.filter(**{f"{name}__gt": timezone.now()}) if name else queryset


class CorrectionFilter(admin.SimpleListFilter):
    title = "corrections"
    parameter_name = "corrected"

    def lookups(self, request, model_admin):
        return [("yes", "Has a correction")]

    def queryset(self, request, queryset):
        if self.value() != "yes":
            return queryset
        return queryset.filter(pk__in=Correction.objects.order_by().values("article"))


class PictureFilter(admin.SimpleListFilter):
    title = "picture"
    parameter_name = "picture"

    def lookups(self, request, model_admin):
        return [("none", "Without a picture")]

    def queryset(self, request, queryset):
        if self.value() != "none":
            return queryset
        return queryset.filter(lead_picture__isnull=True)


class LanguageFilter(admin.SimpleListFilter):
    title = "language"
    parameter_name = "language"

    def lookups(self, request, model_admin):
        found = Article.objects.all().languages()
        return [(code, language_name(code)) for code in found] if found[1:] else []

    def queryset(self, request, queryset):
        if self.value() not in dict(self.lookup_choices):
            return queryset
        return queryset.filter(language=self.value())


class _RowFilter(admin.SimpleListFilter):
    """By a row that a link names: too many are there to choose from."""

    model = None

    def lookups(self, request, model_admin):
        slug = request.GET.get(self.parameter_name, "")
        self.row = (
            self.model.objects.at(slug.replace("\0", "")).first() if slug else None
        )
        return [(slug, self.row or "Unknown")] if slug else []


class TagFilter(_RowFilter):
    title = "tag"
    parameter_name = "tag"
    model = Tag

    def queryset(self, request, queryset):
        if not self.value():
            return queryset
        return queryset.tagged_with(self.row)


class AuthorFilter(_RowFilter):
    title = "author"
    parameter_name = "author"
    model = Author

    def queryset(self, request, queryset):
        if not self.value():
            return queryset
        return queryset.by_author(self.row)
