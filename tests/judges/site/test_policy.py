"""Google's CSP Evaluator on every policy that the site sends, and a browser's word."""

import json
import re
import shutil
import subprocess

from tests.judges.conftest import HERE
from tests.judges.crawl import fetch
from tests.judges.pages import one_of_each

# What it says of any policy without nonces alone; the start of a line, with its reason.
ALLOWED = {
    "MEDIUM_MAYBE: script-src 'self'": "No file of a stranger is served as a script: "
    "uploads are pictures that we made anew, sent with nosniff.",
}


def ask_evaluator(node_modules, policies):
    """Return the findings on each policy, in their order."""
    run = subprocess.run(
        [shutil.which("node"), HERE / "csp.mjs", node_modules.resolve()],
        input="\n".join(policies),
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def test_evaluator_finds_nothing_in_our_policies(site, site_pages, node_modules):
    pages = [*site_pages.values(), fetch(site, "/admin/login/")]
    policies = sorted(
        {
            re.sub(r"'nonce-[^']+'", "'nonce-0123456789abcdef0123456789'", policy)
            for page in pages
            if (policy := page.headers.get("content-security-policy"))
        }
    )

    found = [
        (policy, line)
        for policy, lines in zip(
            policies, ask_evaluator(node_modules, policies), strict=True
        )
        for line in lines
        if not line.startswith(tuple(ALLOWED))
    ]

    assert len(policies) >= 2
    assert found == []


def test_every_page_has_a_policy(site_pages):
    assert [
        page.address
        for page in site_pages.values()
        if page.is_html and not page.headers.get("content-security-policy")
    ] == []


def test_evaluator_sees_a_defect(node_modules):
    [found] = ask_evaluator(node_modules, ["script-src 'unsafe-inline' *"])

    assert any(line.startswith("HIGH: script-src") for line in found)


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
