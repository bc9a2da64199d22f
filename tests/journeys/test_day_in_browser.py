"""One day at the desk, from a reporter's first words to a story that has to go."""

import re
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from articles.models import Article, AutosavedText, Picture
from articles.pictures import add_picture
from tests.factories.articles import AuthorFactory, SectionFactory, UserFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WORD = Path(__file__).parent.parent / "files" / "pastes" / "word.html"
PASTE = """html => {
  const data = new DataTransfer();
  data.setData("text/html", html);
  document.querySelector("#id_body_editor").dispatchEvent(
    new ClipboardEvent("paste",
      {clipboardData: data, bubbles: true, cancelable: true}));
}"""
TELL = """addEventListener("securitypolicyviolation", (event) =>
  tell(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`))"""
TYPO, HEADLINE = "Fery leaves at dawn", "Ferry leaves at dawn"
FIRST_WORDS = "Forty people were on board."


@pytest.fixture
def enter(browser, live_server, settings):
    """A page for somebody, by account; no browser may complain of anything."""
    settings.SITE_URL, settings.SITE_IS_SECURE = live_server.url, False
    contexts, complaints = [], []

    def page_for(account=None):
        context = browser.new_context(base_url=live_server.url, locale="en-GB")
        contexts.append(context)
        context.expose_binding("tell", lambda _, what: complaints.append(what))
        context.add_init_script(TELL)
        context.on("requestfailed", note_failure)
        context.on("response", note_refusal)
        context.on("console", note_words)
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        page = context.new_page()
        page.on("dialog", lambda dialog: dialog.accept())
        if account:
            log_in(page, account)
        return page

    def note_failure(request):
        # A page that is left asks for nothing more.
        if request.failure != "net::ERR_ABORTED":
            complaints.append(f"{request.failure}: {request.url}")

    def note_refusal(response):
        if response.status >= 400:
            complaints.append(f"{response.status}: {response.url}")

    def note_words(message):
        if message.type in {"error", "warning"}:
            complaints.append(f"{message.type}: {message.text}")

    yield page_for
    for context in contexts:
        context.close()
    assert complaints == []


def log_in(page, account):
    page.goto(reverse("admin:index"))
    page.get_by_label("Username").fill(account.username)
    page.get_by_label("Password").fill("secret")
    page.get_by_role("button", name="Log in", exact=True).click()
    page.get_by_role("button", name="Log out").wait_for()


def account(role, name):
    found = UserFactory(role=role, username=name.lower(), first_name=name)
    found.set_password("secret")
    found.save()
    return found


def picture_without_alt_text():
    file = BytesIO()
    Image.new("RGB", (1200, 800), "navy").save(file, "JPEG")
    return add_picture(
        ContentFile(file.getvalue(), name="ferry.jpg"),
        caption="The ferry in the harbour",
        credit_line="Ada Writer",
    )


def open_story(page, story):
    """Open the form, and wait until colleagues can know of it."""
    with page.expect_response("**/editing/"):
        page.goto(reverse("admin:articles_article_change", args=[story.pk]))
    page.locator(".editor-count").wait_for()


def press(page, button, then):
    """Press a button of the story's form; the next page says `then`."""
    page.get_by_role("button", name=button, exact=True).click()
    page.get_by_text(then).first.wait_for()


def where_readers_find(page, story):
    """The pages on which readers meet the story, of all where they might."""
    places = {
        "story": story.get_absolute_url(),
        "front page": "/",
        "section": story.section.get_absolute_url(),
        "tag": "/tags/harbour/",
        "feed": "/feed/",
        "search": "/search/?q=ferry",
        "corrections": "/corrections/",
        "sitemap": "/sitemap-news.xml",
    }
    answers = {name: page.request.get(address) for name, address in places.items()}
    words = re.compile(f"{HEADLINE}|{TYPO}")
    return {
        name
        for name, answer in answers.items()
        if answer.status == 200 and words.search(re.sub("</?mark>", "", answer.text()))
    }


def test_a_day_at_the_desk(enter):
    section = SectionFactory(name="Coast", slug="coast")
    reporter = account("Reporter", "Rita")
    AuthorFactory(name="Rita Reporter", user=reporter)
    picture = picture_without_alt_text()
    rita = enter(reporter)
    ed, olga = (enter(account("Editor", name)) for name in ["Ed", "Olga"])
    reader = enter()
    tomorrow = timezone.localtime() + timedelta(days=1)
    moment = tomorrow.replace(hour=7, minute=15, second=0, microsecond=0)

    story = reporter_writes_and_submits(rita, section)
    editor_completes(ed, story, picture)
    editor_schedules(ed, story, moment)
    with time_machine.travel(moment - timedelta(minutes=1), tick=False):
        assert where_readers_find(reader, story) == set()
    with time_machine.travel(moment + timedelta(seconds=1)):
        readers_see(reader, story, FIRST_WORDS)
        assert where_readers_find(reader, story) == {
            "story", "front page", "section", "tag", "feed", "search", "sitemap",
        }  # fmt: skip
        editor_corrects_in_public(ed, story)
        readers_see(reader, story, "The ferry holds forty, not four hundred.")
        assert "corrections" in where_readers_find(reader, story)
        two_editors_collide(ed, olga, story)
        readers_see(reader, story, "Her standfirst.")
        old_version_comes_back(ed, reader, story)
        readers_see(reader, story, FIRST_WORDS)
        open_story(olga, story)
        press(olga, "Withdraw", "Withdrawn")
        assert where_readers_find(reader, story) == set()


def reporter_writes_and_submits(page, section):
    page.goto(reverse("admin:articles_article_add"))
    page.locator(".editor-count").wait_for()
    page.locator("#id_headline").fill(TYPO)
    page.locator("#id_section").select_option(str(section.pk))
    page.get_by_role("textbox", name="Body").click()
    page.evaluate(PASTE, WORD.read_text())
    page.get_by_role("button", name="Picture from the library").click()
    page.get_by_label("Search captions").fill("harbour")
    page.get_by_role("button", name="The ferry in the harbour").click()
    page.get_by_text("It has no alternative text").wait_for()
    page.get_by_text("Autosaved").wait_for()
    kept = AutosavedText.objects.get()
    assert (kept.headline, Article.objects.count()) == (TYPO, 0)

    page.get_by_label("Standfirst").fill(FIRST_WORDS)
    press(page, "Save and submit", "In review")
    story = Article.objects.get()
    assert "passengers" in story.body
    assert "<figure data-picture" in story.body
    assert not re.search("Hidden words|mayor|Mso|style=", story.body)
    return story


def editor_completes(page, story, picture):
    page.goto(reverse("admin:articles_article_changelist") + "?status=in_review")
    with page.expect_response("**/editing/"):
        page.get_by_role("link", name=TYPO).click()
    points = page.get_by_role("region", name="Before readers see it")
    assert points.get_by_role("link").all_inner_texts() == [
        "Tags",
        "A lead picture",
        f"An alt text for the picture “{picture}”",
    ]

    page.locator("#id_headline").fill(HEADLINE)
    page.locator("#id_slug").fill("")
    page.locator("#id_typed_tags").fill("Harbour")
    page.get_by_role("combobox", name="Lead picture").click()
    page.get_by_role("searchbox").last.fill("ferry")
    page.get_by_role("option", name="The ferry in the harbour").click()
    press(page, "Publish now", "Still missing: an alt text for the lead picture")
    page.goto(reverse("admin:articles_picture_change", args=[picture.pk]))
    page.get_by_label("Alt text").fill("A white ferry at a quay")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("was changed successfully").wait_for()
    open_story(page, story)
    page.get_by_text("Nothing is missing.").wait_for()
    assert Picture.objects.get().alt_text == "A white ferry at a quay"


def editor_schedules(page, story, moment):
    page.get_by_text("Schedule…").click()
    page.locator("#id_published_at_0").fill(f"{moment:%Y-%m-%d}")
    page.locator("#id_published_at_1").fill(f"{moment:%H:%M}")
    press(page, "Schedule for this time", "Readers see it from")
    story.refresh_from_db()
    assert (story.published_at, story.slug) == (moment, "ferry-leaves-at-dawn")


def editor_corrects_in_public(page, story):
    open_story(page, story)
    page.get_by_role("button", name="Add another Correction").click()
    text = page.locator("#id_corrections-0-text")
    text.fill("The ferry holds forty, not four hundred.")
    press(page, "Save working copy", "was changed successfully")


def two_editors_collide(ed, olga, story):
    open_story(ed, story)
    open_story(olga, story)
    olga.get_by_text("Ed is editing this story since").wait_for()
    ed.get_by_label("Standfirst").fill("His standfirst.")
    ed.get_by_label("Dateline").fill("Portsmouth")
    press(ed, "Save working copy", "Saved as a working copy.")

    olga.get_by_label("Standfirst").fill("Her standfirst.")
    olga.get_by_label("Kicker").fill("Her kicker")
    press(olga, "Save working copy", "Nothing was overwritten")
    differences = olga.locator(".diff-field", has=olga.get_by_text("Standfirst"))
    assert differences.locator("del", has_text="His").count() == 1
    assert differences.locator("ins", has_text="Her").count() == 1
    differences.get_by_label("Take the text of Olga").check()
    press(olga, "Save this choice", "Both versions are in the history.")
    values = {
        name: olga.get_by_label(name).input_value()
        for name in ["Standfirst", "Kicker", "Dateline"]
    }
    assert values == {
        "Standfirst": "Her standfirst.",
        "Kicker": "Her kicker",
        "Dateline": "Portsmouth",
    }
    press(olga, "Publish changes", "Readers now see the changes.")
    standfirsts = {row.content["standfirst"] for row in story.revisions.all()}
    assert standfirsts == {FIRST_WORDS, "His standfirst.", "Her standfirst."}


def old_version_comes_back(page, reader, story):
    kept = ["pub_status", "slug", "section_id", "published_at", "modified_at"]
    before = Article.objects.values(*kept, "standfirst").get()
    page.goto(reverse("admin:articles_article_history", args=[story.pk]))
    row = page.get_by_role("row").filter(has_text="Scheduled")
    row.get_by_role("button", name="Restore").click()
    page.get_by_text("The text is restored.").wait_for()
    page.get_by_text("This is a working copy.").wait_for()
    assert page.get_by_label("Standfirst").input_value() == FIRST_WORDS
    assert Article.objects.values(*kept, "standfirst").get() == before
    readers_see(reader, story, "Her standfirst.")
    press(page, "Publish changes", "Readers now see the changes.")
    assert Article.objects.values(*kept).get() == {name: before[name] for name in kept}


def readers_see(page, story, words):
    page.goto("/")
    page.get_by_role("link", name=HEADLINE).first.click()
    page.wait_for_url(f"**{story.get_absolute_url()}")
    page.get_by_text(words).first.wait_for()
