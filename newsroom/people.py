"""What Django's own tables keep of people: accounts, the admin's log, tasks, sessions.

This project has no model of its own; `newsroom.lib.people` puts all apps together.
"""

from allauth.mfa.models import Authenticator
from django.contrib.admin.models import LogEntry
from django.contrib.auth import get_user_model

from articles.accounts import shut_out
from articles.people import accounts
from newsroom.lib.people import Kept, Line, rows

MACHINE = "Written by the program, of no person."
STAFF = "To let colleagues log in, and to know who did what"
CONTRACT = "the contract with our staff"
KEPT = [
    Kept(
        "auth.User",
        purpose=STAFF,
        personal={
            "username": "the name a colleague logs in with",
            "first_name": "a colleague's name",
            "last_name": "a colleague's name",
            "email": "a colleague's email address",
            "password": "a hash of a colleague's password",
        },
        kept="as long as somebody works here, and then without name",
        basis=CONTRACT,
        of_staff=True,
    ),
    Kept(
        "mfa.Authenticator",
        purpose="To let a colleague log in with a second step",
        personal={"data": "a colleague's passkeys and codes, encrypted where secret"},
        kept="until the colleague takes it off, or leaves",
        basis=CONTRACT,
        of_staff=True,
    ),
    Kept("account.EmailAddress", other={"email": "Not used: nobody signs up."}),
    Kept("account.EmailConfirmation", other={"key": "Not used: nobody signs up."}),
    Kept("auth.Group", other={"name": "A role."}),
    Kept("auth.Permission", other={"name": MACHINE, "codename": MACHINE}),
    Kept("contenttypes.ContentType", other={"app_label": MACHINE, "model": MACHINE}),
    Kept("taggit.Tag", other={"name": "A subject.", "slug": "A subject."}),
    Kept(
        "admin.LogEntry",
        purpose=STAFF,
        free_text={"object_repr": "", "change_message": ""},
        other={"object_id": "A number."},
        kept="as long as the site; readers stand in it without their address",
        basis="the security of the site",
        of_staff=True,
    ),
    Kept(
        "django_tasks_database.DBTaskResult",
        free_text={"args_kwargs": "", "return_value": "", "traceback": ""},
        other=dict.fromkeys(
            [
                "task_path",
                "worker_ids",
                "queue_name",
                "backend_name",
                "exception_class_path",
            ],
            MACHINE,
        ),
        rule="finished_tasks",
    ),
    Kept(
        "sessions.Session",
        purpose="To keep colleagues logged in; readers have no session",
        personal={
            "session_data": "which colleague is logged in, with which browser, and the "
            "neighbourhood of the network"
        },
        other={"session_key": "A random key."},
        rule="sessions",
        basis=CONTRACT,
        of_staff=True,
    ),
]


def export(address):
    """An account under the address, and what it did in the admin."""
    staff = accounts(address)
    return {
        "staff: account": rows(staff, leave_out=["password"]),
        "staff: second steps": rows(
            Authenticator.objects.filter(user__in=staff), leave_out=["data"]
        ),
        "staff: steps in the admin": rows(LogEntry.objects.filter(user__in=staff)),
    }


def erase(address):
    """Take the name off accounts that are closed; one in use has to be closed first."""
    in_use = accounts(address).filter(is_active=True).count()
    closed = list(accounts(address).filter(is_active=False))
    for user in closed:
        shut_out(user)
        Authenticator.objects.filter(user=user).delete()
        get_user_model().objects.filter(pk=user.pk).update(
            username=f"former-{user.pk}", first_name="", last_name="", email=""
        )
    return [
        Line(
            "Accounts in use",
            in_use,
            "kept",
            "A colleague's account is closed in the admin first.",
        ),
        Line(
            "Closed accounts",
            len(closed),
            "made anonymous",
            "What was done with it stays, without the name. Bylines are published "
            "journalism and stay.",
        ),
    ]
