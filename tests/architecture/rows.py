"""All rows of all tables, to find out if a request has changed any."""

from django.apps import apps
from django.db import models

UNCOUNTED = {"sessions.Session"}
"""Tables that a visit may change."""


def all_rows() -> dict[str, list[tuple[object, ...]]]:
    """Read every table's rows, in order of their keys."""
    return {
        model._meta.label: [
            tuple(map(_plain, row)) for row in model._base_manager.order_by("pk").values_list()
        ]
        for model in apps.get_models(include_auto_created=True)
        if model._meta.label not in UNCOUNTED and not model._meta.proxy and model._meta.managed
    }


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
