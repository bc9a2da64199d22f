"""What a mail provider tells us of our mails, through django-anymail's webhooks.

Off unless EMAIL_EVENTS names the provider. Anymail checks the secret, and the
provider's signature where it has one, and reads the provider's own form.
"""

import logging
from importlib import import_module

from django.core.exceptions import ImproperlyConfigured
from django.http import Http404, HttpResponse

from newsletter.outcomes import Kind, Report, bounce_kind, take_note
from newsroom.lib.text import clean_line

logger = logging.getLogger(__name__)

# What providers call a bounce for now, in their own events, where anymail has one word
# for both.
_SOFT_WORDS = ("soft", "transient", "temporary", "undetermined", "blocked")
_SOFT_FIELDS = ("Type", "type", "event", "bounceType", "severity", "notificationType")
_KINDS = {
    "delivered": Kind.DELIVERED,
    "complained": Kind.COMPLAINT,
    "unsubscribed": Kind.LEFT,
}


def answer(request, provider):
    """Take a provider's events. Raises Http404, and SuspiciousOperation (400)."""
    if request.method != "POST":
        # Some providers try the address when it is entered.
        return HttpResponse("Events come here by POST.", content_type="text/plain")
    view = _view(provider)()
    view.signal = collected = _Collected()
    view.setup(request)
    try:
        response = view.dispatch(request)
        reports = [report_of(event) for event in collected.events]
    except (
        AttributeError,
        ImproperlyConfigured,  # inbound mail, sent to this address
        LookupError,
        TypeError,
        ValueError,
    ) as error:
        logger.warning("A report of the mail provider could not be read: %r", error)
        return HttpResponse("This cannot be read.", status=400)
    for report in filter(None, reports):
        take_note(report)
    return response


class _Collected:
    """Stands where anymail would send its signal: what cannot be read is found so."""

    def __init__(self):
        self.events = []

    def send(self, sender, event, esp_name):
        self.events.append(event)


def report_of(event):
    """The Report in an `AnymailTrackingEvent`, or None where it says nothing to us."""
    key = str((event.metadata or {}).get("delivery") or event.message_id or "")
    words = clean_line(event.mta_response or event.description or "")[:300]
    if event.event_type == "bounced":
        kind = _bounce_kind(event, words)
    else:
        kind = _KINDS.get(event.event_type)
    if not (key and kind):
        return None
    at = event.timestamp
    return Report(key, kind, words=words, at=at if at and at.tzinfo else None)


def _bounce_kind(event, words):
    raw = event.esp_event if isinstance(event.esp_event, dict) else {}
    said = " ".join(str(raw.get(name, "")) for name in _SOFT_FIELDS).lower()
    said = f"{said} {(event.description or '').partition(':')[0].lower()}"
    if event.reject_reason == "invalid":
        return Kind.GONE
    is_soft = any(word in said for word in _SOFT_WORDS)
    if is_soft or event.reject_reason not in {"bounced", None}:
        return Kind.CAME_BACK
    return bounce_kind(status="5.1.1", words=words)


def _view(provider):
    name = f"{provider}_tracking_webhook"
    for pattern in import_module("anymail.urls").urlpatterns:
        if pattern.name == name:
            return pattern.callback.view_class
    raise Http404("There is no such provider.")
