"""Where a request comes from: the network alone, and nothing that the sender can invent."""

import pytest

from subscribers.consent.network import network_of


@pytest.mark.parametrize(
    ("peer", "forwarded", "network"),
    [
        ("192.0.2.77", "", "192.0.2.0/24"),
        ("8.8.4.4", "203.0.113.9", "8.8.4.0/24"),  # a stranger's header is not believed
        ("127.0.0.1", "8.8.4.4", "8.8.4.0/24"),
        ("10.0.0.3", "1.1.1.1, 8.8.4.4", "8.8.4.0/24"),  # only the entry that our proxy wrote
        ("127.0.0.1", "", "127.0.0.0/24"),
        ("127.0.0.1", "unknown", "127.0.0.0/24"),
        ("127.0.0.1", "8.8.4.4, <script>", "127.0.0.0/24"),
        ("2606:4700:4700:1234:5678::1", "", "2606:4700:4700::/48"),
        ("::ffff:8.8.4.4", "", "8.8.4.0/24"),
        ("::1", "[2606:4700:4700::1111]", "2606:4700:4700::/48"),
        ("fe80::1%eth0", "", "fe80::/48"),
        ("", "8.8.4.4", ""),
        ("a socket", "", ""),
        ("9" * 5000, "9" * 5000, ""),
    ],
)
def test_the_network_is_told(peer: str, forwarded: str, network: str) -> None:
    assert network_of(peer, forwarded=forwarded) == network
