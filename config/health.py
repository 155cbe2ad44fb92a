"""Health: `/livez` says that the process answers, `/readyz` that it can reach what pages need."""

import logging
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe
from redis.exceptions import RedisError

from newsletter.core.db.waiting_migrations import waiting_migrations

logger = logging.getLogger(__name__)


@require_safe
def livez(request: HttpRequest) -> JsonResponse:
    """Answer that the process is up.

    Asks nothing of any service, so that a slow database doesn't get it killed.
    """
    return JsonResponse({"status": "ok"})


@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Answer 200 where the database has the tables that this release needs, else 503.

    Redis is looked at too where REDIS_URL names one, and may be missing: every page works without
    it, the one for unsubscribing above all, so a balancer that took all web hosts out with it would
    do the harm itself.
    """
    parts = {"database": _database_is_ready()}
    if settings.REDIS_URL:
        parts["redis"] = _cache_answers()
    ready = parts["database"]
    status = "ok" if all(parts.values()) else "degraded" if ready else "unavailable"
    return JsonResponse({"status": status, **parts}, status=200 if ready else 503)


@dataclass
class _Known:
    """The table of migrations as it was when nothing was missing.

    While it is the same, nothing is.
    """

    migrations: tuple[object, ...] | None = None


_known = _Known()


def _database_is_ready() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT COUNT(*), MAX(id) FROM django_migrations")
            migrations = (connection.settings_dict["NAME"], *cursor.fetchone())
        if migrations != _known.migrations:
            if waiting := waiting_migrations():
                logger.error(
                    "The database is not ready: %s migrations wait. Run: manage.py migrate",
                    waiting,
                )
                return False
            _known.migrations = migrations
    except DatabaseError as error:
        logger.error(
            "The database does not answer, or has no tables (%s)",
            str(error).strip().partition("\n")[0],
            # It is asked every few seconds.
            extra={"outage": connection.display_name},
        )
        return False
    return True


def _cache_answers() -> bool:
    try:
        cache.get("readyz")
    except (RedisError, OSError):
        return False  # the circuit has said so in the log
    return True
