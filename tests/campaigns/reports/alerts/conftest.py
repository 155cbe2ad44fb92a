"""A server that alerts are posted to, under a public name, and the reach that lets it be called."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from ipaddress import ip_network
from pathlib import Path

import dns.resolver
import pytest
from pytest_django.fixtures import Settings

from newsletter.core.outbound.reach import Reach
from newsletter.transport.config.alert_target import AlertTarget
from tests.fakes import dns_server, raw_sites
from tests.fakes.raw_sites import OK, Authority, Behaviour, says

HOST = "monitor.example.org"


@dataclass
class Monitor:
    """The server.

    Attributes:
        requests: as it got them, with their bodies.
        answer: of the next requests.
    """

    port: int
    reach: Reach
    requests: list[str]
    answer: Behaviour = field(default_factory=lambda: says(OK))

    @property
    def bodies(self) -> list[str]:
        return [each.partition("\r\n\r\n")[2] for each in self.requests]

    @property
    def url(self) -> str:
        return f"https://{HOST}:{self.port}/hook"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Settings) -> Path:
    settings.VAR_DIR, settings.REDIS_URL = tmp_path, ""
    (tmp_path / "queue").mkdir()
    settings.ALERT_EMAIL, settings.ALERT_URL, settings.HEARTBEAT_URL = (), None, ""
    settings.ALERT_MAILER = None
    return tmp_path


@pytest.fixture
def resolver() -> Iterator[dns.resolver.Resolver]:
    with dns_server.serve({HOST: [["127.0.0.1"]], dns_server.ROOT: []}) as found:
        yield found


@pytest.fixture
def monitor(resolver: dns.resolver.Resolver, tmp_path: Path) -> Iterator[Monitor]:
    authority = Authority(tmp_path)
    kept: list[Monitor] = []
    with raw_sites.serve(
        lambda connection, head: kept[0].answer(connection, head), tls=authority.context(HOST)
    ) as site:
        reach = Reach(
            networks=(ip_network("127.0.0.0/8"),),
            ports=frozenset({site.port}),
            resolver=resolver,
            authorities=str(authority.path),
        )
        kept.append(Monitor(site.port, reach, site.requests))
        yield kept[0]


@pytest.fixture
def posted(monitor: Monitor, settings: Settings) -> Monitor:
    """The same, as ALERT_URL."""
    settings.ALERT_URL = AlertTarget("json", monitor.url)
    return monitor
