"""The drill's network, and what a host that vanishes in it leaves behind."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic

import psycopg
import pytest

from config.environment.database_url import parse_database_url
from tests.drills import servers
from tests.drills.hosts import die_with_parent
from tests.drills.network import Network, NoNamespaces, Wire, entering
from tests.drills.servers import Templates

pytestmark = [
    pytest.mark.journey,
    pytest.mark.skipif(
        bool(os.geteuid()), reason="it needs network namespaces, which only root can make"
    ),
]

GIVEN_UP = 20.0
"""Seconds after which a server gives up a client that has vanished (tcp_user_timeout)."""
HOLDING = """
import sys, psycopg
connection = psycopg.connect(sys.argv[1], options=sys.argv[2])
connection.execute("LOCK TABLE campaigns_campaign")
print(flush=True)
sys.stdin.readline()
"""


@pytest.fixture
def network() -> Iterator[Network]:
    made = Network(2)
    try:
        yield made
    finally:
        made.remove()


def reaches(place: tuple[str, int], namespace: str) -> bool:
    """Return whether a server answers within a second in a namespace."""
    connect = "import socket, sys; socket.create_connection((sys.argv[1], int(sys.argv[2])), 1)"
    command = [sys.executable, "-S", "-c", connect, place[0], str(place[1])]
    return not subprocess.run(
        command, capture_output=True, check=False, preexec_fn=entering(namespace)
    ).returncode


@contextmanager
def holding_a_lock(url: str, namespace: str) -> Iterator[subprocess.Popen[bytes]]:
    """A client in a namespace that has locked a table in the middle of a transaction."""
    options = parse_database_url(url)["OPTIONS"]
    assert isinstance(options, dict)
    enter = entering(namespace)

    def begin() -> None:
        die_with_parent()
        enter()

    with subprocess.Popen(
        [sys.executable, "-c", HOLDING, url, options["options"]],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        preexec_fn=begin,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline()
        yield process
        process.kill()


def test_what_is_cut_is_silent_and_what_is_removed_leaves_nothing(network: Network) -> None:
    [_, second] = network.namespaces
    with socket.create_server((network.address(Wire.REDIS), 0)) as server:
        place = server.getsockname()
        assert reaches(place, second)
        network.cut(1, Wire.REDIS)
        assert not reaches(place, second)
        network.mend(1, Wire.REDIS)
        assert reaches(place, second)
    network.remove()
    assert not list(Path("/sys/class/net").glob(f"{second[:-2]}*"))
    assert not Path("/run/netns", second).exists()
    with pytest.raises(NoNamespaces):
        network.cut(1, Wire.REDIS)


def test_a_host_that_vanishes_in_a_transaction_lets_go_of_its_locks(
    network: Network, made: Templates
) -> None:
    """It sends no goodbye, so PostgreSQL would wait for two hours, and a campaign with it."""
    if made.cluster is None:
        pytest.skip("it needs PostgreSQL, which is not installed")
    address = network.address(Wire.POSTGRESQL)
    with (
        servers.folder_of_server("network") as folder,
        servers.postgresql(made, folder, address=address) as server,
        holding_a_lock(server.url(address=address), network.namespaces[1]) as client,
        psycopg.connect(server.url(), autocommit=True) as other,
    ):
        network.cut(1, Wire.POSTGRESQL)
        client.kill()
        cut_at = monotonic()
        other.execute("SET statement_timeout = '60s'")
        other.execute("SELECT count(*) FROM campaigns_campaign")
        # Sooner where the goodbye was under way when the wire was cut.
        assert monotonic() - cut_at < 2 * GIVEN_UP
