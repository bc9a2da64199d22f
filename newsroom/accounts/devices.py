"""Browsers in which somebody of the staff signed in before: a signed cookie.

It opens nothing. It gives its owner a queue of their own at the sign-in, and spares
them the mail about a new device.
"""

import re
import secrets

from django.conf import settings
from django.core import signing
from django.utils.crypto import salted_hmac

SALT = "newsroom.accounts.device"
MAX_AGE = 180 * 24 * 3600
PATH = "/admin/"
# Colleagues at one computer.
MOST_NAMES = 8

_BROWSERS = [
    ("Edg", "Edge"), ("OPR", "Opera"), ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"), ("FxiOS", "Firefox"), ("CriOS", "Chrome"),
    ("Chrome", "Chrome"), ("Safari", "Safari"),
]  # fmt: skip
_SYSTEMS = [
    ("iPhone", "an iPhone"), ("iPad", "an iPad"), ("Android", "Android"),
    ("Windows", "Windows"), ("Mac OS", "a Mac"), ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
]  # fmt: skip


def known_id(request, name):
    """The browser's own key if this name signed in there before, else nothing."""
    device, names = _read(request)
    return device if _digest(name) in names else ""


def remember(request, response, user):
    """Mark the browser that gets this response as one where the account is at home."""
    device, names = _read(request)
    name = _digest(user.get_username())
    names = [name, *(other for other in names if other != name)][:MOST_NAMES]
    response.set_cookie(
        settings.DEVICE_COOKIE_NAME,
        signing.dumps([device or secrets.token_urlsafe(12), names], salt=SALT),
        max_age=MAX_AGE,
        path=PATH,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def describe(request):
    """Browser and system in words, "Firefox on Linux"; nothing that tells two apart."""
    agent = request.headers.get("User-Agent", "")
    browser = next((name for mark, name in _BROWSERS if f"{mark}/" in agent), "")
    system = next((name for mark, name in _SYSTEMS if re.search(mark, agent)), "")
    return f"{browser or 'A browser'} on {system or 'an unknown system'}"


def _read(request):
    value = request.COOKIES.get(settings.DEVICE_COOKIE_NAME, "")
    try:
        device, names = signing.loads(value, salt=SALT, max_age=MAX_AGE)
    except (signing.BadSignature, ValueError, TypeError):
        return "", []
    return device, names


def _digest(name):
    made = salted_hmac(SALT, name.casefold(), algorithm="sha256")
    return made.hexdigest()[:16]
