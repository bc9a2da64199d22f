"""The single mails of newsletters, unsent: confirmation, welcome."""

from django.urls import reverse

from newsletter import tokens
from newsletter.models.subscriber import CONFIRM_WITHIN
from newsroom.lib import mail
from newsroom.lib.urls import absolute


def confirmation(subscriber, newsletters):
    """Asks whoever reads the mailbox whether they want these newsletters.

    It has no link to leave: who did not ask for it need do nothing.
    """
    return mail.build(
        "newsletter/emails/confirm",
        {
            "newsletters": newsletters,
            "confirm_url": tokens.confirm_url(subscriber),
            "days": CONFIRM_WITHIN.days,
        },
        to=subscriber.email,
        from_name=newsletters[0].from_name,
    )


def already_subscribed(subscriber):
    """Tells a reader who signed up again that nothing is left to do."""
    active = subscriber.subscriptions.active().select_related("newsletter")
    return mail.build(
        "newsletter/emails/already_subscribed",
        {
            "newsletters": [subscription.newsletter for subscription in active],
            "preferences_url": tokens.preferences_url(subscriber),
        },
        to=subscriber.email,
    )


def problem(issue, *, to):
    """Tells staff that an issue does not go out, and why."""
    path = reverse("admin:newsletter_issue_sending", args=[issue.pk])
    return mail.build(
        "newsletter/emails/problem",
        {"issue": issue, "newsletter": issue.newsletter, "sending_url": absolute(path)},
        to=to,
    )


def welcome(subscription):
    """Greets a new reader of one newsletter; one click leaves it (RFC 8058)."""
    newsletter = subscription.newsletter
    unsubscribe_url = tokens.unsubscribe_url(subscription)
    return mail.build(
        "newsletter/emails/welcome",
        {
            "newsletter": newsletter,
            "unsubscribe_url": unsubscribe_url,
            "preferences_url": tokens.preferences_url(subscription.subscriber),
        },
        to=subscription.subscriber.email,
        from_name=newsletter.from_name,
        reply_to=newsletter.reply_to,
        headers={
            "List-Unsubscribe": f"<{unsubscribe_url}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
    )


def confirm_address(subscriber):
    """Asks whoever reads the wanted mailbox whether newsletters may go there."""
    return mail.build(
        "newsletter/emails/confirm_address",
        {
            "confirm_url": tokens.address_url(subscriber),
            "days": tokens.ADDRESS_WITHIN.days,
            "email": subscriber.masked_email,
        },
        to=subscriber.wanted_email,
    )


def address_changed(subscriber):
    """Tells the address before that mail goes elsewhere now, with a way back."""
    return mail.build(
        "newsletter/emails/address_changed",
        {
            "back_url": tokens.way_back_url(subscriber),
            "days": tokens.WAY_BACK_WITHIN.days,
            "email": subscriber.masked_email,
        },
        to=subscriber.previous_email,
    )


def data_link(subscriber):
    """The link to all that is kept of a reader, to take it or to have it erased."""
    return mail.build(
        "newsletter/emails/data_link",
        {"data_url": tokens.data_url(subscriber)},
        to=subscriber.email,
    )
