import smtplib

import pytest
import requests
from anymail.exceptions import AnymailRecipientsRefused, AnymailRequestsAPIError
from django.core import mail

from newsletter import refusals, sending
from newsletter.models import Delivery
from newsroom.lib.smtp import UncertainError
from tests.factories.articles import ArticleFactory
from tests.factories.newsletter import IssueFactory


def answered(code):
    response = requests.Response()
    response.status_code, response.reason = code, "As it says"
    return AnymailRequestsAPIError(response=response)


def broken(cause):
    """As anymail raises it where no answer came."""
    kind = type("AnymailRequestsAPIError", (AnymailRequestsAPIError, type(cause)), {})
    error = kind("Error posting")
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "verdict"),
    [
        (answered(401), "away"),
        (answered(429), "away"),
        (answered(503), "away"),
        (answered(422), "refused"),
        (AnymailRecipientsRefused(), "refused"),
        (broken(requests.ConnectTimeout("no route")), "away"),
        (broken(requests.ReadTimeout("no answer")), "uncertain"),
        (broken(requests.ConnectionError("aborted")), "uncertain"),
        (UncertainError("cut"), "uncertain"),
        (ConnectionRefusedError(), "away"),
        (smtplib.SMTPServerDisconnected(), "away"),
        (smtplib.SMTPRecipientsRefused({"a": (421, b"later")}), "away"),
        (smtplib.SMTPRecipientsRefused({"a": (550, b"gone")}), "refused"),
        (ValueError("cannot be made"), "refused"),
    ],
)
def test_what_an_error_says_of_the_mail(error, verdict):
    if refusals.is_uncertain(error):
        found = "uncertain"
    else:
        found = "away" if refusals.is_away(error) else "refused"

    assert found == verdict


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("error", "status"),
    [
        (answered(422), Delivery.Status.FAILED),
        (answered(503), Delivery.Status.PENDING),
        (broken(requests.ReadTimeout("no answer")), Delivery.Status.UNKNOWN),
    ],
)
def test_provider_that_does_not_take_a_mail(monkeypatch, error, status):
    issue = IssueFactory(
        scheduled=True, stories=[ArticleFactory(published=True)], readers=1
    )

    def send_messages(self, messages):
        raise error

    backend = mail.mailers["news"].__class__
    monkeypatch.setattr(backend, "send_messages", send_messages)
    sending.run()

    assert issue.deliveries.get().status == status
