"""The day on which a person came to the list."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.db.models import Q

from campaigns.audience.conditions.kind import Kind, Value
from campaigns.audience.conditions.parts import choice_of, day_in_words, day_of, only_keys

WHEN = {"before": "Before", "since": "On or since"}


def _parse(data: Mapping[str, Any], path: str) -> dict[str, Any]:
    only_keys(data, path, "when", "day")
    return {"when": choice_of(data, path, "when", WHEN), "day": day_of(data, path, "day")}


def _condition(value: Value, through: str) -> Q:
    # The day begins in UTC, as the pages write it.
    begins = datetime.fromisoformat(value["day"]).replace(tzinfo=UTC)
    lookup = "lt" if value["when"] == "before" else "gte"
    return Q(**{f"{through}created_at__{lookup}": begins})


def _words(value: Value) -> str:
    return f"joined {value['when']} {day_in_words(value['day'])}"


JOINED = Kind(key="joined", label="Joined", parse=_parse, condition=_condition, words=_words)
