import pytest
import time_machine
from django.test import RequestFactory

from newsroom.lib import throttle


def test_allow_stops_after_the_limit_until_the_window_ends():
    with time_machine.travel("2026-05-01 12:00:00+00:00", tick=False):
        first = [throttle.allow("form", "a", limit=3, seconds=60) for _ in range(5)]
    with time_machine.travel("2026-05-01 12:01:01+00:00", tick=False):
        later = throttle.allow("form", "a", limit=3, seconds=60)

    assert (first, later) == ([True, True, True, False, False], True)


def test_allow_counts_keys_and_scopes_apart():
    throttle.allow("form", "a", limit=1, seconds=60)

    others = [
        throttle.allow("form", "b", limit=1, seconds=60),
        throttle.allow("other", "a", limit=1, seconds=60),
    ]

    assert others == [True, True]


@pytest.mark.parametrize(
    ("proxy_count", "forwarded", "address"),
    [
        (0, "203.0.113.9", "192.0.2.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "198.51.100.7, 203.0.113.9", "203.0.113.9"),
        (2, "198.51.100.7, 203.0.113.9", "198.51.100.7"),
        (2, "203.0.113.9", "192.0.2.1"),
        (1, "::ffff:203.0.113.9", "203.0.113.9"),
        (1, "not an address", None),
    ],
)
def test_client_address_believes_our_own_proxies_only(
    settings, proxy_count, forwarded, address
):
    settings.PROXY_COUNT = proxy_count

    request = RequestFactory().get(
        "/", REMOTE_ADDR="192.0.2.1", headers={"X-Forwarded-For": forwarded}
    )

    assert throttle.client_address(request) == address


def test_client_network_of_ipv6_is_its_64():
    request = RequestFactory().get("/", REMOTE_ADDR="2001:db8:1:2:3:4:5:6")

    assert throttle.client_network(request) == "2001:db8:1:2::/64"
