"""The network of a request, and nothing that the sender can invent."""

from ipaddress import ip_network

import pytest
from pytest_django.fixtures import Settings

from newsletter.core.requests.believed_proxies import is_believed
from newsletter.core.requests.network import network_of
from newsletter.core.requests.proxy_entrance import PROXY_ENTRANCE

FORWARDED = "HTTP_X_FORWARDED_FOR"


def networks(*words: str) -> tuple[object, ...]:
    return tuple(map(ip_network, words))


@pytest.mark.parametrize(
    ("peer", "network"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("127.0.0.1", "127.0.0.0/24"),
        ("2606:4700:4700:1234:5678::1", "2606:4700:4700::/48"),
        ("::ffff:8.8.4.4", "8.8.4.0/24"),
        ("fe80::1%eth0", "fe80::/48"),
        ("", ""),
        ("a socket", ""),
        ("9" * 5000, ""),
    ],
)
def test_without_a_proxy_it_is_the_peer_s_network(peer: str, network: str) -> None:
    assert network_of({"REMOTE_ADDR": peer}) == network


@pytest.mark.parametrize(
    "peer", ["127.0.0.1", "::1", "10.0.0.3", "192.168.1.1", "172.17.0.1", "fd00::1", "8.8.4.4"]
)
@pytest.mark.parametrize("entrance", ["127.0.0.1", "0.0.0.0", "lists.example.org", ""])
def test_what_a_proxy_without_our_line_hands_on_is_not_believed(peer: str, entrance: str) -> None:
    """It calls where gunicorn usually listens, and its client wrote the header."""
    assert network_of(
        {"REMOTE_ADDR": peer, "SERVER_NAME": entrance, FORWARDED: "203.0.113.9"}
    ) == network_of({"REMOTE_ADDR": peer})


def test_no_header_opens_the_proxy_s_entrance() -> None:
    """Only the address at which the connection arrived does. A client can write any header."""
    forged = {
        f"HTTP_{name}": PROXY_ENTRANCE
        for name in ("HOST", "X_FORWARDED_HOST", "X_FORWARDED_SERVER", "SERVER_NAME", "X_REAL_IP")
    }
    assert not is_believed(
        {"REMOTE_ADDR": "127.0.0.1", "SERVER_NAME": "127.0.0.1", FORWARDED: "203.0.113.9", **forged}
    )


@pytest.mark.parametrize(
    ("forwarded", "network"),
    [
        ("8.8.4.4", "8.8.4.0/24"),
        ("1.1.1.1, 8.8.4.4", "8.8.4.0/24"),  # what stands in front may be invented
        ("8.8.4.4, 127.0.0.1", "8.8.4.0/24"),  # two proxies of one host
        ("[2606:4700:4700::1111]:4711", "2606:4700:4700::/48"),
        ("8.8.4.4:4711", "8.8.4.0/24"),
        ("", "127.0.0.0/24"),
        ("unknown", "127.0.0.0/24"),
        ("8.8.4.4, <script>", "127.0.0.0/24"),
        (",".join(["8.8.4.4"] * 5000), "8.8.4.0/24"),
    ],
)
def test_what_comes_in_at_the_proxy_s_entrance_is_believed(forwarded: str, network: str) -> None:
    assert (
        network_of(
            {"REMOTE_ADDR": "127.0.0.1", "SERVER_NAME": PROXY_ENTRANCE, FORWARDED: forwarded}
        )
        == network
    )


def test_strangers_do_not_reach_the_entrance() -> None:
    assert (
        network_of(
            {"REMOTE_ADDR": "8.8.4.4", "SERVER_NAME": PROXY_ENTRANCE, FORWARDED: "203.0.113.9"}
        )
        == "8.8.4.0/24"
    )


@pytest.mark.parametrize(
    ("peer", "forwarded", "network"),
    [
        ("10.0.0.3", "203.0.113.9", "203.0.113.0/24"),
        (
            "10.0.0.3",
            "1.1.1.1, 203.0.113.9, 192.0.2.7, 10.9.9.9",
            "203.0.113.0/24",
        ),  # a CDN, a balancer, and our own
        ("::ffff:10.0.0.3", "203.0.113.9", "203.0.113.0/24"),
        ("10.0.0.3", "10.1.1.1, 10.2.2.2", "10.1.1.0/24"),  # somebody inside
        ("10.0.0.3", "", "10.0.0.0/24"),
        ("192.0.2.8", "203.0.113.9", "192.0.2.0/24"),  # beside the list
        ("127.0.0.1", "203.0.113.9", "127.0.0.0/24"),  # the list says all that is believed
    ],
)
def test_the_list_of_proxies_says_whom_to_believe(
    peer: str, forwarded: str, network: str, settings: Settings
) -> None:
    settings.TRUSTED_PROXIES = networks("10.0.0.0/8", "192.0.2.7/32")
    assert (
        network_of({"REMOTE_ADDR": peer, "SERVER_NAME": "127.0.0.1", FORWARDED: forwarded})
        == network
    )
    assert (
        network_of({"REMOTE_ADDR": peer, "SERVER_NAME": PROXY_ENTRANCE, FORWARDED: forwarded})
        == network
    )
