"""Checks that the database and the queue answer."""

import tempfile
from pathlib import Path

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from campaigns.reports.diagnostics.finding import Found, Level
from newsletter.core.plural import number_of


def database() -> Found:
    """Check that the database answers, and that no migration waits."""
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as error:
        yield Level.MEND, f"The database does not answer: {str(error).strip().partition('\n')[0]}"
        return
    kind = {"postgresql": "PostgreSQL", "sqlite": "SQLite"}.get(
        connection.vendor, connection.vendor
    )
    if waiting:
        yield (
            Level.MEND,
            f"{kind} answers, but its tables are not up to date "
            f"({number_of(len(waiting), 'migration')} to run). Run: manage.py migrate",
        )
    else:
        yield Level.FINE, f"{kind} answers, and its tables are up to date."


def queue() -> Found:
    """Check that Redis, or the folder in its place, accepts work and keeps it."""
    if not settings.REDIS_URL:
        yield from _folder(Path(settings.VAR_DIR) / "queue")
        return
    try:
        client = redis.Redis.from_url(
            settings.REDIS_URL, socket_connect_timeout=3, socket_timeout=3
        )
        with client:
            client.ping()
            policy = _eviction_policy(client)
    except (redis.RedisError, OSError) as error:
        yield Level.MEND, f"Redis does not answer: {type(error).__name__}"
        return
    if policy is None:
        yield (
            Level.LOOK,
            "Redis answers, but its maxmemory-policy can't be read. It must be noeviction.",
        )
    elif policy != "noeviction":
        yield (
            Level.MEND,
            f"Redis deletes work when it is full: its maxmemory-policy is {policy}. Set it to "
            f"noeviction.",
        )
    else:
        yield Level.FINE, "Redis answers, and its maxmemory-policy is noeviction."


def _eviction_policy(client: redis.Redis) -> str | None:
    """Ask Redis for its maxmemory-policy; None where a hosted Redis doesn't tell."""
    try:
        answer = client.config_get("maxmemory-policy")
    except redis.ResponseError:
        return None
    return str(answer.get("maxmemory-policy", "")) or None


def _folder(path: Path) -> Found:
    try:
        with tempfile.NamedTemporaryFile(dir=path, prefix="doctor-"):
            pass
    except OSError as error:
        yield (
            Level.MEND,
            f"The queue's folder {path} can't be written to: {error.strerror or error}",
        )
        return
    yield Level.FINE, f"The queue is the folder {path}, which can be written to."
