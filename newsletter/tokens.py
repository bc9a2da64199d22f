"""The secrets in a reader's links: signed, so that none can be guessed or changed."""

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
    """Subscriber and newsletter of an unsubscribe link. Raises UnknownTokenError."""
    key, newsletter_id = _load(token, UNSUBSCRIBE)
    newsletter = Newsletter.objects.filter(pk=newsletter_id).first()
    if newsletter is None:
        raise UnknownTokenError("The newsletter of this link is gone.")
    return _subscriber(key), newsletter


def _url(name, salt, value):
    return absolute(reverse(name, args=[signing.dumps(value, salt=salt)]))


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
