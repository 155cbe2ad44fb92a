"""A Redis for tests: one that runs, else a private one, else what apt may install."""

import contextlib
import os
import shutil
from collections.abc import Iterator

import redis

from scripts.services.processes import (
    Unavailable,
    background_process,
    found_or_installed,
    free_port,
    temporary_folder,
)

REDIS_DATABASES = (15, 14, 13)
"""Three, because three processes test side by side. They are used only while they are empty,
because their keys may be somebody's.
"""


@contextlib.contextmanager
def redis_server() -> Iterator[str]:
    """Yield the URL of an empty database of a Redis. It is emptied again afterwards.

    Raises:
        Unavailable: there is none, and none could be started.
    """
    if url := os.environ.get("TEST_REDIS_URL"):
        yield url
        return
    if _are_empty("redis://127.0.0.1:6379"):
        try:
            yield f"redis://127.0.0.1:6379/{REDIS_DATABASES[0]}"
        finally:
            for number in REDIS_DATABASES:
                redis.Redis.from_url(f"redis://127.0.0.1:6379/{number}").flushdb()
        return
    program = found_or_installed(
        lambda: shutil.which("redis-server") or shutil.which("valkey-server"),
        package="redis-server",
    )
    if program is None:
        raise Unavailable(
            "no Redis on 127.0.0.1:6379 with three empty databases, none installed, and apt may "
            "not be used"
        )
    port = free_port()
    with temporary_folder("redis") as folder:
        command = [
            program,
            "--port",
            str(port),
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--appendonly",
            "no",
            "--dir",
            folder,
        ]
        with background_process(
            command, folder=folder, until=lambda: _are_empty(f"redis://127.0.0.1:{port}")
        ):
            yield f"redis://127.0.0.1:{port}/{REDIS_DATABASES[0]}"


def _are_empty(server: str) -> bool:
    try:
        return not any(
            redis.Redis.from_url(f"{server}/{number}", socket_timeout=3).dbsize()
            for number in REDIS_DATABASES
        )
    except redis.RedisError:
        return False
