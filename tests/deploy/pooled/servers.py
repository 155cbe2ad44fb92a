"""PgBouncer in transaction mode, and a Redis with a replica and three sentinels, all by TLS."""

import subprocess
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import psycopg
import redis

from newsletter.core.redis_address import redis_address
from scripts.services import free_port
from tests.drills.hosts import die_with_parent
from tests.drills.servers import PostgreSql, give_to_owner, server_user

PATIENCE = 60
"""Seconds for a server to start."""
PASSWORD = "a-password-of-redis"
MASTER = "convene"
POOL = 3
"""Connections of PgBouncer to PostgreSQL: fewer than processes, so that they share them."""


def start_pgbouncer(postgresql: PostgreSql, folder: Path, stack: ExitStack) -> str:
    """Start PgBouncer before PostgreSQL, and return the DATABASE_URL that leads through it."""
    port, own = free_port(), folder / "pgbouncer"
    own.mkdir()
    (own / "users.txt").write_text('"convene" ""\n')
    (own / "pgbouncer.ini").write_text(
        f"""[databases]
convene = host=127.0.0.1 port={postgresql.port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = trust
auth_file = {own}/users.txt
pool_mode = transaction
default_pool_size = {POOL}
max_client_conn = 200
"""
    )
    give_to_owner(folder, own)
    _start(["pgbouncer", own / "pgbouncer.ini"], own, stack, user=server_user())
    url = f"postgresql://convene@127.0.0.1:{port}/convene"
    _until(lambda: _answers_sql(url), "PgBouncer")
    return f"{url}?pgbouncer=true"


class Sentinels:
    """A Redis with a replica, and the three sentinels that say which of them is the master."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self._folder, self._stack = folder / "redis", stack
        self._folder.mkdir()
        self._make_certificate()
        self._servers: dict[int, subprocess.Popen[bytes]] = {}
        master, replica = free_port(), free_port()
        self._start_server(master)
        self._start_server(replica, "--replicaof", "127.0.0.1", str(master))
        sentinels = [free_port() for _ in range(3)]
        for port in sentinels:
            self._start_sentinel(port, master)
        hosts = ",".join(f"127.0.0.1:{port}" for port in sentinels)
        certificate = self._folder / "certificate.pem"
        self.url = (
            f"rediss+sentinel://:{PASSWORD}@{hosts}/0?master={MASTER}"
            f"&sentinel_password={PASSWORD}&ssl_ca_certs={certificate}"
        )
        _until(self._has_replica, "the replica of Redis")

    def server_url(self, port: int) -> str:
        """Return the URL of one server, as a managed Redis has it."""
        certificate = self._folder / "certificate.pem"
        return f"rediss://:{PASSWORD}@127.0.0.1:{port}/0?ssl_ca_certs={certificate}"

    def master(self) -> int:
        """Return the port of the master, as the sentinels say."""
        _, port = redis_address(self.url).sentinels(socket_timeout=3).discover_master(MASTER)  # type: ignore[no-untyped-call] # of redis-py
        return int(port)

    def kill_master(self) -> int:
        """Kill the master, and return its port."""
        port = self.master()
        self._servers[port].kill()
        self._servers[port].wait()
        return port

    def _has_replica(self) -> bool:
        try:
            with redis_address(self.url).client(socket_timeout=3) as client:
                known = redis_address(self.url).sentinels(socket_timeout=3)
                return client.info("replication")["connected_slaves"] == 1 and bool(
                    known.discover_slaves(MASTER)  # type: ignore[no-untyped-call] # of redis-py
                )
        except redis.RedisError:
            return False

    def _start_server(self, port: int, *more: str) -> None:
        command = [
            *("redis-server", "--port", "0", "--tls-port", str(port), "--bind", "127.0.0.1"),
            *("--save", "", "--maxmemory-policy", "noeviction", "--tls-replication", "yes"),
            *("--requirepass", PASSWORD, "--masterauth", PASSWORD, "--dir", str(self._folder)),
            *self._tls(),
            *more,
        ]
        self._servers[port] = _start(command, self._folder, self._stack)

    def _start_sentinel(self, port: int, master: int) -> None:
        own = self._folder / f"sentinel{port}"
        own.mkdir()
        (own / "sentinel.conf").write_text(
            f"""port 0
tls-port {port}
bind 127.0.0.1
requirepass {PASSWORD}
sentinel sentinel-pass {PASSWORD}
sentinel monitor {MASTER} 127.0.0.1 {master} 2
sentinel auth-pass {MASTER} {PASSWORD}
sentinel down-after-milliseconds {MASTER} 1500
sentinel failover-timeout {MASTER} 6000
"""
        )
        command = ["redis-sentinel", own / "sentinel.conf", "--tls-replication", "yes"]
        _start([*command, *self._tls()], own, self._stack)

    def _make_certificate(self) -> None:
        key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
        subprocess.run(
            [
                *("openssl", "req", "-x509", *key, "-days", "2", "-subj", "/CN=redis"),
                *("-addext", "subjectAltName=IP:127.0.0.1"),
                *("-keyout", self._folder / "key.pem", "-out", self._folder / "certificate.pem"),
            ],
            check=True,
            capture_output=True,
        )

    def _tls(self) -> list[str]:
        certificate = str(self._folder / "certificate.pem")
        return [
            *("--tls-cert-file", certificate, "--tls-ca-cert-file", certificate),
            *("--tls-key-file", str(self._folder / "key.pem"), "--tls-auth-clients", "no"),
        ]


def _start(
    command: list[object] | list[str], folder: Path, stack: ExitStack, *, user: str | None = None
) -> subprocess.Popen[bytes]:
    with (folder / "log").open("ab") as log:
        process = subprocess.Popen(
            list(map(str, command)),
            cwd=folder,
            stdout=log,
            stderr=log,
            user=user,
            preexec_fn=die_with_parent,
        )
    stack.callback(process.wait)
    stack.callback(process.kill)
    return process


def _answers_sql(url: str) -> bool:
    try:
        with psycopg.connect(url, connect_timeout=2) as connection:
            return connection.execute("SELECT 1").fetchone() == (1,)
    except psycopg.OperationalError:
        return False


def _until(is_so: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        if time.monotonic() > deadline:
            raise RuntimeError(f"{what} did not start")
        time.sleep(0.2)
