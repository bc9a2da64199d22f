"""W3C's HTML checker and html-validate, on every page of the site."""

import json
import subprocess
import urllib.request
from pathlib import Path

from tests.judges.conftest import HERE

# Nothing is let pass; a finding that is wrong gets its reason here.
IGNORED_BY_VNU = ()


def ask_vnu(vnu, body, content_type="text/html; charset=utf-8"):
    """Return the checker's messages about one document."""
    request = urllib.request.Request(  # noqa: S310 -- our own server
        f"{vnu}/?out=json", data=body, headers={"Content-Type": content_type}
    )
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(request, timeout=180) as answer:
        messages = json.load(answer)["messages"]
    return [
        f"line {message.get('lastLine')}: {message['message']}"
        for message in messages
        if message["type"] in ("error", "non-document-error")
        or message.get("subType") == "warning"
        if not any(part in message["message"] for part in IGNORED_BY_VNU)
    ]


def test_html_checker_sees_a_defect(vnu):
    body = b"<!DOCTYPE html><html lang=en><title>x</title><p id=a><p id=a><img src=x>"

    messages = ask_vnu(vnu, body)

    assert any("Duplicate ID" in message for message in messages)


def test_html_checker_finds_nothing(vnu, html_pages):
    found = {page.address: ask_vnu(vnu, page.body) for page in html_pages}

    assert {address: messages for address, messages in found.items() if messages} == {}


def ask_html_validate(node_modules, directory):
    """Return the findings in a directory's documents: from file name to messages."""
    run = subprocess.run(
        [
            node_modules / ".bin/html-validate",
            *["--config", HERE / "html-validate.json", "--formatter", "json"],
            directory,
        ],
        cwd=HERE,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode in (0, 1), run.stderr
    return {
        Path(result["filePath"]).name: [
            f"line {message['line']}: {message['ruleId']}: {message['message']}"
            for message in result["messages"]
        ]
        for result in json.loads(run.stdout)
        if result["messages"]
    }


def test_html_validate_sees_a_defect(node_modules, tmp_path):
    (tmp_path / "bad.html").write_text("<p id=a>x</p><p id=a>y</p>")

    assert "no-dup-id" in " ".join(
        ask_html_validate(node_modules, tmp_path)["bad.html"]
    )


def test_html_validate_finds_nothing(node_modules, html_pages, tmp_path):
    names = {}
    for number, page in enumerate(html_pages):
        (tmp_path / f"{number}.html").write_bytes(page.body)
        names[f"{number}.html"] = page.address

    found = ask_html_validate(node_modules, tmp_path)

    assert {names[file]: messages for file, messages in found.items()} == {}
