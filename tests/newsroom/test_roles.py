from io import StringIO

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command

from newsroom.roles import ROLES, create_roles

pytestmark = pytest.mark.django_db


def user_with(role):
    user = get_user_model().objects.create_user("ada")
    user.groups.add(create_roles()[role])
    return user


@pytest.mark.parametrize(
    ("role", "may", "may_not"),
    [
        (
            "Reporter",
            ["articles.add_article", "articles.change_article", "articles.add_picture"],
            [
                "articles.publish_article",
                "articles.delete_article",
                "articles.correct_article",
                "republishing.view_republishingrequest",
                "auth.change_user",
            ],
        ),
        (
            "Editor",
            [
                "articles.publish_article",
                "articles.correct_article",
                "articles.change_section",
                "newsletter.change_newsletter",
                "republishing.view_license",
            ],
            ["auth.change_user", "auth.change_permission"],
        ),
        (
            "Rights manager",
            ["republishing.change_license", "articles.change_picture"],
            ["articles.change_article", "newsletter.view_subscriber"],
        ),
    ],
)
def test_role_may_do_its_work_and_no_more(role, may, may_not):
    user = user_with(role)

    assert [name for name in may if not user.has_perm(name)] == []
    assert [name for name in may_not if user.has_perm(name)] == []


def test_every_permission_of_a_role_exists():
    names = {
        f"{permission.content_type.app_label}.{permission.codename}"
        for permission in Permission.objects.select_related("content_type")
    }
    apps = {f"{name.partition('.')[0]}.*" for name in names}

    wanted = {entry for entries in ROLES.values() for entry in entries}

    assert wanted - names - apps == set()


def test_create_roles_again_takes_nothing_away():
    more = Permission.objects.get(codename="change_user")
    create_roles()["Reporter"].permissions.add(more)
    out = StringIO()

    call_command("create_roles", stdout=out)

    assert Group.objects.count() == len(ROLES)
    assert more in Group.objects.get(name="Reporter").permissions.all()
    assert out.getvalue() == f"Roles: {', '.join(ROLES)}\n"
