from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core import mail
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from articles import report_views, reports
from articles.models import ErrorReport, Publication
from newsroom.lib import retention
from tests.factories.articles import (
    ArticleFactory,
    CorrectionFactory,
    SectionFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

PATH = "/corrections/report/world/ferries/"
LIST = "admin:articles_errorreport_changelist"
OWN = {"Sec-Fetch-Site": "same-origin"}
SAID = {
    "error": "It left at nine.",
    "passage": "left at ten",
    "source": "I was on it",
    "name": "Rita Reader",
    "email": "Rita@Reader.example",
    "website": "",
}
NO_EVENTS = {"events-TOTAL_FORMS": "0", "events-INITIAL_FORMS": "0"}


@pytest.fixture
def article():
    return ArticleFactory(
        section=SectionFactory(slug="world"),
        slug="ferries",
        headline="Ferries return",
        published=True,
    )


@pytest.fixture
def editor(client):
    found = UserFactory(role="Editor")
    client.force_login(found)
    return found


def send(client, path=PATH, **changes):
    return client.post(path, {**SAID, **changes}, headers=OWN)


def report_on(article, **said):
    return reports.receive(article, **{"error": "It left at nine.", **said})


def test_story_links_to_the_form(client, article):
    assert f'href="{PATH}"' in client.get(article.get_absolute_url()).text


def test_form_sets_no_cookie_and_may_be_cached(client, article):
    response = client.get(PATH)

    assert (response.status_code, dict(response.cookies)) == (200, {})
    assert "public" in response["Cache-Control"]
    assert "csrfmiddlewaretoken" not in response.text


def test_report_is_kept_and_the_desk_gets_a_mail(client, article):
    Publication.objects.create(pk=1, email="desk@news.example")

    response = send(client)

    report = ErrorReport.objects.get()
    assert (response.status_code, response["Location"]) == (
        303,
        "/corrections/report/thank-you/",
    )
    assert client.get(response["Location"]).status_code == 200
    assert {name: getattr(report, name) for name in SAID if name != "website"} == {
        **{name: value for name, value in SAID.items() if name != "website"},
        "email": "Rita@reader.example",
    }
    assert (report.article, report.status, report.language) == (
        article,
        "open",
        article.language,
    )
    [message] = mail.outbox
    assert (message.to, message.reply_to) == (
        ["desk@news.example"],
        ["Rita@reader.example"],
    )
    assert message.subject == "Error reported: Ferries return"
    assert "It left at nine." in message.body


def test_only_what_is_wrong_is_needed(client, article):
    response = send(client, passage="", source="", name="", email="")

    assert response.status_code == 303
    assert mail.outbox[0].reply_to == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("error", " "),
        ("error", "x" * 2001),
        ("email", "rita@reader"),
        ("email", "a@b.example\nBcc: x@y.example"),
        ("website", "https://spam.example"),
    ],
)
def test_bad_input_is_said_beside_its_field_and_nothing_is_lost(
    client, article, field, value
):
    response = send(client, **{field: value})

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert "I was on it" in response.text
    assert (ErrorReport.objects.count(), mail.outbox) == (0, [])


def test_mail_headers_cannot_be_written_by_a_reader(client, article):
    send(client, name="Rita\r\nBcc: x@y.example", error="a\r\nBcc: x@y.example")

    message = mail.outbox[0].message()
    assert message["Bcc"] is None
    assert "\n" not in mail.outbox[0].subject


@pytest.mark.parametrize("trait", [{}, {"scheduled": True}])
def test_story_that_readers_cannot_see_takes_no_report(client, trait):
    article = ArticleFactory(slug="secret", **trait)
    path = reverse("articles:report_create", args=[article.section.slug, "secret"])

    assert (client.get(path).status_code, send(client, path).status_code) == (404, 404)
    assert not ErrorReport.objects.exists()


def test_former_address_leads_to_the_form(client, article):
    article.past_addresses.create(section=article.section, slug="old")

    response = client.get("/corrections/report/world/old/")

    assert (response.status_code, response["Location"]) == (301, PATH)


def test_form_of_another_site_is_refused(article):
    response = Client(enforce_csrf_checks=True).post(
        PATH, SAID, headers={"Sec-Fetch-Site": "cross-site"}
    )

    assert (response.status_code, ErrorReport.objects.count()) == (403, 0)


def test_network_sends_five_an_hour_and_loses_no_text(client, article):
    statuses = [send(client).status_code for _ in range(report_views.NETWORK_REPORTS)]
    refused = send(client)

    assert statuses == [303] * 5
    assert (refused.status_code, ErrorReport.objects.count()) == (429, 5)
    assert "I was on it" in refused.text


# The desk --------------------------------------------------------------------------


def change(client, report, **typed):
    url = reverse("admin:articles_errorreport_change", args=[report.pk])
    return client.post(url, {"note": "", "correction": "", **NO_EVENTS, **typed})


def steps(report):
    return list(report.events.values_list("status", "by").order_by("pk"))


@pytest.mark.parametrize("count", [1, 3])
def test_list_query_count(client, editor, article, django_assert_num_queries, count):
    for _ in range(count):
        report_on(article)
    client.get(reverse(LIST))

    with django_assert_num_queries(8):
        client.get(reverse(LIST))


def test_list_shows_what_is_to_do(client, editor, article):
    waits, closed = report_on(article), report_on(article)
    reports.close(closed, status="unchanged", by=editor)

    def listed(**query):
        return list(client.get(reverse(LIST), query).context["cl"].result_list)

    assert listed() == [waits]
    assert listed(status="unchanged") == [closed]
    assert len(listed(status="all")) == 2


def test_hostile_text_is_only_text(client, editor, article):
    report = report_on(article, error="<script>x</script>", name="<b id=x>")
    url = reverse("admin:articles_errorreport_change", args=[report.pk])

    for page in [client.get(reverse(LIST)), client.get(url)]:
        assert "<script>x" not in page.text
        assert "<b id=x>" not in page.text
        assert "&lt;script&gt;x" in page.text


@pytest.mark.parametrize("role", ["Reporter", "Rights manager"])
def test_others_see_no_reports(client, article, role):
    client.force_login(UserFactory(role=role))

    assert client.get(reverse(LIST)).status_code == 403


def test_correcting_leads_to_the_story_and_marks_the_report(client, editor, article):
    report = report_on(article)

    response = change(client, report, _step="check", note="Ask the port.")

    report.refresh_from_db()
    story = reverse("admin:articles_article_change", args=[article.pk])
    assert response["Location"] == f"{story}#corrections-group"
    assert (report.status, report.note) == ("checked", "Ask the port.")
    assert steps(report) == [("open", None), ("checked", editor.pk)]


def test_corrected_report_names_the_correction_and_answers_once(
    client, editor, article, django_capture_on_commit_callbacks
):
    report = report_on(article, email="rita@reader.example", name="Rita")
    correction = CorrectionFactory(article=article, text="It left at nine.")
    typed = {"_step": "corrected", "correction": correction.pk, "answers_reader": "on"}

    with django_capture_on_commit_callbacks(execute=True):
        change(client, report, **typed)
        change(client, report, **typed)

    report.refresh_from_db()
    assert (report.status, report.correction, report.handled_by) == (
        "corrected",
        correction,
        editor,
    )
    [message] = mail.outbox
    assert message.to == ["rita@reader.example"]
    assert "We have corrected it. The story now says:\n\nIt left" in message.body


@pytest.mark.parametrize("answers", [True, False])
def test_reader_hears_only_when_the_editor_says_so(
    client, editor, article, django_capture_on_commit_callbacks, answers
):
    report = report_on(article, email="rita@reader.example")
    ticked = {"answers_reader": "on"} if answers else {}

    with django_capture_on_commit_callbacks(execute=True):
        change(client, report, _step="unchanged", note="Nine it is.", **ticked)

    report.refresh_from_db()
    assert (report.status, report.note) == ("unchanged", "Nine it is.")
    assert len(mail.outbox) == answers
    assert not any("Nine it is." in message.body for message in mail.outbox)


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"_step": "corrected"}, "correction"),
        ({"_step": "unchanged", "answers_reader": "on"}, "answers_reader"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(
    client, editor, article, typed, field
):
    report = report_on(article)

    response = change(client, report, note="Kept.", **typed)

    assert list(response.context["adminform"].form.errors) == [field]
    assert "Kept." in response.text
    report.refresh_from_db()
    assert report.status == "open"


def test_correction_of_another_story_is_refused(client, editor, article):
    other = CorrectionFactory()

    response = change(
        client, report_on(article), _step="corrected", correction=other.pk
    )

    assert "correction" in response.context["adminform"].form.errors


def test_reader_is_forgotten_ninety_days_after_closing(article):
    with time_machine.travel(datetime(2026, 1, 1, tzinfo=UTC), tick=False):
        closed = report_on(article, name="Rita", email="rita@reader.example")
        waits = report_on(article, name="Ron")
        reports.close(closed, status="unchanged", by=None)

    with time_machine.travel(
        datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=89), tick=False
    ):
        assert retention.forget_old()["error_report_names"] == 0
    with time_machine.travel(
        datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=90), tick=False
    ):
        call_command("forget_old", verbosity=0)

    closed.refresh_from_db()
    waits.refresh_from_db()
    assert (closed.name, closed.email, closed.error) == ("", "", "It left at nine.")
    assert waits.name == "Ron"


def test_database_refuses_a_closed_report_without_a_time(article):
    report = report_on(article)

    with pytest.raises(IntegrityError), transaction.atomic():
        ErrorReport.objects.filter(pk=report.pk).update(status="corrected")
