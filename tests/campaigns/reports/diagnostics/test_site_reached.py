"""Checks of the host of links, against real TLS servers and a real DNS server on loopback."""

from collections.abc import Iterator
from ipaddress import ip_network
from pathlib import Path

import dns.resolver
import pytest
from pytest_django.fixtures import Settings

from campaigns.reports.diagnostics.finding import Finding, Level
from campaigns.reports.diagnostics.site_reached import site
from newsletter.core.outbound.reach import Reach
from newsletter.models import Brand
from tests.campaigns.reports.diagnostics.findings import told_by
from tests.fakes import dns_server, raw_sites
from tests.fakes.raw_sites import OK, Authority, Site, says

pytestmark = pytest.mark.django_db

HOST, NEUTRAL = "lists.example.org", "notes.example.net"


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


@pytest.fixture
def resolver(brand: Brand) -> Iterator[dns.resolver.Resolver]:
    Brand.objects.update(neutral_domain="")
    with dns_server.serve({HOST: [["127.0.0.1"]], dns_server.ROOT: []}) as found:
        yield found


def look(
    server: Site, settings: Settings, authority: Authority, resolver: dns.resolver.Resolver
) -> list[Finding]:
    settings.SITE_URL = f"https://{HOST}:{server.port}"
    reach = Reach(
        networks=(ip_network("127.0.0.0/8"),),
        ports=frozenset({server.port}),
        resolver=resolver,
        authorities=str(authority.path),
    )
    return told_by("site", site(reach))


@pytest.mark.parametrize(
    ("days", "level", "words"),
    [
        (90, Level.FINE, "is good until"),
        (16, Level.FINE, "is good until"),
        (9, Level.LOOK, "ends at"),
        (2, Level.MEND, "ends at"),
        (-1, Level.MEND, "has expired"),
    ],
)
def test_a_certificate_is_told_before_it_ends(
    settings: Settings,
    authority: Authority,
    resolver: dns.resolver.Resolver,
    days: int,
    level: Level,
    words: str,
) -> None:
    """That of the authority ends in a day itself, which isn't looked at."""
    with raw_sites.serve(says(OK), tls=authority.context(HOST, days=days)) as server:
        [finding] = look(server, settings, authority, resolver)
    assert (finding.level, words in finding.message) == (level, True), finding.message


@pytest.mark.parametrize(("named", "words"), [("other.example.org", "another name")])
def test_a_certificate_for_another_name_turns_visitors_away(
    settings: Settings,
    authority: Authority,
    resolver: dns.resolver.Resolver,
    named: str,
    words: str,
) -> None:
    with raw_sites.serve(says(OK), tls=authority.context(named, days=60)) as server:
        [finding] = look(server, settings, authority, resolver)
    assert finding.level is Level.MEND
    assert words in finding.message


def test_a_certificate_of_nobody_known_is_a_fault(
    settings: Settings, authority: Authority, resolver: dns.resolver.Resolver, tmp_path: Path
) -> None:
    (tmp_path / "b").mkdir()
    stranger = Authority(tmp_path / "b")
    with raw_sites.serve(says(OK), tls=stranger.context(HOST, days=60)) as server:
        [finding] = look(server, settings, authority, resolver)
    assert finding.level is Level.MEND
    assert "signed by nobody" in finding.message


def test_a_host_without_an_address_is_a_fault(
    settings: Settings, authority: Authority, brand: Brand
) -> None:
    settings.SITE_URL = f"https://{HOST}"
    with dns_server.serve({dns_server.ROOT: []}) as resolver:
        [finding] = told_by("site", site(Reach(resolver=resolver)))
    assert finding.level is Level.MEND
    assert f"DNS knows no address of {HOST}" in finding.message


def test_a_host_that_doesn_t_answer_is_worth_a_look(
    settings: Settings, authority: Authority, resolver: dns.resolver.Resolver
) -> None:
    with raw_sites.serve(says(OK)) as server:
        pass
    [finding] = look(server, settings, authority, resolver)
    assert finding.level is Level.LOOK
    assert "doesn't answer when it is called from here (not_connected)" in finding.message


def test_a_private_address_is_not_called_and_is_no_fault(
    settings: Settings, resolver: dns.resolver.Resolver
) -> None:
    """Inside of a network the site's name may lead to an address of that network."""
    settings.SITE_URL = f"https://{HOST}"
    [finding] = told_by("site", site(Reach(resolver=resolver)))
    assert finding.level is Level.FINE
    assert "could not be looked at (not_public)" in finding.message


def test_without_dns_it_is_said_and_is_no_fault(settings: Settings, brand: Brand) -> None:
    settings.SITE_URL = f"https://{HOST}"
    with dns_server.serve({}) as resolver:
        [finding] = told_by("site", site(Reach(resolver=resolver)))
    assert finding.level is Level.FINE
    assert "could not be looked up" in finding.message


def test_the_neutral_link_domain_is_looked_at_too(
    settings: Settings, authority: Authority, resolver: dns.resolver.Resolver
) -> None:
    Brand.objects.update(neutral_domain=NEUTRAL)
    with raw_sites.serve(says(OK), tls=authority.context(HOST, days=60)) as server:
        fine, missing = look(server, settings, authority, resolver)
    assert fine.level is Level.FINE
    assert missing.level is Level.MEND
    assert f"DNS knows no address of {NEUTRAL} (the neutral link domain)" in missing.message


def test_this_machine_alone_needs_neither(settings: Settings, brand: Brand) -> None:
    settings.SITE_URL = "http://localhost:8000"
    assert told_by("site", site()) == []
