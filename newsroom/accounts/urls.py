"""Addresses of the sign-in, below /admin/ and before the admin's own.

The names are those that allauth and Django's admin look for.
"""

from allauth.mfa.recovery_codes.views import download_recovery_codes
from django.contrib.auth.decorators import login_required
from django.urls import path
from django.views.decorators.cache import never_cache

from newsroom.accounts import views


def own(view):
    """A page of one's own account, for nobody else and no cache."""
    return never_cache(login_required(view.as_view()))


urlpatterns = [
    path("login/", views.SignIn.as_view(), name="account_login"),
    path("account/", own(views.Account), name="mfa_index"),
    path("account/code/", views.SecondStep.as_view(), name="mfa_authenticate"),
    path("account/passkey/", views.PasskeySignIn.as_view(), name="mfa_login_webauthn"),
    path("account/end/", views.end_sign_ins, name="end_sign_ins"),
    path(
        "account/confirm/", own(views.ConfirmByPassword), name="account_reauthenticate"
    ),
    path("account/confirm/code/", own(views.ConfirmByCode), name="mfa_reauthenticate"),
    path(
        "account/confirm/passkey/",
        own(views.ConfirmByPasskey),
        name="mfa_reauthenticate_webauthn",
    ),
    path("account/app/", own(views.AddApp), name="mfa_activate_totp"),
    path("account/app/remove/", own(views.RemoveApp), name="mfa_deactivate_totp"),
    path("account/passkeys/add/", own(views.AddPasskey), name="mfa_add_webauthn"),
    path(
        "account/passkeys/<int:pk>/", own(views.RenamePasskey), name="mfa_edit_webauthn"
    ),
    path(
        "account/passkeys/<int:pk>/remove/",
        own(views.RemovePasskey),
        name="mfa_remove_webauthn",
    ),
    path("account/recovery/", own(views.RecoveryCodes), name="mfa_view_recovery_codes"),
    path(
        "account/recovery/new/",
        own(views.NewRecoveryCodes),
        name="mfa_generate_recovery_codes",
    ),
    path(
        "account/recovery/file/",
        download_recovery_codes,
        name="mfa_download_recovery_codes",
    ),
    path("password/", views.LostPassword.as_view(), name="admin_password_reset"),
    path("password/sent/", views.LinkSent.as_view(), name="password_reset_done"),
    path(
        "password/choose/<uidb64>/<token>/",
        views.NewPassword.as_view(),
        name="password_reset_confirm",
    ),
    path(
        "password/done/", views.PasswordIsNew.as_view(), name="password_reset_complete"
    ),
]
