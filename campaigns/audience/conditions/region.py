"""The region of a person's country or body."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Q

from campaigns.audience.conditions.kind import Kind, Value
from campaigns.audience.conditions.parts import choice_of, only_keys
from campaigns.audience.conditions.regions import REGIONS


def _parse(data: Mapping[str, Any], path: str) -> dict[str, Any]:
    only_keys(data, path, "region")
    return {"region": choice_of(data, path, "region", REGIONS)}


def _condition(value: Value, through: str) -> Q:
    return Q(**{f"{through}country__in": sorted(REGIONS[value["region"]].countries)})


def _words(value: Value) -> str:
    return f"are from {REGIONS[value['region']].in_words}"


def _facts(value: Value) -> object:
    # A later release may draw a region otherwise, which nobody has approved.
    return sorted(REGIONS[value["region"]].countries)


REGION = Kind(
    key="region",
    label="Region",
    parse=_parse,
    condition=_condition,
    words=_words,
    facts=_facts,
)
