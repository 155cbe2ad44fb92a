"""A real Redis of a test's own, which can hang as on a machine that swaps or a stuck disk."""

import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from scripts import services
from tests.drills.servers import Redis


class OwnRedis(Redis):
    """A server that can be stopped at any moment, and go on."""

    @contextmanager
    def hung(self) -> Iterator[None]:
        """Stop the server: the system takes connections, and nothing is answered."""
        self.signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.signal(signal.SIGCONT)


@contextmanager
def own_redis() -> Iterator[OwnRedis]:
    """Start a Redis, and kill it afterwards.

    The test is skipped where there is no Redis server and none may be installed.
    """
    if (
        services.found_or_installed(lambda: shutil.which("redis-server"), package="redis-server")
        is None
    ):
        pytest.skip("needs redis-server")
    with tempfile.TemporaryDirectory(prefix="convene-redis-") as folder:
        server = OwnRedis(Path(folder))
        server.start()
        try:
            yield server
        finally:
            server.kill()
