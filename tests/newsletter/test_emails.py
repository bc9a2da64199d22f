import re

import pytest

from newsletter import emails
from tests.factories.newsletter import (
    NewsletterFactory,
    SubscriberFactory,
    SubscriptionFactory,
)

pytestmark = pytest.mark.django_db


def test_confirmation_says_what_was_asked_for():
    newsletters = [
        NewsletterFactory(
            name="Turkey & Us", frequency="Weekly", from_name="Gülşen, The Paper"
        ),
        NewsletterFactory(name="High Water"),
    ]

    message = emails.confirmation(
        SubscriberFactory(email="reader@example.org"), newsletters
    )

    assert message.subject == "Please confirm: Turkey & Us, High Water"
    assert message.from_email == '"Gülşen, The Paper" <newsroom@localhost>'
    assert "* Turkey & Us – Weekly" in message.body
    assert "Turkey &amp; Us" in message.alternatives[0].content
    assert "unsubscribe" not in message.body


def test_mail_can_be_sent_as_bytes():
    message = emails.welcome(SubscriptionFactory(confirmed=True))

    raw = message.message().as_bytes()

    assert b"Auto-Submitted: auto-generated" in raw
    assert b"multipart/alternative" in raw


def test_html_has_its_style_in_the_elements_and_loads_nothing():
    html = emails.welcome(SubscriptionFactory(confirmed=True)).alternatives[0].content

    assert re.search(r'<div class="sheet" style="[^"]*max-width', html)
    assert not re.search(r"<(img|link|script)\b", html)


def test_subject_is_one_line_whatever_the_name():
    newsletter = NewsletterFactory(name="Harbour\nBcc: evil@example.org")

    message = emails.confirmation(SubscriberFactory(), [newsletter])

    assert message.subject == "Please confirm: Harbour Bcc: evil@example.org"
