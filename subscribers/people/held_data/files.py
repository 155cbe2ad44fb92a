"""The two files of all that is held of a person: JSON for machines, and HTML to read."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext

from newsletter.brand.current import current_brand
from newsletter.core.catalogues import SOURCE_LANGUAGE
from newsletter.core.dates import date_and_time, long_date
from newsletter.core.languages import direction_of, own_name
from subscribers.countries import country_name, refresh_bodies
from subscribers.models import Subscriber
from subscribers.people.held_data.collect import held_data
from subscribers.people.held_data.held_table import HeldTable, plain
from subscribers.people.held_data.labels import LABELS
from subscribers.people.held_data.values import SAID_BY_ANOTHER, VALUES

_NAMES: Mapping[str, Callable[[str], str]] = {"country": country_name, "language": own_name}
"""Columns of codes that have names of their own."""

type Shown = list[tuple[str, str]]
"""One row as it is read: labels and values."""


def as_json(subscriber: Subscriber) -> str:
    """Return the file for machines: each table by name, its rows by column, empty ones included."""
    content = {
        "made_at": timezone.now().isoformat(),
        "made_by": current_brand().name,
        "address": subscriber.email,
        "tables": {table.name: list(table.given()) for table in held_data(subscriber)},
    }
    return json.dumps(content, ensure_ascii=False, indent=2)


def as_html(subscriber: Subscriber) -> str:
    """Return the file for people, in the language that is active. It needs no other file."""
    refresh_bodies()
    tables = [
        (table, [_shown(table, row) for row in table.rows]) for table in held_data(subscriber)
    ]
    language = get_language() or "en"
    context = {
        "language": language,
        "direction": direction_of(language),
        "brand_name": current_brand().name,
        "address": subscriber.email,
        "made_at": timezone.now(),
        "sections": [{"title": table.title, "rows": rows} for table, rows in tables if rows],
        "empty": [table.title for table, rows in tables if not rows],
    }
    page = render_to_string("files/held_data.html", context)
    style = render_to_string("files/held_data.css")
    # Not in the template: pages may have no style of their own, and this is none.
    return page.replace("</head>", f"<style>{style}</style></head>", 1)


def _shown(table: HeldTable, row: Any) -> Shown:
    values: list[tuple[str | Promise, Any]] = [
        (LABELS.get(column.name, column.verbose_name), _value(table, column, row))
        for column in table.columns()
        if f"{table.name}.{column.name}" not in SAID_BY_ANOTHER
    ]
    more = table.more(row) if table.more else {}
    values += [(LABELS.get(name, name), value) for name, value in more.items()]
    return [(_capital(str(label)), text) for label, value in values if (text := _text(value))]


def _value(table: HeldTable, column: Any, row: Any) -> Any:
    value = column.value_from_object(row)
    if isinstance(value, list | dict):
        return value
    if value and column.name in _NAMES:
        return _NAMES[column.name](str(value))
    return VALUES.get(f"{table.name}.{column.name}", {}).get(value, value)


def _text(value: Any) -> str:
    match value:
        case None | "" | [] | {}:
            return ""
        case bool():
            return gettext("Yes") if value else gettext("No")
        case datetime():
            return f"{date_and_time(value.astimezone(UTC), _language())} UTC"
        case date():
            return long_date(value, _language())
        case list() | dict():
            return json.dumps(value, ensure_ascii=False)
    return str(plain(value))


def _language() -> str:
    return get_language() or SOURCE_LANGUAGE


def _capital(label: str) -> str:
    return label[:1].upper() + label[1:]
