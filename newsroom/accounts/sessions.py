"""Where an account is signed in, as its sessions say."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth import HASH_SESSION_KEY
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from articles.accounts import sessions_of
from newsroom.accounts import devices
from newsroom.lib.throttle import client_area

FACTS_KEY = "signed_in"


@dataclass(frozen=True)
class SignIn:
    """One browser that is signed in."""

    device: str
    area: str
    at: datetime | None
    is_this: bool


def note(request):
    """Write into a session that begins what its owner may know it by later."""
    request.session[FACTS_KEY] = {
        "at": timezone.now().isoformat(),
        "device": devices.describe(request),
        "area": client_area(request),
    }


def of(request):
    """All sign-ins of the request's account that are good still, the newest first."""
    user = request.user
    good = [user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()]
    found = []
    for session, data in sessions_of(user):
        own = data.get(HASH_SESSION_KEY, "")
        if any(constant_time_compare(own, one) for one in good):
            found.append(_sign_in(session, data, request))
    found.sort(key=lambda one: (one.is_this, one.at is not None, one.at), reverse=True)
    return found


def _sign_in(session, data, request):
    facts = data.get(FACTS_KEY, {})
    at = facts.get("at")
    return SignIn(
        device=facts.get("device", "A browser"),
        area=facts.get("area", ""),
        at=datetime.fromisoformat(at) if at else None,
        is_this=session.session_key == request.session.session_key,
    )
