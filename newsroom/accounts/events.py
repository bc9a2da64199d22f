"""What was done with an account becomes a row in "Who did what", and a mail."""

import time

from allauth.mfa import signals
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.password_validation import MinimumLengthValidator

from articles import accounts
from articles.models import LoginEvent
from newsroom.accounts import codes, notices

Kind = LoginEvent.Kind
Type = Authenticator.Type


class LongPassword(MinimumLengthValidator):
    """Django tells validators of every password that was set, whoever set it."""

    def password_changed(self, password, user=None):
        """Tell the owner; Django ends all sessions. A new account is told nothing."""
        if user is None or user.last_login is None:
            return
        accounts.record(user, Kind.PASSWORD)
        notices.tell(user, "password")


def connect():
    """Listen to allauth."""
    for signal, receiver in [
        (signals.authenticator_added, _added),
        (signals.authenticator_removed, _removed),
        (signals.authenticator_reset, _new_codes),
        (signals.authenticator_used, _used),
        (signals.authentication_failed, _failed),
    ]:
        signal.connect(receiver, dispatch_uid=f"newsroom.accounts{receiver.__name__}")


def _added(request, user, authenticator, **kwargs):
    if authenticator.type == Type.RECOVERY_CODES:
        return
    if authenticator.type == Type.TOTP:
        # The code that proved the app is used up with it.
        authenticator.data["last_counter"] = int(time.time()) // 30
        authenticator.save(update_fields=["data"])
    # A session that began without a second step may be a stranger's.
    accounts.end_sessions(user, keep=request.session.session_key)
    accounts.record(user, Kind.STEP_ADDED, request)
    notices.tell(user, "step_added", request, step=_words(authenticator))


def _removed(request, user, authenticator, **kwargs):
    if authenticator.type == Type.RECOVERY_CODES:
        return
    accounts.record(user, Kind.STEP_REMOVED, request)
    notices.tell(user, "step_removed", request, step=_words(authenticator))


def _new_codes(request, user, **kwargs):
    notices.tell(user, "recovery_made", request)


def _used(request, user, authenticator, **kwargs):
    if authenticator.type != Type.RECOVERY_CODES:
        return
    accounts.record(user, Kind.RECOVERY, request)
    left = len(authenticator.wrap().get_unused_codes())
    notices.tell(user, "recovery_used", request, left=left)


def _failed(request, user, **kwargs):
    accounts.record(user, Kind.FAILED, request)


def _words(authenticator):
    if authenticator.type == Type.TOTP:
        return "An app that makes codes"
    return f"The passkey “{authenticator.wrap().name}”"


def reset(user):
    """Take off all second steps of an account whose owner has lost them.

    Returns how many there were. Every session ends, and the owner is told.
    """
    rows = Authenticator.objects.filter(user=user)
    count = rows.filter(type__in=codes.SECOND_STEPS).count()
    rows.delete()
    accounts.end_sessions(user)
    accounts.record(user, Kind.RESET)
    notices.tell(user, "reset", required=settings.ADMIN_REQUIRE_2FA)
    return count
