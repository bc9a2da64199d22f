"""A reader's whole walk: sign up, confirm, choose, leave, come back."""

import re
from html.parser import HTMLParser

import pytest
from django.core import mail

from newsletter.models import Subscription
from tests.factories.newsletter import NewsletterFactory

SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}

pytestmark = pytest.mark.django_db


class Forms(HTMLParser):
    """The forms of a page: each with its action and the values a browser would send."""

    def __init__(self, text):
        super().__init__()
        self.forms = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "form":
            self.forms.append({"action": attrs.get("action"), "fields": {}})
        is_sent = attrs.get("type") != "checkbox" or "checked" in attrs
        if tag == "input" and self.forms and is_sent:
            values = self.forms[-1]["fields"].setdefault(attrs["name"], [])
            values.append(attrs.get("value", ""))


def forms_of(response, *, action=None):
    """The forms of a page that post to this action; None is the page's own address."""
    return [form for form in Forms(response.text).forms if form["action"] == action]


def link(message, kind):
    return re.search(rf"https://news\.example(/newsletters/{kind}/\S+/)", message.body)[
        1
    ]


def active():
    return {row.newsletter.slug for row in Subscription.objects.active()}


def test_reader_signs_up_confirms_chooses_and_leaves(client):
    NewsletterFactory(name="Turkey Unpacked", slug="turkey-unpacked")
    NewsletterFactory(name="High Water", slug="high-water")

    page = client.get("/newsletters/turkey-unpacked/")
    (form,) = forms_of(page, action="/newsletters/sign-up/")
    asked = client.post(
        form["action"],
        {**form["fields"], "email": "reader@example.org"},
        headers=SAME_ORIGIN,
        follow=True,
    )
    assert "Check your inbox" in asked.text
    assert active() == set()

    confirm = link(mail.outbox[0], "confirm")
    (form,) = forms_of(client.get(confirm))
    confirmed = client.post(confirm, form["fields"])
    assert "Welcome aboard" in confirmed.text
    assert active() == {"turkey-unpacked"}

    preferences = link(mail.outbox[1], "preferences")
    (form,) = forms_of(client.get(preferences), action=preferences)
    assert form["fields"] == {"newsletters": ["turkey-unpacked"]}
    saved = client.post(
        preferences, {"newsletters": ["turkey-unpacked", "high-water"]}, follow=True
    )
    assert "Saved." in saved.text
    assert active() == {"turkey-unpacked", "high-water"}

    leave = link(mail.outbox[1], "unsubscribe")
    (form,) = forms_of(client.get(leave))
    out = client.post(leave, form["fields"])
    assert "You are out" in out.text
    assert active() == {"high-water"}

    client.post(
        "/newsletters/sign-up/",
        {"email": "READER@example.org", "newsletters": "turkey-unpacked"},
        headers=SAME_ORIGIN,
    )
    assert active() == {"high-water"}
    again = link(mail.outbox[-1], "confirm")
    client.post(again, forms_of(client.get(again))[0]["fields"])
    assert active() == {"turkey-unpacked", "high-water"}
