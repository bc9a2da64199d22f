from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.core.management import call_command
from django.utils import timezone

from articles import actions as article_actions
from articles import copies as working_copies
from articles import revisions
from republishing import licensing, notices
from republishing.models import UpdateNotice
from tests.factories.articles import ArticleFactory, UserFactory
from tests.factories.republishing import GrantFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def grant():
    article = ArticleFactory(
        published=True, headline="Ports", body="<p>First.</p><p>Second.</p>"
    )
    return GrantFactory(article=article, text_given="First.\n\nSecond.")


def run():
    call_command("send_due_notices", verbosity=0, stdout=None)


def said():
    return [(row.kind, row.text) for row in UpdateNotice.objects.order_by("pk")]


def test_licensee_hears_of_a_correction_once(grant):
    article_actions.correct(grant.article, text="It was Friday.", by=UserFactory())

    notices.make_notices()
    notices.make_notices()
    notices.mail_notices()
    notices.mail_notices()

    assert said() == [("correction", "Correction: It was Friday.")]
    [message] = mail.outbox
    assert message.to == ["berta@paper.example"]
    assert message.subject == "Correction of a story you have licensed: Ports"
    for words in ["It was Friday.", grant.absolute_url, grant.quote.request.key]:
        assert words in message.body


def test_changed_text_is_told_by_its_paragraphs(grant):
    story = grant.article
    content = revisions.content_of(story) | {"body": "<p>First.</p><p>New.</p>"}
    working_copies.keep(story, content, by=UserFactory())
    working_copies.publish_changes(story, by=UserFactory())

    notices.make_notices()

    assert said() == [("update", "− Second.\n\n+ New.")]


def test_change_that_leaves_the_words_alone_is_not_written_about(grant):
    story = grant.article
    content = revisions.content_of(story) | {"kicker": "Sea"}
    working_copies.keep(story, content, by=UserFactory())
    working_copies.publish_changes(story, by=UserFactory())

    notices.make_notices()
    notices.mail_notices()

    assert mail.outbox == []
    assert [row.done_at is None for row in UpdateNotice.objects.all()] == [False]


def test_withdrawal_asks_to_take_the_story_down(client, grant):
    article_actions.withdraw(grant.article, by=UserFactory())

    notices.make_notices()
    notices.mail_notices()

    assert said() == [("retraction", "")]
    assert "Please take it down" in mail.outbox[0].body
    assert client.get(f"/republish/copy/{grant.key}/").status_code == 404


def test_what_was_before_the_licence_or_after_it_is_not_told(grant):
    grant.ends_at = timezone.now() - timedelta(minutes=1)
    grant.save()
    other = GrantFactory(article=grant.article, starts_at=timezone.now())
    with time_machine.travel(timezone.now() - timedelta(hours=2)):
        article_actions.correct(grant.article, text="Early.", by=UserFactory())

    assert notices.make_notices() == 0
    assert not other.notices.exists()


def test_silent_licensee_is_reminded_three_times_and_no_more(grant):
    article_actions.correct(grant.article, text="It was Friday.", by=UserFactory())
    notices.make_notices()
    notices.mail_notices()
    mail.outbox.clear()

    for day in range(1, 60):
        with time_machine.travel(timezone.now() + timedelta(days=day)):
            notices.mail_notices()

    assert len(mail.outbox) == 3
    assert mail.outbox[0].subject.startswith("Reminder: ")


def test_licensee_says_that_it_is_done(client, grant):
    article_actions.correct(grant.article, text="It was Friday.", by=UserFactory())
    notices.make_notices()
    notices.mail_notices()
    mail.outbox.clear()
    url = grant.quote.request.get_absolute_url()
    assert "It was Friday." in client.get(url).text

    response = client.post(
        url, {"step": "updated"}, headers={"Sec-Fetch-Site": "same-origin"}
    )

    assert response.status_code == 303
    assert "It was Friday." not in client.get(url).text
    with time_machine.travel(timezone.now() + timedelta(days=30)):
        notices.mail_notices()
    assert [message.subject.partition(":")[0] for message in mail.outbox] == [
        "The licensee has updated the copy"
    ]


def test_ended_licence_hears_nothing(grant):
    licensing.end(grant.quote.request, by=UserFactory())
    article_actions.correct(grant.article, text="It was Friday.", by=UserFactory())

    assert notices.make_notices() == 0


def test_number_of_statements_does_not_grow_with_what_is_done(
    grant, django_assert_max_num_queries
):
    for number in range(5):
        article_actions.correct(grant.article, text=str(number), by=UserFactory())
    notices.make_notices()

    with django_assert_max_num_queries(2):
        notices.make_notices()


def test_retraction_note_closes_the_copy_and_asks_to_take_it_down(client, grant):
    article_actions.correct(
        grant.article, text="We were deceived.", by=UserFactory(), kind="retraction"
    )
    run()

    assert said() == [("retraction", "Retraction: We were deceived.")]
    assert "take it down" in mail.outbox[-1].body
    assert client.get(grant.get_absolute_url()).status_code == 404
    assert client.get(f"{grant.get_absolute_url()}?format=zip").status_code == 404


def test_two_corrections_are_told_each_with_its_words(grant):
    for words in ["It was Friday.", "It was in May."]:
        article_actions.correct(grant.article, text=words, by=UserFactory())
    run()

    assert said() == [
        ("correction", "Correction: It was Friday."),
        ("correction", "Correction: It was in May."),
    ]
