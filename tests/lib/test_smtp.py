import pytest
from django.core import mail
from django.core.mail import EmailMessage

from newsroom.lib.smtp import UncertainError
from tests.newsletter.smtp_server import Server


@pytest.fixture
def server(settings):
    with Server() as running:
        settings.MAILERS = {**settings.MAILERS, "default": running.mailer}
        yield running


def send(to="reader@example.org", *, body="Hello.", sender="Desk <desk@example.org>"):
    EmailMessage("Subject", body, sender, [to]).send(using="default")


def test_mail_arrives_with_its_dots(server):
    send(body=".first\n..second\nthird.\n.")

    [(to, raw)] = server.taken
    assert to == "reader@example.org"
    assert raw.endswith(b"\r\n\r\n.first\r\n..second\r\nthird.\r\n.\r\n")


def test_break_before_the_whole_mail_is_no_doubt(server):
    server.answers["reader@example.org"] = "drop before"

    with pytest.raises(OSError, match="closed"):
        send()

    assert server.taken == []


def test_break_before_the_answer_is_doubt(server):
    server.answers["reader@example.org"] = "drop after"

    with pytest.raises(UncertainError):
        send()


@pytest.mark.parametrize("to", ["two@x.org, b@x.org", "a b@x.org", "a@x.org\nBcc: b"])
def test_what_is_not_one_address_is_refused(server, to):
    with mail.mailers["default"] as mailer, pytest.raises(ValueError, match="ddress"):
        mailer.prep_address(to)


def test_names_stay_out_of_the_envelope(server):
    with mail.mailers["default"] as mailer:
        found = [
            mailer.prep_address(address)
            for address in ["Desk <desk@example.org>", "Ü <o'hara@bücher.example>"] * 2
        ]

    assert found == ["desk@example.org", "o'hara@xn--bcher-kva.example"] * 2
