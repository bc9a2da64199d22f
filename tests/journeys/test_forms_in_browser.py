"""The public forms in a real browser: as the page is, with and without script."""

import pytest
from django.core import mail

from newsletter.models import Subscription
from republishing.models import RepublishingRequest
from tests.factories.articles import ArticleFactory, SectionFactory
from tests.factories.newsletter import NewsletterFactory
from tests.factories.republishing import FeeFactory, LicenseFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(params=["with script", "without script"])
def page(request, browser, live_server, settings):
    settings.SITE_URL, settings.SITE_IS_SECURE = live_server.url, False
    context = browser.new_context(
        base_url=live_server.url, java_script_enabled=request.param == "with script"
    )
    yield context.new_page()
    context.close()


def test_reader_signs_up_and_confirms(page, live_server):
    NewsletterFactory(name="Turkey Unpacked", slug="turkey-unpacked", is_default=True)
    NewsletterFactory(name="High Water", slug="high-water")

    page.goto("/newsletters/")
    page.get_by_label("High Water").check()
    page.get_by_label("Your email address").fill("reader@example.org")
    page.get_by_role("button", name="Sign up").click()
    page.wait_for_url("**/newsletters/check-your-inbox/")
    url = next(line for line in mail.outbox[0].body.splitlines() if "/confirm/" in line)
    page.goto(url)
    page.get_by_role("button", name="Yes, send me High Water").click()

    page.get_by_role("heading", name="Welcome aboard").wait_for()
    assert [row.newsletter.slug for row in Subscription.objects.active()] == [
        "high-water"
    ]
    assert page.context.cookies() == []


def test_error_is_found_by_focus_and_kept(page):
    NewsletterFactory(name="Turkey Unpacked")

    page.goto("/newsletters/")
    email = page.get_by_label("Your email address")
    email.fill("reader@example")
    page.get_by_role("button", name="Sign up").click()

    page.get_by_role("alert").wait_for()
    assert page.locator("#form-errors:focus").count() == 1
    assert email.input_value() == "reader@example"
    assert email.get_attribute("aria-describedby") == "id_email_error"


def test_paper_asks_for_a_story(page):
    LicenseFactory()
    FeeFactory()
    ArticleFactory(
        section=SectionFactory(slug="world"),
        slug="a-story",
        published=True,
        headline="Ferries",
    )

    page.goto("/republish/world/a-story/")
    for label, value in {
        "Your name": "Berta Boss",
        "Your email address": "berta@paper.example",
        "Organisation": "The Other Paper",
        "Country": "Malta",
    }.items():
        page.get_by_label(label, exact=True).fill(value)
    page.get_by_label("What kind of organisation is it?").select_option("publisher")
    page.get_by_label("How many people does it reach?").select_option("under-10000")
    page.get_by_label("Where will the story appear?").select_option("web")
    page.get_by_label("I have read the terms").check()
    page.get_by_role("button", name="Send the request").click()

    page.get_by_role("heading", name="Thank you").wait_for()
    request = RepublishingRequest.objects.get()
    assert page.get_by_text(request.reference).count() == 1
    assert request.article.headline == "Ferries"
