"""The state of the database that is backed up, or restored into."""

from pathlib import Path

from django.conf import settings
from django.db import connection

from campaigns.backups.sqlite_copy import database_path


def is_empty() -> bool:
    """Return whether the database has no table at all."""
    if connection.vendor == "sqlite" and not database_path().exists():
        return True
    with connection.cursor() as cursor:
        return not connection.introspection.table_names(cursor, include_views=True)


def media_folder() -> Path | None:
    """Return the folder of images; None where they lie in a store."""
    location = settings.STORAGES["media"].get("OPTIONS", {}).get("location", "")
    return Path(location) if str(location).startswith("/") else None
