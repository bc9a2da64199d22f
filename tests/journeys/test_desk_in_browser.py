"""The buttons of a story's form in a real browser, with script and without."""

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from articles.models import Article, Status
from tests.factories.articles import ArticleFactory, UserFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(params=["with script", "without script"])
def page(request, browser, live_server, settings):
    settings.SITE_URL, settings.SITE_IS_SECURE = live_server.url, False
    context = browser.new_context(
        base_url=live_server.url,
        locale="en-GB",
        viewport={"width": 1280, "height": 900},
        java_script_enabled=request.param == "with script",
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


def log_in(page, role, live_server):
    client = Client()
    client.force_login(UserFactory(role=role))
    name = settings.SESSION_COOKIE_NAME
    value = client.cookies[name].value
    page.context.add_cookies([{"name": name, "value": value, "url": live_server.url}])


def test_editor_publishes_and_changes_a_story(page, live_server):
    article = ArticleFactory(headline="Old words")
    log_in(page, "Editor", live_server)
    page.goto(reverse("admin:articles_article_change", args=[article.pk]))

    # Refused, because points are open: the text is saved all the same.
    page.get_by_label("Standfirst").fill("Typed before the refusal.")
    page.get_by_role("button", name="Publish now").click()
    page.get_by_text("all you typed is saved").wait_for()
    assert page.get_by_label("Standfirst").input_value() == "Typed before the refusal."

    page.get_by_label("Publish although these points are open").check()
    page.get_by_role("button", name="Publish now").click()
    page.locator(".status-published").wait_for()

    # Readers see the story: what is typed now waits beside it.
    page.get_by_label("Headline", exact=False).first.fill("New words")
    page.get_by_role("button", name="Save working copy").click()
    page.get_by_text("This is a working copy.").wait_for()
    article.refresh_from_db()
    assert article.headline == "Old words"

    page.get_by_role("button", name="Publish changes").click()
    page.get_by_text("Readers now see the changes.").wait_for()
    article.refresh_from_db()
    assert (article.headline, article.modified_at) == ("New words", None)

    page.get_by_role("button", name="Withdraw").click()
    page.locator(".status-withdrawn").wait_for()
    assert Article.objects.get().status == Status.WITHDRAWN


def test_editor_schedules_a_story(page, live_server):
    article = ArticleFactory()
    log_in(page, "Editor", live_server)
    page.goto(reverse("admin:articles_article_change", args=[article.pk]))

    page.get_by_text("Schedule…").click()
    page.locator("#id_published_at_0").fill("2100-05-04")
    page.locator("#id_published_at_1").fill("07:15")
    page.get_by_label("Publish although these points are open").check()
    page.get_by_role("button", name="Schedule for this time").click()
    page.locator(".status-scheduled").wait_for()

    page.get_by_text("Readers see it from 4 May 2100, 07:15.").wait_for()
