"""All rows of all tables, to find out if a request has changed any."""

from django.apps import apps
from django.db import connection, models

UNCOUNTED = {"sessions.Session", "campaigns.CountedLink"}
"""Tables that a visit may change: who is signed in, and how often a link was opened by all."""


def all_rows() -> dict[str, list[tuple[object, ...]]]:
    """Read every table's rows, in order of their keys.

    As the database holds them: this is asked after each of thousands of requests, and most tables
    are empty.
    """
    tables = {
        model._meta.label: model._meta
        for model in apps.get_models(include_auto_created=True)
        if model._meta.label not in UNCOUNTED and not model._meta.proxy and model._meta.managed
    }
    quote = connection.ops.quote_name
    found: dict[str, list[tuple[object, ...]]] = {label: [] for label in tables}
    questions = (
        f"SELECT '{label}' WHERE EXISTS (SELECT 1 FROM {quote(options.db_table)})"
        for label, options in tables.items()
    )
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(questions))
        for (label,) in cursor.fetchall():
            options = tables[label]
            key = options.pk.column if options.pk else None
            assert key
            cursor.execute(f"SELECT * FROM {quote(options.db_table)} ORDER BY {quote(key)}")
            found[label] = [tuple(map(_plain, row)) for row in cursor.fetchall()]
    return found


def _plain(value: object) -> object:
    return bytes(value) if isinstance(value, memoryview) else value


def changed(
    before: dict[str, list[tuple[object, ...]]], after: dict[str, list[tuple[object, ...]]]
) -> list[str]:
    """List the tables whose rows differ."""
    return [label for label in before if before[label] != after[label]]


def models_of_ours() -> list[type[models.Model]]:
    """List the models of our four apps."""
    return [
        model
        for name in ("newsletter", "staff", "subscribers", "campaigns")
        for model in apps.get_app_config(name).get_models()
    ]
