"""No form of the staff pages takes more than it shows: fields forged into it change nothing.

Each button is pressed as its page would press it, and then with a field for every other column of
the tables that it changes. Both must leave the same rows behind.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import models

from subscribers.models import Subscriber
from tests.architecture.conftest import Installation
from tests.architecture.rows import all_rows
from tests.architecture.staff_page import Act
from tests.architecture.staff_pages import PAGES
from tests.architecture.staff_walk import ALL_ROLES, Person, person, taken_back
from tests.architecture.staff_world import World, furnish
from tests.choosing import drawn

type Cell = tuple[str, int, int]
"""Table, row, column: where a value stands."""
FEW = 15
"""Of all buttons, as many as a sample has."""
_NAME = re.compile(r'\bname="([^"]+)"')


def test_fields_that_a_page_does_not_show_change_nothing(
    installation: Installation, ada: Subscriber, seed: str | None
) -> None:
    world, sam = furnish(installation, ada), person(ALL_ROLES)
    tried, wrong = 0, []
    acts = [act for page in PAGES.values() for act in page.acts if act.changes]
    for act in drawn(acts, FEW, seed):
        fields = act.fields(world)
        forged = _forged(act, shown=_shown(sam, act, world) | set(fields))
        tried += len(forged)
        once = _rows_after(sam, act, world, fields)
        after = _rows_after(sam, act, world, {**forged, **fields})
        twice = _rows_after(sam, act, world, fields)
        # Times, nonces and hashes are new each time. Last, so that what tells the second in which
        # it was made is new then, too, if it is `after`.
        for table, row, column in _different(once, after) - _different(once, twice):
            wrong.append(f"{act.name} at {act.path(world)}: {table}, row {row}, column {column}")
    assert not wrong, "\n".join(wrong)
    assert tried > (200 if seed is None else 2 * FEW)


def _shown(sam: Person, act: Act, world: World) -> set[str]:
    """Return the names of all fields of the page on which the button stands."""
    with taken_back(sam.browser):
        page = sam.browser.get(act.path(world), follow=True)
    return set(_NAME.findall(page.content.decode()))


def _rows_after(
    sam: Person, act: Act, world: World, fields: Mapping[str, object]
) -> dict[str, list[tuple[object, ...]]]:
    for value in fields.values():
        if isinstance(value, SimpleUploadedFile):
            value.seek(0)  # it was sent before
    with taken_back(sam.browser):
        answer = sam.browser.post(act.path(world), fields)
        assert answer.status_code in (200, 302), f"{act.name}: {answer.status_code}"
        return all_rows()


def _different(
    one: dict[str, list[tuple[object, ...]]], other: dict[str, list[tuple[object, ...]]]
) -> set[Cell]:
    found: set[Cell] = set()
    for table, rows in one.items():
        if len(rows) != len(other[table]):
            found.add((table, len(other[table]), -1))
        for number, (row, changed) in enumerate(zip(rows, other[table], strict=False)):
            cells = enumerate(zip(row, changed, strict=True))
            found |= {(table, number, column) for column, (a, b) in cells if a != b}
    return found


def _forged(act: Act, *, shown: set[str]) -> dict[str, object]:
    """Return a value for each column that the page doesn't show."""
    found: dict[str, object] = {"pk": "4711"}
    for label in act.changes:
        model = apps.get_model(label)
        for field in [*model._meta.concrete_fields, *model._meta.many_to_many]:
            for name in {field.name, getattr(field, "attname", field.name)}:
                found[name] = _value(field)
    return {name: value for name, value in found.items() if name not in shown}


def _value(field: "models.Field[Any, Any]") -> object:
    if field.choices:
        return list(dict(field.flatchoices))[-1]
    if field.is_relation and field.related_model:
        rows = apps.get_model(str(field.related_model._meta.label))._base_manager
        return rows.order_by("-pk").values_list("pk", flat=True).first() or 1
    if isinstance(field, models.BooleanField):
        return "" if field.default is True else "on"
    if isinstance(field, models.DateTimeField):
        return datetime(2020, 1, 1, tzinfo=UTC).isoformat()
    if isinstance(field, models.IntegerField):
        return "4711"
    if isinstance(field, models.JSONField):
        return '{"forged": true}'
    return "forged@example.org"
