"""axe in a real browser: WCAG 2.2 AA and best practice, both themes, two widths."""

import pytest

from tests.judges.pages import one_of_each

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def ask_axe(tab, rules=TAGS):
    result = tab.evaluate(
        "rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']})",
        rules,
    )
    return [
        f"{violation['id']}: {node['target']}: {node['failureSummary']}"
        for violation in result["violations"]
        for node in violation["nodes"]
    ]


@pytest.fixture
def axe_source(node_modules):
    return (node_modules / "axe-core/axe.min.js").read_text()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_axe_finds_nothing(site, html_pages, browser, axe_source, theme, width):
    # Our policy would keep axe out; it is judged elsewhere.
    context = browser.new_context(
        bypass_csp=True,
        color_scheme=theme,
        viewport={"width": width, "height": 900},
        reduced_motion="reduce",
    )
    found = {}
    for page in one_of_each(html_pages):
        tab = context.new_page()
        tab.goto(site + page.address)
        tab.evaluate(axe_source)
        if messages := ask_axe(tab):
            found[page.address] = messages
        wide = tab.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            found.setdefault(page.address, []).append(f"scrolls sideways: {wide} px")
        tab.close()
    context.close()

    assert found == {}


def test_axe_sees_a_defect(browser, axe_source):
    tab = browser.new_page()
    tab.set_content("<html><body><img src=x><button></button></body></html>")
    tab.evaluate(axe_source)

    messages = ask_axe(tab)
    tab.close()

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
