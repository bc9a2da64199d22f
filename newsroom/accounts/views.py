"""Signing in, and the page where somebody looks after their own sign-in."""

from urllib.parse import urlsplit

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.account.views import ReauthenticateView
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from allauth.mfa.webauthn.internal import flows as passkeys
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth import views as auth
from django.contrib.auth.decorators import login_required
from django.http import JsonResponse
from django.shortcuts import redirect
from django.urls import reverse, reverse_lazy
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST
from django.views.generic import FormView, TemplateView

from articles.accounts import end_sessions, record
from articles.models import LoginEvent
from newsroom import tasks
from newsroom.accounts import devices, forms, sessions
from newsroom.lib.throttle import allow, client_network

RESETS_FOR_A_NETWORK = 10
RESETS_FOR_AN_ADDRESS = 3
PASSKEYS_FOR_A_NETWORK = 60
PASSKEY_SECONDS = 600
MINUTE, HOUR = 60, 3600


class Framed:
    """A page in the frame of the admin, with a title."""

    title = ""

    def get_context_data(self, **kwargs):
        return {
            **admin.site.each_context(self.request),
            "title": self.title,
            "subtitle": None,
            "passkeys_work": passkeys_work(),
            **super().get_context_data(**kwargs),
        }


def passkeys_work():
    """Whether browsers offer passkeys here: with https, or on localhost by name."""
    return settings.SITE_IS_SECURE or (
        urlsplit(settings.SITE_URL).hostname == "localhost"
    )


def _next(request):
    """Where the visitor wanted to go, if that is a page of ours, else nothing."""
    wanted = request.POST.get("next", request.GET.get("next", ""))
    is_ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if is_ours else ""


class Waiting:
    """A form that says how long to wait answers 429."""

    def form_invalid(self, form):
        response = super().form_invalid(form)
        if seconds := forms.seconds_to_wait(form):
            response.status_code = 429
            response["Retry-After"] = seconds
        return response


# Signing in --------------------------------------------------------------------------


class SignIn(Waiting, Framed, auth.LoginView):
    """Name and password; a second step follows where the account has one."""

    title = "Log in"
    authentication_form = forms.SignInForm
    template_name = "admin/login.html"

    def dispatch(self, request, *args, **kwargs):
        if request.method == "GET" and admin.site.has_permission(request):
            return redirect(self.get_success_url())
        return super().dispatch(request, *args, **kwargs)

    def get_default_redirect_url(self):
        return reverse("admin:index")

    def form_valid(self, form):
        user = form.get_user()
        # Who has just typed the password may change the second step.
        record_authentication(
            self.request, user, method="password", reauthenticated=True
        )
        login = Login(user=user, redirect_url=self.get_success_url())
        return perform_login(self.request, login)

    def get_context_data(self, **kwargs):
        return {
            **super().get_context_data(**kwargs),
            "app_path": self.request.get_full_path(),
            "username": self.request.user.get_username(),
            "next": self.get_success_url(),
        }


class SecondStep(Waiting, Framed, mfa.AuthenticateView):
    """A code, or a passkey."""

    title = "Second step"


class PasskeySignIn(webauthn.LoginWebAuthnView):
    """A passkey in the place of name, password and second step.

    What the browser is asked is kept in a session of a stranger, so both how many there
    are and how long they last have a bound.
    """

    def dispatch(self, request, *args, **kwargs):
        bound = {"limit": PASSKEYS_FOR_A_NETWORK, "seconds": MINUTE}
        if allow("passkey", client_network(request), **bound):
            return super().dispatch(request, *args, **kwargs)
        if request.method == "POST":
            messages.error(request, "Too many tries. Please wait a minute.")
            return redirect("account_login")
        return JsonResponse({}, status=429, headers={"Retry-After": MINUTE})

    def get(self, request, *args, **kwargs):
        response = super().get(request, *args, **kwargs)
        if request.session.modified:
            request.session.set_expiry(PASSKEY_SECONDS)
        return response

    def form_valid(self, form):
        authenticator = form.cleaned_data["credential"]
        login = Login(user=authenticator.user, redirect_url=_next(self.request) or None)
        return passkeys.perform_passwordless_login(self.request, authenticator, login)


# A lost password ---------------------------------------------------------------------


class LostPassword(Framed, FormView):
    """Asks for the address that a link goes to, and says the same to everybody.

    Whether somebody has the address is found out by the worker, so that neither the
    answer nor its time tells.
    """

    title = "A new password"
    form_class = forms.LostPasswordForm
    template_name = "accounts/lost_password.html"
    success_url = reverse_lazy("password_reset_done")

    def form_valid(self, form):
        address = form.cleaned_data["email"]
        network = client_network(self.request)
        by_network = {"limit": RESETS_FOR_A_NETWORK, "seconds": HOUR}
        by_address = {"limit": RESETS_FOR_AN_ADDRESS, "seconds": HOUR}
        if allow("lost_password", network, **by_network) and allow(
            "lost_password_address", address.casefold(), **by_address
        ):
            tasks.mail_password_links.enqueue(address)
        return super().form_valid(form)


class LinkSent(Framed, TemplateView):
    title = "Look into your mail"
    template_name = "accounts/link_sent.html"


class NewPassword(Framed, auth.PasswordResetConfirmView):
    """Chooses a new password; whoever reads the mailbox is at home in this browser."""

    title = "Choose a new password"
    template_name = "accounts/new_password.html"

    def form_valid(self, form):
        response = super().form_valid(form)
        devices.remember(self.request, response, form.user)
        return response


class PasswordIsNew(Framed, TemplateView):
    title = "Your password is changed"
    template_name = "accounts/password_is_new.html"


# One's own account -------------------------------------------------------------------


class Account(Framed, mfa.IndexView):
    """Password, second steps, passkeys, and where one is signed in."""

    title = "Your sign-in"
    template_name = "accounts/account.html"

    def get_context_data(self, **kwargs):
        return {
            **super().get_context_data(**kwargs),
            "sign_ins": sessions.of(self.request),
            "is_required": settings.ADMIN_REQUIRE_2FA,
        }


@never_cache
@login_required
@require_POST
def end_sign_ins(request):
    """End every session of one's own but this."""
    end_sessions(request.user, keep=request.session.session_key)
    record(request.user, LoginEvent.Kind.ENDED, request)
    messages.success(request, "You are logged out everywhere else.")
    return redirect("mfa_index")


class ConfirmByPassword(Waiting, Framed, ReauthenticateView):
    title = "Is it still you?"
    template_name = "accounts/confirm.html"


class ConfirmByCode(Waiting, Framed, mfa.ReauthenticateView):
    title = "Is it still you?"
    template_name = "accounts/confirm.html"


class ConfirmByPasskey(Framed, webauthn.ReauthenticateWebAuthnView):
    title = "Is it still you?"


class AddApp(Framed, totp.ActivateTOTPView):
    title = "Add an app that makes codes"


class RemoveApp(Framed, totp.DeactivateTOTPView):
    title = "Remove the app"


class AddPasskey(Framed, webauthn.AddWebAuthnView):
    title = "Add a passkey"

    def get_context_data(self, **kwargs):
        # allauth's drops what it is given, the form with its errors as well.
        return {**super().get_context_data(**kwargs), **kwargs}


class RenamePasskey(Framed, webauthn.EditWebAuthnView):
    title = "Rename the passkey"
    success_url = reverse_lazy("mfa_index")


class RemovePasskey(Framed, webauthn.RemoveWebAuthnView):
    title = "Remove the passkey"
    success_url = reverse_lazy("mfa_index")

    def form_valid(self, form):
        from newsroom.accounts.adapters import MFAAdapter  # noqa: PLC0415 -- settings'

        if not MFAAdapter().can_delete_authenticator(self.object):
            words = MFAAdapter.error_messages["cannot_delete_authenticator"]
            messages.error(self.request, words)
            return redirect("mfa_index")
        return super().form_valid(form)


class RecoveryCodes(Framed, recovery.ViewRecoveryCodesView):
    title = "Recovery codes"


class NewRecoveryCodes(Framed, recovery.GenerateRecoveryCodesView):
    title = "New recovery codes"
