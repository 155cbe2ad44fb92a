"""The value of a field that staff have defined."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Exists, OuterRef, Q

from campaigns.audience.conditions.kind import Kind, Value, quoted
from campaigns.audience.conditions.parts import (
    choice_of,
    day_in_words,
    day_of,
    only_keys,
    text_of,
)
from subscribers.models import CustomField, CustomFieldValue
from subscribers.states import FieldKind

HOW = {
    "is": "Is",
    "contains": "Has the words",
    "before": "Is before",
    "since": "Is on or since",
}
_OF_DATES = ("before", "since")
_LOOKUPS = {"is": "value__iexact", "contains": "value__icontains", "before": "day__lt"}
_WORDS = {
    "is": "have {value} as {field}",
    "contains": "have {field} with {value}",
    "before": "have {field} before {value}",
    "since": "have {field} since {value}",
}
GONE = "a field that was deleted"


def _parse(data: Mapping[str, Any], path: str) -> dict[str, Any]:
    only_keys(data, path, "field", "how", "value")
    how = choice_of(data, path, "how", HOW)
    read = day_of if how in _OF_DATES else text_of
    return {"field": text_of(data, path, "field"), "how": how, "value": read(data, path, "value")}


def _field(value: Value) -> CustomField | None:
    return CustomField.objects.filter(key=value["field"]).first()


def _condition(value: Value, through: str) -> Q:
    field = _field(value)
    lookup = _LOOKUPS.get(value["how"], "day__gte")
    rows = CustomFieldValue.objects.filter(
        field_id=field.pk if field else 0, **{lookup: value["value"]}
    )
    return Q(Exists(rows.filter(subscriber_id=OuterRef(f"{through}pk"))))


def _words(value: Value) -> str:
    field = _field(value)
    what = value["value"]
    shown = day_in_words(what) if value["how"] in _OF_DATES else quoted(what)
    return _WORDS[value["how"]].format(field=quoted(field.name) if field else GONE, value=shown)


def _facts(value: Value) -> object:
    field = _field(value)
    return [field.name, field.kind] if field else None


def _problem(value: Value) -> str:
    field = _field(value)
    if field is None:
        return f"It names {GONE} (“{value['field']}”)."
    is_date = field.kind == FieldKind.DATE
    if is_date is not (value["how"] in _OF_DATES):
        known = "“is before” or “is on or since”" if is_date else "“is” or “has the words”"
        return f"The field {quoted(field.name)} can only be asked with {known}."
    if field.kind == FieldKind.CHOICE and value["how"] == "is" and not _is_choice(field, value):
        return f"{quoted(value['value'])} is no choice of the field {quoted(field.name)}."
    return ""


def _is_choice(field: CustomField, value: Value) -> bool:
    return value["value"].casefold() in {str(each).casefold() for each in field.choices}


CUSTOM_FIELD = Kind(
    key="field",
    label="Field of your own",
    parse=_parse,
    condition=_condition,
    words=_words,
    problem=_problem,
    facts=_facts,
)
