"""An issue in a real browser: stories move, the preview follows, the mail goes out."""

import pytest
from django.conf import settings
from django.core import mail
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from newsletter.models import Issue
from tests.factories.articles import ArticleFactory, UserFactory
from tests.factories.newsletter import IssueFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page(browser, live_server, settings):
    settings.SITE_URL, settings.SITE_IS_SECURE = live_server.url, False
    context = browser.new_context(
        base_url=live_server.url, viewport={"width": 1500, "height": 900}
    )
    found = context.new_page()
    complaints = []
    found.on("pageerror", lambda error: complaints.append(str(error)))
    found.on(
        "console",
        lambda message: (
            complaints.append(message.text)
            if "Content Security Policy" in message.text
            else None
        ),
    )
    yield found
    context.close()
    assert complaints == []


@pytest.fixture
def issue(page, live_server):
    client = Client()
    client.force_login(UserFactory(role="Newsletter editor"))
    page.context.add_cookies(
        [
            {
                "name": settings.SESSION_COOKIE_NAME,
                "value": client.cookies[settings.SESSION_COOKIE_NAME].value,
                "url": live_server.url,
            }
        ]
    )
    stories = [
        ArticleFactory(published=True, headline=name) for name in ["Alpha", "Beta"]
    ]
    return IssueFactory(stories=stories, readers=2, subject="Harbour news")


def test_preview_follows_what_is_typed_and_stories_move(page, issue):
    page.goto(reverse("admin:newsletter_issue_change", args=[issue.pk]))
    preview = page.frame_locator(".issue-frame")
    expect(preview.locator("h1")).to_have_text("Harbour news")

    page.fill("#id_subject", "Harbour news, early")
    expect(preview.locator("h1")).to_have_text("Harbour news, early")
    page.get_by_role("button", name="Move down").first.click()
    expect(preview.locator("h2").first).to_have_text("Beta")
    unsaved = Issue.objects.get().subject
    page.get_by_role("button", name="Save and continue editing").click()
    page.wait_for_selector(".messagelist")

    assert unsaved == "Harbour news"
    assert [str(item) for item in issue.items.all()] == ["Beta", "Alpha"]


def test_issue_is_checked_and_sent(page, issue):
    page.goto(reverse("admin:newsletter_issue_sending", args=[issue.pk]))
    page.get_by_label("It shall go to 2 readers at once").check()

    page.get_by_role("button", name="Send now").click()

    expect(page.locator("#issue-figures-title")).to_have_text("2 of 2 mails are out")
    assert len(mail.outbox) == 2
