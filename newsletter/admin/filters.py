"""Filters of staff lists, as menus beside the search field."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from django.utils.text import capfirst


@dataclass(frozen=True, slots=True)
class FilterOption:
    """One option of a menu."""

    value: str
    label: str
    is_selected: bool


@dataclass(frozen=True, slots=True)
class FilterMenu:
    """One filter of a list as a menu."""

    title: str
    parameter: str
    """The name of its query parameter."""
    options: list[FilterOption]
    suggests: str = ""
    """The name of the page that completes what is typed, where a menu would be too long."""
    value: str = ""
    """The value that was typed."""


def filter_menus(changelist: Any) -> list[FilterMenu]:
    """Return the filters of a list as menus.

    Args:
        changelist: a Django ChangeList. Each of its filters must have one query parameter. One with
            `suggests` is typed.
    """
    return [_menu(spec, changelist) for spec in changelist.filter_specs]


def _menu(spec: Any, changelist: Any) -> FilterMenu:
    title, parameter = capfirst(str(spec.title)), _parameter(spec)
    if suggests := getattr(spec, "suggests", ""):
        return FilterMenu(title, parameter, [], suggests, spec.value() or "")
    return FilterMenu(title, parameter, list(_options(spec, changelist)))


def _parameter(spec: Any) -> str:
    return str(getattr(spec, "parameter_name", None) or spec.lookup_kwarg)


def _options(spec: Any, changelist: Any) -> Iterator[FilterOption]:
    """Yield the options that Django gives as links; "All" has no parameter and is left out."""
    for choice in spec.choices(changelist):
        values = parse_qs(choice["query_string"].removeprefix("?")).get(_parameter(spec))
        if values:
            yield FilterOption(values[0], str(choice["display"]), bool(choice["selected"]))
