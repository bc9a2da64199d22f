"""Somebody leaves the staff: the account closes at once, the work keeps its name."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, User
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from articles import accounts, revisions, workflow
from articles.actions import RefusedError
from articles.models import Article, ArticleEvent, EditingSession, SectionDesk
from tests.factories.articles import (
    ArticleFactory,
    AuthorFactory,
    CompleteArticleFactory,
    SectionFactory,
    UserFactory,
)
from tests.newsroom.test_accounts import change_url, typed

pytestmark = pytest.mark.django_db

INDEX = "/admin/"


@pytest.fixture
def admin(client):
    user = UserFactory(role="Administrator")
    client.force_login(user)
    return user


@pytest.fixture
def leaver():
    return UserFactory(
        role="Editor", username="leaver", first_name="Ada", last_name="L"
    )


def remove_url(user):
    return reverse("admin:auth_user_remove", args=[user.pk])


def logged_in(user):
    browser = Client()
    browser.force_login(user)
    assert browser.get(INDEX).status_code == 200
    return browser


def test_removed_account_is_out_everywhere_and_keeps_no_right(client, admin, leaver):
    browsers = [logged_in(leaver), logged_in(leaver)]
    SectionDesk.objects.create(user=leaver, section=SectionFactory())
    article = ArticleFactory()
    EditingSession.objects.create(article=article, by=leaver, tab="a")

    response = client.post(remove_url(leaver))

    leaver = User.objects.get(pk=leaver.pk)
    assert response.status_code == 302
    assert [browser.get(INDEX).status_code for browser in browsers] == [302, 302]
    assert (leaver.is_active, leaver.is_staff, leaver.has_usable_password()) == (
        False,
        False,
        False,
    )
    assert (leaver.groups.count(), leaver.desks.count()) == (0, 0)
    assert not EditingSession.objects.exists()
    # Others stay logged in, and a rehired colleague's old session stays ended.
    assert client.get(INDEX).status_code == 200
    User.objects.filter(pk=leaver.pk).update(is_active=True, is_staff=True)
    assert [browser.get(INDEX).status_code for browser in browsers] == [302, 302]


def test_work_keeps_the_name(client, admin, leaver):
    author = AuthorFactory(user=leaver, name="Ada L")
    article = CompleteArticleFactory(created_by=leaver, by=[author])
    workflow.perform(article, "publish", by=leaver)

    client.post(remove_url(leaver))

    article.refresh_from_db()
    assert (article.created_by, article.byline()[0]["name"]) == (leaver, "Ada L")
    assert article.revisions.true().last().by_name == "Ada L"
    history = client.get(reverse("admin:articles_article_history", args=[article.pk]))
    assert "Ada L" in history.content.decode()
    assert client.get(article.get_absolute_url()).status_code == 200


def test_open_drafts_are_handed_over_and_nothing_else(client, admin, leaver):
    heir = UserFactory(role="Reporter", first_name="Ben", last_name="M")
    draft = ArticleFactory(created_by=leaver)
    published = ArticleFactory(created_by=leaver, published=True)
    other = ArticleFactory(created_by=admin)

    client.post(remove_url(leaver), {"hand_over_to": heir.pk})

    owners = dict(Article.objects.values_list("pk", "created_by"))
    assert owners == {draft.pk: heir.pk, published.pk: leaver.pk, other.pk: admin.pk}
    [event] = ArticleEvent.objects.all()
    assert (event.article, event.kind, event.by, event.note) == (
        draft,
        "handed_over",
        admin,
        "from Ada L to Ben M",
    )
    assert workflow.may_change(heir, Article.objects.get(pk=draft.pk))


@pytest.mark.parametrize("forged", ["abc", "9" * 30, "0"])
def test_forged_heir_is_an_error_of_the_field(client, admin, leaver, forged):
    response = client.post(remove_url(leaver), {"hand_over_to": forged})

    assert "hand_over_to" in response.context["form"].errors
    assert User.objects.get(pk=leaver.pk).is_active


def test_looking_at_the_page_changes_nothing(client, admin, leaver):
    page = client.get(remove_url(leaver)).content.decode()

    assert "Ada L" in page
    assert User.objects.get(pk=leaver.pk).is_active


@pytest.mark.parametrize("role", ["Editor", "Reporter"])
def test_other_roles_remove_nobody(client, leaver, role):
    client.force_login(UserFactory(role=role))

    codes = [client.get(remove_url(leaver)), client.post(remove_url(leaver))]

    assert [response.status_code for response in codes] == [403, 403]
    assert User.objects.get(pk=leaver.pk).is_active


def test_nobody_removes_who_may_more_nor_themselves(client, admin):
    boss = User.objects.create_superuser("boss")

    assert client.post(remove_url(boss)).status_code == 403
    client.post(remove_url(admin))
    with pytest.raises(RefusedError):
        accounts.remove_account(admin, by=admin)

    assert set(User.objects.filter(is_active=True)) == {boss, admin}


def test_story_scheduled_by_somebody_who_left_still_runs(client, admin, leaver):
    article = CompleteArticleFactory()
    at = timezone.now() + timedelta(hours=2)
    workflow.perform(article, "schedule", by=leaver, at=at)
    client.post(remove_url(leaver))

    path = article.get_absolute_url()
    with time_machine.travel(at - timedelta(minutes=1), tick=False):
        before = client.get(path).status_code
    with time_machine.travel(at + timedelta(minutes=1), tick=False):
        after = client.get(path).status_code

    assert (before, after) == (404, 200)
    assert article.events.get().by == leaver


def test_deactivated_in_the_form_is_logged_out_for_good(client, admin, leaver):
    browser = logged_in(leaver)
    sent = typed(leaver, groups=list(leaver.groups.values_list("pk", flat=True)))
    del sent["is_active"]

    client.post(change_url(leaver), sent)

    assert not User.objects.get(pk=leaver.pk).is_active
    assert browser.get(INDEX).status_code == 302
    assert Session.objects.count() == 1


def test_new_password_ends_the_other_sessions(client):
    user = User.objects.create_superuser("boss", password="correct horse battery")
    other = logged_in(user)
    client.force_login(user)
    new = "staple battery horse correct"

    client.post(
        reverse("admin:password_change"),
        {
            "old_password": "correct horse battery",
            "new_password1": new,
            "new_password2": new,
        },
    )

    assert (client.get(INDEX).status_code, other.get(INDEX).status_code) == (200, 302)


def test_password_set_by_an_administrator_ends_all_sessions(client, admin, leaver):
    browser = logged_in(leaver)
    url = reverse("admin:auth_user_password_change", args=[leaver.pk])
    new = "staple battery horse correct"

    client.post(url, {"password1": new, "password2": new, "usable_password": "true"})

    assert browser.get(INDEX).status_code == 302


@pytest.mark.parametrize("use", ["story", "log", "login", "revision"])
def test_account_that_was_used_is_not_deleted(client, admin, leaver, use):
    article = ArticleFactory()
    if use == "story":
        ArticleFactory(created_by=leaver)
    elif use == "log":
        LogEntry.objects.log_actions(leaver.pk, [article], 2, change_message="x")
    elif use == "revision":
        revisions.snapshot(article, by=leaver, kind="saved")
    else:
        accounts.record_login(leaver, None)

    page = client.post(
        reverse("admin:auth_user_delete", args=[leaver.pk]), {"post": "yes"}
    ).content.decode()

    assert "Remove account" in page
    assert User.objects.filter(pk=leaver.pk).exists()


def test_log_says_which_roles_were_and_are(client, admin, leaver):
    reporter = Group.objects.get(name="Reporter")

    client.post(change_url(leaver), typed(leaver, groups=[reporter.pk]))

    message = LogEntry.objects.get().get_change_message()
    assert "Groups (Editor → Reporter)" in message


def test_log_says_what_a_superuser_gave(client, leaver):
    client.force_login(User.objects.create_superuser("boss"))
    sent = typed(leaver, is_superuser="on", groups=[])

    client.post(change_url(leaver), sent)

    message = LogEntry.objects.get().get_change_message()
    assert "Groups (Editor → none)" in message
    assert "Superuser status (no → yes)" in message
