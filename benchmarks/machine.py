"""The machine that was measured on, and its load from other processes meanwhile."""

import os
import platform
import re
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import redis


def describe(*, database_url: str, redis_url: str) -> dict[str, object]:
    """Describe the machine, so that its figures can be compared with others."""
    with psycopg.connect(database_url) as connection:
        [postgresql] = connection.execute("SHOW server_version").fetchone() or ("",)
        settings: dict[str, str] = dict(connection.execute(_SETTINGS).fetchall())
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "cpu": _first(r"^model name\s*: (.+)$", "/proc/cpuinfo"),
        "cores": os.cpu_count(),
        "memory_mb": int(_first(r"^MemTotal:\s+(\d+) kB$", "/proc/meminfo") or 0) // 1024,
        "kernel": platform.release(),
        "python": platform.python_version(),
        "postgresql": postgresql,
        "postgresql_settings": settings,
        "redis": redis.Redis.from_url(redis_url).info("server")["redis_version"],
        "load": load(),
    }


_SETTINGS = """
    SELECT name, current_setting(name) FROM pg_settings
    WHERE name IN ('fsync', 'synchronous_commit', 'full_page_writes', 'shared_buffers', 'work_mem',
        'max_wal_size')
"""


def load() -> list[float]:
    """Return the load averages of 1, 5 and 15 minutes.

    Above the number of cores, something else was running as well.
    """
    return [round(value, 2) for value in os.getloadavg()]


def _first(pattern: str, path: str) -> str:
    found = re.search(pattern, Path(path).read_text(encoding="utf-8"), re.MULTILINE)
    return found[1].strip() if found else ""
