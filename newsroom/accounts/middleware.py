"""What the staff's addresses have and readers' have not."""

from allauth.account.middleware import AccountMiddleware
from django.conf import settings
from django.shortcuts import redirect

from newsroom.accounts import codes
from newsroom.csrf import TEXT_FORMS

STAFF = "/admin/"
# What an account may open that has to add its second step first.
OPEN = {
    "account_login",
    "account_reauthenticate",
    "end_sign_ins",
    "jsi18n",
    "logout",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_download_recovery_codes",
    "mfa_index",
    "mfa_view_recovery_codes",
}


class StaffMiddleware:
    """Runs allauth's middleware where the staff is, and asks for the second step."""

    def __init__(self, get_response):
        self.get_response = get_response
        self.allauth = AccountMiddleware(get_response)

    def __call__(self, request):
        if request.path_info.startswith(STAFF):
            return self.allauth(request)
        return self.get_response(request)

    def process_exception(self, request, exception):
        if request.path_info.startswith(STAFF):
            return self.allauth.process_exception(request, exception)
        return None

    def process_view(self, request, view, args, kwargs):
        """Open nothing before a second step is set, where ADMIN_REQUIRE_2FA says so."""
        if not (settings.ADMIN_REQUIRE_2FA and request.path_info.startswith(STAFF)):
            return None
        user = request.user
        is_in = user.is_authenticated and user.is_staff
        if not is_in or request.resolver_match.url_name in OPEN:
            return None
        if codes.is_enrolled(user):
            return None
        if request.method == "POST" and request.resolver_match.url_name in TEXT_FORMS:
            from articles.admin.kept_text import (  # noqa: PLC0415 -- the admin's models
                text_given_back,
            )

            return text_given_back(request, reason="second_step")
        return redirect("mfa_index")
