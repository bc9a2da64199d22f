"""Forms of the sign-in: each try waits for its turn before anything is worked out."""

import json
import struct
from contextlib import contextmanager

from allauth.account.forms import ReauthenticateForm as PasswordForm
from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    EditWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django import forms
from django.contrib.admin.forms import AdminAuthenticationForm, AdminPasswordChangeForm

from newsroom.accounts import attempts, codes
from newsroom.accounts.adapters import MFAAdapter

NAME_LENGTH = 60
# What fido2 raises while it reads; a wrong signature is a ValueError by then.
NO_CREDENTIAL = (
    AssertionError, AttributeError, LookupError, TypeError, ValueError, struct.error,
)  # fmt: skip


def seconds_to_wait(form):
    """How long a form said to wait; 0 where it did not."""
    data = form.errors.as_data().values()
    return max(
        (getattr(error, "seconds", 0) for errors in data for error in errors), default=0
    )


class SignInForm(AdminAuthenticationForm):
    """Name and password, as the admin has always asked for them."""

    def clean(self):
        name = self.cleaned_data.get("username")
        if not name or not self.cleaned_data.get("password"):
            return super().clean()
        attempt = attempts.begin(self.request, "password", name)
        cleaned = super().clean()
        attempt.succeeded()
        return cleaned


class ChangePasswordForm(AdminPasswordChangeForm):
    """The old password is a password, too."""

    def clean_old_password(self):
        attempt = attempts.begin(context.request, "password", self.user.get_username())
        password = super().clean_old_password()
        attempt.succeeded()
        return password


class _OneCode(forms.Form):
    """A code of the app or of the recovery list."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs = {
            "autocomplete": "one-time-code",
            "autofocus": True,
            "spellcheck": "false",
            "maxlength": 20,
        }

    def clean_code(self):
        attempt = attempts.begin(context.request, "code", self.user.get_username())
        found = codes.accept(self.user, self.cleaned_data["code"])
        if found is None:
            app = Authenticator.objects.filter(user=self.user).first()
            self._emit_authentication_failed(app)
            raise MFAAdapter().validation_error("incorrect_code")
        attempt.succeeded()
        self.authenticator = found
        return self.cleaned_data["code"]


class CodeForm(_OneCode, AuthenticateForm):
    """The second step of a sign-in."""


class ConfirmByCodeForm(_OneCode, ReauthenticateForm):
    """Is it still you? Before a second step is changed."""


class ConfirmByPasswordForm(PasswordForm):
    """Is it still you? For an account without a second step."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["password"]
        field.help_text = ""
        field.widget.attrs = {"autocomplete": "current-password", "autofocus": True}


class AppForm(ActivateTOTPForm):
    """The first code of an app."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["code"]
        field.label = "Code that the app shows"
        field.widget.attrs = {"autocomplete": "one-time-code", "maxlength": 20}


@contextmanager
def _only_credentials():
    """Refuse in words what only looks like a browser's answer."""
    try:
        yield
    except NO_CREDENTIAL as error:
        raise MFAAdapter().validation_error("incorrect_code") from error


class _FromBrowser(forms.Form):
    """An answer of a browser's passkey, which may be anything."""

    def clean_credential(self):
        with _only_credentials():
            return super().clean_credential()


class PasskeySignInForm(_FromBrowser, LoginWebAuthnForm):
    """A passkey in the place of all else."""


class PasskeyStepForm(_FromBrowser, AuthenticateWebAuthnForm):
    """A passkey as the second step."""


class ConfirmByPasskeyForm(_FromBrowser, ReauthenticateWebAuthnForm):
    """Is it still you? By a passkey."""


class PasskeyForm(AddWebAuthnForm):
    """A passkey, with a name that its owner knows it by."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["name"].max_length = NAME_LENGTH
        self.fields["name"].widget.attrs = {"maxlength": NAME_LENGTH}
        field = self.fields["passwordless"]
        field.initial = True
        field.label = "Sign in with it alone, without a password"
        field.help_text = (
            "The device asks for your finger, face or PIN each time. Leave it out for "
            "an old security key that has no PIN."
        )

    def clean_name(self):
        return super().clean_name()[:NAME_LENGTH]

    def clean_credential(self):
        """PostgreSQL's JSON holds no NUL character."""
        credential = self.cleaned_data["credential"]
        if "\\u0000" in json.dumps(credential):
            raise MFAAdapter().validation_error("incorrect_code")
        return credential

    def clean(self):
        with _only_credentials():
            return super().clean()


class PasskeyNameForm(EditWebAuthnForm):
    name = forms.CharField(label="Name", max_length=NAME_LENGTH)


class LostPasswordForm(forms.Form):
    email = forms.EmailField(
        label="Email address",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "autofocus": True}),
    )
