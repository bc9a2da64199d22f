"""Accounts of the staff: what somebody who leaves leaves behind, and who logs in."""

from allauth.mfa.models import Authenticator
from django.contrib.auth import SESSION_KEY, get_user_model
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone

from articles import preview_links
from articles.models import Article, ArticleEvent, EditingSession, LoginEvent
from articles.refusals import RefusedError
from articles.revisions import name_of
from newsroom.lib.throttle import client_area


def open_drafts(user):
    """The stories a user began that readers have not been promised yet."""
    return Article.objects.filter(
        created_by=user, pub_status=Article.PubStatus.WITHHELD
    )


@transaction.atomic
def remove_account(user, *, by, hand_over_to=None):
    """Close the account of somebody who has left; all they wrote keeps their name.

    Its open drafts become another person's, if one is named. Returns how many did.
    Raises RefusedError.
    """
    if user.pk == by.pk:
        raise RefusedError("You cannot remove your own account.")
    user = get_user_model().objects.select_for_update().get(pk=user.pk)
    count = _hand_over(user, hand_over_to, by) if hand_over_to else 0
    user.is_active = user.is_staff = user.is_superuser = False
    user.set_unusable_password()
    user.save(update_fields=["is_active", "is_staff", "is_superuser", "password"])
    user.groups.clear()
    user.user_permissions.clear()
    user.desks.all().delete()
    preview_links.revoke_made_by(user, by=by)
    Authenticator.objects.filter(user=user).delete()
    shut_out(user)
    return count


def _hand_over(user, to, by):
    drafts = list(open_drafts(user).select_for_update())
    keys = [draft.pk for draft in drafts]
    Article.objects.filter(pk__in=keys).update(created_by=to)
    ArticleEvent.objects.bulk_create(
        ArticleEvent(
            article=draft,
            kind=ArticleEvent.Kind.HANDED_OVER,
            by=by,
            note=f"from {name_of(user)} to {name_of(to)}",
        )
        for draft in drafts
    )
    return len(drafts)


@transaction.atomic
def shut_out(user):
    """End all sessions of an account at once, and its hold on open stories."""
    EditingSession.objects.filter(by=user).delete()
    end_sessions(user)


def end_sessions(user, *, keep=None):
    """End all sessions of an account but the one with the key `keep`."""
    ended = [session.pk for session, _ in sessions_of(user) if session.pk != keep]
    Session.objects.filter(pk__in=ended).delete()


def sessions_of(user):
    """Yield the sessions of an account, each with what is in it.

    Only the staff has sessions, so there are few to look into.
    """
    sessions = Session.objects.filter(expire_date__gt=timezone.now())
    for session in sessions.iterator():
        data = session.get_decoded()
        if data.get(SESSION_KEY) == str(user.pk):
            yield session, data


def record(user, kind, request=None):
    """Write a row about an account, with the network that somebody is in."""
    network = client_area(request) if request else ""
    LoginEvent.objects.create(user=user, kind=kind, network=network)


def record_login(user, request, **kwargs):
    """Receiver of user_logged_in."""
    record(user, LoginEvent.Kind.LOGIN, request)


def record_failed_login(credentials, request=None, **kwargs):
    """Receiver of user_login_failed."""
    accounts = get_user_model().objects
    name = credentials.get(get_user_model().USERNAME_FIELD)
    user = accounts.filter(username=name).first() if name else None
    record(user, LoginEvent.Kind.FAILED, request)
