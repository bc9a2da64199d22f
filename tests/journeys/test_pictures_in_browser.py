"""Several pictures at once and the focal point, in a real browser."""

from io import BytesIO

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from PIL import Image

from articles.models import Picture
from articles.pictures import add_picture
from tests.factories.articles import UserFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def jpeg(colour, size=(400, 300)):
    file = BytesIO()
    Image.new("RGB", size, colour).save(file, "JPEG")
    return file


def open_page(browser, live_server, *, script=True):
    context = browser.new_context(
        base_url=live_server.url,
        viewport={"width": 1280, "height": 900},
        java_script_enabled=script,
    )
    client = Client()
    client.force_login(UserFactory(role="Editor"))
    name = settings.SESSION_COOKIE_NAME
    value = client.cookies[name].value
    context.add_cookies([{"name": name, "value": value, "url": live_server.url}])
    return context.new_page()


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_several_files_are_sent_and_each_has_its_result(browser, live_server, script):
    page = open_page(browser, live_server, script=script)
    complaints = []
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(reverse("admin:articles_picture_upload"))

    page.get_by_label("Files").set_input_files([
        {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": jpeg("red").getvalue()},
        {"name": "<b>.svg", "mimeType": "image/svg+xml", "buffer": b"<svg></svg>"},
    ])  # fmt: skip
    page.get_by_label("Credit line").fill("Desk")
    page.get_by_role("button", name="Add these pictures").click()

    results = page.locator(".library-results li")
    results.nth(1).get_by_text("This is an SVG drawing").wait_for()
    results.nth(0).get_by_text("It needs an alt text.").wait_for()
    assert Picture.objects.get().credit_line == "Desk"
    assert complaints == []


def test_focal_point_is_set_by_a_click_and_by_keys(browser, live_server):
    picture = add_picture(jpeg("red"), alt_text="Red")
    page = open_page(browser, live_server)
    page.goto(reverse("admin:articles_picture_change", args=[picture.pk]))

    point = page.get_by_role("group", name="Focal point")
    box = point.bounding_box()
    point.click(position={"x": box["width"] / 4, "y": box["height"] / 2})
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowDown")
    page.get_by_role("button", name="Save", exact=True).click()
    page.locator(".success").wait_for()

    picture.refresh_from_db()
    assert (picture.focal_x, picture.focal_y) == (26, 60)
