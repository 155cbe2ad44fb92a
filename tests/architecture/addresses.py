"""Every URL that the installation answers, with arguments that exist."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import Model
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RoutePattern

STAFF = "staff/"


@dataclass(frozen=True, slots=True)
class Address:
    """One URL pattern and a path that it matches."""

    route: str
    name: str
    path: str

    @property
    def is_staff(self) -> bool:
        return self.path.startswith(f"/{STAFF}")

    def __str__(self) -> str:
        return f"{self.route} ({self.path})"


class CannotFill(Exception):
    """A pattern has an argument for which there is no example."""


def patterns() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield route, name and converters of every URL pattern."""
    yield from _walk(get_resolver().url_patterns, "", "", {})


def _walk(
    entries: list[Any], prefix: str, space: str, converters: dict[str, Any]
) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for entry in entries:
        known = converters | dict(entry.pattern.converters)
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _walk(
                entry.url_patterns,
                route,
                f"{space}{entry.namespace}:" if entry.namespace else space,
                known,
            )
        elif isinstance(entry, URLPattern):
            # The only regular expression is the admin's last, which answers 404 to all else.
            yield (
                (route if isinstance(entry.pattern, RoutePattern) else f"{prefix}nowhere/"),
                f"{space}{entry.name or ''}",
                known,
            )


type Rows = Mapping[type[Model], str]


def every_address(
    examples: Mapping[str, str], whole: Mapping[str, str], rows: Rows | None = None
) -> list[Address]:
    """Fill in all URL patterns.

    Args:
        examples: argument → value.
        whole: name of a URL → its path, where an argument means something of its own, such as a
            token.
        rows: model → the key of the row that addresses of it are about; by default its first.

    Raises:
        CannotFill: with the pattern, so that whoever adds a page gives an example for it.
    """
    return [
        Address(
            route, name, whole.get(name) or _fill(route, name, converters, examples, rows or {})
        )
        for route, name, converters in patterns()
    ]


def _fill(
    route: str,
    name: str,
    converters: Mapping[str, Any],
    examples: Mapping[str, str],
    rows: Rows,
) -> str:
    path = f"/{route}"
    for argument, converter in converters.items():
        meant = _id_of_row(route) if argument == "row_id" else argument
        value = (
            _object_id(name, rows)
            if argument == "object_id"
            else examples.get(meant) or _first_id(meant, rows)
        )
        if value is None:
            raise CannotFill(
                f"{route}: add an example for <{argument}> in tests/architecture/conftest.py"
            )
        for kind in ("str", "int", "slug", "uuid", "path"):
            path = path.replace(f"<{kind}:{argument}>", value)
        path = path.replace(f"<{argument}>", value)
        assert "<" + argument not in path, f"{route}: {converter} of <{argument}>"
    return path


def _id_of_row(route: str) -> str:
    """Return the argument that a row's id stands for: campaign_id in campaign/<int:row_id>/."""
    return f"{route.partition('/<int:row_id>')[0].rpartition('/')[2]}_id"


def _object_id(name: str, rows: Rows) -> str:
    """Find the key of a row for the admin page `name`, such as admin:subscribers_topic_change."""
    label = name.removeprefix("admin:")
    found = (
        model
        for model in apps.get_models()
        if label.startswith(f"{model._meta.app_label}_{model._meta.model_name}_")
    )
    return _first(next(found, None), rows) or "1"


def _first_id(argument: str, rows: Rows) -> str | None:
    """Find the key of a row for an argument such as event_id."""
    found = (model for model in apps.get_models() if argument == f"{model._meta.model_name}_id")
    return _first(next(found, None), rows)


def _first(model: type[Model] | None, rows: Rows) -> str | None:
    if model is not None and model in rows:
        return rows[model]
    first = model._default_manager.order_by("pk").first() if model else None
    return str(first.pk) if first else None
