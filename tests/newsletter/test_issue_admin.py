import re
from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from articles import actions as article_actions
from articles import pages, search
from articles.models import Article
from newsletter import forms, issues
from newsletter.models import Issue, IssueItem, Suppression
from tests.factories.articles import (
    ArticleFactory,
    PictureFactory,
    SectionFactory,
    UserFactory,
)
from tests.factories.newsletter import (
    IssueFactory,
    IssueItemFactory,
    NewsletterFactory,
    SubscriptionFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(client):
    user = UserFactory(role="Newsletter editor")
    client.force_login(user)
    return user


def url(name, issue):
    return reverse(f"admin:newsletter_issue_{name}", args=[issue.pk])


def form_data(issue, items=(), **changes):
    """The issue's form as a browser sends it: `items` are dicts of typed fields."""
    kept = list(issue.items.all()) if issue.pk else []
    data = {
        "newsletter": issue.newsletter_id,
        "subject": issue.subject,
        "preheader": "",
        "intro": "",
        "slug": issue.slug,
        "is_public": "on",
        "items-INITIAL_FORMS": len(kept),
        "items-TOTAL_FORMS": len(kept) + len(items),
        **changes,
    }
    rows = [
        {
            "id": item.pk,
            "issue": issue.pk,
            "article": item.article_id or "",
            "headline": item.headline,
            "standfirst": item.standfirst,
            "text": item.text,
            "position": item.position,
        }
        for item in kept
    ]
    for number, row in enumerate([*rows, *items]):
        data |= {f"items-{number}-{name}": value for name, value in row.items()}
    return data


def step(client, issue, name, **data):
    return client.post(url("step", issue), {"step": name, **data}, follow=True)


# Words and stories --------------------------------------------------------------------


def test_new_issue_gets_its_address_from_its_subject(client, editor):
    newsletter = NewsletterFactory()
    IssueFactory(newsletter=newsletter, slug="the-tide-is-in")
    typed = Issue(newsletter=newsletter, subject="The tide is in", slug="")

    client.post(reverse("admin:newsletter_issue_add"), form_data(typed))

    issue = Issue.objects.latest("pk")
    assert (issue.slug, issue.created_by) == ("the-tide-is-in-2", editor)
    assert [event.kind for event in issue.events.all()] == ["made"]


def test_stories_keep_the_order_they_were_given(client, editor):
    issue = IssueFactory()
    first, second, third = ArticleFactory.create_batch(3, published=True)

    client.post(
        url("change", issue),
        form_data(
            issue,
            [
                {"article": second.pk, "position": 5},
                {"article": third.pk, "position": ""},
                {"article": first.pk, "position": 2},
            ],
        ),
    )

    rows = issue.items.values_list("article", "position")
    assert list(rows) == [(first.pk, 1), (second.pk, 2), (third.pk, 3)]


def test_draft_story_cannot_be_chosen(client, editor):
    issue, draft = IssueFactory(), ArticleFactory()

    response = client.post(
        url("change", issue), form_data(issue, [{"article": draft.pk}])
    )

    assert "Only stories that are published or scheduled can be chosen." in (
        response.text
    )
    assert not issue.items.exists()


def test_withdrawn_story_does_not_keep_an_issue_from_being_saved(client, editor):
    issue = IssueFactory(stories=[ArticleFactory(withdrawn=True)])

    response = client.post(url("change", issue), form_data(issue, subject="New words"))

    issue.refresh_from_db()
    assert (response.status_code, issue.subject) == (302, "New words")


def test_only_stories_that_can_be_chosen_are_offered(client, editor):
    shown = ArticleFactory(published=True, headline="Tide in")
    planned = ArticleFactory(scheduled=True, headline="Tide to come")
    ArticleFactory(headline="Tide drafted")
    ArticleFactory(withdrawn=True, headline="Tide withdrawn")
    search.index(Article.objects.all())

    response = client.get(
        reverse("admin:autocomplete"),
        {
            "app_label": "newsletter",
            "model_name": "issueitem",
            "field_name": "article",
            "term": "tide",
        },
    )

    found = {row["id"] for row in response.json()["results"]}
    assert found == {str(shown.pk), str(planned.pk)}


def test_empty_line_is_refused_kindly(client, editor):
    issue = IssueFactory()

    response = client.post(
        url("change", issue), form_data(issue, [{"standfirst": "x", "position": 1}])
    )

    assert "Choose a story, or write a headline or text." in response.text


def test_second_of_two_editors_is_asked_and_loses_nothing(client, editor):
    issue = IssueFactory(stories=[ArticleFactory(published=True)])
    opened = issue.version()
    mine = form_data(issue, subject="Mine", version=opened)
    item = issue.items.get()
    item.headline = "Theirs"
    item.save()

    asked = client.post(url("change", issue), mine)
    issue.refresh_from_db()
    kept = issue.subject
    shown = re.search(r'name="version" value="(\w+)"', asked.text)[1]
    client.post(url("change", issue), {**mine, "version": shown})

    assert "Somebody else has saved this issue since you opened it." in asked.text
    assert 'value="Mine"' in asked.text
    assert kept != "Mine"
    issue.refresh_from_db()
    assert issue.subject == "Mine"


@pytest.mark.parametrize("status", ["sending", "paused", "sent", "cancelled"])
def test_what_was_mailed_cannot_be_changed(client, editor, status):
    issue = IssueFactory(sent=True, status=status, subject="As mailed")
    IssueItemFactory(issue=issue, text="As mailed")

    response = client.post(url("change", issue), form_data(issue, subject="Changed"))

    issue.refresh_from_db()
    assert (response.status_code, issue.subject) == (403, "As mailed")
    assert client.get(url("change", issue)).status_code == 200
    assert client.get(url("delete", issue)).status_code == 403
    with pytest.raises(issues.RefusedError):
        issues.draft(issue, by=editor)


def test_sent_issue_is_not_deleted_in_bulk(client, editor):
    sent, draft = IssueFactory(sent=True), IssueFactory()
    data = {
        "action": "delete_selected",
        "_selected_action": [sent.pk, draft.pk],
        "post": "yes",
    }

    client.post(reverse("admin:newsletter_issue_changelist"), data)
    data["_selected_action"] = [draft.pk]
    client.post(reverse("admin:newsletter_issue_changelist"), data)

    assert list(Issue.objects.all()) == [sent]


def test_newsletters_address_stays_once_mails_have_carried_it(client, editor):
    newsletter = IssueFactory(sent=True).newsletter
    address = reverse("admin:newsletter_newsletter_change", args=[newsletter.pk])

    client.post(
        address,
        {"name": "New", "slug": "new", "language": "en", "position": "0"},
    )

    newsletter.refresh_from_db()
    assert (newsletter.name, newsletter.slug == "new") == ("New", False)


# The rule -----------------------------------------------------------------------------


def test_rule_finds_what_is_new_tagged_or_in_a_section_and_not_carried():
    section = SectionFactory()
    newsletter = NewsletterFactory(language="en")
    newsletter.sections.add(section)
    newsletter.tags.add(_tag("Harbour"))
    carried = ArticleFactory(published=True, section=section)
    IssueFactory(
        newsletter=newsletter,
        sent=True,
        started_at=timezone.now() - timedelta(days=3),
        stories=[carried],
    )
    in_section = ArticleFactory(published=True, section=section)
    tagged = ArticleFactory(published=True, tagged=["Harbour"])
    ArticleFactory(published=True)
    ArticleFactory(section=section)
    ArticleFactory(scheduled=True, section=section)
    ArticleFactory(withdrawn=True, section=section)
    ArticleFactory(published=True, section=section, language="ar")
    ArticleFactory(
        published=True,
        section=section,
        published_at=timezone.now() - timedelta(days=4),
    )
    issue = IssueFactory(newsletter=newsletter)

    issues.draft(issue, by=None)
    again = issues.draft(issue, by=None)

    chosen = {item.article for item in issue.items.all()}
    assert (chosen, again) == ({in_section, tagged}, 0)


def _tag(name):
    story = ArticleFactory(tagged=[name])
    return story.tags.get()


def test_button_saves_what_is_typed_and_drafts(client, editor):
    story = ArticleFactory(published=True)
    issue = IssueFactory()

    response = client.post(
        url("change", issue),
        form_data(issue, subject="Typed", _draft="1"),
        follow=True,
    )

    issue.refresh_from_db()
    assert issue.subject == "Typed"
    assert [item.article for item in issue.items.all()] == [story]
    assert "Saved, and 1 stories chosen." in response.text


# The preview --------------------------------------------------------------------------


def test_preview_shows_what_is_typed_and_saves_nothing(client, editor):
    issue = IssueFactory(subject="Saved words")
    story = ArticleFactory(published=True, headline="Fresh story")

    response = client.post(
        url("preview", issue),
        form_data(issue, [{"article": story.pk}], subject="Typed words"),
    )

    issue.refresh_from_db()
    assert "Typed words" in response.text
    assert "Fresh story" in response.text
    assert (issue.subject, issue.items.count()) == ("Saved words", 0)


def test_preview_says_what_is_wrong_with_the_form(client, editor):
    issue = IssueFactory()

    response = client.post(url("preview", issue), form_data(issue, subject=""))

    assert response.text == "Not yet: This field is required."


@pytest.mark.parametrize(
    ("look", "rule"), [("dark", "@media all"), ("light", "@media not all")]
)
def test_preview_in_the_dark_and_in_the_light(client, editor, look, rule):
    issue = IssueFactory()

    response = client.get(url("preview", issue), {"look": look})

    assert rule in response.text
    assert "prefers-color-scheme" not in response.text


def test_preview_as_text(client, editor):
    issue = IssueFactory(intro="Good morning.")

    response = client.get(url("preview", issue), {"look": "text"})

    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert "\n\nGood morning.\n\n" in response.text


def test_preview_runs_no_script_and_only_we_may_frame_it(client, editor):
    response = client.get(url("preview", IssueFactory()))

    policy = response["Content-Security-Policy"]
    assert "script-src 'none'" in policy
    assert "frame-ancestors 'self'" in policy
    assert response["X-Frame-Options"] == "SAMEORIGIN"


# Checking and sending -----------------------------------------------------------------


def test_points_name_what_an_editor_should_know():
    withdrawn = ArticleFactory(published=True, headline="Gone")
    corrected = ArticleFactory(published=True, headline="Mended")
    planned = ArticleFactory(scheduled=True, headline="To come")
    unseen = ArticleFactory(
        published=True,
        headline="Pictured",
        lead_picture=PictureFactory(rendered=True, alt_text=""),
    )
    issue = IssueFactory(
        stories=[withdrawn, corrected, planned, unseen],
        subject="x" * 80,
        intro="See http://plain.example/x",
    )
    article_actions.withdraw(withdrawn, by=None)
    article_actions.correct(corrected, text="It was forty.", by=None)

    words = " | ".join(point.words for point in preflight_points(issue))

    for expected in [
        "Nobody takes this newsletter yet.",
        "“Gone” is withdrawn. It is left out",
        "“Gone” was withdrawn on",
        "“Mended” was corrected on",
        "“To come” is to be published on",
        "The picture of “Pictured” has no alt text.",
        "The subject has 80 letters",
        "This link is not encrypted: http://plain.example/x",
    ]:
        assert expected in words


def preflight_points(issue):
    from newsletter import preflight  # noqa: PLC0415

    return preflight.points(issue)


def test_no_point_where_all_is_well():
    issue = IssueFactory(stories=[ArticleFactory(published=True)], readers=1)

    assert preflight_points(issue) == []


def test_what_an_editor_has_seen_is_no_point_any_more(client, editor):
    story = ArticleFactory(published=True)
    issue = IssueFactory(stories=[story], readers=1)
    article_actions.correct(story, text="It was forty.", by=None)
    before = len(preflight_points(issue))

    step(client, issue, "look_again")

    assert (before, preflight_points(issue)) == (1, [])


def test_mail_that_gmail_would_cut_is_a_point():
    issue = IssueFactory(readers=1)
    for number in range(30):
        IssueItemFactory(issue=issue, text="word " * 900, position=number)

    [point] = preflight_points(issue)

    assert "Gmail cuts it at 100 kB" in point.words


def test_test_mail_goes_to_the_typed_address_alone(client, editor):
    issue = IssueFactory(stories=[ArticleFactory(published=True)], readers=2)

    step(client, issue, "test", email="desk@example.org")

    [message] = mail.outbox
    assert (message.to, message.sent_using) == (["desk@example.org"], "news")
    assert [event.kind for event in issue.events.all()] == ["tested"]
    assert issue.deliveries.count() == 0


def test_test_mail_to_no_address_is_refused_beside_the_field(client, editor):
    response = step(client, IssueFactory(), "test", email="nowhere")

    assert "This is not a whole email address" in response.text


def test_test_mail_that_the_server_does_not_take_is_told(client, editor, settings):
    settings.MAILERS = {
        **settings.MAILERS,
        "news": {"BACKEND": "tests.newsletter.broken_mail.EmailBackend"},
    }

    response = step(client, IssueFactory(), "test", email="desk@example.org")

    assert "The mail server did not take the test" in response.text


def test_time_is_the_newsletters(client, editor):
    issue = IssueFactory(
        newsletter__time_zone="Asia/Tokyo",
        stories=[ArticleFactory(published=True)],
        readers=1,
    )

    step(client, issue, "schedule", at_0="2031-03-01", at_1="07:00")

    issue.refresh_from_db()
    assert issue.status == "scheduled"
    assert issue.scheduled_at == datetime(2031, 2, 28, 22, 0, tzinfo=UTC)


def test_time_that_has_passed_is_refused(client, editor):
    issue = IssueFactory(stories=[ArticleFactory(published=True)], readers=1)

    response = step(client, issue, "schedule", at_0="2020-03-01", at_1="07:00")

    issue.refresh_from_db()
    assert issue.status == "draft"
    assert "This time has passed." in response.text


def test_time_that_is_none_is_refused_beside_the_field(client, editor):
    issue = IssueFactory(stories=[ArticleFactory(published=True)], readers=1)

    response = step(client, issue, "schedule", at_0="soon", at_1="07:00")

    assert "Enter a valid date." in response.text


def test_story_to_come_may_be_in_an_issue_for_later(client, editor):
    story = ArticleFactory(scheduled=True)
    issue = IssueFactory(stories=[story], readers=1)

    refused = step(client, issue, "send_now", is_sure="on")
    issue.refresh_from_db()
    after_refusal = issue.status
    issues.schedule(issue, by=editor, at=story.published_at + timedelta(hours=1))

    issue.refresh_from_db()
    assert "no story in it that readers may see" in refused.text
    assert (after_refusal, issue.status) == ("draft", "scheduled")


def test_send_now_wants_a_tick_then_sends(client, editor):
    issue = IssueFactory(stories=[ArticleFactory(published=True)], readers=2)

    step(client, issue, "send_now")
    unsure = len(mail.outbox)
    step(client, issue, "send_now", is_sure="on")
    step(client, issue, "send_now", is_sure="on")

    issue.refresh_from_db()
    assert (unsure, len(mail.outbox), issue.status) == (0, 2, "sent")


def test_pause_resume_cancel_and_back_to_draft(client, editor):
    issue = IssueFactory(scheduled=True, stories=[ArticleFactory(published=True)])
    seen = []

    for name, data in [
        ("unschedule", {}),
        ("pause", {}),
        ("cancel", {}),
        ("cancel", {"is_sure": "on"}),
        ("resume", {}),
    ]:
        step(client, issue, name, **data)
        issue.refresh_from_db()
        seen.append(issue.status)

    assert seen == ["draft", "draft", "draft", "cancelled", "cancelled"]


def test_looking_changes_nothing(client, editor):
    issue = IssueFactory(scheduled=True, stories=[ArticleFactory(published=True)])

    statuses = [
        client.get(url(name, issue)).status_code
        for name in ["change", "sending", "preview", "step"]
    ]

    issue.refresh_from_db()
    assert statuses == [200, 200, 200, 405]
    assert (issue.status, issue.events.count()) == ("scheduled", 0)


def test_who_may_not_send_sees_and_cannot(client):
    user = UserFactory()
    user.user_permissions.set(_permissions("view_issue", "change_issue"))
    client.force_login(user)
    issue = IssueFactory(stories=[ArticleFactory(published=True)], readers=1)

    page = client.get(url("sending", issue)).text
    statuses = [
        client.post(url("step", issue), {"step": name, "is_sure": "on"}).status_code
        for name in ["send_now", "schedule", "pause", "resume", "cancel", "unknown"]
    ]

    assert "Send now" not in page
    assert statuses == [403] * 6
    assert mail.outbox == []


def _permissions(*names):
    from django.contrib.auth.models import Permission  # noqa: PLC0415

    return Permission.objects.filter(codename__in=names)


def test_reporter_sees_no_issue(client):
    client.force_login(UserFactory(role="Reporter"))
    issue = IssueFactory()

    statuses = [
        client.get(url(name, issue)).status_code for name in ["sending", "preview"]
    ]

    assert statuses == [403, 403]


def test_figures_of_a_sent_issue(client, editor):
    issue = IssueFactory(stories=[ArticleFactory(published=True)], readers=3)
    step(client, issue, "send_now", is_sure="on")
    issue.deliveries.filter(pk=issue.deliveries.first().pk).update(
        bounced_at=timezone.now()
    )

    response = client.get(url("sending", issue))

    figures = response.context["figures"]
    assert (figures["all"], figures["sent"], figures["bounced"]) == (3, 3, 1)
    assert "3 of 3 mails are out" in response.text


def test_lists_take_as_many_queries_for_four_rows_as_for_one(client, editor):
    address = reverse("admin:newsletter_issue_changelist")
    IssueFactory()
    client.get(address)

    with CaptureQueriesContext(connection) as one:
        client.get(address)
    for _ in range(3):
        IssueFactory()
    pages.chrome()
    with CaptureQueriesContext(connection) as four:
        client.get(address)

    assert len(one) == len(four)


def test_sending_page_counts_in_a_fixed_number_of_statements(client, editor):
    newsletter = NewsletterFactory()
    SubscriptionFactory(newsletter=newsletter, confirmed=True)
    counts = []
    client.get(url("sending", IssueFactory()))
    for count in [1, 3]:
        issue = IssueFactory(
            newsletter=newsletter,
            sent=True,
            stories=ArticleFactory.create_batch(count, published=True),
        )
        with CaptureQueriesContext(connection) as queries:
            client.get(url("sending", issue))
        counts.append(len(queries))

    assert counts[0] == counts[1]
    assert IssueItem.objects.count() == 4
    # To whom it would go, which takes long with many, is no question any more.
    assert not any("newsletter_subscription" in query["sql"] for query in queries)


def test_words_are_typed_in_their_own_direction():
    for form, names in [
        (forms.IssueForm(), ["subject", "preheader", "intro"]),
        (forms.IssueItemForm(), ["headline", "standfirst", "text"]),
    ]:
        assert {form.fields[name].widget.attrs["dir"] for name in names} == {"auto"}


def test_issue_whose_time_has_come_says_that_it_begins(client, editor):
    issue = IssueFactory(scheduled=True, stories=[ArticleFactory(published=True)])

    text = client.get(url("sending", issue)).text

    assert "Sending begins" in text
    assert ("Send now" in text, "Back to draft" in text) == (False, True)


def test_readers_who_are_held_back_are_not_counted():
    issue = IssueFactory(readers=2)
    held_back = issue.newsletter.subscriptions.first().subscriber
    Suppression.objects.create(email_folded=held_back.email_folded)

    assert issues.recipients(issue).count() == 1
