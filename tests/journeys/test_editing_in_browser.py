"""Autosave, a crash, a lost login and two editors at one story, in a real browser."""

import time

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from articles.models import Article, AutosavedText
from tests.factories.articles import ArticleFactory, SectionFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def desk(browser, live_server, settings):
    """Pages of editors by name; they fail the test for what a browser complains of."""
    settings.SITE_URL, settings.SITE_IS_SECURE = live_server.url, False
    contexts, complaints = [], []

    def page_of(name, context=None):
        if context is None:
            context = browser.new_context(base_url=live_server.url, locale="en-GB")
            contexts.append(context)
            log_in(context, name, live_server.url)
        page = context.new_page()
        page.on("dialog", lambda dialog: dialog.accept())
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console",
            lambda message: (
                complaints.append(message.text)
                if "Content Security Policy" in message.text
                else None
            ),
        )
        return page

    yield page_of
    for context in contexts:
        context.close()
    assert complaints == []


def log_in(context, name, address):
    found = User.objects.filter(username=name.lower()).first()
    found = found or User.objects.create_superuser(name.lower(), first_name=name)
    client = Client()
    client.force_login(found)
    value = client.cookies[settings.SESSION_COOKIE_NAME].value
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": value, "url": address}
    context.add_cookies([cookie])


def open_story(page, article):
    page.goto(reverse("admin:articles_article_change", args=[article.pk]))
    page.wait_for_timeout(900)  # the script begins when the body's editor has settled


def autosaved(page):
    page.get_by_text("Autosaved").wait_for(timeout=15_000)


def until(fact, seconds=15):
    end = time.monotonic() + seconds
    while not fact() and time.monotonic() < end:
        time.sleep(0.2)
    assert fact()


def save(page):
    page.locator("[name=_save]").first.click()


def test_text_of_a_crashed_browser_comes_back(desk):
    section = SectionFactory()
    page = desk("Ada")
    page.goto(reverse("admin:articles_article_add"))
    page.wait_for_timeout(900)
    page.locator("[name=headline]").fill("The ferry sank")
    page.locator("[name=section]").select_option(str(section.pk))
    page.locator(".ProseMirror").first.click()
    page.keyboard.type("Nobody was hurt.")
    autosaved(page)
    page.close(run_before_unload=False)

    page = desk("Ada", page.context)
    page.goto(reverse("admin:articles_article_add"))
    page.get_by_role("button", name="Restore unsaved text from").click()

    page.get_by_text("It is not saved yet").wait_for()
    assert page.locator("[name=headline]").input_value() == "The ferry sank"
    assert "Nobody was hurt." in page.locator(".ProseMirror").first.inner_text()
    assert not Article.objects.exists()
    save(page)
    page.wait_for_url("**/admin/articles/article/")
    assert Article.objects.get().body == "<p>Nobody was hurt.</p>"
    page.goto(reverse("admin:articles_article_add"))
    page.wait_for_timeout(1500)
    assert page.get_by_role("button", name="Restore unsaved").count() == 0


def test_leaving_is_asked_about_until_the_text_is_autosaved(desk):
    article = ArticleFactory()
    page = desk("Ada")
    asked = []
    page.on("dialog", lambda dialog: asked.append(dialog.type))
    for is_autosaved in [True, False]:
        open_story(page, article)
        page.locator("[name=headline]").click()
        page.keyboard.type("New words")
        if is_autosaved:
            autosaved(page)
        page.goto(reverse("admin:index"))

        assert asked == ([] if is_autosaved else ["beforeunload"])


def test_late_answer_never_replaces_newer_typing(desk):
    article = ArticleFactory()
    page = desk("Ada")
    open_story(page, article)

    def slow(route):
        response = route.fetch()
        page.wait_for_timeout(3000)
        route.fulfill(response=response)

    page.route("**/autosave/*/", slow)
    headline = page.locator("[name=headline]")
    headline.fill("First")
    page.wait_for_timeout(3000)  # it is under way
    headline.press_sequentially(" and more")
    autosaved(page)

    assert headline.input_value() == "First and more"
    page.unroute("**/autosave/*/")
    until(lambda: AutosavedText.objects.get().headline == "First and more")


def test_lost_login_keeps_the_text_and_a_new_one_saves_it(desk, live_server):
    article = ArticleFactory(headline="Old")
    page = desk("Ada")
    open_story(page, article)
    Session.objects.all().delete()

    page.locator("[name=headline]").fill("Typed after the login ended")
    page.get_by_text("Log in again in another tab; saving").wait_for(timeout=15_000)
    kept = page.evaluate("JSON.stringify(localStorage)")
    log_in(page.context, "Ada", live_server.url)
    # A new login has a new token, which this page does not know yet.
    page.context.add_cookies(
        [{"name": "csrftoken", "value": "c" * 32, "url": live_server.url}]
    )
    autosaved(page)
    save(page)
    page.wait_for_url("**/admin/articles/article/")

    assert "Typed after the login ended" in kept
    article.refresh_from_db()
    assert article.headline == "Typed after the login ended"
    assert page.evaluate("Object.keys(localStorage).join()").count("unsaved") == 0


def test_text_kept_in_the_browser_comes_back_after_a_crash(desk, live_server):
    article = ArticleFactory(headline="Old")
    page = desk("Ada")
    open_story(page, article)
    Session.objects.all().delete()
    page.locator("[name=headline]").fill("Typed after the login ended")
    page.get_by_text("Log in again in another tab; saving").wait_for(timeout=15_000)
    page.close(run_before_unload=False)

    log_in(page.context, "Ada", live_server.url)
    page = desk("Ada", page.context)
    open_story(page, article)
    page.get_by_role("button", name="Restore unsaved text from").click()

    page.get_by_text("It is not saved yet").wait_for()
    headline = page.locator("[name=headline]")
    assert headline.input_value() == "Typed after the login ended"


def test_two_editors_collide_and_nothing_is_lost(desk):
    article = ArticleFactory(headline="Old", body="<p>One.</p>")
    ada, bob = desk("Ada"), desk("Bob")
    open_story(ada, article)
    ada.wait_for_timeout(1000)
    open_story(bob, article)

    bob.get_by_text("Ada is editing this story since").wait_for()
    bob.get_by_role("button", name="Take over").click()
    bob.get_by_text("Ada is editing").wait_for(state="hidden")
    ada.get_by_text("Bob has taken over this story at").wait_for(timeout=20_000)
    bob.locator(".ProseMirror").first.click()
    bob.keyboard.press("Control+End")
    bob.keyboard.type(" And his.")
    save(bob)
    bob.wait_for_url("**/admin/articles/article/")
    ada.locator("[name=headline]").fill("Hers")
    save(ada)

    ada.wait_for_url("**/conflict/*/")
    ada.get_by_role("heading", name="Headline").wait_for()
    article.refresh_from_db()
    assert (article.headline, article.body) == ("Old", "<p>One. And his.</p>")
    ada.get_by_role("button", name="Save this choice").click()
    ada.wait_for_url("**/change/")
    article.refresh_from_db()
    assert (article.headline, article.body) == ("Hers", "<p>One. And his.</p>")


def test_old_revision_is_compared_and_restored(desk):
    article = ArticleFactory(headline="The old harbour")
    page = desk("Ada")
    open_story(page, article)
    page.locator("[name=headline]").fill("The new harbour")
    save(page)
    page.wait_for_url("**/admin/articles/article/")

    page.goto(reverse("admin:articles_article_history", args=[article.pk]))
    page.get_by_role("button", name="Compare the two chosen").click()
    page.locator("ins", has_text="new").wait_for()
    page.get_by_role("button", name="Restore the version of").first.click()

    page.get_by_text("The text is restored.").wait_for()
    article.refresh_from_db()
    assert article.headline == "The old harbour"


def test_preview_shows_what_is_typed_and_autosave_goes_on(desk):
    article = ArticleFactory(headline="As saved")
    page = desk("Ada")
    open_story(page, article)
    page.locator("[name=headline]").fill("As typed")

    with page.context.expect_page() as opened:
        page.get_by_role("button", name="Preview").click()
    preview = opened.value
    frame = preview.frame_locator("iframe")
    frame.get_by_role("heading", name="As typed").wait_for()
    preview.get_by_role("radio", name="Phone").check()

    assert frame.locator("html").evaluate("() => innerWidth") == 390
    frame.locator(".story-kicker a").click()
    assert frame.get_by_role("heading", name="As typed").is_visible()
    preview.get_by_role("radio", name="Search result").check()
    assert preview.locator(".search-result-title").is_visible()
    assert not preview.locator("iframe").is_visible()
    page.bring_to_front()
    page.locator("[name=headline]").fill("Typed on")
    until(lambda: AutosavedText.objects.filter(typed__headline=["Typed on"]).exists())
    article.refresh_from_db()
    assert article.headline == "As saved"


def test_preview_link_is_copied_at_a_press(desk):
    article = ArticleFactory()
    page = desk("Ada")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(reverse("admin:articles_article_preview_links", args=[article.pk]))
    page.get_by_label("For whom").fill("Anna Kaya")
    page.get_by_role("button", name="Make a link").click()

    page.get_by_role("button", name="Copy the link for Anna Kaya").click()

    page.get_by_text("Copied.").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == article.preview_links.get().absolute_url
