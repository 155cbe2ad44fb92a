"""The tables whose rows public pages show. Each app names its own when it is ready."""

from collections.abc import Mapping
from types import MappingProxyType

from django.db.models import Model

_watched: dict[str, tuple[str, ...]] = {}

WATCHED: Mapping[str, tuple[str, ...]] = MappingProxyType(_watched)
"""Tables, and the columns whose change counts; none where each change does."""


def watch(model: type[Model], *fields: str) -> None:
    """Have each change of a table's rows make a new version of the public pages.

    Args:
        model: the model of the table.
        fields: those that a public page shows, or by which it chooses rows. Without any, each
            change counts. A table in which workers write all the time names them.
    """
    _watched[model._meta.db_table] = tuple(
        str(model._meta.get_field(name).column)  # type: ignore[union-attr] # no reverse relation
        for name in fields
    )
