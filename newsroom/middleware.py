"""What every request and response of the site goes through.

Reader pages are the same for everybody, so any cache between us and a reader may keep
them. That holds only while no cookie goes in and none comes out; `StripCookies` and
`PublicCacheGuard` make both a fact.
"""

import logging
from functools import cache

from django.conf import settings
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import TO_FIELD_VAR
from django.core.exceptions import ValidationError
from django.db import models
from django.http import Http404
from django.middleware.gzip import GZipMiddleware
from django.utils.cache import patch_vary_headers

from newsroom.lib import surrogate_keys
from newsroom.personal import has_key, is_personal

logger = logging.getLogger(__name__)

PUBLIC_PAGE = (
    "public, max-age=0, s-maxage=30, stale-while-revalidate=60, stale-if-error=86400"
)
PUBLIC_NOT_FOUND = "public, max-age=0, s-maxage=10"
PUBLIC_ERROR = "public, max-age=0, s-maxage=0"
PERSONAL_PAGE = "private, no-store"

PERMISSIONS_POLICY = (
    "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), "
    "magnetometer=(), microphone=(), midi=(), payment=(), usb=()"
)

# What `report-to` of the Content-Security-Policy names (Reporting API, section 3.3).
REPORTING_ENDPOINTS = 'csp="/api/csp-reports/"'

# How the filters and the calendar of an admin list compare.
FILTERS_COMPARE_BY = {
    *["exact", "in", "isnull", "gt", "gte", "lt", "lte", "year", "month", "day"],
}

COMPRESSED_TYPES = ("text/", "application/")


class SharedCookieError(AssertionError):
    """A response that caches may share carries something of one visitor."""


class PublicCacheGuard:
    """Never lets a response be both shared and somebody's.

    In tests it raises (`PUBLIC_CACHE_GUARD_RAISES`); on the public site it makes the
    response private and logs an error, because one slow page beats one leaked session.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        cache_control = response.get("Cache-Control", "").lower()
        if "public" not in cache_control and "s-maxage" not in cache_control:
            return response
        varies = {word.strip().lower() for word in response.get("Vary", "").split(",")}
        found = [
            name
            for name, is_there in [
                ("Set-Cookie", bool(response.cookies)),
                ("Vary: Cookie", bool(varies & {"cookie", "*"})),
            ]
            if is_there
        ]
        if found:
            message = f"{request.path} is shared by caches but has {', '.join(found)}."
            if getattr(settings, "PUBLIC_CACHE_GUARD_RAISES", False):
                raise SharedCookieError(message)
            logger.error(message)
            response["Cache-Control"] = PERSONAL_PAGE
        return response


class StripCookies:
    """Drops the cookies of anyone who reads a reader's address.

    A malformed session cookie would otherwise come back as `Set-Cookie`, and a
    language cookie as a page in another language: each a way for a stranger to spoil
    what a shared cache gives to all. POST keeps its cookies for the CSRF check.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.method in ("GET", "HEAD") and not is_personal(request.path_info):
            request.META.pop("HTTP_COOKIE", None)
            request.COOKIES = {}
        return self.get_response(request)


class PlainRequest:
    """Takes out of an address what no page of ours can mean.

    PostgreSQL refuses the NUL character in any text, so it would turn a search or a
    slug into a server error: in a query it is dropped, in a path it is not found.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if "%00" in request.META.get("QUERY_STRING", ""):
            request.META["QUERY_STRING"] = request.META["QUERY_STRING"].replace(
                "%00", ""
            )
        if "\x00" in request.path_info:
            raise Http404("No address holds a NUL character.")
        return self.get_response(request)


class PlainLists:
    """Takes out of what an admin list is asked what only a forged address holds.

    Keys of chosen rows that are none, and comparisons that no filter of a list makes:
    Django hands both to the database, which fails, or works at an expression for hours.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        model_admin = getattr(view, "model_admin", None)
        if model_admin is None:
            return
        refused = set(filter(_is_refused, request.GET))
        # The field by which a window of the admin hands back what was chosen.
        if request.GET.get(TO_FIELD_VAR) not in _field_names(model_admin.model):
            refused |= {TO_FIELD_VAR} & set(request.GET)
        if refused:
            request.GET = request.GET.copy()
            for name in refused:
                del request.GET[name]
        if request.method != "POST":
            return
        chosen = request.POST.getlist(ACTION_CHECKBOX_NAME)
        possible = [key for key in chosen if _is_key(model_admin.model, key)]
        if possible != chosen:
            request.POST = request.POST.copy()
            request.POST.setlist(ACTION_CHECKBOX_NAME, possible)


def _field_names(model):
    return {field.name for field in model._meta.fields}  # noqa: SLF001 - Django's documented API


def _is_refused(name):
    _, found, comparison = name.rpartition("__")
    return bool(found) and comparison in _refused_comparisons()


@cache
def _refused_comparisons():
    fields = [models.Field, models.CharField, models.DateTimeField, models.JSONField]
    known = {name for field in fields for name in field.get_lookups()}
    return known - FILTERS_COMPARE_BY


def _is_key(model, value):
    field = model._meta.pk  # noqa: SLF001 - Django's documented API
    try:
        field.run_validators(field.to_python(value))
    except ValidationError:
        return False
    return True


class ReaderGZip(GZipMiddleware):
    """Compresses reader pages, to the same bytes each time.

    Django's own pads its answers at random, against attacks that guess a secret from
    the length of a page that also repeats the attacker's words. Reader pages hold no
    secret; the others are left to Django's.
    """

    max_random_bytes = 0

    def process_response(self, request, response):
        if is_personal(request.path_info) or request.method != "GET":
            return response
        return super().process_response(request, response)


class PageHeaders:
    """Gives every page its caching rule and answers HEAD as GET would.

    A view that sets Cache-Control itself keeps it.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        is_head = request.method == "HEAD"
        if is_head:
            # Views, ETag and compression must decide as for GET, or the headers of
            # the two would differ.
            request.method = "GET"
        try:
            response = self.get_response(request)
        finally:
            if is_head:
                request.method = "HEAD"
        if "Cache-Control" not in response:
            response["Cache-Control"] = cache_rule(request, response.status_code)
        if "public" in response["Cache-Control"] and "Surrogate-Key" not in response:
            surrogate_keys.name(response, surrogate_keys.LISTS)
        content_type = response.get("Content-Type", "")
        if settings.SITE_IS_SECURE and content_type.startswith("text/html"):
            response["Reporting-Endpoints"] = REPORTING_ENDPOINTS
        if is_personal(request.path_info):
            _keep_to_one(request, response)
        response.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        # A 304 has no type, and no compression that would say so, but varies alike.
        if response.status_code == 304 or content_type.startswith(COMPRESSED_TYPES):
            patch_vary_headers(response, ["Accept-Encoding"])
        return response


def _keep_to_one(request, response):
    """Let no search engine keep the page, and no other site learn a key to it."""
    response["X-Robots-Tag"] = "noindex, nofollow"
    if has_key(request.path_info):
        response["Cache-Control"] = PERSONAL_PAGE
        # Without a referrer browsers send `Origin: null` with a form, which the check
        # against forgery refuses; only the desk's forms are checked.
        is_desk = request.path_info.startswith("/admin/")
        response["Referrer-Policy"] = "same-origin" if is_desk else "no-referrer"


def cache_rule(request, status):
    """Return the Cache-Control that fits an address and the status of its answer."""
    if is_personal(request.path_info) or request.method not in ("GET", "HEAD"):
        return PERSONAL_PAGE
    if status >= 500:
        return "no-store"
    if status in (404, 410):
        return PUBLIC_NOT_FOUND
    if status >= 400:
        return PUBLIC_ERROR
    return PUBLIC_PAGE
