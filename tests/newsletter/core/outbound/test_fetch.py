"""The guarded client against real servers on loopback, with names from a real DNS server.

Nothing is patched: each test allows loopback and one port by its reach, and the tests of refusals
leave one of them out.
"""

import gzip
import socket
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from ipaddress import ip_network
from pathlib import Path

import dns.resolver
import pytest

from newsletter.core.outbound.fetch import fetch
from newsletter.core.outbound.reach import Reach
from newsletter.core.outbound.trouble import OutboundError, Trouble
from tests.fakes import dns_server, raw_sites
from tests.fakes.raw_sites import (
    OK,
    Authority,
    Behaviour,
    Site,
    drips,
    hangs,
    leads_to,
    repeats,
    says,
)

HOST = "site.example.org"
LOOPBACK = (ip_network("127.0.0.0/8"),)
SHORT = 0.5
"""Seconds for what never ends. The tests ask that it does, not when."""
HEAD = b"HTTP/1.1 200 OK\r\n"


@pytest.fixture
def resolver() -> Iterator[dns.resolver.Resolver]:
    with dns_server.serve({HOST: [["127.0.0.1"]], "other.example.org": [["127.0.0.2"]]}) as found:
        yield found


@pytest.fixture
def reach(resolver: dns.resolver.Resolver) -> Callable[[Site], Reach]:
    return lambda site: Reach(networks=LOOPBACK, ports=frozenset({site.port}), resolver=resolver)


type OfSite = Callable[[Site], Reach]


def address(site: Site, host: str = HOST, path: str = "/", scheme: str = "http") -> str:
    return f"{scheme}://{host}:{site.port}{path}"


def trouble(url: str, reach: Reach, **options: float) -> Trouble:
    with pytest.raises(OutboundError) as failed:
        fetch(url, reach=reach, **options)  # type: ignore[arg-type] # numbers of several kinds
    return failed.value.trouble


def test_a_page_is_fetched_by_its_name_and_nothing_of_ours_is_sent(reach: OfSite) -> None:
    with raw_sites.serve(says(OK)) as site:
        answer = fetch(address(site, path="/a?b"), largest=10, reach=reach(site))

    assert (answer.status, answer.body) == (200, b"ok")
    assert site.requests[0].splitlines() == [
        "GET /a?b HTTP/1.1",
        f"Host: {HOST}:{site.port}",
        "Accept-Encoding: identity",
        "User-Agent: Convene",
        "Accept: */*",
        "Connection: close",
        "",
    ]


def test_a_body_is_posted_to_the_very_address_that_was_given(reach: OfSite) -> None:
    with raw_sites.serve(says(OK)) as site:
        answer = fetch(address(site), method="POST", body=b"a=b", reach=reach(site))
    assert answer.status == 200
    assert site.requests[0].startswith("POST / HTTP/1.1\r\n")
    assert site.requests[0].endswith("\r\n\r\na=b")


@pytest.mark.parametrize("status", ["302 Found", "307 Temporary Redirect"])
def test_a_body_goes_no_further_by_a_redirect(reach: OfSite, status: str) -> None:
    with raw_sites.serve(says(leads_to("/elsewhere", status))) as site:
        with pytest.raises(OutboundError) as failed:
            fetch(address(site), method="POST", body=b"a=b", reach=reach(site))
        assert len(site.requests) == 1
    assert failed.value.trouble == Trouble.TOO_MANY_REDIRECTS


def test_proxies_and_passwords_of_the_environment_are_not_used(
    reach: OfSite, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text(f"machine {HOST} login a password b\n")
    monkeypatch.setenv("NETRC", str(netrc))
    with raw_sites.serve(says(OK)) as site, raw_sites.serve(says(OK)) as proxy:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        fetch(address(site), reach=reach(site))

    assert not proxy.requests
    assert "Authorization" not in site.requests[0]


def test_loopback_is_not_reached_unless_the_guard_names_it(resolver: dns.resolver.Resolver) -> None:
    with raw_sites.serve(says(OK)) as site:
        strict = Reach(ports=frozenset({site.port}), resolver=resolver)

        assert trouble(address(site), strict) == Trouble.NOT_PUBLIC
        assert trouble(address(site, "127.0.0.1"), strict) == Trouble.NOT_PUBLIC
        assert trouble(address(site, "[::ffff:127.0.0.1]"), strict) == Trouble.NOT_PUBLIC

    assert not site.requests


@pytest.mark.parametrize(
    "addresses",
    [
        ["93.184.216.34", "127.0.0.1"],
        ["127.0.0.1", "93.184.216.34"],
        ["93.184.216.34", "::ffff:127.0.0.1"],
        ["93.184.216.34", "fd00::1"],
        ["169.254.169.254"],
    ],
)
def test_a_name_with_one_address_inside_is_refused_as_a_whole(addresses: list[str]) -> None:
    with dns_server.serve({HOST: [addresses]}) as resolver:
        assert trouble(f"http://{HOST}/", Reach(resolver=resolver)) == Trouble.NOT_PUBLIC


def test_a_name_that_changes_its_address_is_opened_where_it_was_checked(reach: OfSite) -> None:
    """DNS rebinding: the second answer is another machine, and nobody asks for it."""
    asked: list[str] = []
    with (
        raw_sites.serve(says(OK)) as site,
        dns_server.serve({HOST: [["127.0.0.1"], ["10.0.0.1"]]}, asked) as rebinding,
    ):
        answer = fetch(address(site), reach=replace(reach(site), resolver=rebinding))

    assert answer.status == 200
    assert asked == [HOST]


def test_each_redirect_is_looked_up_and_checked_anew(reach: OfSite) -> None:
    def answer(connection: socket.socket, head: str) -> None:
        connection.sendall(
            OK if "/b" in head else leads_to(f"http://other.example.org:{site.port}/b")
        )

    with raw_sites.serve(answer) as site:
        # The other one is 127.0.0.2, which isn't allowed here.
        one = replace(reach(site), networks=(ip_network("127.0.0.1/32"),))
        assert trouble(address(site), one) == Trouble.NOT_PUBLIC
        assert len(site.requests) == 1


def test_a_name_whose_address_changes_before_the_redirect_is_refused(reach: OfSite) -> None:
    with (
        raw_sites.serve(lambda connection, _: connection.sendall(leads_to("/again"))) as site,
        dns_server.serve({HOST: [["127.0.0.1"], ["10.0.0.1"]]}) as rebinding,
    ):
        found = trouble(address(site), replace(reach(site), resolver=rebinding))

    assert found == Trouble.NOT_PUBLIC
    assert len(site.requests) == 1


@pytest.mark.parametrize(
    "location",
    [
        "file:///etc/passwd",
        "gopher://127.0.0.1:6379/_FLUSHALL",
        "http://127.0.0.1:22/",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::1]/",
        "http://2130706433/",
        "http://user@site.example.org/",
    ],
)
def test_a_redirect_inside_is_not_followed(reach: OfSite, location: str) -> None:
    with raw_sites.serve(says(leads_to(location))) as site:
        found = trouble(address(site), reach(site))

    assert found in (Trouble.NOT_ALLOWED, Trouble.NOT_PUBLIC)
    assert len(site.requests) == 1


def test_a_few_redirects_are_followed_and_the_answer_says_where_they_led(reach: OfSite) -> None:
    def answer(connection: socket.socket, head: str) -> None:
        left = int(head.removeprefix("GET /").partition(" ")[0])
        connection.sendall(leads_to(f"/{left - 1}") if left else OK)

    with raw_sites.serve(answer) as site:
        found = fetch(address(site, path="/5"), reach=reach(site))
        assert (found.status, found.place.target) == (200, "/0")

        too_many = trouble(address(site, path="/6"), reach(site))
        assert too_many == Trouble.TOO_MANY_REDIRECTS


def test_a_redirect_to_itself_ends(reach: OfSite) -> None:
    with raw_sites.serve(says(leads_to("/"))) as site:
        assert trouble(address(site), reach(site)) == Trouble.TOO_MANY_REDIRECTS

    assert len(site.requests) == 6


@pytest.mark.thorough(sample=2)
@pytest.mark.parametrize(
    "behaviour",
    [
        hangs,
        drips(b"", b"H", 0.05),
        drips(HEAD, b"X-A: b\r\n", 0.05),
        drips(HEAD + b"Content-Length: 5000\r\n\r\n", b"x", 0.05),
        drips(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n", 0.05),
        drips(b"", b"HTTP/1.1 100 Continue\r\n\r\n", 0.05),
    ],
    ids=["hangs", "status drips", "headers drip", "body drips", "chunks drip", "continues"],
)
def test_what_takes_too_long_as_a_whole_is_left(reach: OfSite, behaviour: Behaviour) -> None:
    with raw_sites.serve(behaviour) as site:
        found = trouble(address(site), reach(site), seconds=SHORT, largest=10_000)

    assert found == Trouble.TOO_SLOW


def test_a_handshake_that_never_ends_is_left(reach: OfSite) -> None:
    with raw_sites.serve(hangs) as site:
        found = trouble(address(site, scheme="https"), reach(site), seconds=SHORT)

    assert found == Trouble.TOO_SLOW


def test_a_resolver_that_never_answers_is_not_waited_for() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        resolver = dns.resolver.Resolver(configure=False)
        resolver.nameservers, resolver.port = ["127.0.0.1"], silent.getsockname()[1]
        found = trouble(f"http://{HOST}/", Reach(resolver=resolver), seconds=SHORT)

    assert found == Trouble.NO_NETWORK


def test_redirects_share_the_time(reach: OfSite) -> None:
    def answer(connection: socket.socket, head: str) -> None:
        drips(b"", b"", 0.2) if "/1" in head else connection.sendall(leads_to("/1"))
        hangs(connection, head)

    with raw_sites.serve(answer) as site:
        assert trouble(address(site), reach(site), seconds=SHORT) == Trouble.TOO_SLOW


@pytest.mark.parametrize(
    "behaviour",
    [
        repeats(HEAD, b"X-A: " + b"b" * 8000 + b"\r\n"),
        repeats(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        repeats(HEAD + b"X-A: ", b"b" * 8000),
        repeats(HEAD, b"X: y\r\n"),
        says(HEAD + b"Content-Length: 11\r\n\r\n" + b"x" * 11),
        repeats(HEAD + b"\r\n", b"x" * 8000),
        repeats(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
        repeats(HEAD + b"Transfer-Encoding: chunked\r\n\r\n1;", b"y" * 1000),
    ],
    ids=[
        "headers",
        "continues",
        "a header",
        "small headers",
        "body",
        "endless body",
        "chunks",
        "a chunk",
    ],
)
def test_an_answer_without_end_is_left(reach: OfSite, behaviour: Behaviour) -> None:
    with raw_sites.serve(behaviour) as site:
        found = trouble(address(site), reach(site), largest=10)

    assert found in (Trouble.TOO_LARGE, Trouble.NO_HTTP)


def test_nothing_of_a_body_is_read_that_nobody_asked_for(reach: OfSite) -> None:
    with raw_sites.serve(repeats(HEAD + b"\r\n", b"x" * 8000)) as site:
        assert fetch(address(site), reach=reach(site)).status == 200


def test_a_bomb_is_not_unpacked(reach: OfSite) -> None:
    bomb = gzip.compress(b"\0" * 50_000_000)
    head = b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(bomb)
    with raw_sites.serve(says(HEAD + head + bomb)) as site:
        assert trouble(address(site), reach(site), largest=1_000_000) == Trouble.NO_HTTP


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"\r\n\r\n",
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"HTTP/1.1 abc\r\n\r\n",
        b"HTTP/1.1 99999 x\r\n\r\n",
        HEAD + b"Content-Length: 100\r\n\r\nx",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n-5\r\nx",
        bytes(range(256)),
    ],
)
def test_an_answer_that_is_no_http_is_said_to_be_none(reach: OfSite, said: bytes) -> None:
    with raw_sites.serve(says(said)) as site:
        assert trouble(address(site), reach(site), largest=1000) == Trouble.NO_HTTP


def test_nobody_at_home(reach: OfSite) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        site = Site(closed.getsockname()[1])

    assert trouble(address(site), reach(site)) == Trouble.NOT_CONNECTED


@pytest.mark.parametrize("names", [{}, {HOST: [[]]}])
@pytest.mark.parametrize(
    ("internet", "expected"),
    [({dns_server.ROOT: [[]]}, Trouble.NO_SUCH_NAME), ({}, Trouble.NO_NETWORK)],
)
def test_no_such_name_is_believed_of_a_server_that_knows_the_root(
    names: dict[str, Sequence[Sequence[str]]],
    internet: dict[str, Sequence[Sequence[str]]],
    expected: Trouble,
) -> None:
    with dns_server.serve(names | internet) as resolver:
        assert trouble(f"http://{HOST}/", Reach(resolver=resolver)) == expected


def test_the_second_address_is_tried_where_the_first_is_silent(reach: OfSite) -> None:
    with (
        raw_sites.serve(says(OK)) as site,
        dns_server.serve({HOST: [["127.0.0.9", "127.0.0.1"]]}) as resolver,
    ):
        # 127.0.0.9 refuses, since the server listens at 127.0.0.1 alone.
        assert fetch(address(site), reach=replace(reach(site), resolver=resolver)).status == 200


class TestTls:
    """Certificates are for the name that was asked for, whatever the address is."""

    @pytest.fixture
    def authority(self, tmp_path: Path) -> Authority:
        return Authority(tmp_path)

    def ask(self, reach: Reach, authority: Authority, site: Site) -> int:
        trusting = replace(reach, authorities=str(authority.path))
        return fetch(address(site, scheme="https"), reach=trusting).status

    def test_a_certificate_for_the_name_is_accepted(
        self, reach: OfSite, authority: Authority
    ) -> None:
        named: list[str | None] = []
        context = authority.context(HOST)
        context.sni_callback = lambda _socket, name, _context: named.append(name)
        with raw_sites.serve(says(OK), tls=context) as site:
            assert self.ask(reach(site), authority, site) == 200

        assert named == [HOST]
        assert f"Host: {HOST}:{site.port}" in site.requests[0]

    @pytest.mark.parametrize(
        ("host", "days", "expected"),
        [
            (HOST, -1, Trouble.CERTIFICATE_EXPIRED),
            ("another.example.org", 1, Trouble.CERTIFICATE_OF_ANOTHER),
            ("127.0.0.1", 1, Trouble.CERTIFICATE_OF_ANOTHER),
        ],
    )
    def test_a_certificate_that_browsers_refuse_is_refused(
        self, reach: OfSite, authority: Authority, host: str, days: int, expected: Trouble
    ) -> None:
        with (
            raw_sites.serve(says(OK), tls=authority.context(host, days=days)) as site,
            pytest.raises(OutboundError) as failed,
        ):
            self.ask(reach(site), authority, site)

        assert failed.value.trouble == expected
        assert not site.requests

    def test_an_authority_that_nobody_trusts(self, reach: OfSite, authority: Authority) -> None:
        with raw_sites.serve(says(OK), tls=authority.context(HOST)) as site:
            found = trouble(address(site, scheme="https"), reach(site))

        assert found == Trouble.CERTIFICATE_UNTRUSTED

    def test_a_site_without_tls(self, reach: OfSite) -> None:
        with raw_sites.serve(lambda connection, _: connection.close()) as site:
            # It waits for a request's end, and what TLS begins with has none.
            found = trouble(address(site, scheme="https"), reach(site), seconds=SHORT)

        assert found in (Trouble.NO_TLS, Trouble.TOO_SLOW, Trouble.NO_HTTP)
