"""Reading a public web page for somebody else, and nothing inside our own network.

An address that a stranger gives may name a machine that only we can reach (CWE-918).
The name is resolved here, every address it has must be public, and the connection goes
to the address that was checked, so that a second answer of the name server changes
nothing. Redirects go the same way.
"""

import http.client
import ipaddress
import socket
import ssl
import time
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

MAX_BYTES = 2_000_000
SECONDS = 10
REDIRECTS = 3
PORTS = {"http": 80, "https": 443}
_REDIRECTED = {301, 302, 303, 307, 308}
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
# What is given out of IPv6; addresses that wrap one of IPv4 (::1.2.3.4) lie outside.
_UNICAST = ipaddress.ip_network("2000::/3")


class FetchError(Exception):
    """The page could not be read; the message says why, to whoever gave the address."""


class RefusedAddressError(FetchError):
    """The address is none that we would open."""


@dataclass(frozen=True)
class Page:
    """What was read: the address in the end, the status and the text."""

    url: str
    status: int
    text: str


@dataclass(frozen=True)
class Download:
    """What was read: the address in the end, the status, the headers and the bytes."""

    url: str
    status: int
    headers: http.client.HTTPMessage
    body: bytes


def fetch(url, *, max_bytes=MAX_BYTES, seconds=SECONDS, user_agent="Newsroom"):
    """Read a public page within `seconds` and `max_bytes`.

    Raises RefusedAddressError, or FetchError where nothing could be read.
    """
    found = download(url, max_bytes=max_bytes, seconds=seconds, user_agent=user_agent)
    charset = found.headers.get_content_charset() or "utf-8"
    try:
        text = found.body.decode(charset, "replace")
    except LookupError:
        text = found.body.decode("utf-8", "replace")
    return Page(found.url, found.status, text)


def download(url, *, max_bytes=MAX_BYTES, seconds=SECONDS, user_agent="Newsroom"):
    """Read what stands at a public address, as `fetch`, and leave it as it is.

    No more than `max_bytes` are read of it. Raises as `fetch` does.
    """
    deadline = time.monotonic() + seconds
    for _ in range(REDIRECTS + 1):
        status, headers, body = _read(url, deadline, max_bytes, user_agent)
        target = headers.get("Location")
        if status not in _REDIRECTED or not target:
            return Download(url, status, headers, body)
        url = urljoin(url, target)
    raise FetchError("The page leads from one address to the next without end.")


def check_address(url):
    """The parts of an address and the public IP addresses of its host.

    Raises RefusedAddressError for anything else: other schemes and ports, names and
    passwords in the address, and hosts of which one address is not public.
    """
    try:
        parts = urlsplit(url)
        port = parts.port or PORTS.get(parts.scheme)
        host = (parts.hostname or "").rstrip(".").encode("idna").decode()
    except (ValueError, UnicodeError) as error:
        raise RefusedAddressError("This is not a web address.") from error
    if parts.scheme not in PORTS or not host:
        raise RefusedAddressError("Only http and https addresses are read.")
    if parts.username is not None or port not in PORTS.values():
        raise RefusedAddressError("Only plain public addresses are read.")
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise FetchError("There is no such site.") from error
    addresses = [entry[4][0] for entry in found]
    if not addresses or not all(map(_is_public, addresses)):
        raise RefusedAddressError("This address is not public.")
    return parts, host, port, addresses


def _is_public(address):
    ip = ipaddress.ip_address(address.partition("%")[0])
    if ip.version == 6:
        if ip.sixtofour or ip.teredo:
            return False
        inner = ip.ipv4_mapped
        if inner is None and ip in _NAT64:
            inner = ipaddress.ip_address(int(ip) & 0xFFFFFFFF)
        if inner is None and ip not in _UNICAST:
            return False
        ip = inner or ip
    return ip.is_global and not ip.is_multicast


def _read(url, deadline, max_bytes, user_agent):
    parts, host, port, addresses = check_address(url)
    connection = http.client.HTTPConnection(host, port)
    try:
        sock = connection.sock = _connect(parts.scheme, host, port, addresses, deadline)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request(
            "GET",
            path.encode("ascii", "backslashreplace").decode().replace(" ", "%20"),
            headers={
                "User-Agent": user_agent,
                "Accept": "text/html,*/*;q=0.5",
                "Accept-Encoding": "identity",
                "Connection": "close",
            },
        )
        response = connection.getresponse()
        return (
            response.status,
            response.headers,
            _body(response, sock, deadline, max_bytes),
        )
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise FetchError("The page did not answer as a web page does.") from error
    finally:
        connection.close()


def _connect(scheme, host, port, addresses, deadline):
    sock = socket.create_connection((addresses[0], port), timeout=_left(deadline))
    if scheme == "https":
        context = ssl.create_default_context()
        sock = context.wrap_socket(sock, server_hostname=host)
    return sock


def _body(response, sock, deadline, max_bytes):
    body = b""
    while len(body) < max_bytes:
        sock.settimeout(_left(deadline))
        chunk = response.read1(min(65_536, max_bytes - len(body)))
        if not chunk:
            break
        body += chunk
    return body


def _left(deadline):
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError("The page took too long.")
    return left
