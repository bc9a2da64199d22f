"""Public forms on pages that caches keep: no token, and no harm without one.

A page that is the same for everybody cannot hold a token of one visitor. Browsers say
themselves where a POST comes from (Fetch Metadata, https://www.w3.org/TR/fetch-metadata/,
and the Origin header of RFC 6454). A visitor whose browser says nothing is asked once
more on a page of their own.
"""

import secrets
from functools import wraps
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.shortcuts import render
from django.utils.crypto import constant_time_compare
from django.views.decorators.csrf import csrf_exempt

CONFIRM_FIELD = "form_confirmation"
CONFIRM_COOKIE = "form_confirmation"
CONFIRM_SECONDS = 3600


def origin(request):
    """Where a POST comes from: "own", "foreign", or "unknown" when nothing tells."""
    if fetch_site := request.headers.get("Sec-Fetch-Site"):
        # `none` is the person at the browser, not a page.
        return "own" if fetch_site in ("same-origin", "none") else "foreign"
    if source := request.headers.get("Origin"):
        return "own" if source in _own_origins(request) else "foreign"
    if referer := request.headers.get("Referer"):
        parts = urlsplit(referer)
        return (
            "own"
            if f"{parts.scheme}://{parts.netloc}" in _own_origins(request)
            else "foreign"
        )
    return "unknown"


def _own_origins(request):
    own = {settings.SITE_URL, *settings.CSRF_TRUSTED_ORIGINS}
    if not settings.SITE_IS_SECURE:
        # A site in an office may be read under several names of one machine.
        own.add(f"{request.scheme}://{request.get_host()}")
    return own


def anonymous_form(view):
    """Let a view take POSTs from our own pages only, without a token in those pages.

    Raises PermissionDenied for another site's form. The view must act on no session:
    what a stranger could do with curl is all that a forged POST could do.
    """

    @csrf_exempt
    @wraps(view)
    def guarded(request, *args, **kwargs):
        if request.method == "POST":
            source = origin(request)
            if source == "foreign":
                raise PermissionDenied("This form was sent from another site.")
            if source == "unknown" and not _is_confirmed(request):
                return _confirm_page(request)
        return view(request, *args, **kwargs)

    return guarded


def _is_confirmed(request):
    """Whether the POST repeats the secret that the confirm page put in the browser."""
    secret = request.COOKIES.get(CONFIRM_COOKIE, "")
    given = request.POST.get(CONFIRM_FIELD, "")
    return len(secret) > 20 and constant_time_compare(secret, given)


def _confirm_page(request):
    secret = secrets.token_urlsafe(24)
    fields = [
        (name, value)
        for name, values in request.POST.lists()
        if name != CONFIRM_FIELD
        for value in values
    ]
    context = {"fields": [*fields, (CONFIRM_FIELD, secret)]}
    response = render(request, "form_confirm.html", context)
    response.set_cookie(
        CONFIRM_COOKIE,
        secret,
        max_age=CONFIRM_SECONDS,
        path=request.path,
        secure=request.is_secure(),
        httponly=True,
        samesite="Strict",
    )
    return response
