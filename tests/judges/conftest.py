"""The demo site, started once, and the judges that need a process of their own."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from tests.judges import pages
from tests.judges.crawl import crawl

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
NODE_MODULES = HERE / "node_modules"


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
    """The address of the demo edition, served as `make run` serves it."""
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
    log = directory / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "serve", "--port", str(port)],
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
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


@pytest.fixture(scope="session")
def vnu(node_modules, tmp_path_factory):
    """The address of W3C's HTML checker, run as a server."""
    java = shutil.which("java")
    if java is None:
        pytest.fail("The HTML checker needs Java: default-jre-headless.", pytrace=False)
    port = free_port()
    log = tmp_path_factory.mktemp("vnu") / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [
                java,
                "-Dnu.validator.servlet.bind-address=127.0.0.1",
                "-cp",
                str(node_modules / "vnu-jar/build/dist/vnu.jar"),
                "nu.validator.servlet.Main",
                str(port),
            ],
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    address = f"http://127.0.0.1:{port}"
    wait_for(address, process, seconds=60, log=log)
    yield address
    stop(process)
