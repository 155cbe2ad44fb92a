"""The parliament, ministry or organisation that a person belongs to."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Q

from campaigns.audience.conditions.kind import Kind, Value, quoted
from campaigns.audience.conditions.parts import choice_of, only_keys, text_of

HOW = {"is": "Is", "contains": "Has the words"}
LOOKUPS = {"is": "iexact", "contains": "icontains"}


def _parse(data: Mapping[str, Any], path: str) -> dict[str, Any]:
    only_keys(data, path, "how", "institution")
    return {
        "how": choice_of(data, path, "how", HOW),
        "institution": text_of(data, path, "institution"),
    }


def _condition(value: Value, through: str) -> Q:
    return Q(**{f"{through}institution__{LOOKUPS[value['how']]}": value["institution"]})


def _words(value: Value) -> str:
    name = quoted(value["institution"])
    if value["how"] == "is":
        return f"belong to {name}"
    return f"belong to an institution with {name} in its name"


INSTITUTION = Kind(
    key="institution",
    label="Institution",
    parse=_parse,
    condition=_condition,
    words=_words,
)
