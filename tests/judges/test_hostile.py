"""Hostile words in everything that people write, opened in a real browser.

The policy that would keep a script from running is switched off: nothing may lean on
it alone.
"""

import pytest
from django.urls import reverse

from articles.models import Publication
from newsroom.lib import html
from tests.factories.articles import (
    AuthorFactory,
    CompleteArticleFactory,
    ContributionFactory,
    CorrectionFactory,
    PageFactory,
    SectionFactory,
)
from tests.factories.newsletter import IssueFactory, IssueItemFactory, NewsletterFactory
from tests.judges.hostile import HOSTILE
from tests.judges.html_judges import ask_html_checker

pytestmark = pytest.mark.django_db(transaction=True)

# Before anything of the page: whatever a hostile string calls is heard.
LISTEN = """
window.heard = [];
for (const name of ["ran", "alert", "confirm", "prompt", "print"])
    window[name] = () => heard.push(name);
"""
# What may never stand in a page, and a press of all that can be pressed.
FIND = """() => {
    const ours = (element) => element.src?.startsWith(location.origin);
    for (const element of document.querySelectorAll("main *")) {
        for (const {name, value} of element.attributes)
            if (/^(on|style$|srcdoc$)/.test(name)
                || /^[\\s\\x00-\\x20]*(java|vb)script:/i.test(value)
                   && ["href", "src", "action", "formaction"].includes(name))
                heard.push(`${element.localName} ${name}=${value}`);
        if (/^(script|iframe|object|embed|base|meta|link|style|svg|math|template)$/
                .test(element.localName) && !ours(element))
            heard.push(element.outerHTML.slice(0, 200));
        for (const event of ["mouseover", "focus", "toggle", "error", "load", "scroll"])
            element.dispatchEvent(new Event(event));
    }
    return heard;
}"""
# What DOMPurify, with nothing allowed but what it allows itself, takes out of bodies.
PURIFY = """() => [...document.querySelectorAll("main article")].flatMap((body) => {
    DOMPurify.sanitize(body.innerHTML);
    return DOMPurify.removed.map(({element, attribute, from}) =>
        element?.outerHTML?.slice(0, 200) ?? `${from?.localName} ${attribute?.name}`);
})"""


def cleaned(hostile):
    """One body of all of them, each cleaned by itself and all of them together."""
    each = "".join(f"<p>{html.clean(value)}</p>" for value in hostile)
    return html.clean(each)


@pytest.fixture
def addresses():
    """Pages of each kind, with hostile words wherever somebody writes."""
    words = "\"'><img src=x onerror=ran()><script>ran()</script>{{7*7}}</title>"
    publication = {"name": words[:60], "address": words, "email": ""}
    Publication.objects.update_or_create(pk=1, defaults=publication)
    section = SectionFactory(name=words[:60], slug="harbour")
    author = AuthorFactory(name=words[:60], slug="ada")
    stories = []
    for number in range(0, len(HOSTILE), 250):
        story = CompleteArticleFactory(
            section=section,
            headline=words,
            kicker=words[:60],
            standfirst=words,
            body=cleaned(HOSTILE[number : number + 250]),
            published=True,
        )
        ContributionFactory(article=story, author=author)
        stories.append(story)
    CorrectionFactory(article=stories[0], text=words)
    PageFactory(slug="us", title=words[:80], body=cleaned(HOSTILE[::9]))
    newsletter = NewsletterFactory(name=words[:60], slug="letter")
    issue = IssueFactory(
        newsletter=newsletter, subject=words[:80], intro=words, sent=True
    )
    IssueItemFactory(issue=issue, position=1, headline=words[:80], text=words)
    request = reverse("republishing:request_create", args=["harbour", stories[0].slug])
    return [
        *[story.get_absolute_url() for story in stories],
        *["/", "/harbour/", "/authors/ada/", "/us/", "/corrections/", "/archive/"],
        *["/newsletters/", "/newsletters/letter/", issue.get_absolute_url(), request],
        *[
            "/search/?q=%22%3E%3Cimg+src%3Dx+onerror%3Dran()%3E",
            "/tags/",
            "/republish/",
        ],
    ]


def test_nothing_hostile_runs(addresses, browser, live_server, settings, node_modules):
    settings.SITE_URL, settings.SITE_IS_SECURE = live_server.url, False
    context = browser.new_context(base_url=live_server.url, bypass_csp=True)
    context.add_init_script(LISTEN)
    context.add_init_script((node_modules / "dompurify/dist/purify.min.js").read_text())
    tab = context.new_page()
    elsewhere = []
    tab.on(
        "request",
        lambda request: (
            None
            if request.url.startswith((live_server.url, "data:"))
            else elsewhere.append(request.url)
        ),
    )
    found = {}
    for address in addresses:
        tab.goto(address)
        found[address] = [*tab.evaluate(FIND), *tab.evaluate(PURIFY)]
        assert tab.url == live_server.url + address
    context.close()

    assert {address: heard for address, heard in found.items() if heard} == {}
    assert elsewhere == []


def test_listener_hears_a_script(browser, node_modules):
    context = browser.new_context()
    context.add_init_script(LISTEN)
    context.add_init_script((node_modules / "dompurify/dist/purify.min.js").read_text())
    tab = context.new_page()
    tab.goto("data:text/html,<main><article><img src=x onerror=ran()><p style=x>y")
    tab.wait_for_function("heard.length > 0")

    heard, removed = tab.evaluate(FIND), tab.evaluate(PURIFY)
    context.close()

    assert "ran" in heard
    assert "p style=x" in heard
    assert removed == ["img onerror"]


def test_hostile_pages_are_valid(addresses, client, node_modules, tmp_path):
    for number, address in enumerate(addresses):
        page = client.get(address)
        assert page.status_code == 200, address
        (tmp_path / f"{number}.html").write_bytes(page.content)

    assert ask_html_checker(node_modules, tmp_path) == {}
