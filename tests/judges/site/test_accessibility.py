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
