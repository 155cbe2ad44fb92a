"""Web addresses that are refused before anything is asked, and those that are opened."""

import pytest

from newsletter.core.outbound.destination import read_destination, redirected
from newsletter.core.outbound.reach import PUBLIC
from newsletter.core.outbound.trouble import OutboundError, Trouble

NEVER = [
    "",
    "https://",
    "https:///x",
    "//example.org/",
    "www.example.org",
    "file:///etc/passwd",
    "gopher://example.org:70/_x",
    "dict://example.org:11211/",
    "ftp://example.org/",
    "javascript:alert(1)",
    "http://localhost/",
    "http://LOCALHOST./",
    "http://a.localhost/",
    "http://printer.local/",
    "http://metadata.google.internal/computeMetadata/v1/",
    "http://abcdefghij234567.onion/",
    "http://intranet/",
    # numbers that resolvers of systems take for 127.0.0.1
    "http://2130706433/",
    "http://017700000001/",
    "http://0x7f000001/",
    "http://0x7f.1/",
    "http://127.1/",
    "http://0/",
    "http://0177.0.0.1/",
    "http://127.0.0.01/",
    "http://1.2.3.4.5/",
    "http://example.1/",
    # who is it?
    "http://example.org@127.0.0.1/",
    "http://127.0.0.1@example.org/",
    "http://@example.org/",
    "http://example.org:pass@example.org/",
    "http://example.org\\@127.0.0.1/",
    "http://127.0.0.1\\.example.org/",
    "http://example.org\t/",
    " http://example.org/",
    "http://exam\nple.org/",
    "http://example.org/\x00",
    "http://example.org/ x",
    "http://%31%32%37.0.0.1/",
    "http://127.0.0.1%2f@example.org/",
    "http://[::1%25eth0]/",
    "http://[fe80::1%eth0]/",
    "http://[::1/",
    "http://[v1.x]/",
    "http://[127.0.0.1]/",
    "http://exa$mple.org/",
    "http://-example.org/",
    "http://example..org/",
    "http://" + "a" * 64 + ".org/",
    "http://" + "a." * 130 + "org/",
    "http://example.org/" + "a" * 2000,
    # other services
    "http://example.org:22/",
    "http://example.org:25/",
    "http://example.org:6379/",
    "http://example.org:0/",
    "http://example.org:65536/",
    "http://example.org:port/",
    "https://example.org:-1/",
]


@pytest.mark.parametrize("url", NEVER)
def test_an_address_that_is_read_in_two_ways_or_leads_inside_is_refused(url: str) -> None:
    with pytest.raises(OutboundError) as refused:
        read_destination(url, PUBLIC)

    assert refused.value.trouble == Trouble.NOT_ALLOWED


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",  # full width
        "http://127。0。0。1/",
        "http://①②⑦.⓪.⓪.①/",
        "http://127.0.0.1./",
        "http://[::1]/",
        "http://[::ffff:7f00:1]/",
        "http://[0:0:0:0:0:ffff:127.0.0.1]/",
    ],
)
def test_a_number_in_any_script_is_read_as_the_number(url: str) -> None:
    """It is then checked like any other: a name would be asked of DNS."""
    place = read_destination(url, PUBLIC)

    assert place.address is not None
    assert not PUBLIC.allows(place.address)


@pytest.mark.parametrize(
    ("url", "same"),
    [
        ("https://example.org", "https://example.org/"),
        ("HTTPS://EXAMPLE.ORG:443/A?b=c#d", "https://example.org/A?b=c"),
        ("http://example.org.:8080/x", "http://example.org:8080/x"),
        ("https://bücher.example/ä?ö", "https://xn--bcher-kva.example/%C3%A4?%C3%B6"),
        ("https://президент.рф/", "https://xn--d1abbgf6aiiy.xn--p1ai/"),
        ("https://a_b.example.org/%20%c3", "https://a_b.example.org/%20%c3"),
        ("https://[2606:4700::1111]:8443/", "https://[2606:4700::1111]:8443/"),
        ("https://example.org?x", "https://example.org/?x"),
    ],
)
def test_an_address_is_read_as_browsers_read_it(url: str, same: str) -> None:
    assert read_destination(url, PUBLIC).url == same


@pytest.mark.parametrize(
    ("location", "leads_to"),
    [
        ("/b", "https://example.org/b"),
        ("c d", "https://example.org/a/c%20d"),
        ("//other.example/", "https://other.example/"),
        ("http://other.example", "http://other.example/"),
        ("/\u00c3\u00a9", "https://example.org/%C3%A9"),  # UTF-8, read as Latin-1
        ("/\u00e9", "https://example.org/%C3%A9"),  # Latin-1
        ("", "https://example.org/a/x"),
    ],
)
def test_a_redirect_is_read_as_browsers_read_it(location: str, leads_to: str) -> None:
    place = read_destination("https://example.org/a/x", PUBLIC)

    assert redirected(place, location, PUBLIC).url == leads_to


@pytest.mark.parametrize(
    "location",
    [
        "file:///etc/passwd",
        "gopher://127.0.0.1:25/_",
        "http://localhost/",
        "//[::1",
        "http://2130706433/",
    ],
)
def test_a_redirect_to_what_is_never_opened_is_refused(location: str) -> None:
    place = read_destination("https://example.org/a/x", PUBLIC)

    with pytest.raises(OutboundError):
        redirected(place, location, PUBLIC)
