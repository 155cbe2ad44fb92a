"""The office that a person named when they applied to join a moderated topic."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Exists, OuterRef, Q

from campaigns.audience.conditions.kind import Kind, Value, quoted
from campaigns.audience.conditions.parts import only_keys, text_of
from subscribers.models import Application
from subscribers.states import ApplicationStatus


def _parse(data: Mapping[str, Any], path: str) -> dict[str, Any]:
    only_keys(data, path, "office")
    return {"office": text_of(data, path, "office")}


def _condition(value: Value, through: str) -> Q:
    # Not from need-to-know topics: a number would tell of their people.
    rows = Application.objects.filter(
        subscription__subscriber_id=OuterRef(f"{through}pk"),
        subscription__topic__is_restricted=False,
        status=ApplicationStatus.ACCEPTED,
        office__icontains=value["office"],
    )
    return Q(Exists(rows))


def _words(value: Value) -> str:
    return f"gave an office with {quoted(value['office'])} in their application"


OFFICE = Kind(
    key="office",
    label="Office (of an application)",
    parse=_parse,
    condition=_condition,
    words=_words,
)
