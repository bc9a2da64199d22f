"""Codes of a second step, each good for one sign-in."""

from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.utils import decrypt
from django.db import transaction

SECOND_STEPS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]


def is_enrolled(user):
    """Whether the account asks for a second step when somebody signs in."""
    return Authenticator.objects.filter(user=user, type__in=SECOND_STEPS).exists()


@transaction.atomic
def accept(user, code):
    """Use up a code of an app or of the recovery list; its Authenticator, or None.

    The row is locked, and keeps the time step of the app's last code: neither a replay
    nor two requests at once get in with the same one (RFC 6238, section 5.2).
    """
    rows = Authenticator.objects.select_for_update().filter(user=user)
    for row in rows.exclude(type=Authenticator.Type.WEBAUTHN).order_by("-type"):
        if row.type == Authenticator.Type.TOTP:
            used = row if _use_app_code(row, code) else None
        else:
            # It reads the row anew.
            recovery = row.wrap()
            used = recovery.instance if recovery.validate_code(code) else None
        if used:
            used.user = user
            return used
    return None


def _use_app_code(row, code):
    secret = decrypt(row.data["secret"])
    for counter in totp.yield_hotp_counters_from_time():
        expected = totp.format_hotp_value(totp.hotp_value(secret, counter))
        if compare_user_code(actual=code, expected=expected):
            if counter <= row.data.get("last_counter", -1):
                return False
            row.data["last_counter"] = counter
            row.save(update_fields=["data"])
            return True
    return False
