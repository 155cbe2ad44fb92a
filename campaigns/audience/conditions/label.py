"""Having a label."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Exists, OuterRef, Q

from campaigns.audience.conditions.kind import Kind, Value, quoted
from campaigns.audience.conditions.parts import id_of, only_keys
from subscribers.models import Label, SubscriberLabel

GONE = "a label that was deleted"


def _parse(data: Mapping[str, Any], path: str) -> dict[str, Any]:
    only_keys(data, path, "label")
    return {"label": id_of(data, path, "label")}


def _condition(value: Value, through: str) -> Q:
    rows = SubscriberLabel.objects.filter(label_id=value["label"])
    return Q(Exists(rows.filter(subscriber_id=OuterRef(f"{through}pk"))))


def _label(value: Value) -> Label | None:
    return Label.objects.filter(pk=value["label"]).first()


def _words(value: Value) -> str:
    label = _label(value)
    return f"have the label {quoted(label.name)}" if label else f"have {GONE}"


def _facts(value: Value) -> object:
    label = _label(value)
    return label.name if label else None


def _problem(value: Value) -> str:
    return "" if _label(value) else f"It names {GONE}."


LABEL = Kind(
    key="label",
    label="Label",
    parse=_parse,
    condition=_condition,
    words=_words,
    problem=_problem,
    facts=_facts,
)
