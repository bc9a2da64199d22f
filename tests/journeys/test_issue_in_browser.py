"""The stories of an issue, moved by keys and by dragging."""

import pytest
from django.urls import reverse

from tests.factories.articles import ArticleFactory
from tests.factories.newsletter import IssueFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LINES = "#items-group .inline-related:not(.empty-form)"
SAVE = "input[name=_continue]"


@pytest.fixture
def issue():
    stories = [
        ArticleFactory(published=True, headline=headline)
        for headline in ["Ferry", "Market", "Lamp"]
    ]
    return IssueFactory(stories=stories)


@pytest.fixture
def form(browser, live_server, client, admin_user, issue):
    """The issue's form, opened by somebody who is signed in."""
    client.force_login(admin_user)
    context = browser.new_context(base_url=live_server.url)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value}
    context.add_cookies([{**cookie, "url": live_server.url}])
    complaints = []
    context.on(
        "console",
        lambda message: message.type == "error" and complaints.append(message.text),
    )
    page = context.new_page()
    page.goto(reverse("admin:newsletter_issue_change", args=[issue.pk]))
    yield page
    context.close()
    assert complaints == []


def order(issue):
    return list(issue.items.values_list("article__headline", flat=True))


def test_story_is_moved_by_keys(form, issue):
    form.locator(LINES).nth(2).get_by_role("button", name="Move up").focus()
    form.keyboard.press("Enter")
    form.keyboard.press("Enter")
    form.click(SAVE)
    form.wait_for_url("**/change/")

    assert order(issue) == ["Lamp", "Ferry", "Market"]


def test_story_is_dragged_by_its_heading(form, issue):
    held = form.locator(LINES).nth(0).locator("h3")
    target = form.locator(LINES).nth(2)

    held.drag_to(target, source_position={"x": 20, "y": 8})
    form.click(SAVE)
    form.wait_for_load_state()

    assert order(issue) in (["Market", "Lamp", "Ferry"], ["Market", "Ferry", "Lamp"])
