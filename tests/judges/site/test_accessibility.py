"""axe and IBM's engine in a real browser: WCAG 2.2 AA and best practice."""

from tests.judges.engines import ask_axe, ask_ibm, judge
from tests.judges.pages import one_of_each


def test_accessibility_engines_find_nothing(site, html_pages, judged):
    tab = judged(site)
    found = {}
    for page in one_of_each(html_pages):
        tab.goto(page.address)
        found[page.address] = {**judge(tab), "IBM": ask_ibm(tab)}

    assert {
        address: left
        for address, said in found.items()
        if (left := {look: messages for look, messages in said.items() if messages})
    } == {}


def test_engines_see_a_defect(judged):
    tab = judged(None)
    tab.goto("data:text/html,<html><body><img src=x><button></button></body></html>")

    messages, said = ask_axe(tab), ask_ibm(tab)

    assert any("img" in message for message in said)
    assert {message.partition(":")[0] for message in messages} >= {
        "button-name",
        "html-has-lang",
        "image-alt",
    }


def test_pages_keep_to_our_security_policy(site, html_pages, browser):
    context = browser.new_context()
    found = {}
    for page in one_of_each(html_pages):
        tab = context.new_page()
        messages = found[page.address] = []
        tab.on("console", lambda message, to=messages: to.append(message.text))
        tab.on("pageerror", lambda error, to=messages: to.append(str(error)))
        tab.on(
            "request",
            lambda request, to=messages: (
                to.append(f"asks {request.url}")
                if not request.url.startswith((site, "data:"))
                else None
            ),
        )
        tab.goto(site + page.address, wait_until="load")
        tab.close()
    cookies = context.cookies()
    context.close()

    # A page that is not found says so in the console; that is the browser's own line.
    assert {
        address: kept
        for address, messages in found.items()
        if (kept := [text for text in messages if "status of 404" not in text])
    } == {}
    assert cookies == []
