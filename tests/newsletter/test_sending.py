from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.core.management import call_command
from django.utils import timezone

from articles import workflow
from articles.models import Article
from newsletter import actions, issues, letters, sending
from newsletter.models import Delivery, Issue, IssueEvent, Subscription, Suppression
from newsletter.models.delivery import LEASE, UNCERTAIN_FOR
from newsroom.lib import addresses, people
from tests.factories.articles import ArticleFactory, UserFactory
from tests.factories.newsletter import (
    IssueFactory,
    IssueItemFactory,
    NewsletterFactory,
    SubscriptionFactory,
)
from tests.newsletter.smtp_server import Server

pytestmark = pytest.mark.django_db


@pytest.fixture
def server(settings):
    with Server() as running:
        settings.MAILERS = {**settings.MAILERS, "news": running.mailer}
        yield running


def due_issue(*, readers=3, **kwargs):
    stories = kwargs.pop("stories", None) or [ArticleFactory(published=True)]
    return IssueFactory(scheduled=True, stories=stories, readers=readers, **kwargs)


def statuses(issue):
    return list(issue.deliveries.order_by("pk").values_list("status", flat=True))


def recipients():
    return sorted(message.to[0] for message in mail.outbox)


def kinds(issue):
    return [event.kind for event in issue.events.order_by("pk")]


# What goes out ------------------------------------------------------------------------


def test_due_issue_reaches_each_reader_once():
    issue = due_issue()
    SubscriptionFactory(newsletter=issue.newsletter)
    SubscriptionFactory(newsletter=issue.newsletter, left=True)
    SubscriptionFactory(confirmed=True)

    sending.run()
    sending.run()

    issue.refresh_from_db()
    takers = Subscription.objects.active().filter(newsletter=issue.newsletter)
    assert recipients() == sorted(row.subscriber.email for row in takers)
    assert (issue.status, kinds(issue)) == ("sent", ["started", "finished"])
    assert statuses(issue) == ["sent"] * 3


def test_sender_whose_clock_is_ahead_keeps_nobody_waiting():
    issue = due_issue()

    with time_machine.travel(timezone.now() + timedelta(hours=1)):
        issues.start(issue)
        issue.refresh_from_db()
        issues.list_recipients(issue)
    sending.run()

    assert statuses(issue) == ["sent"] * 3


def test_sender_whose_clock_is_behind_leaves_no_story_out():
    issue = due_issue()
    Article.objects.update(published_at=timezone.now())
    issues.start(issue)
    issue.refresh_from_db()

    with time_machine.travel(timezone.now() - timedelta(hours=1)):
        issues.leave_out_withdrawn(issue)

    issue.refresh_from_db()
    assert (issue.status, kinds(issue)) == ("sending", ["started"])


def test_issue_waits_for_its_time():
    issue = due_issue()
    Issue.objects.update(scheduled_at=timezone.now() + timedelta(minutes=1))

    sending.run()
    before = len(mail.outbox)
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        sending.run()

    assert (before, len(mail.outbox)) == (0, 3)
    assert kinds(issue) == ["started", "finished"]


@pytest.mark.parametrize("status", ["draft", "paused", "sent", "cancelled"])
def test_issue_that_is_not_due_is_not_sent(status):
    issue = due_issue()
    Issue.objects.update(status=status, started_at=timezone.now())

    sending.run()

    assert mail.outbox == []
    assert kinds(issue) == []


def test_only_one_of_two_senders_starts_an_issue():
    issue = due_issue()

    started = [issues.start(issue), issues.start(issue)]

    assert (started, kinds(issue)) == ([True, False], ["started"])


def test_latest_saved_words_go_out():
    story = ArticleFactory(published=True, headline="Habour opens")
    due_issue(stories=[story], readers=1)
    Article.objects.update(headline="Harbour opens")

    sending.run()

    assert "Harbour opens" in mail.outbox[0].body
    assert "Habour" not in mail.outbox[0].alternatives[0].content


def test_what_was_mailed_stays_as_it_was():
    story = ArticleFactory(published=True, headline="Harbour opens")
    issue = due_issue(stories=[story], readers=1)
    sending.run()

    Article.objects.update(headline="Harbour closes")

    assert issue.items.get().headline == "Harbour opens"


def test_one_letter_to_a_reader_of_several_spellings():
    issue = due_issue(readers=0)
    subscription = SubscriptionFactory(newsletter=issue.newsletter, confirmed=True)
    SubscriptionFactory(subscriber=subscription.subscriber, confirmed=True)

    sending.run()

    assert len(mail.outbox) == 1


# What does not ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stories", "readers", "discontinued", "problem"),
    [
        ("withdrawn", 1, False, "There is no story in it that readers may see then."),
        ("published", 0, False, "Nobody takes this newsletter yet."),
        ("published", 1, True, "This newsletter is no longer sent."),
    ],
)
def test_issue_that_cannot_go_out_is_a_draft_again(
    stories, readers, discontinued, problem
):
    issue = due_issue(
        readers=readers,
        stories=[ArticleFactory(**{stories: True})],
        newsletter=NewsletterFactory(is_discontinued=discontinued),
    )

    sending.run()
    sending.run()

    issue.refresh_from_db()
    assert (issue.status, issue.problem, mail.outbox) == ("draft", problem, [])
    assert kinds(issue) == ["unscheduled"]


def test_withdrawn_story_is_left_out_and_noted():
    gone = ArticleFactory(withdrawn=True, headline="Gone story")
    kept = ArticleFactory(published=True, headline="Kept story")
    issue = due_issue(stories=[gone, kept], readers=1)

    sending.run()

    assert "Kept story" in mail.outbox[0].body
    assert "Gone story" not in mail.outbox[0].body
    [event] = issue.events.filter(kind="left_out")
    assert event.note == "Gone story"


def test_story_withdrawn_while_mails_go_out_is_left_out_of_the_rest(monkeypatch):
    monkeypatch.setattr(sending, "BATCH", 1)
    gone = ArticleFactory(published=True, headline="Gone story")
    kept = ArticleFactory(published=True, headline="Kept story")
    issue = due_issue(stories=[gone, kept], readers=3)
    send_one_batch(issue, monkeypatch)

    workflow.perform(gone, "withdraw", by=UserFactory(is_superuser=True))
    sending.run()

    has_it = ["Gone story" in message.body for message in mail.outbox]
    assert has_it == [True, False, False]
    assert kinds(issue) == ["started", "left_out", "finished"]


def test_issue_whose_only_story_is_withdrawn_while_mails_go_out_stops(monkeypatch):
    monkeypatch.setattr(sending, "BATCH", 1)
    gone = ArticleFactory(published=True)
    issue = due_issue(stories=[gone], readers=3)
    send_one_batch(issue, monkeypatch)

    workflow.perform(gone, "withdraw", by=UserFactory(is_superuser=True))
    sending.run()

    issue.refresh_from_db()
    assert (issue.status, len(mail.outbox)) == ("paused", 1)
    assert issue.problem == "Every story in it was withdrawn."


def send_one_batch(issue, monkeypatch):
    """Start an issue and mail its first batch."""
    issues.start(issue)
    issue.refresh_from_db()
    issues.list_recipients(issue)
    sending._mail(issue, sending.claim(issue), None)


def test_reader_who_leaves_while_mails_go_out_gets_none(monkeypatch):
    monkeypatch.setattr(sending, "BATCH", 1)
    issue = due_issue(readers=3)
    send_one_batch(issue, monkeypatch)
    leaver = issue.deliveries.filter(status="pending").last().subscriber
    actions.unsubscribe(leaver, issue.newsletter)

    sending.run()

    assert leaver.email not in recipients()
    assert sorted(statuses(issue)) == ["sent", "sent", "skipped"]
    row = issue.deliveries.get(subscriber=leaver)
    assert row.reason == "No longer takes the newsletter"


def test_suppressed_address_gets_none():
    issue = due_issue(readers=2)
    folded = Subscription.objects.first().subscriber.email_folded
    Suppression.objects.create(email_folded=folded, reason="complained")

    sending.run()

    assert (len(mail.outbox), folded in recipients()) == (1, False)
    assert issue.deliveries.get(status="skipped").reason == (
        "The reader called a mail spam"
    )


def test_pause_and_resume_repeat_nothing(monkeypatch):
    monkeypatch.setattr(sending, "BATCH", 1)
    editor = UserFactory()
    issue = due_issue(readers=4)
    send_one_batch(issue, monkeypatch)

    issues.pause(issue, by=editor)
    sending.run()
    while_paused = len(mail.outbox)
    issues.resume(issue, by=editor)
    sending.run()

    assert (while_paused, len(recipients()), len(set(recipients()))) == (1, 4, 4)
    assert kinds(issue) == ["started", "paused", "resumed", "finished"]


def test_cancelled_issue_goes_to_nobody_else(monkeypatch):
    monkeypatch.setattr(sending, "BATCH", 1)
    issue = due_issue(readers=3)
    send_one_batch(issue, monkeypatch)

    issues.cancel(issue, by=UserFactory())
    sending.run()

    assert (len(mail.outbox), sorted(statuses(issue))) == (
        1,
        ["sent", "skipped", "skipped"],
    )


@pytest.mark.parametrize(
    ("step", "left"), [(issues.pause, "pending"), (issues.cancel, "skipped")]
)
def test_nothing_goes_after_the_button_also_of_what_is_in_hand(monkeypatch, step, left):
    issue = due_issue(readers=3)
    begin = sending._sent_and_attempt

    def pressed_first(done, row):
        if issue.events.filter(kind__in=["paused", "cancelled"]).count() == 0:
            step(issue, by=UserFactory())
        return begin(done, row)

    monkeypatch.setattr(sending, "_sent_and_attempt", pressed_first)
    sending.run()

    assert len(mail.outbox) == 1
    assert sorted(statuses(issue)) == sorted(["sent", left, left])


# Senders that die ---------------------------------------------------------------------


def claimed_issue(readers=3):
    """An issue whose deliveries are all claimed by one sender."""
    issue = due_issue(readers=readers)
    issues.start(issue)
    issue.refresh_from_db()
    issues.list_recipients(issue)
    return issue, sending.claim(issue)


def test_what_is_claimed_is_not_claimed_again():
    issue, rows = claimed_issue()

    assert (len(rows), sending.claim(issue)) == (3, [])


def test_what_a_dead_sender_had_not_tried_is_sent_after_the_lease():
    issue, _ = claimed_issue()

    sending.run()
    within_lease = len(mail.outbox)
    with time_machine.travel(timezone.now() + LEASE + timedelta(seconds=1)):
        sending.run()

    issue.refresh_from_db()
    assert (within_lease, len(mail.outbox), issue.status) == (0, 3, "sent")


def test_mail_on_the_wire_of_a_dead_sender_is_uncertain_then_sent_again():
    issue, rows = claimed_issue(readers=1)
    sending._attempt(rows[0])
    now = timezone.now()

    with time_machine.travel(now + LEASE + timedelta(seconds=1)):
        sending.run()
        issue.refresh_from_db()
        uncertain = (statuses(issue), issue.status, len(mail.outbox))
    with time_machine.travel(now + UNCERTAIN_FOR + timedelta(seconds=1)):
        sending.run()

    issue.refresh_from_db()
    assert uncertain == (["unknown"], "sending", 0)
    assert (len(mail.outbox), issue.status) == (1, "sent")


def test_uncertain_mail_stays_uncertain_where_doubles_are_unwanted(settings):
    settings.NEWSLETTER_RESEND_UNCERTAIN = False
    issue, rows = claimed_issue(readers=2)
    sending._attempt(rows[0])

    for wait in [LEASE, UNCERTAIN_FOR]:
        with time_machine.travel(timezone.now() + wait + timedelta(seconds=1)):
            sending.run()

    issue.refresh_from_db()
    assert (statuses(issue), issue.status) == (["unknown", "sent"], "sent")


def test_uncertain_mail_is_not_freed_where_doubles_are_unwanted(settings):
    settings.NEWSLETTER_RESEND_UNCERTAIN = False
    issue, rows = claimed_issue(readers=1)
    sending._attempt(rows[0])

    for wait in [LEASE, UNCERTAIN_FOR]:
        with time_machine.travel(timezone.now() + wait + timedelta(seconds=1)):
            sending.release_lost(issue)

    assert statuses(issue) == ["unknown"]


def test_sender_that_lost_its_lease_sends_nothing():
    _, rows = claimed_issue(readers=1)
    Delivery.objects.update(claim="another")

    assert sending._attempt(rows[0]) == 0


def test_one_statement_marks_a_mail_sent_and_the_next_as_tried():
    _, [done, row] = claimed_issue(readers=2)
    sending._attempt(done)

    assert sending._sent_and_attempt(done, row)

    done.refresh_from_db()
    row.refresh_from_db()
    assert (done.status, done.attempts, row.status, row.attempts) == (
        "sent", 1, "claimed", 1,
    )  # fmt: skip
    assert done.sent_at is not None
    assert row.sent_at is None
    assert row.attempted_at == row.claimed_at == done.sent_at


@pytest.mark.parametrize("status", ["claimed", "unknown"])
def test_mail_is_marked_sent_though_the_next_is_another_senders(status):
    _, [done, row] = claimed_issue(readers=2)
    sending._attempt(done)
    Delivery.objects.filter(pk=done.pk).update(status=status)
    Delivery.objects.filter(pk=row.pk).update(claim="another")

    assert not sending._sent_and_attempt(done, row)

    done.refresh_from_db()
    row.refresh_from_db()
    assert (done.status, row.status, row.attempts) == ("sent", "claimed", 0)


def test_uncertain_next_mail_is_not_tried():
    _, [done, row] = claimed_issue(readers=2)
    sending._attempt(done)
    Delivery.objects.filter(pk=row.pk).update(status="unknown")

    assert not sending._sent_and_attempt(done, row)

    row.refresh_from_db()
    assert (row.status, row.attempts) == ("unknown", 0)


def test_mail_before_one_that_breaks_off_is_marked_sent(monkeypatch):
    issue, rows = claimed_issue(readers=3)
    backend = mail.mailers["news"].__class__
    send = backend.send_messages

    def send_messages(self, messages):
        if messages[0].to == [rows[1].subscriber.email]:
            raise KeyboardInterrupt
        return send(self, messages)

    monkeypatch.setattr(backend, "send_messages", send_messages)
    with pytest.raises(KeyboardInterrupt):
        sending._mail(issue, rows, None)

    assert statuses(issue) == ["sent", "claimed", "claimed"]
    attempts = list(issue.deliveries.order_by("pk").values_list("attempts", flat=True))
    assert attempts == [1, 1, 0]


def test_every_attempt_has_the_same_message_id():
    issue = due_issue(readers=1)
    sending.run()
    Delivery.objects.update(status="pending")
    Issue.objects.update(status="sending")

    sending.run()

    first, second = (message.extra_headers["Message-ID"] for message in mail.outbox)
    assert first == second
    assert str(issue.uuid.hex[:12]) in first


def test_listing_that_was_cut_short_is_done_to_its_end(monkeypatch):
    monkeypatch.setattr(issues, "LISTED_AT_ONCE", 2)
    issue = due_issue(readers=5)
    issues.start(issue)
    issue.refresh_from_db()
    first = Subscription.objects.order_by("pk")[0].subscriber_id
    Delivery.objects.add_portion(issue, first=first, last=first + 1)

    issues.list_recipients(issue)

    assert issue.deliveries.count() == 5
    assert set(statuses(issue)) == {"pending"}


# The mail server ----------------------------------------------------------------------


def email_of(issue, number):
    return issue.deliveries.order_by("pk")[number].subscriber.email


def test_refused_address_is_suppressed_and_the_others_get_theirs(server):
    issue, dead = due_issue(), Subscription.objects.first().subscriber
    server.answers[dead.email] = "550 5.1.1 no such user"

    sending.run()

    issue.refresh_from_db()
    assert (issue.status, len(server.taken)) == ("sent", 2)
    row = issue.deliveries.get(subscriber=dead)
    assert (row.status, row.reason) == ("failed", "550 5.1.1 no such user")
    suppression = Suppression.objects.get()
    assert (suppression.email_folded, suppression.reason) == (
        dead.email_folded,
        "bounced",
    )


@pytest.mark.parametrize("reply", ["550 5.7.1 policy", "552 5.2.2 mailbox full"])
def test_refusal_that_is_not_the_addresss_fault_suppresses_nobody(server, reply):
    issue, reader = due_issue(), Subscription.objects.first().subscriber
    server.answers[reader.email] = reply

    sending.run()

    assert issue.deliveries.get(subscriber=reader).status == "failed"
    assert not Suppression.objects.exists()


@pytest.mark.parametrize("when", ["_refused", "_give_back"])
def test_refusal_of_who_is_erased_meanwhile_is_kept_nowhere(server, monkeypatch, when):
    issue, dead = due_issue(), Subscription.objects.first().subscriber
    server.answers[dead.email] = f"550 5.1.1 <{dead.email}> no such user"
    go_on = getattr(sending, when)

    def erase_first(*args):
        people.erase(addresses.parse(dead.email))
        return go_on(*args)

    monkeypatch.setattr(sending, when, erase_first)
    sending.run()

    assert not Suppression.objects.exists()
    reasons = list(issue.deliveries.values_list("reason", flat=True))
    assert not any(dead.email in reason for reason in reasons)
    assert sorted(statuses(issue)) == ["failed", "sent", "sent"]


def test_refusal_for_now_is_tried_again_later(server):
    issue, reader = due_issue(), Subscription.objects.first().subscriber
    server.answers[reader.email] = "451 greylisted"

    sending.run()
    first = (len(server.taken), issue.deliveries.get(subscriber=reader).status)
    server.answers.clear()
    sending.run()
    too_soon = len(server.taken)
    with time_machine.travel(timezone.now() + timedelta(minutes=3), tick=False):
        sending.run()

    issue.refresh_from_db()
    assert (first, too_soon) == ((2, "pending"), 2)
    assert (len(server.taken), issue.status) == (3, "sent")


def test_server_that_refuses_all_pauses_the_issue(server):
    issue = due_issue(readers=12)
    for subscription in Subscription.objects.all():
        server.answers[subscription.subscriber.email] = "550 5.1.1 you are blocked"

    sending.run()

    issue.refresh_from_db()
    assert issue.status == "paused"
    assert issue.problem == (
        "The mail server refused 10 mails in a row: 550 5.1.1 you are blocked"
    )
    assert not Suppression.objects.exists()
    server.answers.clear()
    issues.resume(issue, by=None)
    sending.run()
    assert len(server.taken) == 12


def test_issue_of_which_no_mail_was_taken_is_not_called_sent(server):
    issue = due_issue(readers=2)
    for subscription in Subscription.objects.all():
        server.answers[subscription.subscriber.email] = "554 5.7.1 spam"

    sending.run()

    issue.refresh_from_db()
    assert (issue.status, issue.problem) == (
        "paused",
        "No mail was taken: 554 5.7.1 spam",
    )


def test_server_that_is_away_is_waited_for(settings):
    issue = due_issue()
    settings.MAILERS = {
        **settings.MAILERS,
        "news": {"BACKEND": "tests.newsletter.broken_mail.EmailBackend"},
    }

    sending.run()
    issue.refresh_from_db()
    away = (issue.status, issue.problem, set(statuses(issue)))
    settings.MAILERS = {
        **settings.MAILERS,
        "news": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"},
    }
    sending.run()

    issue.refresh_from_db()
    assert away == (
        "sending",
        "The mail server does not answer: There is no mail server.",
        {"pending"},
    )
    assert (issue.status, issue.problem, len(mail.outbox)) == ("sent", "", 3)


@pytest.mark.parametrize("answer", ["drop before", "421 4.7.0 closing"])
@pytest.mark.parametrize("position", [0, 2])
def test_connection_ended_at_one_mail_keeps_no_other_back(server, answer, position):
    issue = due_issue(readers=5)
    at = Subscription.objects.order_by("pk")[position].subscriber.email
    server.answers[at] = answer

    sending.run()
    sending.run()
    assert at not in {to for to, _ in server.taken}
    assert sorted(statuses(issue)) == ["pending"] + ["sent"] * 4

    server.answers.clear()
    issue.deliveries.update(due_at=timezone.now())
    sending.run()

    taken = [to for to, _ in server.taken]
    assert (len(taken), len(set(taken))) == (5, 5)
    issue.refresh_from_db()
    assert issue.status == "sent"


def test_connection_dropped_after_a_mail_was_taken_leaves_it_uncertain(server):
    issue = due_issue(readers=5)
    third = Subscription.objects.order_by("pk")[2].subscriber.email
    server.answers[third] = "drop after"

    sending.run()

    taken = [to for to, _ in server.taken]
    assert (len(taken), len(set(taken))) == (5, 5)
    assert sorted(statuses(issue)) == ["sent"] * 4 + ["unknown"]


def test_one_bad_address_stops_nobody(server):
    issue, bad = due_issue(), Subscription.objects.first().subscriber
    type(bad).objects.filter(pk=bad.pk).update(email="two words@x\r\nBcc: all@x")

    sending.run()

    issue.refresh_from_db()
    row = issue.deliveries.get(subscriber=bad)
    assert (issue.status, len(server.taken)) == ("sent", 2)
    assert (row.status, row.reason) == (
        "failed",
        "This is no address that mail can go to.",
    )


# Telling staff ------------------------------------------------------------------------


def test_staff_are_told_once_why_an_issue_does_not_go_out():
    issue = due_issue(readers=0, stories=[ArticleFactory(withdrawn=True)])
    issue.events.create(kind="scheduled", by=UserFactory(email="desk@example.org"))

    sending.run()
    sending.run()

    [message] = mail.outbox
    assert (message.to, message.sent_using) == (["desk@example.org"], "default")
    assert message.subject == f"Not sent: {issue.subject}"
    assert "There is no story in it that readers may see then." in message.body
    assert f"/admin/newsletter/issue/{issue.pk}/sending/" in message.body


def test_same_trouble_after_a_cure_is_told_again():
    issue = due_issue(readers=0)
    issue.events.create(kind="scheduled", by=UserFactory(email="desk@example.org"))
    sending.run()
    Issue.objects.update(problem="")
    sending.run()
    Issue.objects.update(problem="Nobody takes this newsletter yet.")

    sending.run()

    assert len(mail.outbox) == 2


def test_staff_are_told_when_the_mail_server_is_back(settings):
    issue = due_issue(readers=0)
    issue.events.create(kind="scheduled", by=UserFactory(email="desk@example.org"))
    working = settings.MAILERS
    settings.MAILERS = {
        **working,
        "default": {"BACKEND": "tests.newsletter.broken_mail.EmailBackend"},
    }
    sending.run()
    settings.MAILERS = working

    sending.run()

    assert len(mail.outbox) == 1


def test_newsletters_desk_is_told_where_nobody_has_an_address():
    due_issue(readers=0, newsletter=NewsletterFactory(reply_to="desk@example.org"))

    sending.run()

    assert [message.to for message in mail.outbox] == [["desk@example.org"]]


@pytest.mark.parametrize("started", [False, True])
def test_issue_that_cannot_be_made_stops_no_other(monkeypatch, started):
    broken, whole = due_issue(readers=1), due_issue(readers=1)
    if started:
        issues.start(broken)
    compose, press = letters.compose, letters.Press

    def fail(issue, *args, **kwargs):
        if issue.pk == broken.pk:
            raise RuntimeError("no such thing")
        return (press if started else compose)(issue, *args, **kwargs)

    monkeypatch.setattr(letters, "Press" if started else "compose", fail)

    sending.run()

    broken.refresh_from_db()
    whole.refresh_from_db()
    assert (broken.status, whole.status) == ("paused" if started else "draft", "sent")
    assert broken.problem == "It could not be sent: no such thing"


# Pace ---------------------------------------------------------------------------------


def test_rate_holds_for_all_issues_together(settings):
    settings.NEWSLETTER_MAILS_PER_MINUTE = 4
    due_issue(readers=3)
    due_issue(readers=3)

    sending.run()
    sending.run()
    first_minute = len(mail.outbox)
    later = timezone.now() + timedelta(seconds=61)
    with time_machine.travel(later, tick=False):
        sending.run()

    assert (first_minute, len(mail.outbox)) == (4, 6)


def test_rate_counts_what_another_sender_is_about_to_send(settings):
    settings.NEWSLETTER_MAILS_PER_MINUTE = 4
    claimed_issue(readers=3)

    _, rows = claimed_issue(readers=3)

    assert len(rows) == 1


def test_run_stops_when_its_time_is_over(monkeypatch):
    due_issue()
    monkeypatch.setattr(sending, "_is_over", lambda deadline: True)

    assert sending.run(seconds=1)
    assert mail.outbox == []


def test_command_says_what_it_did(capsys):
    due_issue()

    call_command("send_due_issues")

    assert capsys.readouterr().out == "3 mails\n"


# What comes of it ---------------------------------------------------------------------


def test_link_to_leave_works_and_is_counted(client):
    issue = due_issue(readers=1)
    sending.run()
    link = mail.outbox[0].extra_headers["List-Unsubscribe"].strip("<>")

    looked_at = client.get(link.removeprefix("https://news.example"))
    still = Subscription.objects.active().count()
    response = client.post(
        link.removeprefix("https://news.example"), {"List-Unsubscribe": "One-Click"}
    )

    assert (looked_at.status_code, still, response.status_code) == (200, 1, 200)
    assert Subscription.objects.active().count() == 0
    assert issue.deliveries.figures()["unsubscribed"] == 1


def test_text_without_a_story_is_enough():
    issue = due_issue(stories=[ArticleFactory(withdrawn=True)], readers=1)
    IssueItemFactory(issue=issue, text="The office is closed on Monday.")

    sending.run()

    assert "The office is closed on Monday." in mail.outbox[0].body


def test_publishing_a_story_mails_nobody():
    due_issue()
    Issue.objects.update(status="draft")
    ArticleFactory(scheduled=True)

    sending.run()

    assert (mail.outbox, IssueEvent.objects.count()) == ([], 0)
