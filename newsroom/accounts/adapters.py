"""What allauth asks of a site: who may sign in, what is said, how secrets are kept."""

import base64
import hashlib
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.totp.internal.auth import generate_totp_secret
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.crypto import constant_time_compare

from articles import pages
from newsroom.accounts import attempts, codes, devices, notices, sessions
from newsroom.lib.throttle import client_network

BEGUN_WITH = "log_in_begun_with"


def is_staff(user):
    """Whether somebody may sign in at all: readers have no account."""
    return user.is_active and user.is_staff


class AccountAdapter(DefaultAccountAdapter):
    """Only the staff signs in; nobody signs up."""

    def is_open_for_signup(self, request):
        return False

    def get_client_ip(self, request):
        return client_network(request)

    def get_login_stages(self):
        return ["allauth.mfa.stages.AuthenticateStage"]

    def get_login_redirect_url(self, request):
        return reverse("admin:index")

    def pre_login(self, request, user, **kwargs):
        """Remember the password that this log-in began with, until its second step."""
        request.session[BEGUN_WITH] = user.get_session_auth_hash()

    def login(self, request, user):
        begun_with = request.session.pop(BEGUN_WITH, "")
        is_same = constant_time_compare(begun_with, user.get_session_auth_hash())
        if not (is_staff(user) and is_same):
            messages.error(request, "This log-in has ended. Please begin anew.")
            raise ImmediateHttpResponse(redirect("account_login"))
        # The first sign-in of a new account is what everybody waits for.
        is_new = not devices.known_id(request, user.get_username())
        is_first = user.last_login is None
        super().login(request, user)
        # A stranger's session lasts minutes.
        request.session.set_expiry(None)
        sessions.note(request)
        if is_new and not is_first:
            notices.tell(user, "new_device", request)

    def post_login(self, request, user, *, redirect_url=None, **kwargs):
        where = redirect_url or self.get_login_redirect_url(request)
        response = HttpResponseRedirect(where)
        devices.remember(request, response, user)
        return response

    def reauthenticate(self, user, password):
        attempt = attempts.begin(self.request, "password", user.get_username())
        is_right = user.check_password(password)
        if is_right:
            attempt.succeeded()
        return is_right

    def get_reauthentication_methods(self, user):
        """The password alone proves too little where there is a second step."""
        methods = super().get_reauthentication_methods(user)
        stronger = [one for one in methods if one["id"] != "reauthenticate"]
        return stronger or methods

    def send_notification_mail(self, *args, **kwargs):
        """`accounts.events` writes the mails."""


class MFAAdapter(DefaultMFAAdapter):
    """Second steps of this site, whatever host a request names."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": "This is not right, or was used already. Please try again.",
        "cannot_delete_authenticator": (
            "This site asks everybody for a second step, and this is your last one. "
            "Add another before you remove it."
        ),
    }

    def get_totp_issuer(self):
        return pages.chrome()["publication"].name

    def get_totp_label(self, user):
        return user.get_username()

    def get_public_key_credential_rp_entity(self):
        return {
            "id": urlsplit(settings.SITE_URL).hostname,
            "name": self.get_totp_issuer(),
        }

    def generate_authenticator_name(self, user, type):  # noqa: A002 - allauth's name
        return devices.describe(self.request)

    def can_delete_authenticator(self, authenticator):
        others = authenticator.user.authenticator_set.filter(
            type__in=codes.SECOND_STEPS
        ).exclude(pk=authenticator.pk)
        return not settings.ADMIN_REQUIRE_2FA or others.exists()

    def encrypt(self, text):
        """A copy of the database alone does not sign anybody in."""
        return _fernet().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text):
        """The secret; one that no code fits where our key is another by now."""
        try:
            return _fernet().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            return generate_totp_secret()


def _fernet():
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet(
        Fernet(
            base64.urlsafe_b64encode(
                hashlib.sha256(f"newsroom.accounts:{key}".encode()).digest()
            )
        )
        for key in keys
    )
