"""Health: `/livez` says that the process answers, `/readyz` that it can reach what it needs."""

import logging

from django.core.cache import cache
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)


@require_safe
def livez(request: HttpRequest) -> JsonResponse:
    """The process is up. Asks nothing of any service, so that a slow database doesn't get it killed."""
    return JsonResponse({"status": "ok"})


@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Database and cache answer. 503 otherwise, with the name of what doesn't, and no more."""
    parts = {"database": _database_answers(), "redis": _cache_answers()}
    ready = all(parts.values())
    return JsonResponse({"status": "ok" if ready else "unavailable", **parts}, status=200 if ready else 503)


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        logger.exception("The database does not answer")
        return False
    return True


def _cache_answers() -> bool:
    try:
        cache.get("readyz")
    except (RedisError, OSError):
        logger.exception("Redis does not answer")
        return False
    return True
