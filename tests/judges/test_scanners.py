"""wapiti and sqlmap look for holes in the site as strangers do.

They send forms, so theirs is another copy of the demo edition than the one that the
judges of `site/` read: another process runs these tests.
"""

import json
import os
import re
import sqlite3
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.judges.conftest import ROOT

PROGRAMS = ROOT / ".venv" / "scanners" / "bin"
MODULES = "xss,sql,file,crlf,redirect,csp,csrf,cookieflags,http_headers"
# What wapiti says and does no harm: the remark, where, and the reason.
ALLOWED = [
    (
        "Lack of anti CSRF token",
        r"/(newsletters/sign-up|republish)/",
        "Kept pages hold no token; newsroom/lib/forms_guard.py says what guards them.",
    ),
    ("X-Frame-Options is not set", r"/(static|media)/.*", "A file is no page."),
]
# A busy machine answers late.
SLOW = "Resource consumption"
ADDRESSES = [
    ["-u", "{site}/search/?q=a&section=b&tag=c&author=d&from=2026-01-01&page=1"],
    [
        *["-u", "{site}/newsletters/sign-up/", "--headers=Sec-Fetch-Site: same-origin"],
        "--data=email=a@paper.example&newsletters=a&website=",
    ],
]


class Holes(BaseHTTPRequestHandler):
    """A site that a scanner must find fault with."""

    def do_GET(self):
        address = urlsplit(self.path)
        if address.path not in ("/", "/row", "/words"):
            return self.send_error(404)
        rows = sqlite3.connect(":memory:")
        rows.executescript("CREATE TABLE t (id, name); INSERT INTO t VALUES (1, 'a')")
        asked = dict(parse_qsl(address.query))
        try:
            found = rows.execute(
                f"SELECT name FROM t WHERE id = {asked.get('id', '1')}"  # noqa: S608
            ).fetchall()
        except sqlite3.Error as error:
            found = f"sqlite3.OperationalError: {error}"
        links = '<a href="/row?id=1">Row</a> <a href="/words?q=a">Words</a>'
        page = f"<!doctype html><p>{asked.get('q', '')} {found} {links}"
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        return self.wfile.write(page.encode())

    def log_message(self, *arguments):
        pass


@pytest.fixture(scope="module")
def holes():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Holes)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def run(program, *arguments, home):
    """Return what a scanner printed; its notes on what it saw go under `home`."""
    if not (PROGRAMS / program).exists():
        pytest.fail("The scanners are not installed (make check does it).", False)
    ended = subprocess.run(
        [PROGRAMS / program, *arguments],
        env={**os.environ, "HOME": str(home), "TERM": "dumb"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    return ended.stdout + ended.stderr


def wapiti(site, tmp_path, *, seconds):
    """Return how many pages it read, and of each finding its kind, remark and path."""
    report = tmp_path / "report.json"
    printed = run(
        "wapiti",
        *["-u", f"{site}/", "--scope", "folder", "-d", "2", "-m", MODULES],
        *["--max-scan-time", str(seconds), "--max-attack-time", "10"],
        *["--max-links-per-page", "8", "--flush-session", "--no-bugreport"],
        *["-v", "0", "-f", "json", "-o", report],
        home=tmp_path,
    )
    assert report.exists(), printed[-2000:]
    told = json.loads(report.read_text())
    return told["infos"]["crawled_pages_nbr"], [
        (kind, finding["info"], finding["path"])
        for part in ["vulnerabilities", "anomalies"]
        for kind, findings in told[part].items()
        if kind != SLOW
        for finding in findings
    ]


def sqlmap(arguments, tmp_path):
    """Return what sqlmap says of each parameter."""
    return run(
        "sqlmap",
        *[*arguments, "--batch", "--smart", "--level=1", "--risk=1", "--retries=0"],
        *["--flush-session", "--disable-coloring", f"--output-dir={tmp_path}"],
        home=tmp_path,
    )


def test_wapiti_finds_nothing(site, tmp_path):
    pages, findings = wapiti(site, tmp_path, seconds=60)

    assert pages >= 20
    assert [
        (kind, remark, path)
        for kind, remark, path in findings
        if not any(
            remark == allowed and re.fullmatch(where, path)
            for allowed, where, _ in ALLOWED
        )
    ] == []


def test_wapiti_sees_holes(holes, tmp_path):
    _, findings = wapiti(holes, tmp_path, seconds=60)

    kinds = {kind for kind, *_ in findings}
    assert {"Reflected Cross Site Scripting", "SQL Injection"} <= kinds


@pytest.mark.parametrize("arguments", ADDRESSES, ids=["search", "sign-up"])
def test_sqlmap_finds_no_injection(site, tmp_path, arguments):
    printed = sqlmap([part.format(site=site) for part in arguments], tmp_path)

    assert "all tested parameters do not appear to be injectable" in printed


def test_sqlmap_sees_an_injection(holes, tmp_path):
    printed = sqlmap(["-u", f"{holes}/row?id=1"], tmp_path)

    assert "identified the following injection point" in printed
