"""The secrets in a reader's links: signed, so that none can be guessed or changed."""

from datetime import timedelta
from functools import cache

from django.conf import settings
from django.core import signing
from django.urls import reverse

from newsletter.models import Newsletter, PastKey, Subscriber
from newsletter.models.subscriber import CONFIRM_WITHIN
from newsroom.lib import addresses
from newsroom.lib.urls import absolute

CONFIRM = "newsletter.confirm"
PREFERENCES = "newsletter.preferences"
UNSUBSCRIBE = "newsletter.unsubscribe"
ADDRESS = "newsletter.address"
WAY_BACK = "newsletter.way_back"
DATA = "newsletter.data"
# How long a new address may be confirmed, an old one taken back, and a link to one's
# data used.
ADDRESS_WITHIN = timedelta(days=2)
WAY_BACK_WITHIN = timedelta(days=14)
DATA_WITHIN = timedelta(days=1)
NOT_OURS = "This link is not one of ours."


class UnknownTokenError(Exception):
    """Nobody was given this link, or the one who was is gone."""


class SpentTokenError(UnknownTokenError):
    """The link was good once: its time is over, or it has done what it was for."""


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
        return _opened(_load(token, CONFIRM)), False
    except signing.BadSignature as error:
        raise UnknownTokenError(NOT_OURS) from error
    return _opened(key), True


def read_preferences(token):
    """The subscriber of a preferences link. Raises UnknownTokenError."""
    return _opened(_load(token, PREFERENCES))


def read_unsubscribe(token):
    """Subscriber, newsletter and the delivery's key, or None, of an unsubscribe link.

    The subscriber's `only_leaves` says that the link may do nothing else.
    Raises UnknownTokenError.
    """
    key, newsletter_id, *rest = _load(token, UNSUBSCRIBE)
    newsletter = Newsletter.objects.filter(pk=newsletter_id).first()
    if newsletter is None:
        raise UnknownTokenError("The newsletter of this link is gone.")
    return _subscriber(key), newsletter, rest[0] if rest else None


def address_url(subscriber):
    """Where the reader of the wanted address says yes; good for ADDRESS_WITHIN."""
    value = [subscriber.key, _mark(subscriber.wanted_email)]
    return _url("newsletter:address_confirm", ADDRESS, value)


def way_back_url(subscriber):
    """Where the reader of the previous address takes it back for WAY_BACK_WITHIN."""
    value = [subscriber.key, _mark(subscriber.previous_email)]
    return _url("newsletter:address_back", WAY_BACK, value)


def data_url(subscriber):
    """Where a reader takes or erases what is kept; good for DATA_WITHIN.

    Another link than that of the preferences, which people forward with an issue.
    """
    value = [subscriber.key, _mark(subscriber.email)]
    return _url("newsletter:data", DATA, value)


def read_address(token):
    """The subscriber whose wanted address a link names. Raises UnknownTokenError."""
    return _marked(token, ADDRESS, ADDRESS_WITHIN, "wanted_email")


def read_way_back(token):
    """The subscriber whose previous address a link names. Raises UnknownTokenError."""
    return _marked(token, WAY_BACK, WAY_BACK_WITHIN, "previous_email")


def read_data(token):
    """The subscriber whose data a link opens. Raises UnknownTokenError."""
    return _marked(token, DATA, DATA_WITHIN, "email")


def _mark(email):
    """What ties a link to an address, without the address in the link."""
    return addresses.digest(email.casefold())[:24]


def _marked(token, salt, within, field):
    try:
        key, mark = signing.loads(token, salt=salt, max_age=within)
    except signing.SignatureExpired as error:
        raise SpentTokenError("Its time is over.") from error
    except signing.BadSignature as error:
        raise UnknownTokenError(NOT_OURS) from error
    try:
        subscriber = _opened(key)
    except UnknownTokenError as error:
        raise SpentTokenError("What it led to is gone.") from error
    email = getattr(subscriber, field).casefold()
    marks = [known[:24] for known in addresses.digests(email)]
    if not email or mark not in marks:
        raise SpentTokenError("It was used, or a newer one took its place.")
    return subscriber


def _url(name, salt, value):
    # A token has no letter that an address would write in another way.
    token = signing.dumps(value, salt=salt)
    return _pattern_of_url(name, settings.SITE_URL).replace("~token~", token)


@cache
def _pattern_of_url(name, site_url):
    """What stands around the token, looked up once and not for each of many mails."""
    return absolute(reverse(name, args=["~token~"]))


def _load(token, salt):
    try:
        return signing.loads(token, salt=salt)
    except signing.BadSignature as error:
        raise UnknownTokenError(NOT_OURS) from error


def _opened(key):
    subscriber = _subscriber(key)
    if subscriber.only_leaves:
        raise SpentTokenError("A change of address was taken back since.")
    return subscriber


def _subscriber(key):
    subscriber, only_leaves = Subscriber.objects.filter(key=key).first(), False
    if subscriber is None:
        # The link of a row that is now part of another, or that others had.
        past = PastKey.objects.select_related("subscriber").filter(key=key).first()
        if past is None:
            raise UnknownTokenError("The subscriber of this link is gone.")
        subscriber, only_leaves = past.subscriber, past.only_leaves
    subscriber.only_leaves = only_leaves
    return subscriber
