"""The desk's calendar: a month or a week of stories. It only shows."""

from datetime import timedelta

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.formats import date_format
from django.views.decorators.http import require_safe

from articles import planning
from newsroom.lib.days import day_named

# A day shows so many stories, and leads to the list for the others.
SHOWN_IN_MONTH = 3
SHOWN_IN_WEEK = 25


class CalendarAdmin(admin.ModelAdmin):
    def get_urls(self):
        view = self.admin_site.admin_view(self.calendar_view)
        return [
            path("calendar/", view, name="articles_article_calendar"),
            *super().get_urls(),
        ]

    @method_decorator(require_safe)
    def calendar_view(self, request):
        if not self.has_view_permission(request):
            raise PermissionDenied
        today = timezone.localdate()
        is_week = "week" in request.GET
        asked = request.GET.get("week" if is_week else "month", "")
        day = day_named(asked if is_week else f"{asked}-01") or today
        days = planning.week_days(day) if is_week else planning.month_days(day)
        context = {
            **self.admin_site.each_context(request),
            **(_week(days) if is_week else _month(day)),
            "opts": self.opts,
            "title": "Calendar",
            "days": planning.fill(
                days,
                self.get_queryset(request),
                shown=SHOWN_IN_WEEK if is_week else SHOWN_IN_MONTH,
            ),
            "weekdays": [date_format(one, "D") for one in days[:7]],
            "is_week": is_week,
            "month": None if is_week else day.month,
            "today": today,
            "zone": timezone.get_current_timezone_name(),
            "may_add": self.has_add_permission(request),
        }
        template = "admin/articles/article/calendar.html"
        return TemplateResponse(request, template, context)


def _address(**query):
    return reverse("admin:articles_article_calendar", query=query)


def _month(day):
    first = day.replace(day=1)
    before, after = first - timedelta(days=1), first + timedelta(days=31)
    return {
        "period": date_format(first, "F Y"),
        "before": _address(month=f"{before:%Y-%m}"),
        "before_label": date_format(before, "F"),
        "after": _address(month=f"{after:%Y-%m}"),
        "after_label": date_format(after, "F"),
        "other": _address(week=f"{_inside(first):%Y-%m-%d}"),
    }


def _inside(first):
    """Today where it lies in the month that begins so, else its first day."""
    today = timezone.localdate()
    return today if (today.year, today.month) == (first.year, first.month) else first


def _week(days):
    before, after = days[0] - timedelta(days=7), days[0] + timedelta(days=7)
    return {
        "period": f"{date_format(days[0], 'j F')} – {date_format(days[-1], 'j F Y')}",
        "before": _address(week=before.isoformat()),
        "before_label": "Week before",
        "after": _address(week=after.isoformat()),
        "after_label": "Week after",
        "other": _address(month=f"{days[0]:%Y-%m}"),
    }
