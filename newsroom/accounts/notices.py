"""Mails to the owner of an account about what was done with it."""

from functools import partial

from django.contrib.auth import get_user_model
from django.contrib.auth.tokens import default_token_generator
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from articles import pages
from newsroom.accounts import devices
from newsroom.lib import mail
from newsroom.lib.throttle import client_area
from newsroom.lib.urls import absolute

# What happened, as the subject says it.
KINDS = {
    "new_device": "New sign-in",
    "password": "Your password was changed",
    "step_added": "A second step was added",
    "step_removed": "A second step was removed",
    "recovery_used": "A recovery code was used",
    "recovery_made": "New recovery codes were made",
    "reset": "Your second steps were taken off",
    "address": "The address of your account was changed",
}


def tell(user, kind, request=None, *, to="", **facts):
    """Have the owner told by mail, at the account's address or at a former one."""
    from newsroom import tasks  # noqa: PLC0415 -- tasks import this module

    to = to or user.email
    if not to:
        return
    if request:
        facts |= {"device": devices.describe(request), "area": client_area(request)}
    facts["at"] = timezone.localtime().strftime("%d %B %Y, %H:%M %Z")
    send = partial(tasks.mail_account_notice.enqueue, user.pk, kind, facts, to)
    transaction.on_commit(send)


def notice(user, kind, facts, *, to):
    """The unsent mail about one thing that was done."""
    return mail.plain(
        "accounts/emails/notice",
        {
            "user": user,
            "kind": kind,
            "subject": KINDS[kind],
            "facts": facts,
            "publication": pages.chrome()["publication"],
            "account_url": absolute(reverse("mfa_index")),
            "reset_url": absolute(reverse("admin_password_reset")),
        },
        to=to,
    )


def password_links(address):
    """The unsent mails with links to choose a new password: one for each account.

    None for an address that nobody of the staff has, or whose accounts are closed.
    """
    users = get_user_model().objects.filter(
        email__iexact=address, is_active=True, is_staff=True
    )
    return [_password_link(user) for user in users if user.has_usable_password()]


def _password_link(user):
    key = urlsafe_base64_encode(force_bytes(user.pk))
    token = default_token_generator.make_token(user)
    path = reverse("password_reset_confirm", args=[key, token])
    return mail.plain(
        "accounts/emails/password_link",
        {
            "user": user,
            "url": absolute(path),
            "publication": pages.chrome()["publication"],
        },
        to=user.email,
    )
