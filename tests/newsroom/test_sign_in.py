"""Signing in: tries, second steps, sessions, and what the owner is told."""

import json
import time
from datetime import timedelta
from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone

from articles.models import LoginEvent
from newsroom.accounts import attempts, devices, views
from newsroom.accounts.adapters import MFAAdapter
from newsroom.accounts.middleware import OPEN
from tests.factories.articles import UserFactory

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"  # noqa: S105 - a test's
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"  # noqa: S105 - a test's
DESK = "/admin/"
STRANGER = "198.51.100.7"


@pytest.fixture(autouse=True)
def _committed(monkeypatch):
    """What waits for the end of the transaction would wait for the test's end."""
    monkeypatch.setattr("django.db.transaction.on_commit", lambda run, **_: run())


@pytest.fixture
def ada():
    return User.objects.create_superuser(
        "ada", "ada@news.example", PASSWORD, last_login=timezone.now()
    )


@pytest.fixture
def app(ada):
    data = {"secret": MFAAdapter().encrypt(SECRET)}
    return Authenticator.objects.create(user=ada, type="totp", data=data)


def code(shift=0):
    counter = int(time.time()) // 30 + shift
    return totp.format_hotp_value(totp.hotp_value(SECRET, counter))


def log_in(client, name="ada", password=PASSWORD, *, then="", **extra):
    sent = {"username": name, "password": password, "next": then}
    return client.post("/admin/login/", sent, **extra)


def is_in(client):
    return client.get(DESK).status_code == 200


def kinds():
    return list(LoginEvent.objects.order_by("pk").values_list("kind", flat=True))


# Name and password ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("then", "expected"),
    [
        ("/admin/articles/tag/?q=sea", "/admin/articles/tag/?q=sea"),
        ("", DESK),
        ("https://evil.example/", DESK),
        ("//evil.example/admin/", DESK),
        ("/\\evil.example", DESK),
        ("javascript:alert(1)", DESK),
        ("http://testserver@evil.example/", DESK),
    ],
)
def test_log_in_leads_to_where_one_wanted_to_go_if_that_is_ours(
    client, ada, then, expected
):
    assert log_in(client, then=then)["Location"] == expected


@pytest.mark.parametrize("traits", [{"is_staff": False}, {"is_active": False}])
def test_nobody_but_the_staff_gets_in(client, traits):
    user = UserFactory(**{"is_staff": True, **traits})
    user.set_password(PASSWORD)
    user.save()

    response = log_in(client, user.username)

    assert response.status_code == 200
    assert not is_in(client)


def test_answer_does_not_tell_who_has_an_account(client, ada):
    UserFactory(username="reader", is_staff=False, password=ada.password)
    answers = [
        log_in(client, name, password).context["form"].non_field_errors()
        for name, password in [("ada", "x"), ("nobody", "x"), ("reader", PASSWORD)]
    ]

    assert answers[0]
    assert answers[0] == answers[1] == answers[2]


def test_nobody_can_sign_up():
    names = {name for name in get_resolver().reverse_dict if isinstance(name, str)}

    assert not {name for name in names if "signup" in name or "email" in name}


# Tries ------------------------------------------------------------------------------


def fail(client, times, name="ada", **extra):
    return [log_in(client, name, "wrong", **extra) for _ in range(times)][-1]


def test_wrong_password_makes_the_next_try_wait(client, ada, monkeypatch):
    tried = []
    check = User.check_password
    monkeypatch.setattr(
        User, "check_password", lambda *args: tried.append(1) or check(*args)
    )
    fail(client, attempts.FREE_FOR_A_NAME + 1, REMOTE_ADDR=STRANGER)

    response = log_in(client, REMOTE_ADDR="203.0.113.5")

    assert (response.status_code, response["Retry-After"]) == (429, "2")
    assert "Please wait 2 seconds" in response.content.decode()
    # Neither a hash nor a row for a try that came too soon.
    assert len(tried) == attempts.FREE_FOR_A_NAME + 1
    assert kinds() == ["failed"] * (attempts.FREE_FOR_A_NAME + 1)


def test_wait_grows_to_a_minute_and_no_further(rf, time_machine):
    waits = []
    time_machine.move_to(timezone.now(), tick=False)
    for number in range(attempts.FREE_FOR_A_NAME + 9):
        request = rf.get(DESK, REMOTE_ADDR=f"10.0.0.{number}")
        try:
            attempts.begin(request, "password", "ada")
        except attempts.TooSoonError as error:
            waits.append(error.seconds)
            time_machine.shift(timedelta(seconds=error.seconds))
            attempts.begin(request, "password", "ada")

    assert waits == [2, 4, 8, 16, 32, 60, 60, 60]


def test_stranger_cannot_keep_the_owner_out(client, ada):
    log_in(client)
    client.post("/admin/logout/")
    fail(Client(), attempts.FREE_FOR_A_NAME + 3, REMOTE_ADDR=STRANGER)

    assert log_in(Client(), REMOTE_ADDR="203.0.113.5").status_code == 429
    assert log_in(client).status_code == 302


def test_owner_in_the_strangers_network_gets_in(client, ada, monkeypatch):
    monkeypatch.setattr(attempts, "FREE_FOR_A_NETWORK", 3)
    log_in(client)
    client.post("/admin/logout/")
    for number in range(attempts.FREE_FOR_A_NETWORK + 2):
        fail(Client(), 1, f"name-{number}")

    assert log_in(Client()).status_code == 429
    assert log_in(client).status_code == 302


def test_device_is_known_for_its_own_names_only(client, ada, rf):
    log_in(client)
    request = rf.get(DESK)
    request.COOKIES = {"device": client.cookies["device"].value}

    assert devices.known_id(request, "ADA")
    assert not devices.known_id(request, "boss")
    request.COOKIES["device"] += "x"
    assert not devices.known_id(request, "ada")


def test_right_password_takes_the_failures_back(client, ada):
    for _ in range(3):
        fail(client, attempts.FREE_FOR_A_NAME - 1)
        assert log_in(client).status_code == 302
        client = Client()


def test_cache_that_is_down_keeps_nobody_out(client, ada, monkeypatch):
    monkeypatch.setattr(cache, "add", lambda *args, **kwargs: 1 / 0)

    assert log_in(client).status_code == 302


def test_two_at_once_do_not_share_a_turn(rf, monkeypatch):
    """The one that read before the other wrote."""
    for _ in range(attempts.FREE_FOR_A_NAME + 1):
        attempts.begin(rf.get(DESK), "password", "ada")
    monkeypatch.setattr(cache, "get", lambda *args: None)

    with pytest.raises(attempts.TooSoonError):
        attempts.begin(rf.get(DESK), "password", "ada")


@pytest.mark.parametrize("page", ["mfa_authenticate", "mfa_reauthenticate"])
def test_codes_are_counted_like_passwords(client, app, page):
    log_in(client)
    if page == "mfa_reauthenticate":
        client.force_login(app.user)
    address = reverse(page)
    for _ in range(attempts.FREE_FOR_A_NAME + 1):
        client.post(address, {"code": "000000"})

    response = client.post(address, {"code": code()})

    assert response.status_code == 429
    assert kinds().count("failed") == attempts.FREE_FOR_A_NAME + 1


def test_old_password_is_counted_like_a_password(client, ada):
    client.force_login(ada)
    sent = {"old_password": "wrong", "new_password1": "x", "new_password2": "x"}
    for _ in range(attempts.FREE_FOR_A_NAME + 1):
        client.post("/admin/password_change/", sent)

    response = client.post("/admin/password_change/", sent)

    assert "Please wait" in response.content.decode()


def test_confirming_by_password_is_counted_like_signing_in(client, ada):
    client.force_login(ada)
    address = reverse("account_reauthenticate")
    for _ in range(attempts.FREE_FOR_A_NAME + 1):
        client.post(address, {"password": "wrong"})

    response = client.post(address, {"password": "wrong"})

    assert (response.status_code, response["Retry-After"]) == (429, "2")
    assert "Please wait 2 seconds" in response.content.decode()


# The second step --------------------------------------------------------------------


def test_password_alone_opens_nothing_where_there_is_a_second_step(client, app):
    assert log_in(client, then="/admin/articles/tag/")["Location"] == reverse(
        "mfa_authenticate"
    )
    assert not is_in(client)

    response = client.post(reverse("mfa_authenticate"), {"code": code()})

    assert response["Location"] == "/admin/articles/tag/"
    assert is_in(client)


@pytest.mark.parametrize(
    ("shift", "is_right"), [(-2, 0), (-1, 1), (0, 1), (1, 1), (2, 0)]
)
def test_code_of_a_clock_half_a_minute_off_is_taken(
    client, app, shift, is_right, time_machine
):
    time_machine.move_to(timezone.now(), tick=False)
    log_in(client)
    client.post(reverse("mfa_authenticate"), {"code": code(shift)})

    assert is_in(client) == is_right


@pytest.mark.parametrize(("first", "then"), [(0, 0), (1, 0), (1, 1)])
def test_code_is_not_taken_twice_nor_an_older_one_after_it(
    client, app, first, then, time_machine
):
    time_machine.move_to(timezone.now(), tick=False)
    log_in(client)
    client.post(reverse("mfa_authenticate"), {"code": code(first)})
    other = Client()
    log_in(other)
    # In another process.
    cache.clear()

    other.post(reverse("mfa_authenticate"), {"code": code(then)})

    assert (is_in(client), is_in(other)) == (True, False)


def test_recovery_code_is_good_once(client, app):
    (first, *_) = RecoveryCodes.activate(app.user).get_unused_codes()
    log_in(client)
    client.post(reverse("mfa_authenticate"), {"code": first})
    other = Client()
    log_in(other)

    other.post(reverse("mfa_authenticate"), {"code": first})

    assert (is_in(client), is_in(other)) == (True, False)
    assert "recovery" in kinds()
    subjects = [message.subject for message in mail.outbox]
    assert any("A recovery code was used" in subject for subject in subjects)
    assert any("Codes left: 9" in message.body for message in mail.outbox)


@pytest.mark.parametrize(
    "change",
    [
        lambda user: user.set_password("a quite different phrase"),
        lambda user: setattr(user, "is_active", False),
        lambda user: setattr(user, "is_staff", False),
    ],
)
def test_log_in_that_has_begun_ends_with_what_it_began_with(client, app, change):
    log_in(client)
    change(app.user)
    app.user.save()

    client.post(reverse("mfa_authenticate"), {"code": code()})

    assert SESSION_KEY not in client.session


ODD = ["", "null", "7", "[]", "{}", '"x"', "{", '{"id": 1}', '{"response": []}']
ODD += ['{"response": {"userHandle": 3}, "id": "YQ", "rawId": "YQ", "type": "x"}']
ODD += [json.dumps(dict.fromkeys(["id", "rawId", "type", "response"], "\0"))]
RESPONSE = dict.fromkeys(["clientDataJSON", "authenticatorData", "signature"], "e30")
ODD += [
    json.dumps(
        {
            "id": "YQ",
            "rawId": "YQ",
            "type": "public-key",
            "response": {**RESPONSE, **more},
        }
    )
    for more in [
        {},
        {"userHandle": "MQ"},
        {"userHandle": "🐟"},
        {"userHandle": None},
        {"attestationObject": "oA"},
        {"attestationObject": "o2NmbXRkbm9uZQ", "clientDataJSON": "_w"},
    ]
]


@pytest.mark.parametrize("credential", ODD)
@pytest.mark.parametrize(
    "page", ["mfa_login_webauthn", "mfa_authenticate", "mfa_add_webauthn"]
)
def test_passkey_that_is_none_is_refused_in_words(client, app, page, credential):
    log_in(client)
    if page == "mfa_add_webauthn":
        client.post(reverse("mfa_authenticate"), {"code": code()})
    client.get(reverse(page), headers={"accept": "application/json"})

    response = client.post(reverse(page), {"credential": credential})

    assert response.status_code in {200, 302}
    assert Authenticator.objects.count() == 1
    assert is_in(client) == (page == "mfa_add_webauthn")


def test_passkeys_asked_for_by_strangers_fill_no_table(client, monkeypatch):
    monkeypatch.setattr(views, "PASSKEYS_FOR_A_NETWORK", 2)
    address = reverse("mfa_login_webauthn")
    answers = [
        Client().get(address, headers={"accept": "application/json"}).status_code
        for _ in range(4)
    ]

    assert answers == [200, 200, 429, 429]
    response = Client().post(address, {"credential": "{}"}, follow=True)
    assert "Please wait a minute" in response.content.decode()
    soon = timezone.now() + timedelta(minutes=11)
    assert Session.objects.filter(expire_date__lt=soon).count() == 2


def test_session_of_a_stranger_becomes_a_whole_one(client, ada):
    address = reverse("mfa_login_webauthn")
    client.get(address, headers={"accept": "application/json"})
    log_in(client)

    assert client.session.get_expiry_age() > timedelta(days=13).total_seconds()


def test_secrets_in_the_database_open_nothing_without_our_key(app, settings):
    kept = str(Authenticator.objects.get().data)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "y" * 40, []
    unreadable = MFAAdapter().decrypt(app.data["secret"])

    assert SECRET not in kept
    assert unreadable != SECRET
    assert unreadable != MFAAdapter().decrypt(app.data["secret"])


def test_secret_outlives_a_change_of_the_key(app, settings):
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "y" * 40

    assert MFAAdapter().decrypt(app.data["secret"]) == SECRET


def test_second_step_is_changed_only_by_who_proves_to_be_the_owner(client, app):
    client.force_login(app.user)
    pages = ["mfa_activate_totp", "mfa_deactivate_totp", "mfa_add_webauthn"]
    pages += ["mfa_generate_recovery_codes"]

    answers = {client.post(reverse(page)).get("Location", "") for page in pages[1:]}

    assert all("/account/confirm/code/" in answer for answer in answers)
    assert Authenticator.objects.get() == app


def test_first_second_step_ends_sessions_that_began_without(client, ada):
    stranger = Client()
    log_in(stranger)
    log_in(client)
    client.get(reverse("mfa_activate_totp"))
    secret = client.session[totp.SECRET_SESSION_KEY]
    now = totp.hotp_value(secret, int(time.time()) // 30)
    client.post(reverse("mfa_activate_totp"), {"code": totp.format_hotp_value(now)})

    assert (is_in(client), is_in(stranger)) == (True, False)
    assert "mfa_on" in kinds()
    assert "An app that makes codes" in mail.outbox[-1].body


# Everybody needs one ----------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [DESK, "/admin/articles/article/add/", "/admin/auth/user/", "/admin/nowhere/"],
)
def test_nothing_opens_before_the_second_step_is_set(client, ada, settings, address):
    settings.ADMIN_REQUIRE_2FA = True
    client.force_login(ada)

    assert client.get(address).get("Location") == reverse("mfa_index")
    assert client.post(address).get("Location") in {reverse("mfa_index"), None}


def test_enrolment_opens_where_everybody_needs_it(client, ada, settings):
    settings.ADMIN_REQUIRE_2FA = True
    log_in(client)
    opened = [
        client.get(reverse(page)).status_code
        for page in ["mfa_index", "mfa_activate_totp", "mfa_add_webauthn"]
    ]

    assert opened == [200, 200, 200]


def test_account_with_a_second_step_opens_all(client, app, settings):
    settings.ADMIN_REQUIRE_2FA = True
    client.force_login(app.user)

    assert is_in(client)


def test_text_is_given_back_where_the_second_step_is_missing(client, ada, settings):
    settings.ADMIN_REQUIRE_2FA = True
    client.force_login(ada)
    sent = {"headline": "Ferries", "body": "<p>Typed for an hour</p>"}

    response = client.post("/admin/articles/article/add/", sent)

    assert response.status_code == 401
    assert "Typed for an hour" in response.content.decode()


def test_last_second_step_stays_where_everybody_needs_it(client, app, settings):
    settings.ADMIN_REQUIRE_2FA = True
    log_in(client)
    client.post(reverse("mfa_authenticate"), {"code": code()})

    client.post(reverse("mfa_deactivate_totp"))

    assert Authenticator.objects.filter(type="totp").exists()
    settings.ADMIN_REQUIRE_2FA = False
    client.post(reverse("mfa_deactivate_totp"))
    assert not Authenticator.objects.exists()


def test_every_open_address_is_there():
    names = {name for name in get_resolver().reverse_dict if isinstance(name, str)}
    admin = get_resolver().namespace_dict["admin"][1].reverse_dict

    assert OPEN - names - set(admin) == set()


# Passwords and sessions -------------------------------------------------------------


def change_own(client, user, to):
    sent = {"old_password": PASSWORD, "new_password1": to, "new_password2": to}
    client.post("/admin/password_change/", sent)


def change_by_another(client, user, to):
    chief = Client()
    chief.force_login(User.objects.create_superuser("chief"))
    sent = {"usable_password": "true", "password1": to, "password2": to}
    chief.post(reverse("admin:auth_user_password_change", args=[user.pk]), sent)


def change_by_mail(client, user, to):
    lost = Client()
    lost.post(reverse("admin_password_reset"), {"email": user.email})
    link = next(
        line
        for line in mail.outbox[-1].body.splitlines()
        if "/password/choose/" in line
    )
    form = lost.get(link.removeprefix("https://news.example"), follow=True)
    sent = {"new_password1": to, "new_password2": to}
    lost.post(form.request["PATH_INFO"], sent)


@pytest.mark.parametrize(
    ("change", "stays"),
    [(change_own, True), (change_by_another, False), (change_by_mail, False)],
)
def test_new_password_ends_other_sessions_and_is_told(client, ada, change, stays):
    stranger = Client()
    log_in(stranger)
    log_in(client)

    change(client, ada, "a quite different phrase")

    assert (is_in(client), is_in(stranger)) == (stays, False)
    ada.refresh_from_db()
    assert ada.check_password("a quite different phrase")
    assert kinds().count("password") == 1
    assert "Your password was changed" in mail.outbox[-1].subject
    assert not log_in(Client()).has_header("Location")


def test_new_account_is_told_nothing():
    User.objects.create_superuser("new", "new@news.example", PASSWORD)

    assert (mail.outbox, kinds()) == ([], [])


def test_stronger_hash_of_the_same_password_is_no_change(client, ada, settings):
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.ScryptPasswordHasher",
        *settings.PASSWORD_HASHERS,
    ]
    log_in(client)
    ada.refresh_from_db()

    assert ada.password.startswith("scrypt")
    assert "password" not in kinds()


@pytest.mark.parametrize(
    "traits",
    [{"email": "x@news.example"}, {"is_active": False}, {"is_staff": False}],
)
def test_link_goes_to_nobody_else_and_the_answer_is_the_same(client, ada, traits):
    User.objects.filter(pk=ada.pk).update(**traits)

    response = client.post(
        reverse("admin_password_reset"), {"email": "ada@news.example"}
    )

    assert response["Location"] == reverse("password_reset_done")
    assert mail.outbox == []


def test_link_holds_once_and_not_long(client, ada, time_machine):
    time_machine.move_to(timezone.now())
    client.post(reverse("admin_password_reset"), {"email": "ADA@news.example"})
    (message,) = mail.outbox
    link = next(line for line in message.body.splitlines() if line.startswith("https"))
    path = link.removeprefix("https://news.example")

    time_machine.shift(timedelta(hours=4, minutes=1))

    assert "too old" in client.get(path, follow=True).content.decode()


def test_address_is_not_flooded_with_links(client, ada):
    for _ in range(6):
        client.post(reverse("admin_password_reset"), {"email": "ada@news.example"})

    assert len(mail.outbox) == 3


def test_mailbox_lets_the_owner_in_while_a_stranger_tries(client, ada):
    fail(Client(), attempts.FREE_FOR_A_NAME + 3, REMOTE_ADDR=STRANGER)
    owner = Client()
    owner.post(reverse("admin_password_reset"), {"email": "ada@news.example"})
    link = next(
        line
        for line in mail.outbox[-1].body.splitlines()
        if "/password/choose/" in line
    )
    form = owner.get(link.removeprefix("https://news.example"), follow=True)
    sent = dict.fromkeys(["new_password1", "new_password2"], "a quite different phrase")
    owner.post(form.request["PATH_INFO"], sent)

    assert log_in(owner, password="a quite different phrase").status_code == 302


def test_former_address_hears_that_it_is_one(client, ada):
    chief = User.objects.create_superuser("chief")
    client.force_login(chief)
    address = reverse("admin:auth_user_change", args=[ada.pk])
    form = client.get(address).context["adminform"].form
    typed = {name: form[name].value() or "" for name in ["username", "first_name"]}
    sent = {
        **typed,
        "is_active": "on",
        "is_staff": "on",
        "is_superuser": "on",
        "date_joined_0": "2026-01-05",
        "date_joined_1": "09:30:00",
        "desks-TOTAL_FORMS": "0",
        "desks-INITIAL_FORMS": "0",
    }

    client.post(address, {**sent, "email": "other@news.example"})

    (message,) = mail.outbox
    assert message.to == ["ada@news.example"]
    assert "mails about it go to another address" in message.body


def test_sign_in_from_a_new_browser_is_told_once(client, ada):
    agent = "Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0"
    extra = {"HTTP_USER_AGENT": agent, "REMOTE_ADDR": "203.0.113.77"}
    log_in(client, **extra)
    client.post("/admin/logout/")
    log_in(client, **extra)

    (message,) = mail.outbox
    assert "New sign-in" in message.subject
    assert "With: Firefox on Linux" in message.body
    assert "From the network: 203.0.113.0/24" in message.body
    assert "203.0.113.77" not in message.body


def test_first_sign_in_of_an_account_is_expected(client, ada):
    User.objects.update(last_login=None)

    log_in(client)

    assert mail.outbox == []


def test_page_says_where_one_is_logged_in_and_ends_the_rest(client, ada):
    other, colleague = Client(), Client()
    log_in(other, HTTP_USER_AGENT="Mozilla/5.0 (iPhone) Version/19 Safari/604.1")
    colleague.force_login(UserFactory())
    log_in(client)
    client.get(reverse("mfa_index"))

    page = client.get(reverse("mfa_index"))
    assert [(one.device, one.is_this) for one in page.context["sign_ins"]] == [
        ("A browser on an unknown system", True),
        ("Safari on an iPhone", False),
    ]

    client.post(reverse("end_sign_ins"))
    assert [is_in(one) for one in [client, other, colleague]] == [True, False, True]
    assert kinds()[-1] == "ended"


def test_sessions_end_by_post_alone(client, ada):
    client.force_login(ada)

    assert client.get(reverse("end_sign_ins")).status_code == 405


def test_operator_takes_second_steps_off(client, app):
    client.force_login(app.user)
    RecoveryCodes.activate(app.user)
    said = StringIO()

    call_command("reset_mfa", "ada", stdout=said)

    assert "second steps taken off: 1" in said.getvalue()
    assert not Authenticator.objects.exists()
    assert not is_in(client)
    assert kinds()[-1] == "reset"
    assert "Your second steps were taken off" in mail.outbox[-1].subject


def test_operator_is_told_of_a_name_that_is_none():
    with pytest.raises(CommandError, match="nobody"):
        call_command("reset_mfa", "nobody")


def test_account_that_is_removed_loses_its_second_steps(client, app):
    chief = User.objects.create_superuser("chief")
    client.force_login(chief)

    client.post(reverse("admin:auth_user_remove", args=[app.user.pk]))

    assert not Authenticator.objects.exists()


@pytest.mark.parametrize("model", ["mfa_authenticator", "account_emailaddress"])
def test_secrets_have_no_page_in_the_admin(model):
    assert f"{model}_changelist" not in (
        get_resolver().namespace_dict["admin"][1].reverse_dict
    )
