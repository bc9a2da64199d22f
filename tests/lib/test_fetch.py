import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsroom.lib import fetch

INWARD = [
    "http://127.0.0.1/",
    "http://127.1/",
    "http://0/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0177.0.0.1/",
    "http://localhost/",
    "http://localhost./",
    "http://10.0.0.1/",
    "http://172.16.5.4/",
    "http://192.168.1.1/",
    "http://100.64.0.1/",
    "http://169.254.169.254/latest/meta-data/",
    "http://[::1]/",
    "http://[::]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/",
    "http://[fe80::1]/",
    "http://[fc00::1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[2002:7f00:1::]/",
    "http://224.0.0.1/",
    "http://255.255.255.255/",
    "http://127。0。0。1/",
    "http://①②⑦.⓪.⓪.①/",
    "http://127.0.0.1.:80/",
    "http://127.0.1/",
    "http://017700000001/",
    "http://0x7f.1/",
    "http://0x7F.0x0.0x0.0x1/",
    "http://127.0.0.1%00.paper.example/",
    "http://LOCALHOST/",
    "http://ip6-localhost/",
    "http://[::ffff:0:127.0.0.1]/",
    "http://[0:0:0:0:0:0:0:1]/",
    "http://[::127.0.0.1]/",
    "http://[2001:db8::1]/",
    "http://[fec0::1]/",
    "http://[ff02::1]/",
    "http://[fe80::1%25lo]/",
    "http://[64:ff9b:1::7f00:1]/",
    "http://192.0.2.1/",
    "http://198.18.0.1/",
    "http://240.0.0.1/",
    "http://example.com@127.0.0.1/",
    "http://127.0.0.1#@example.com/",
    "http://127.0.0.1\\@example.com/",
]


@pytest.mark.parametrize("url", INWARD)
def test_address_inside_our_network_is_refused(url):
    with pytest.raises(fetch.FetchError):
        fetch.fetch(url)


INWARD_NETWORKS = [
    "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16",
    "172.16.0.0/12", "192.168.0.0/16", "224.0.0.0/4", "240.0.0.0/4",
]  # fmt: skip


def notations(ip):
    """The ways to write one IPv4 address, alone and within one of IPv6."""
    number, parts = int(ip), str(ip).split(".")
    octets = list(map(int, parts))
    last = number & 0xFFFFFF
    return [
        str(ip), f"{ip}.", str(number), hex(number), f"0{number:o}",
        ".".join(f"0{octet:o}" for octet in octets),
        ".".join(map(hex, octets)), f"{octets[0]}.{last}",
        f"{octets[0]}.{octets[1]}.{number & 0xFFFF}",
        f"[::ffff:{ip}]", f"[::{ip}]", f"[64:ff9b::{ip}]",
        f"[2002:{number >> 16:x}:{number & 0xFFFF:x}::1]",
        f"[2001:0:{number >> 16:x}:{number & 0xFFFF:x}::1]",
    ]  # fmt: skip


@given(
    st.sampled_from(INWARD_NETWORKS).flatmap(lambda net: st.ip_addresses(network=net)),
    st.sampled_from(["http", "https"]),
    st.sampled_from(["", "/", "/a?b=http://8.8.8.8/", ":80/", ":443/"]),
)
@settings(max_examples=60, deadline=None, derandomize=True)
def test_no_notation_of_an_inward_address_is_opened(ip, scheme, rest):
    for host in notations(ip):
        with pytest.raises(fetch.FetchError):
            fetch.check_address(f"{scheme}://{host}{rest}")


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "gopher://8.8.8.8/",
        "ftp://8.8.8.8/",
        "http://user:pass@8.8.8.8/",
        "http://8.8.8.8:22/",
        "http://8.8.8.8:6379/",
        "http://",
        "http://[",
        "javascript:alert(1)",
        "",
    ],
)
def test_other_than_plain_web_address_is_refused(url):
    with pytest.raises(fetch.RefusedAddressError):
        fetch.check_address(url)


@pytest.mark.parametrize(
    "url", ["http://8.8.8.8/", "http://[2606:4700::1111]/", "http://[64:ff9b::808:808]"]
)
def test_public_address_is_opened(url):
    assert fetch.check_address(url)[1]


def test_name_that_resolves_inward_is_refused(monkeypatch):
    answers = [
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, 80))
        for ip in ["93.184.215.14", "127.0.0.1"]
    ]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: answers)

    with pytest.raises(fetch.RefusedAddressError):
        fetch.fetch("http://rebinding.example/")


class _Site(BaseHTTPRequestHandler):
    def do_GET(self):
        name = self.path.rpartition("/")[2]
        if name in {"inward", "loop", "file"}:
            target = {
                "inward": "http://169.254.169.254/",
                "loop": "http://paper.example/loop",
                "file": "file:///etc/passwd",
            }[name]
            self.send_response(302)
            self.send_header("Location", target)
            self.end_headers()
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=iso-8859-1")
        self.end_headers()
        if name == "slow":
            for _ in range(50):
                self.wfile.write(b"x")
                self.wfile.flush()
                time.sleep(0.1)
        elif name == "large":
            self.wfile.write(b"x" * 300_000)
        else:
            self.wfile.write("café".encode("latin-1"))

    def log_message(self, *args):
        pass


@pytest.fixture
def site(monkeypatch):
    """A site that counts as public: its name resolves to one, the socket goes here."""
    server = HTTPServer(("127.0.0.1", 0), _Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    connect, resolve = socket.create_connection, socket.getaddrinfo
    public = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.215.14", 80))]
    monkeypatch.setattr(
        socket,
        "getaddrinfo",
        lambda host, *args, **kwargs: (
            public if host == "paper.example" else resolve(host, *args, **kwargs)
        ),
    )
    opened = []

    def create_connection(address, **kwargs):
        opened.append(address)
        return connect(server.server_address, **kwargs)

    monkeypatch.setattr(fetch.socket, "create_connection", create_connection)
    yield opened
    server.shutdown()
    server.server_close()


def test_page_is_read_in_its_own_encoding(site):
    page = fetch.fetch("http://paper.example/story")

    assert (page.status, page.text) == (200, "café")
    assert site == [("93.184.215.14", 80)]


@pytest.mark.parametrize("name", ["inward", "file", "loop"])
def test_redirect_leads_neither_inward_nor_round_and_round(site, name):
    with pytest.raises(fetch.FetchError):
        fetch.fetch(f"http://paper.example/{name}")

    assert all(address == ("93.184.215.14", 80) for address in site)


def test_large_page_is_cut(site):
    page = fetch.fetch("http://paper.example/large", max_bytes=100_000)

    assert len(page.text) == 100_000


def test_slow_page_is_given_up(site):
    began = time.monotonic()

    with pytest.raises(fetch.FetchError):
        fetch.fetch("http://paper.example/slow", seconds=0.5)

    assert time.monotonic() - began < 3
