"""The log-in of the staff in a real browser: code, passkey, recovery code."""

import re
import time
from urllib.parse import urlsplit

import pytest
from allauth.mfa.totp.internal import auth as totp
from django.contrib.auth.models import User
from django.urls import reverse

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "correct horse battery"  # noqa: S105 - a test's


@pytest.fixture
def page(browser, live_server, settings):
    settings.SITE_URL, settings.SITE_IS_SECURE = live_server.url, False
    context = browser.new_context(
        base_url=live_server.url, locale="en-GB", viewport={"width": 390, "height": 844}
    )
    found = context.new_page()
    complaints = []
    found.on("pageerror", lambda error: complaints.append(str(error)))
    found.on(
        "console",
        lambda message: (
            complaints.append(message.text) if message.type == "error" else None
        ),
    )
    yield found
    context.close()
    assert complaints == []


@pytest.fixture
def authenticator(page):
    """A phone that knows its owner, as far as the browser can tell."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    return session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def give_password(page, *, then=""):
    page.goto(f"/admin/login/?next={then}" if then else "/admin/")
    page.get_by_label("Username").fill("ada")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in", exact=True).click()


def give_code(page, code):
    page.get_by_label("Code").fill(code)
    page.get_by_role("button", name="Log in", exact=True).click()


def log_out(page):
    page.get_by_role("button", name="Log out", exact=True).click()
    page.wait_for_url("**/admin/logout/")


def path(page):
    return urlsplit(page.url).path


def test_second_steps_from_first_to_lost_phone(page, authenticator):
    User.objects.create_superuser("ada", "ada@news.example", PASSWORD)

    give_password(page, then="/admin/articles/tag/")
    assert path(page) == "/admin/articles/tag/"

    # An app, and the codes for the day it is lost.
    page.get_by_role("link", name="Your sign-in").click()
    page.get_by_role("link", name="Add an app").click()
    secret = page.locator(".account-key").inner_text().strip()
    counter = int(time.time()) // 30
    page.get_by_label("Code that the app shows").fill(code_of(secret, counter))
    page.get_by_role("button", name="Add the app").click()
    page.get_by_role("heading", name="Recovery codes").wait_for()
    recovery = page.locator(".account-codes code").all_inner_texts()
    assert len(recovery) == 10
    log_out(page)

    give_password(page)
    give_code(page, code_of(secret, counter + 1))
    page.wait_for_url("**/admin/")

    # A passkey, which then needs neither name nor password.
    page.goto(reverse("mfa_add_webauthn"))
    page.get_by_label("Name").fill("My phone")
    page.get_by_role("button", name="Add the passkey").click()
    page.wait_for_url(re.compile(r"/admin/account/$"))
    assert page.get_by_text("My phone").is_visible()
    log_out(page)
    page.goto("/admin/login/?next=/admin/articles/tag/")
    page.get_by_role("button", name="Log in with a passkey").click()
    page.wait_for_url("**/admin/articles/tag/")
    log_out(page)

    # Everything lost but a sheet of paper.
    give_password(page)
    give_code(page, recovery[0])
    page.wait_for_url("**/admin/")
    log_out(page)
    give_password(page)
    give_code(page, recovery[0])
    page.get_by_text("This is not right, or was used already.").wait_for()
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url("**/admin/")


def code_of(secret, counter):
    return totp.format_hotp_value(totp.hotp_value(secret, counter))
