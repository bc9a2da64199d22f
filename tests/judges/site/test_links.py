"""linkinator: every link of the site leads somewhere, and straight there."""

import json
import os
import subprocess
from collections import defaultdict
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from tests.judges.pages import REFUSALS


def ask_linkinator(node_modules, site, addresses):
    """Return which of the addresses, and of their links on the same site, are broken.

    From address and status to the pages that link there. It reads no links in feeds and
    sitemaps, so it is asked about every address that the crawl found, not about one
    from which to go on.
    """
    run = subprocess.run(
        [
            node_modules / ".bin/linkinator",
            *[site + address for address in addresses],
            *["--redirects", "error", "--check-css", "--format", "json"],
            *["--skip", f"^(?!{site}/(?!admin/))"],
        ],
        env={**os.environ, "https_proxy": ""},  # past any proxy
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode in (0, 1), run.stderr
    found = defaultdict(set)
    for link in json.loads(run.stdout)["links"]:
        if link["state"] == "BROKEN":
            parents = found[link["url"].removeprefix(site), link["status"]]
            parents.add(link.get("parent", site).removeprefix(site))
    return dict(found)


@pytest.fixture
def files(tmp_path):
    """A directory, and the address where it is served."""
    handler = partial(SimpleHTTPRequestHandler, directory=tmp_path)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield tmp_path, f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_linkinator_sees_a_defect(node_modules, files):
    directory, address = files
    (directory / "folder").mkdir()
    (directory / "good.html").write_text("<a href=/bad.html>x</a>")
    (directory / "bad.html").write_text(
        "<a href=/good.html>x</a><a href=/gone.html>x</a><a href=/folder>x</a>"
        "<img src=/gone.png srcset='/gone-too.png 2x'><link rel=stylesheet href=/x.css>"
        "<a href=https://elsewhere.example/>x</a><a href=/admin/>x</a>"
    )
    (directory / "x.css").write_text("p { background: url(/gone.svg) }")

    found = ask_linkinator(
        node_modules, address, ["/good.html", "/bad.html", "/x.css", "/lost.xml"]
    )

    assert found == {
        ("/folder", 301): {"/bad.html"},
        ("/gone.html", 404): {"/bad.html"},
        ("/gone.png", 404): {"/bad.html"},
        ("/gone-too.png", 404): {"/bad.html"},
        ("/gone.svg", 404): {"/x.css"},
        ("/lost.xml", 404): {""},
    }


def test_no_link_is_broken_or_goes_round(node_modules, site, site_pages):
    addresses = [address for address in site_pages if address not in REFUSALS]

    assert ask_linkinator(node_modules, site, addresses) == {}


def test_every_fragment_has_its_place(site_pages):
    # Not linkinator's work: it looks only for those whose page it has not read before.
    lost = {
        (page.address, address, fragment)
        for page in site_pages.values()
        for address, fragment in page.links
        if fragment and site_pages[address].is_html
        if fragment not in site_pages[address].ids
    }

    assert lost == set()


def test_site_was_read(site_pages):
    assert len([page for page in site_pages.values() if page.is_html]) > 60


def test_reader_pages_are_the_same_for_all(site_pages):
    personal = {
        page.address
        for page in site_pages.values()
        if "set-cookie" in page.headers
        or "cookie" in page.headers.get("vary", "").lower()
    }

    assert personal == set()
