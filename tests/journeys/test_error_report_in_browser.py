"""From a reader's report to the correction that all readers see."""

import pytest
from django.conf import settings
from django.test import Client

from articles.models import ErrorReport
from tests.factories.articles import ArticleFactory, UserFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(params=["with script", "without script"])
def reader(request, browser, live_server, settings):
    settings.SITE_URL, settings.SITE_IS_SECURE = live_server.url, False
    context = browser.new_context(
        base_url=live_server.url, java_script_enabled=request.param == "with script"
    )
    yield context.new_page()
    context.close()


@pytest.fixture
def desk(browser, live_server):
    client = Client()
    client.force_login(UserFactory(role="Editor"))
    name = settings.SESSION_COOKIE_NAME
    value = client.cookies[name].value
    context = browser.new_context(base_url=live_server.url, locale="en-GB")
    context.add_cookies([{"name": name, "value": value, "url": live_server.url}])
    yield context.new_page()
    context.close()


def test_report_becomes_a_correction(reader, desk):
    article = ArticleFactory(headline="Ferries return", published=True)

    reader.goto(article.get_absolute_url())
    reader.get_by_role("link", name="Report an error").click()
    reader.get_by_label("What is wrong?").fill("It left at nine.")
    reader.get_by_role("button", name="Send the report").click()
    reader.get_by_role("heading", name="Thank you").wait_for()
    assert reader.context.cookies() == []

    desk.goto("/admin/articles/errorreport/")
    desk.get_by_role("link", name="It left at nine.").click()
    report_url = desk.url
    desk.get_by_role("button", name="Correct the story").click()
    desk.wait_for_url("**/admin/articles/article/**")
    desk.get_by_text("Add another Correction").click()
    desk.locator("#id_corrections-0-text").fill("The ferry left at nine.")
    desk.locator("button[name=_continue]").click()
    desk.wait_for_load_state()
    desk.goto(report_url)
    desk.locator("#id_correction").select_option(index=1)
    desk.get_by_role("button", name="Corrected: close").click()
    desk.wait_for_url("**/admin/articles/errorreport/")

    reader.goto(article.get_absolute_url())
    reader.get_by_text("The ferry left at nine.").wait_for()
    assert ErrorReport.objects.get().status == "corrected"
