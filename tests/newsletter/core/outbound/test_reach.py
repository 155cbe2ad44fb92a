"""Addresses that may be opened: those of one machine on the internet, in any spelling of them."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.core.outbound.reach import PUBLIC, Reach, is_public

PUBLIC_ONES = ["1.1.1.1", "93.184.216.34", "8.8.8.8", "2606:4700::1111", "2a00:1450:4001:80b::200e"]
OTHERS = [
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
    "100.64.0.1",
    "100.100.100.200",
    "127.0.0.1",
    "127.255.255.254",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.1",
    "192.0.0.9",
    "192.0.0.10",
    "192.0.0.192",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.5",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "168.63.129.16",
    "::",
    "::1",
    "::7f00:1",
    "::ffff:127.0.0.1",
    "::ffff:93.184.216.34",
    "::ffff:0:7f00:1",
    "64:ff9b::7f00:1",
    "64:ff9b::5db8:d822",
    "64:ff9b:1::a00:1",
    "100::1",
    "2001::1",
    "2001:0:53aa:64c:0:7fff:2ebe:b70f",
    "2001:2::1",
    "2001:10::1",
    "2001:20::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:5db8:d822::",
    "3fff::1",
    "4000::1",
    "5f00::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "2606:4700::1111%eth0",
    "fec0::1",
    "ff02::1",
    "ff0e::1",
]


@pytest.mark.parametrize("text", PUBLIC_ONES)
def test_a_machine_on_the_internet_may_be_opened(text: str) -> None:
    assert PUBLIC.allows(ip_address(text))


@pytest.mark.parametrize("text", OTHERS)
def test_nothing_else_may_be_opened(text: str) -> None:
    assert not PUBLIC.allows(ip_address(text))


@given(st.ip_addresses(v=4))
def test_no_form_of_ipv6_that_holds_an_address_of_ipv4_is_opened(inner: IPv4Address) -> None:
    number = int(inner)
    forms = [
        number,  # compatible, ::/96
        (0xFFFF << 32) | number,  # mapped
        (0xFFFF << 48) | number,  # translated
        int(IPv6Address("64:ff9b::")) | number,  # NAT64
        (0x2002 << 112) | (number << 80),  # 6to4
        (0x20010000 << 96) | (number ^ 0xFFFFFFFF),  # Teredo
    ]
    assert not [each for each in forms if is_public(IPv6Address(each))]


def test_an_operators_own_network_may_be_opened_and_nothing_beside_it() -> None:
    reach = Reach(networks=(ip_network("10.1.0.0/16"),))

    assert reach.allows(ip_address("10.1.2.3"))
    assert not reach.allows(ip_address("10.2.0.1"))
    assert not reach.allows(ip_address("::ffff:10.1.2.3"))
