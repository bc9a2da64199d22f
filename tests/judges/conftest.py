"""The demo site, started once, and where the judges are."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from functools import partial
from pathlib import Path

import pytest

from tests.judges import pages
from tests.judges.crawl import crawl

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
NODE_MODULES = HERE / "node_modules"
# Colours on their way from one theme to the other are nobody's colours.
STILL = """addEventListener("DOMContentLoaded", () => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync("* { transition: none !important }");
  document.adoptedStyleSheets.push(sheet);
})"""


def pytest_collection_modifyitems(items):
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.judges)


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def wait_for(url, process, *, seconds, log):
    """Wait until an address answers; fail with the log when its process ends."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if process.poll() is not None:
            break
        try:
            opener.open(url, timeout=5).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    process.terminate()
    pytest.fail(f"{url} did not answer.\n{log.read_text()[-4000:]}", pytrace=False)


def stop(process):
    process.terminate()
    try:
        process.wait(timeout=15)
    except subprocess.TimeoutExpired:
        process.kill()


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """The address of the demo edition, served as `make run` serves it.

    Without the worker, which would make AVIF files of all pictures meanwhile.
    """
    directory = tmp_path_factory.mktemp("site")
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "newsroom.settings",
        "ENV_FILE": "",
        "SECRET_KEY": "only-for-the-judges-" + "0123456789" * 4,
        "SITE_URL": address,
        "DATABASE_URL": f"sqlite:///{directory}/site.sqlite3",
        "STORAGE_URL": f"file://{directory}/media",
    }
    manage = partial(subprocess.Popen, cwd=ROOT, stderr=subprocess.STDOUT)
    log = directory / "log"
    with log.open("wb") as output:
        for command in [["migrate", "--verbosity=0"], ["seed_demo"]]:
            made = manage(
                [sys.executable, "manage.py", *command], env=environment, stdout=output
            )
            if made.wait(timeout=300) != 0:
                pytest.fail(log.read_text()[-4000:], pytrace=False)
        process = manage(
            [sys.executable, "manage.py", "serve", "--port", str(port)],
            env={**environment, "TASKS_URL": "immediate://"},
            stdout=output,
        )
    wait_for(f"{address}/healthz", process, seconds=180, log=log)
    yield address
    stop(process)


@pytest.fixture(scope="session")
def site_pages(site):
    """Every page of the site that a link leads to, by address."""
    return crawl(site, ["/", *pages.UNLINKED, *pages.REFUSALS])


@pytest.fixture(scope="session")
def html_pages(site_pages):
    return [page for page in site_pages.values() if page.is_html]


@pytest.fixture(scope="session")
def node_modules():
    """Where npm put the judges."""
    if not (NODE_MODULES / "vnu-jar").is_dir():
        pytest.fail(
            "The judges are not installed: npm ci --prefix tests/judges "
            "(make check does it).",
            pytrace=False,
        )
    return NODE_MODULES


@pytest.fixture
def judged(browser, node_modules):
    """Opens a browser whose pages carry the judges; `tab_of(address)` makes a tab."""
    contexts = []

    def tab_of(address):
        context = browser.new_context(
            base_url=address,
            bypass_csp=True,  # our policy would keep them out; it is judged elsewhere
            reduced_motion="reduce",
        )
        contexts.append(context)
        axe = (node_modules / "axe-core/axe.min.js").read_text()
        ibm = (node_modules / "accessibility-checker-engine/ace.js").read_text()
        context.add_init_script(axe)
        context.add_init_script(f"{ibm}\nwindow.ace = ace")
        context.add_init_script(STILL)
        return context.new_page()

    yield tab_of
    for context in contexts:
        context.close()
