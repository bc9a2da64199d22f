"""Another paper's whole walk: price, request, offer, copy, correction, done."""

import io
import re
import zipfile
from pathlib import Path

import pytest
from django.core import mail
from django.core.management import call_command
from django.urls import reverse

from articles import actions as article_actions
from republishing import terms
from republishing.models import CopyDownload, Grant, RepublishingRequest
from tests.factories.articles import ArticleFactory, SectionFactory, UserFactory
from tests.factories.republishing import FeeFactory, LicenseFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ANSWERS = {
    "name": "Berta Boss",
    "email": "berta@paper.example",
    "organisation": "The Other Paper",
    "country": "Malta",
}


@pytest.fixture
def article():
    return ArticleFactory(
        section=SectionFactory(slug="world"), slug="a-story", published=True
    )


def test_paper_licenses_a_story_and_keeps_it_true(
    live_server, browser, article, monkeypatch
):
    # Nobody is asked for the page of a paper that there is not.
    monkeypatch.setattr(terms, "check_due", lambda *, count=None: 0)
    LicenseFactory(is_default=True, name="Single use")
    FeeFactory(amount=4500)
    editor = UserFactory(username="rosa", role="Rights manager")
    editor.set_password("pass")
    editor.save()
    context = browser.new_context(base_url=live_server.url, accept_downloads=True)
    page = context.new_page()
    problems = []
    page.on("console", lambda m: m.type == "error" and problems.append(m.text))

    page.goto("/republish/world/a-story/")
    for name, value in ANSWERS.items():
        page.fill(f"[name={name}]", value)
    page.select_option("[name=organisation_type]", "publisher")
    page.select_option("[name=audience]", "under-10000")
    page.select_option("[name=medium]", "web")
    page.get_by_role("button", name="Show the price first").click()
    page.get_by_role("heading", name="The price: €45").wait_for()
    assert RepublishingRequest.objects.count() == 0

    page.check("[name=accepted_terms]")
    page.get_by_role("button", name="Send the request").click()
    page.get_by_role("button", name="Accept for €45").click()
    page.get_by_text("Your copy is here as soon as the payment is").wait_for()
    request_url = page.url.partition("#")[0]
    invoice = page.get_by_role("link", name="The invoice as PDF")
    file = context.request.get(invoice.get_attribute("href"))
    assert (file.status, file.body()[:5]) == (200, b"%PDF-")
    page.get_by_role("link", name="See and print it").click()
    page.get_by_role("heading", name=re.compile("^Invoice 2")).wait_for()
    page.get_by_role("link", name="Save as PDF").wait_for()

    desk = context.new_page()
    desk.on("console", lambda m: m.type == "error" and problems.append(m.text))
    desk.goto(reverse("admin:republishing_republishingrequest_changelist"))
    desk.fill("[name=username]", "rosa")
    desk.fill("[name=password]", "pass")
    desk.get_by_role("button", name="Log in", exact=True).click()
    desk.get_by_role("link", name=re.compile("^R-")).first.click()
    desk.get_by_role("button", name="€45 received").click()
    desk.get_by_text("The payment is noted.").wait_for()

    page.goto(f"{request_url}?paid")
    page.get_by_role("link", name="Take your copy").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Everything as ZIP").click()
    content = Path(download.value.path()).read_bytes()
    names = zipfile.ZipFile(io.BytesIO(content)).namelist()
    assert "a-story/a-story.html" in names
    assert "a-story/LICENCE.txt" in names

    page.goto(f"{request_url}?place")
    page.get_by_label("The address of the page").fill("https://paper.example/story")
    page.get_by_role("button", name="Tell us the address").click()
    page.get_by_role("link", name="https://paper.example/story").wait_for()
    page.get_by_role("button", name="Yes, you may name us").click()
    page.get_by_role("button", name="Do not name us any more").wait_for()
    desk.reload()
    desk.get_by_role("button", name="Name the licensee").click()
    desk.get_by_text("The licensee is named once it agrees.").wait_for()
    page.goto("/world/a-story/")
    link = page.get_by_role("link", name="The Other Paper")
    assert link.get_attribute("href") == "https://paper.example/story"

    mail.outbox.clear()
    article_actions.correct(article, text="It was Friday.", by=editor)
    call_command("send_due_notices", stdout=io.StringIO())
    [message] = mail.outbox
    assert "It was Friday." in message.body
    page.goto(request_url)
    page.get_by_role("button", name="We have updated it").click()
    page.get_by_text("Licensee has updated the copy").wait_for()

    assert Grant.objects.get().notices.get().done_at is not None
    assert CopyDownload.objects.get().format == "zip"
    assert problems == []
    context.close()
