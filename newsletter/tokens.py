"""The secrets in a reader's links: signed, so that none can be guessed or changed."""

from functools import cache

from django.conf import settings
from django.core import signing
from django.urls import reverse

from newsletter.models import Newsletter, Subscriber
from newsletter.models.subscriber import CONFIRM_WITHIN
from newsroom.lib.urls import absolute

CONFIRM = "newsletter.confirm"
PREFERENCES = "newsletter.preferences"
UNSUBSCRIBE = "newsletter.unsubscribe"
NOT_OURS = "This link is not one of ours."


class UnknownTokenError(Exception):
    """Nobody was given this link, or the one who was is gone."""


def confirm_url(subscriber):
    """Where a reader confirms what they asked for; good for CONFIRM_WITHIN."""
    return _url("newsletter:confirm", CONFIRM, subscriber.key)


def preferences_url(subscriber):
    """Where a reader chooses their newsletters; good for as long as they are one."""
    return _url("newsletter:preferences", PREFERENCES, subscriber.key)


def unsubscribe_url(subscription):
    """Where a reader leaves one newsletter; good for ever."""
    value = [subscription.subscriber.key, subscription.newsletter_id]
    return _url("newsletter:unsubscribe", UNSUBSCRIBE, value)


def delivery_unsubscribe_url(delivery):
    """As `unsubscribe_url`, for the link in an issue: it also tells which issue."""
    value = [delivery.subscriber.key, delivery.issue.newsletter_id, delivery.pk]
    return _url("newsletter:unsubscribe", UNSUBSCRIBE, value)


def read_confirm(token):
    """The subscriber of a confirm link, and whether it is still good to confirm with.

    Raises UnknownTokenError.
    """
    try:
        key = signing.loads(token, salt=CONFIRM, max_age=CONFIRM_WITHIN)
    except signing.SignatureExpired:
        return _subscriber(_load(token, CONFIRM)), False
    except signing.BadSignature as error:
        raise UnknownTokenError(NOT_OURS) from error
    return _subscriber(key), True


def read_preferences(token):
    """The subscriber of a preferences link. Raises UnknownTokenError."""
    return _subscriber(_load(token, PREFERENCES))


def read_unsubscribe(token):
    """Subscriber, newsletter and the delivery's key, or None, of an unsubscribe link.

    Raises UnknownTokenError.
    """
    key, newsletter_id, *rest = _load(token, UNSUBSCRIBE)
    newsletter = Newsletter.objects.filter(pk=newsletter_id).first()
    if newsletter is None:
        raise UnknownTokenError("The newsletter of this link is gone.")
    return _subscriber(key), newsletter, rest[0] if rest else None


def _url(name, salt, value):
    # A token has no letter that an address would write in another way.
    token = signing.dumps(value, salt=salt)
    return f"{_start_of_url(name, settings.SITE_URL)}{token}/"


@cache
def _start_of_url(name, site_url):
    """What stands before the token, looked up once and not for each of many mails."""
    return absolute(reverse(name, args=["token"])).removesuffix("token/")


def _load(token, salt):
    try:
        return signing.loads(token, salt=salt)
    except signing.BadSignature as error:
        raise UnknownTokenError(NOT_OURS) from error


def _subscriber(key):
    subscriber = Subscriber.objects.filter(key=key).first()
    if subscriber is None:
        raise UnknownTokenError("The subscriber of this link is gone.")
    return subscriber
