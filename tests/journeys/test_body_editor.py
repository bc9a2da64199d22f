"""The editor of article HTML in a real browser: what is typed is what is stored."""

import re
from pathlib import Path

import pytest
from django.contrib.auth.models import User

from articles.models import Page
from newsroom.lib import html
from tests.factories.articles import ArticleFactory, PageFactory, PictureFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASTES = Path(__file__).parent.parent / "files" / "pastes"
PASTE = """([html, text]) => {
  const data = new DataTransfer();
  if (html) data.setData("text/html", html);
  if (text) data.setData("text/plain", text);
  if (!html && !text) data.items.add(new File(["x"], "x.png", {type: "image/png"}));
  document.querySelector("#id_body_editor").dispatchEvent(
    new ClipboardEvent("paste",
      {clipboardData: data, bubbles: true, cancelable: true}));
}"""
DROP = """() => {
  const data = new DataTransfer();
  data.items.add(new File(["x"], "x.png", {type: "image/png"}));
  const event = new DragEvent("drop",
    {dataTransfer: data, bubbles: true, cancelable: true});
  document.querySelector("#id_body_editor").dispatchEvent(event);
  return event.defaultPrevented;
}"""


@pytest.fixture
def violations():
    """What the page's security policy refused, as it happens."""
    return []


@pytest.fixture
def desk(browser, live_server, client, settings, violations):
    """A browser in which an editor is signed in."""
    settings.SITE_URL, settings.SITE_IS_SECURE = live_server.url, False
    client.force_login(User.objects.create_superuser("editor"))
    context = browser.new_context(base_url=live_server.url)
    cookie = client.cookies["sessionid"].value
    context.add_cookies(
        [{"name": "sessionid", "value": cookie, "url": live_server.url}]
    )
    context.expose_binding("reportViolation", lambda _, what: violations.append(what))
    context.add_init_script(
        "document.addEventListener('securitypolicyviolation', (event) =>"
        " reportViolation(`${event.violatedDirective} ${event.sourceFile}`))"
    )
    yield context.new_page()
    context.close()


def open_editor(desk, page=None):
    page = page or PageFactory(body="")
    desk.goto(f"/admin/articles/page/{page.pk}/change/")
    desk.locator(".editor-count").wait_for()
    return page


def save(desk, page):
    desk.get_by_role("button", name="Save", exact=True).click()
    desk.locator(".messagelist .success").wait_for()
    page.refresh_from_db()
    return page.body


def write(desk, words):
    """Type, two frames later: the first gives the text its focus back."""
    desk.evaluate(
        "() => new Promise((done) =>"
        " requestAnimationFrame(() => requestAnimationFrame(done)))"
    )
    desk.keyboard.type(words)


def body(desk):
    return desk.evaluate("document.querySelector('#id_body').value")


def test_editor_writes_a_story_with_everything_in_it(desk, violations):
    picture = PictureFactory(rendered=True, caption="The ferry at dawn.", alt_text="")
    page = open_editor(desk)
    text = desk.get_by_role("textbox", name="Body")
    kinds = desk.keyboard

    text.click()
    write(desk, "The first boat left.")
    kinds.press("Control+Alt+f")
    desk.get_by_label("Text of the note").fill('Port & "harbour" office')
    desk.get_by_role("button", name="Put it in").click()
    write(desk, " Then")
    desk.get_by_role("button", name="Link", exact=True).click()
    desk.get_by_label("Words").fill("its page")
    desk.get_by_label("Address").fill("port.example/a?b=1&c=2")
    desk.get_by_role("button", name="Make the link").click()
    write(desk, ".")
    kinds.press("Enter")

    desk.get_by_role("button", name="Picture from the library").click()
    desk.get_by_label("Search captions").fill("ferry")
    desk.get_by_role("button", name="The ferry at dawn.").click()
    desk.get_by_text("It has no alternative text").wait_for()
    write(desk, "After it.")
    desk.locator("figcaption").click()
    write(desk, "Dawn")
    desk.get_by_label("Size of the picture").select_option("wide")

    desk.locator("#id_body_editor > p").last.click()
    kinds.press("End")
    desk.get_by_role("button", name="Video or post").click()
    desk.get_by_label("Address").fill("https://elsewhere.example/1")
    desk.get_by_role("button", name="Put it in").click()
    desk.get_by_text("elsewhere.example is not among").wait_for()
    desk.get_by_label("Address").fill("https://www.youtube.com/watch?v=1&t=2")
    desk.get_by_label("What it is").fill("The ferry leaves")
    desk.get_by_role("button", name="Put it in").click()

    write(desk, "Said aloud.")
    desk.get_by_role("button", name="Pull quote").click()
    kinds.press("Control+End")
    desk.locator("#id_body_editor > aside p").click()
    kinds.press("End")
    kinds.press("Enter")
    kinds.press("Enter")
    desk.get_by_role("button", name="Insert table").click()
    desk.get_by_label("Rows").fill("2")
    desk.get_by_label("Columns").fill("2")
    desk.get_by_label("Caption").last.fill("Fares")
    desk.get_by_role("button", name="Put it in").click()
    for word in ["Day", "Boats", "Monday", "4"]:
        write(desk, word)
        if word != "4":
            kinds.press("Tab")
    desk.locator("#id_body_editor > p").first.click()
    desk.get_by_role("button", name="Right to left").click()
    stored = save(desk, page)

    assert stored == (
        '<p dir="rtl">The first boat left.'
        '<sup data-footnote="Port &amp; &quot;harbour&quot; office"></sup> Then'
        '<a href="https://port.example/a?b=1&amp;c=2">its page</a>.</p>'
        f'<figure data-picture="{picture.pk}" data-size="wide">'
        "<figcaption>Dawn</figcaption></figure><p>After it.</p>"
        '<div data-embed="https://www.youtube.com/watch?v=1&amp;t=2">'
        '<a href="https://www.youtube.com/watch?v=1&amp;t=2">The ferry leaves</a></div>'
        '<aside class="pullquote"><p>Said aloud.</p></aside>'
        "<table><caption>Fares</caption><tbody><tr><th>Day</th><th>Boats</th></tr>"
        "<tr><td>Monday</td><td>4</td></tr></tbody></table>"
    )
    assert violations == []


EXPECTED = {
    "word": (
        "<h2>What changed</h2>"
        "<p><strong>Forty</strong> passengers <em>left</em> at dawn, unseen."
        '<sup data-footnote="Port office, 2026."></sup> See the port,'
        ' <a href="https://port.example/">its page</a> and the draft.</p>'
        "<ul><li>First<ul><li>Nested</li></ul></li><li>Second</li></ul>"
        '<p>Between.</p><ol start="3"><li>Three</li><li>Four</li></ol>'
        "<blockquote><p>Said one.</p><p>Said two.</p></blockquote>"
        '<p dir="rtl">خبر</p>'
        "<table><tbody><tr><td>Day</td><td>Boats</td></tr></tbody></table>"
    ),
    "docs": (
        "<h2>A heading</h2>"
        "<p>Plain then <strong>bold</strong> and <em>italic</em> H<sub>2</sub>O,"
        ' <a href="https://port.example/a?b=1">a link</a>, 40&nbsp;km.</p>'
        "<ul><li>One<ul><li>Inner</li></ul></li><li>Two</li></ul>"
        "<table><tbody><tr><td>A</td></tr></tbody></table>"
    ),
    "writer": (
        "<h2>A heading</h2>"
        '<p><strong>Bold</strong> and plain<sup data-footnote="A note of Writer.">'
        "</sup> text</p><ul><li>Item</li></ul><p>New words</p>"
    ),
}


@pytest.mark.parametrize("program", EXPECTED)
def test_text_from_a_word_processor_comes_in_clean(desk, violations, program):
    page = open_editor(desk)

    desk.locator("#id_body_editor").click()
    desk.evaluate(PASTE, [(PASTES / f"{program}.html").read_text(), ""])
    stored = save(desk, page)

    assert stored == EXPECTED[program]
    assert violations == []


EVERYTHING = (
    '<h2 lang="fr">Titre</h2><h3>Three</h3><h4>Four</h4>'
    '<p dir="rtl" lang="ar">خبر</p>'
    '<p>A <a href="/world/a/" title="There" hreflang="tr">link</a>, <s>struck</s>'
    " H<sub>2</sub>O, m<sup>2</sup>, <code>code</code>, <cite>Book</cite>,"
    ' <q cite="https://port.example/">said</q>, <abbr title="kilometre">km</abbr>,'
    ' <bdi>Ali</bdi>, <time datetime="2026-01-01">New Year</time>, <mark>read</mark>,'
    ' <span lang="de">Hafen</span><br>and more.</p>'
    '<blockquote cite="https://port.example/"><p>Quoted.</p></blockquote>'
    '<ol start="3" reversed=""><li>One<ul><li>Inner</li></ul></li></ol>'
    "<dl><dt>Knot</dt><dd>A mile an hour, at sea</dd></dl><hr>"
    "<pre><code>a = 1\n\tb</code></pre>"
    '<table><caption>Fares</caption><tbody><tr><th scope="col">Day</th><th>Boats</th>'
    '</tr><tr><td colspan="2" rowspan="1">All<br>of it</td></tr></tbody></table>'
    "<figure><p>Words</p><figcaption>Under them</figcaption></figure>"
    "<aside><p>In a box</p></aside>"
    '<div data-embed="https://elsewhere.example/1">'
    '<a href="https://elsewhere.example/1">A post</a></div>'
    '<p>Noted.<sup data-footnote="Port office"></sup></p>'
)


def test_everything_is_all_that_stories_may_hold():
    # The editor writes `strong` for `b` and `em` for `i`, and rows without groups.
    written_otherwise = {"b", "i", "thead", "tfoot"}

    elements = set(re.findall(r"<([a-z][a-z0-9]*)", EVERYTHING))

    assert elements | written_otherwise | {"strong", "em"} == html.TAGS


def test_editing_a_story_keeps_all_that_stories_may_hold(desk):
    page = open_editor(desk, PageFactory(body=EVERYTHING))

    desk.locator("#id_body_editor > h2").click()
    desk.keyboard.press("End")
    desk.keyboard.type("!")
    stored = save(desk, page)

    assert stored == EVERYTHING.replace("Titre", "Titre!").replace(' rowspan="1"', "")
    assert html.clean(str(stored)) == stored


def test_story_that_nobody_touched_stays_as_it_was(desk):
    page = open_editor(desk, PageFactory(body="<p>An <b>old</b> story<p>"))
    before = page.body

    desk.get_by_label("Title").fill("Another")

    assert save(desk, page) == before


@pytest.mark.parametrize("way", ["drop", "paste"])
def test_file_in_the_text_leads_to_the_library(desk, way):
    open_editor(desk)

    desk.locator("#id_body_editor").click()
    was_stopped = way == "paste" or desk.evaluate(DROP)
    if way == "paste":
        desk.evaluate(PASTE, ["", ""])

    link = desk.get_by_role("link", name="add it to the library")
    assert link.get_attribute("href") == "/admin/articles/picture/add/"
    assert (was_stopped, body(desk)) == (True, "")


@pytest.mark.parametrize(("changed", "asked"), [(False, []), (True, ["beforeunload"])])
def test_leaving_with_unsaved_words_is_asked_about(desk, changed, asked):
    open_editor(desk)
    dialogs = []
    desk.on("dialog", lambda dialog: (dialogs.append(dialog.type), dialog.accept()))

    desk.locator("#id_body_editor").click()
    desk.keyboard.type("Unsaved")
    if not changed:
        desk.keyboard.press("Control+z")
    desk.goto("/admin/")

    assert dialogs == asked


def test_leaving_an_untouched_story_is_not_asked_about(desk, violations):
    article = ArticleFactory(body=EVERYTHING)
    dialogs = []
    desk.on("dialog", lambda dialog: (dialogs.append(dialog.type), dialog.accept()))

    desk.goto(f"/admin/articles/article/{article.pk}/change/")
    desk.locator(".editor-count").wait_for()
    desk.wait_for_load_state("networkidle")
    desk.locator("#id_body_editor").click()
    desk.goto("/admin/")

    assert (dialogs, violations) == ([], [])


def test_toolbar_is_one_stop_and_the_text_is_left_by_tab(desk):
    open_editor(desk)
    focused = "document.activeElement.title || document.activeElement.id"

    desk.locator("#id_body_editor").click()
    desk.keyboard.press("Alt+F10")
    first = desk.evaluate(focused)
    desk.keyboard.press("ArrowRight")
    second = desk.evaluate(focused)
    desk.keyboard.press("Escape")
    desk.locator("#id_body_editor:focus").wait_for()
    desk.keyboard.press("Tab")

    assert (first, second) == ("Heading 2", "Heading 3")
    assert desk.evaluate(focused) == "id_seo_description"
    assert desk.locator('.prose-menubar button[tabindex="0"]').count() == 1


def test_other_scripts_hear_of_changes_and_may_set_the_text(desk):
    open_editor(desk)
    desk.evaluate(
        "document.addEventListener('newsroom:body-changed',"
        " ({detail}) => { window.heard = detail; })"
    )

    desk.evaluate(
        "document.querySelector('#id_body').dispatchEvent(new CustomEvent("
        "'newsroom:body-set', {detail: {html: '<p>Two words</p>'}}))"
    )
    desk.get_by_text("2 words, 1 min to read").wait_for()

    assert desk.evaluate("window.heard") == {
        "html": "<p>Two words</p>",
        "words": 2,
        "minutes": 1,
    }


def test_right_to_left_story_is_written_from_the_right(desk):
    desk.goto("/admin/articles/article/add/")
    desk.locator(".editor-count").wait_for()

    desk.evaluate(
        "document.querySelector('#id_language').closest('details')"
        "?.setAttribute('open', '')"
    )
    desk.locator("#id_language").fill("ar")
    desk.locator("#id_language").press("Tab")

    box = desk.locator("#id_body_editor")
    assert (box.get_attribute("dir"), box.get_attribute("lang")) == ("rtl", "ar")


def test_body_is_a_plain_text_area_without_script(browser, live_server, client):
    client.force_login(User.objects.create_superuser("editor"))
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    cookie = client.cookies["sessionid"].value
    context.add_cookies(
        [{"name": "sessionid", "value": cookie, "url": live_server.url}]
    )
    page = context.new_page()

    page.goto("/admin/articles/page/add/")
    page.get_by_label("Title").fill("About")
    page.get_by_label("Body").fill("<p>By <strong>hand</strong></p>")
    page.get_by_role("button", name="Save", exact=True).click()
    context.close()

    assert Page.objects.get().body == "<p>By <strong>hand</strong></p>"
