import pytest
from django.contrib.auth.models import Group, Permission, User
from django.core.management import call_command
from django.urls import reverse

from newsroom.roles import ROLES
from tests.factories.articles import UserFactory

pytestmark = pytest.mark.django_db


def change_url(user):
    return reverse("admin:auth_user_change", args=[user.pk])


def typed(user, **changes):
    return {
        "username": user.username, "is_active": "on", "is_staff": "on",
        "date_joined_0": "2026-01-05", "date_joined_1": "09:30:00",
        "desks-TOTAL_FORMS": "0", "desks-INITIAL_FORMS": "0", **changes,
    }  # fmt: skip


def user_changer(client):
    user = UserFactory()
    user.user_permissions.set(
        Permission.objects.filter(codename__in=["change_user", "view_user"])
    )
    client.force_login(user)
    return user


def test_new_site_has_the_roles():
    assert set(Group.objects.values_list("name", flat=True)) == set(ROLES)
    assert [
        group for group in Group.objects.all() if not group.permissions.exists()
    ] == []


def test_migrate_brings_a_role_back():
    Group.objects.get(name="Reporter").delete()

    call_command("migrate", verbosity=0)

    names = Group.objects.get(name="Reporter").permissions.values_list(
        "codename", flat=True
    )
    assert "add_article" in names
    assert "publish_article" not in names


def test_nobody_makes_themselves_more_than_they_are(client):
    user = user_changer(client)
    everything = Permission.objects.values_list("pk", flat=True)

    client.post(
        change_url(user),
        typed(
            user,
            is_superuser="on",
            groups=list(Group.objects.values_list("pk", flat=True)),
            user_permissions=list(everything),
        ),
    )

    user = User.objects.get(pk=user.pk)
    assert (user.is_superuser, user.groups.count(), user.user_permissions.count()) == (
        False,
        0,
        2,
    )


@pytest.mark.parametrize("page", ["change", "delete", "password_change"])
def test_nobody_takes_over_an_account_that_may_more(client, page):
    user_changer(client)
    others = [User.objects.create_superuser("boss"), UserFactory(role="Editor")]
    name = (
        "auth_user_password_change"
        if page == "password_change"
        else f"auth_user_{page}"
    )

    codes = [
        client.post(
            reverse(f"admin:{name}", args=[other.pk]),
            typed(other, username="mine", password1="x" * 20, password2="x" * 20),
        ).status_code
        for other in others
    ]

    assert codes == [403, 403]
    assert not User.objects.filter(username="mine").exists()


def test_administrator_gives_a_colleague_a_role(client):
    client.force_login(UserFactory(role="Administrator"))
    colleague = UserFactory()
    editor = Group.objects.get(name="Editor")

    response = client.post(change_url(colleague), typed(colleague, groups=[editor.pk]))

    assert response.status_code == 302
    assert list(colleague.groups.all()) == [editor]


@pytest.mark.parametrize("role", [name for name in ROLES if name != "Administrator"])
def test_accounts_and_groups_are_closed_to_other_roles(client, role):
    client.force_login(UserFactory(role=role))

    assert client.get(reverse("admin:auth_user_changelist")).status_code == 403
    assert client.get(reverse("admin:auth_group_changelist")).status_code == 403


def test_administrator_cannot_change_what_a_role_may(client):
    client.force_login(UserFactory(role="Administrator"))
    group = Group.objects.get(name="Reporter")
    before = group.permissions.count()

    response = client.post(
        reverse("admin:auth_group_change", args=[group.pk]), {"name": "Reporter"}
    )

    assert response.status_code == 403
    assert group.permissions.count() == before


WORK = {
    "Reporter": ["articles_article_add", "articles_picture_add"],
    "Editor": ["articles_article_changelist", "articles_picture_add"],
    "Front-page editor": ["articles_frontpageslot_add", "articles_article_changelist"],
    "Newsletter editor": ["newsletter_newsletter_add", "articles_article_changelist"],
    "Rights manager": ["republishing_license_add", "articles_picture_changelist"],
    "Administrator": ["auth_user_add", "articles_publication_changelist"],
}


@pytest.mark.parametrize("role", WORK)
def test_role_reaches_the_screens_of_its_work_and_no_others(client, role):
    client.force_login(UserFactory(role=role))
    mine = set(WORK[role])
    others = {
        "auth_user_add", "articles_section_add", "articles_frontpageslot_add",
        "newsletter_newsletter_add", "republishing_license_add", "articles_article_add",
    }  # fmt: skip
    may_all = {"Editor": others - {"auth_user_add"}, "Administrator": others}

    opened = {
        name
        for name in mine | others
        if client.get(reverse(f"admin:{name}"), follow=True).status_code == 200
    }

    assert opened == mine | may_all.get(role, set())
