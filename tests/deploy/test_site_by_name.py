"""nginx.conf with site-by-name.conf follows a name whose address changes."""

import http.client
import os
import re
import shutil
import socket
import ssl
import struct
import subprocess
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count

import pytest
from django.conf import settings

pytestmark = pytest.mark.skipif(
    not shutil.which("nginx"), reason="nginx is not installed"
)
DEPLOY = settings.BASE_DIR / "deploy"


class Names:
    """A DNS that answers every question with `address`, or that there is none."""

    address = None

    def __init__(self):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.thread = threading.Thread(target=self.answer)
        self.thread.start()

    def answer(self):
        while True:
            asked, whom = self.socket.recvfrom(512)
            if not asked:
                return
            question = asked[12 : asked.index(b"\0", 12) + 5]
            flags = 0x8180 if self.address else 0x8183
            head = struct.pack("!5H", flags, 1, bool(self.address), 0, 0)
            record = b""
            if self.address:
                record = b"\xc0\x0c" + struct.pack("!2HIH", 1, 1, 1, 4)
                record += socket.inet_aton(self.address)
            self.socket.sendto(asked[:2] + head + question + record, whom)

    def close(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
            asking.sendto(b"", ("127.0.0.1", self.port))
        self.thread.join()
        self.socket.close()


class Site(BaseHTTPRequestHandler):
    """Says at which address it was asked."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        body = self.server.server_address[0].encode()
        self.send_response(200)
        self.send_header("Cache-Control", "public, max-age=0")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


@pytest.fixture
def names():
    names = Names()
    yield names
    names.close()


@pytest.fixture
def sites():
    """Start a site at an address, on the one port that all of them have."""
    running = []

    def start(address):
        port = running[0].server_port if running else 0
        server = ThreadingHTTPServer((address, port), Site)
        threading.Thread(
            target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        ).start()
        running.append(server)
        return server

    yield start
    for server in running:
        server.shutdown()
        server.server_close()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def ask(tmp_path, names, sites):
    """Ask nginx for an address: status, which site answered, whether it is a copy."""
    names.address = "127.0.0.2"
    port, inner, plain = free_port(), free_port(), free_port()
    outer = sites("127.0.0.2").server_port
    certificate(tmp_path)
    conf = "".join(
        (DEPLOY / name).read_text() for name in ["nginx.conf", "site-by-name.conf"]
    )
    conf = re.sub(r"\n *listen \[::\].*", "", conf)
    for there, here in [
        ("resolver 127.0.0.11 valid=5s", f"resolver 127.0.0.1:{names.port} valid=1s"),
        ("127.0.0.1:8000", f"127.0.0.1:{inner}"),
        ("web:8000", f"web.test:{outer}"),
        ("listen 443", f"listen 127.0.0.1:{port}"),
        ("listen 80", f"listen 127.0.0.1:{plain}"),
        ("/etc/ssl", str(tmp_path)),
        ("/var/cache/nginx", str(tmp_path)),
    ]:
        assert there in conf
        conf = conf.replace(there, here)
    temporary = "".join(
        f"{kind}_temp_path {tmp_path}/{kind};"
        for kind in ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    )
    # Root's nginx would hand itself to a user who may not write here.
    user = "user root;" if os.geteuid() == 0 else ""
    (tmp_path / "nginx.conf").write_text(
        f"{user} daemon off; pid {tmp_path}/pid; events {{}} "
        f"http {{ {temporary} {conf} }}"
    )
    command = ["nginx", "-p", tmp_path, "-c", tmp_path / "nginx.conf"]
    server = subprocess.Popen([*command, "-e", tmp_path / "error.log"])
    trust = ssl.create_default_context(cafile=tmp_path / "NEWS.EXAMPLE.pem")
    trust.check_hostname = False

    def ask(path, **headers):
        asking = http.client.HTTPSConnection("127.0.0.1", port, context=trust)
        asking.request("GET", path, headers={"Host": "NEWS.EXAMPLE", **headers})
        answer = asking.getresponse()
        body = answer.read().decode()
        asking.close()
        return answer.status, body, answer.headers["X-Cache"]

    try:
        until(lambda: listens(port))
        yield ask
    finally:
        server.terminate()
        server.wait(10)


def certificate(directory):
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes"]
    command += ["-subj", "/CN=x", "-keyout", directory / "NEWS.EXAMPLE.key"]
    command += ["-out", directory / "NEWS.EXAMPLE.pem"]
    subprocess.run(command, check=True, capture_output=True)


def listens(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def until(wanted):
    """Wait for at most half a minute."""
    for _ in range(300):
        if wanted():
            return
        time.sleep(0.1)
    raise AssertionError("It did not come.")


def test_site_is_found_at_its_next_address(ask, names, sites):
    assert ask("/")[1] == "127.0.0.2"

    sites("127.0.0.3")
    names.address = "127.0.0.3"

    until(lambda: ask("/")[:2] == (200, "127.0.0.3"))


def test_copies_outlive_a_name_that_is_gone(ask, names):
    kept = ask("/")
    names.address = None
    numbers = count()
    until(lambda: ask(f"/never-asked-for/{next(numbers)}/")[0] == 503)

    stale = ask("/")

    assert kept == (200, "127.0.0.2", "MISS")
    assert stale == (200, "127.0.0.2", "STALE")


def test_only_the_site_makes_it_fetch_anew(ask):
    ask("/")

    assert ask("/", **{"X-Refresh": "EDGE-SECRET"})[2] == "BYPASS"
    assert ask("/", **{"X-Refresh": "guess"})[2] != "BYPASS"
