"""The front page's desk in a real browser: by keyboard, by mouse, on a phone."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from articles import search
from articles.models import FrontPageSlot
from tests.factories.articles import ArticleFactory, SectionFactory, UserFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DESK = reverse("admin:articles_frontpageslot_changelist")


@pytest.fixture
def new_page(browser, live_server, settings):
    settings.SITE_URL, settings.SITE_IS_SECURE = live_server.url, False
    contexts, complaints = [], []

    def open_page(**options):
        context = browser.new_context(
            base_url=live_server.url, locale="en-GB", **options
        )
        contexts.append(context)
        log_in(context, live_server.url)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console",
            lambda message: (
                complaints.append(message.text)
                if "Content Security Policy" in message.text
                else None
            ),
        )
        page.goto(DESK)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


def log_in(context, address):
    client = Client()
    client.force_login(UserFactory(role="Front-page editor"))
    name = settings.SESSION_COOKIE_NAME
    value = client.cookies[name].value
    context.add_cookies([{"name": name, "value": value, "url": address}])


def stories(count):
    section = SectionFactory(name="Politics")
    now = timezone.now()
    made = [
        ArticleFactory(
            published=True,
            section=section,
            headline=f"Boat {number} sails",
            published_at=now - timedelta(hours=number),
        )
        for number in range(1, count + 1)
    ]
    search.index(made)
    return made


def places():
    return {
        slot.article.headline: f"{slot.area} {slot.position}"
        for slot in FrontPageSlot.objects.select_related("article")
    }


def test_editor_pins_moves_drags_and_looks_ahead(new_page):
    stories(8)
    planned = ArticleFactory(
        headline="Budget passes",
        section=SectionFactory(name="World"),
        pub_status="usable",
        published_at=timezone.now() + timedelta(minutes=30),
    )
    search.index([planned])
    page = new_page(viewport={"width": 1280, "height": 1600})

    page.get_by_role("button", name="Pin here: Boat 3 sails").click()
    page.get_by_text("“Boat 3 sails” is pinned.").wait_for()
    assert places() == {"Boat 3 sails": "secondary 1"}

    # The button that was pressed has the focus again: the next press is one key.
    for area in ["secondary 0", "lead 0"]:
        up = page.get_by_role("button", name="Move up: Boat 3 sails")
        up.focus()
        with page.expect_navigation():
            page.keyboard.press("Enter")
        assert places() == {"Boat 3 sails": area}
    focused = page.locator(":focus")
    assert focused.get_attribute("aria-label") == "Move down: Boat 3 sails"

    with page.expect_navigation():
        page.locator("[data-place='latest:1']").drag_to(
            page.locator("[data-place='secondary:3']")
        )
    assert places() == {"Boat 3 sails": "lead 0", "Boat 7 sails": "secondary 3"}

    page.get_by_label("Words of its headline").press_sequentially("budget")
    page.get_by_role("link", name="Place Budget passes").click()
    page.get_by_role("combobox", name="Place").select_option("lead:0")
    page.get_by_role("button", name="Save the place").click()
    page.get_by_text("appears when it is published").wait_for()

    page.get_by_role("link", name="In 1 hour").click()
    page.get_by_text("Only editors see this.").wait_for()
    lead = page.locator(".front-lead .card-headline")
    assert lead.inner_text() == "Budget passes"
    page.goto("/")
    assert page.locator(".front-lead .card-headline").inner_text() == "Boat 3 sails"


def test_desk_works_without_script_on_a_phone(new_page):
    stories(3)
    page = new_page(viewport={"width": 360, "height": 740}, java_script_enabled=False)

    page.get_by_label("Words of its headline").fill("boat 2")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name="Place Boat 2 sails").click()
    page.get_by_label("Until: date").fill("2100-05-04")
    page.get_by_label("Until: time").fill("07:00")
    page.get_by_role("button", name="Save the place").click()
    page.get_by_text("until 4 May 2100, 07:00", exact=True).wait_for()
    assert places() == {"Boat 2 sails": "lead 0"}

    page.get_by_role("button", name="Move down: Boat 2 sails").click()
    assert places() == {"Boat 2 sails": "secondary 0"}
    page.get_by_role("button", name="Take off Boat 2 sails").click()
    page.get_by_text("Taken off: “Boat 2 sails”").wait_for()
    assert places() == {}


@pytest.mark.parametrize("width", [360, 768, 1280])
def test_desk_is_no_wider_than_the_screen(new_page, width):
    stories(3)
    ArticleFactory(headline="W" * 300, published=True)

    page = new_page(viewport={"width": width, "height": 740})

    assert page.evaluate("document.documentElement.scrollWidth") == width
