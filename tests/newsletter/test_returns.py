import mailbox
from contextlib import closing

import pytest
from django.core import mail
from django.core.management import call_command

from newsletter import letters, outcomes, returns, sending
from newsletter.models import Suppression
from tests.factories.articles import ArticleFactory
from tests.factories.newsletter import IssueFactory

pytestmark = pytest.mark.django_db

BOUNCE = """\
From: MAILER-DAEMON@mail.example
To: newsroom@localhost
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

Sorry.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example

Final-Recipient: rfc822; reader@example.org
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 {status} says no

--b
Content-Type: {part}

{message_id}Subject: The tide

--b--
"""
COMPLAINT = """\
From: feedback@provider.example
To: newsroom@localhost
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="b"

--b
Content-Type: text/plain

Spam.

--b
Content-Type: message/feedback-report

Feedback-Type: abuse
User-Agent: Provider/1

--b
Content-Type: message/rfc822

{message_id}Subject: The tide

Body.
--b--
"""


@pytest.fixture
def delivery():
    issue = IssueFactory(
        scheduled=True, stories=[ArticleFactory(published=True)], readers=1
    )
    sending.run()
    return issue.deliveries.get()


def report(template=BOUNCE, *, message_id=None, **words):
    message_id = message_id or mail.outbox[0].extra_headers["Message-ID"]
    words = {
        "action": "failed",
        "status": "5.1.1",
        "part": "message/rfc822",
        "message_id": f"Message-ID: {message_id}\n",
        **words,
    }
    return template.format(**words).encode()


@pytest.mark.parametrize("part", ["message/rfc822", "text/rfc822-headers"])
def test_bounce_marks_the_delivery_and_suppresses_the_address(delivery, part):
    noted = outcomes.take_note(returns.read(report(part=part)))

    delivery.refresh_from_db()
    assert noted
    assert delivery.bounced_at is not None
    assert delivery.reason == "550 5.1.1 says no"
    suppression = Suppression.objects.get()
    assert (suppression.email_folded, suppression.reason) == (
        delivery.subscriber.email_folded,
        "bounced",
    )


def test_full_mailbox_is_noted_and_not_suppressed(delivery):
    outcomes.take_note(returns.read(report(status="5.2.2")))

    delivery.refresh_from_db()
    assert delivery.bounced_at is None
    assert delivery.soft_bounced_at is not None
    assert not Suppression.objects.exists()


def test_complaint_suppresses_at_once_and_no_issue_comes_again(delivery):
    outcomes.take_note(returns.read(report(COMPLAINT)))
    IssueFactory(
        newsletter=delivery.issue.newsletter,
        scheduled=True,
        stories=[ArticleFactory(published=True)],
    )

    sending.run()

    delivery.refresh_from_db()
    assert delivery.complained_at is not None
    assert Suppression.objects.get().reason == "complained"
    assert len(mail.outbox) == 1


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff\x00 nonsense",
        b"Subject: Out of office\n\nBack on Monday.",
        BOUNCE.format(
            action="delayed", status="4.4.7", part="message/rfc822", message_id=""
        ).encode(),
    ],
)
def test_what_is_no_report_is_none(raw):
    assert returns.read(raw) is None


@pytest.mark.parametrize(
    "forged",
    [
        "<i{issue}.d{delivery}.000000000000@news.example>",
        "<i{other}.d{delivery}.{key}@news.example>",
        "<something@else.example>",
        "",
    ],
)
def test_report_that_does_not_name_our_mail_changes_nothing(delivery, forged):
    message_id = forged.format(
        issue=delivery.issue_id,
        other=delivery.issue_id + 1,
        delivery=delivery.pk,
        key=delivery.issue.uuid.hex[:12],
    )

    noted = outcomes.take_note(returns.read(report(message_id=message_id or "<>")))

    delivery.refresh_from_db()
    assert (noted, delivery.bounced_at, Suppression.objects.count()) == (False, None, 0)


def test_command_reads_one_mail_an_mbox_and_a_maildir(delivery, tmp_path, capsys):
    raw = report()
    one, box, directory = tmp_path / "one.eml", tmp_path / "box", tmp_path / "dir"
    one.write_bytes(raw)
    with closing(mailbox.mbox(box)) as mails:
        mails.add(raw)
        mails.add(b"Subject: Out of office\n\nBack on Monday.")
        mails.flush()
    mailbox.Maildir(directory).add(raw)

    for path in [one, box, directory]:
        call_command("import_bounces", str(path))

    assert capsys.readouterr().out.splitlines() == [
        "1 noted, 0 not ours, 0 no report",
        "1 noted, 0 not ours, 1 no report",
        "1 noted, 0 not ours, 0 no report",
    ]
    assert Suppression.objects.count() == 1


OLD_BOUNCE = """\
From: {sender}
To: newsroom@localhost
Subject: failure notice

Hi. This is the program at mail.example.

{words}

--- Below this line is a copy of the message.

Message-ID: {message_id}
Subject: The tide
"""


@pytest.mark.parametrize(
    ("sender", "words", "kind"),
    [
        ("MAILER-DAEMON@mail.example", "550 No such user here", outcomes.Kind.GONE),
        ("postmaster@mail.example", "The mailbox is full.", outcomes.Kind.CAME_BACK),
        ("postmaster@mail.example", "Delivery is delayed; still trying.", None),
        ("friend@mail.example", "550 No such user here", None),
    ],
)
def test_bounce_in_a_servers_own_words(delivery, sender, words, kind):
    message_id = mail.outbox[0].extra_headers["Message-ID"]
    raw = OLD_BOUNCE.format(sender=sender, words=words, message_id=message_id)

    found = returns.read(raw.encode())

    assert (found and found.kind) == kind
    assert (found is None) or outcomes.take_note(found)


IN_PARTS = """\
From: {sender}
Return-Path: <>
Subject: {subject}
MIME-Version: 1.0
Content-Type: multipart/{kind}; boundary="{boundary}"
{head}

--b
Content-Type: text/plain; charset={charset}

{words}

--b
{status}

--b
Content-Type: message/rfc822

Message-ID: <i7.d9.0123456789ab@news.example>
To: reader@example.org

Body.
--b--
"""


def in_parts(**fields):
    plain = {
        "sender": "MAILER-DAEMON@mail.example",
        "subject": "Delivery report",
        "kind": "report",
        "boundary": "b",
        "head": "X-Nothing: 1",
        "charset": "utf-8",
        "words": "Sorry.",
        "status": "Content-Type: message/delivery-status\n",
    }
    return IN_PARTS.format_map({**plain, **fields}).encode()


DSN = "Content-Type: message/delivery-status\n\nReporting-MTA: dns; mail.example\n\n"
UNKNOWN = f"{DSN}Action: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 User unknown"


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"status": UNKNOWN}, outcomes.Kind.GONE),
        ({"status": UNKNOWN, "boundary": "wrong"}, outcomes.Kind.GONE),
        ({"status": UNKNOWN, "kind": "mixed"}, outcomes.Kind.GONE),
        ({"status": UNKNOWN, "charset": "no-such-charset"}, outcomes.Kind.GONE),
        (
            {"status": UNKNOWN, "head": "Auto-Submitted: auto-replied"},
            outcomes.Kind.GONE,
        ),
        ({"status": f"{DSN}Action: error\nStatus: 5.0.0"}, outcomes.Kind.CAME_BACK),
        ({"status": f"{DSN}Action: expired\nStatus: "}, outcomes.Kind.CAME_BACK),
        ({"status": f"{DSN}Action: delivered\nStatus: 2.0.0"}, outcomes.Kind.DELIVERED),
        ({"status": f"{DSN}Action: delayed\nStatus: 4.4.7"}, None),
        (
            {
                "status": f"{DSN}Action: failed\nStatus: 5.0.0",
                "words": "reader@example.org: Domain does not exist",
            },
            outcomes.Kind.GONE,
        ),
        (
            {
                "status": UNKNOWN,
                "words": ">>> DATA\n<<< 550 User unknown\n554 Service unavailable",
            },
            outcomes.Kind.CAME_BACK,
        ),
        (
            {
                "status": UNKNOWN,
                "words": ">>> DATA\n<<< 550 User unknown\n<<< 503 Need RCPT",
            },
            outcomes.Kind.GONE,
        ),
        (
            {"words": "550-5.1.1 The account that you tried\n550 5.1.1 does not exist"},
            outcomes.Kind.GONE,
        ),
        ({"sender": "", "words": "No such user"}, outcomes.Kind.GONE),
        (
            {
                "sender": "no-reply@mobile.example",
                "words": "Could not be delivered, as the mailbox is full.",
            },
            outcomes.Kind.CAME_BACK,
        ),
        ({"sender": "no-reply@shop.example", "words": "User unknown"}, None),
        (
            {"sender": "ann@example.org", "subject": "Out of office", "words": "550 x"},
            None,
        ),
        (
            {
                "sender": "ann@example.org",
                "subject": "Delivery report",
                "head": "Auto-Submitted: auto-replied",
                "words": "This mailbox is no longer in use. 5.1.1",
            },
            None,
        ),
        (
            {
                "sender": "postmaster@example.org",
                "words": "Please confirm that you are a person: address unknown.",
            },
            None,
        ),
    ],
)
def test_reports_of_many_servers(fields, kind):
    found = returns.read(in_parts(**fields))

    assert (found and found.kind) == kind
    assert found is None or found.key == "i7.d9.0123456789ab"


def test_report_that_returns_nothing_is_told_by_where_it_went(delivery, settings):
    settings.NEWSLETTER_BOUNCES_TO = "bounces@news.example"
    sender = letters.Press(delivery.issue, html="", text="").letter(delivery)
    raw = OLD_BOUNCE.format(
        sender="MAILER-DAEMON@mail.example",
        words="550 No such user here",
        message_id="",
    ).replace("newsroom@localhost", sender.envelope_sender)

    assert outcomes.take_note(returns.read(raw.encode()))
    assert Suppression.objects.get().email_folded == delivery.subscriber.email_folded


@pytest.mark.parametrize("by_address", [True, False])
def test_report_by_address_counts_only_where_it_is_asked_for(delivery, by_address):
    address = delivery.subscriber.email.upper()
    raw = OLD_BOUNCE.format(
        sender="MAILER-DAEMON@mail.example",
        words=f"<{address}>:\n550 No such user here",
        message_id="",
    )

    noted = outcomes.take_note(returns.read(raw.encode()), by_address=by_address)

    assert (noted, Suppression.objects.exists()) == (by_address, by_address)


def test_returned_mail_without_its_head_is_found_by_the_key(delivery):
    message_id = mail.outbox[0].extra_headers["Message-ID"]
    raw = report(part="text/plain", message_id=message_id)

    assert outcomes.take_note(returns.read(raw))
