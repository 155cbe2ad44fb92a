"""Checks that the database and the queue answer."""

import secrets
import tempfile
from pathlib import Path

import redis
from django.conf import settings
from django.db import DatabaseError, connection

from campaigns.reports.diagnostics.finding import Found, Level
from newsletter.core.db.waiting_migrations import waiting_migrations
from newsletter.core.plural import number_of
from newsletter.core.redis_address import redis_address

TRIAL_KEY = "convene:doctor:"
"""What is stored in Redis for a moment, to see that it takes work, is called this and a number."""
TRIAL_SECONDS = 10


def database() -> Found:
    """Check that the database answers, and that no migration waits."""
    try:
        waiting = waiting_migrations()
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
            f"({number_of(waiting, 'migration')} to run). Run: manage.py migrate",
        )
    else:
        yield Level.FINE, f"{kind} answers, and its tables are up to date."


def queue() -> Found:
    """Check that Redis, or the folder in its place, accepts work and keeps it."""
    if not settings.REDIS_URL:
        yield from _folder(Path(settings.VAR_DIR) / "queue")
        return
    try:
        client = redis_address(settings.REDIS_URL).client(
            socket_connect_timeout=3, socket_timeout=3
        )
        with client:
            refusal = _refusal(client)
            policy = _eviction_policy(client)
    except (redis.RedisError, OSError) as error:
        yield Level.MEND, f"Redis does not answer: {type(error).__name__}"
        return
    if refusal:
        yield Level.MEND, f"Redis answers, but accepts no work: {refusal}"
    elif policy is None:
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


def _refusal(client: redis.Redis) -> str:
    """Store something in Redis; return why it refuses that and what to do, or nothing."""
    try:
        client.set(f"{TRIAL_KEY}{secrets.token_hex(8)}", "", ex=TRIAL_SECONDS)
    except redis.exceptions.NoPermissionError:
        return ""  # of this key alone, as far as anybody knows
    except redis.exceptions.ReadOnlyError:
        return (
            "it is a replica. Name the primary in REDIS_URL, or make this one the primary: "
            "redis-cli REPLICAOF NO ONE"
        )
    except redis.exceptions.OutOfMemoryError:
        return "its memory is full. Raise its maxmemory, or delete what else is stored there."
    except redis.ResponseError as error:
        code, _, words = str(error).partition(" ")
        if code != "MISCONF":
            return f"{code} {words}".strip()
        return (
            "it can't save its data to disk. Its log says why; make room on its disk, or let it "
            "write into its folder (redis-cli CONFIG GET dir). It goes on by itself once it has "
            "saved: redis-cli BGSAVE"
        )
    return ""


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
