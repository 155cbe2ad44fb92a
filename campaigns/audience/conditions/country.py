"""The country or body that a person belongs to."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Q

from campaigns.audience.conditions.kind import BadCondition, Kind, Value, one_of
from campaigns.audience.conditions.parts import only_keys, texts_of
from subscribers.countries import country_codes, country_name, refresh_bodies


def _parse(data: Mapping[str, Any], path: str) -> dict[str, Any]:
    only_keys(data, path, "countries")
    codes = texts_of(data, path, "countries")
    for index, code in enumerate(codes):
        if code not in country_codes():
            raise BadCondition(f"{path}.countries[{index}]", "is not a country code, such as NZ")
    return {"countries": sorted(set(codes))}


def _condition(value: Value, through: str) -> Q:
    return Q(**{f"{through}country__in": value["countries"]})


def _words(value: Value) -> str:
    refresh_bodies()
    return f"are from {one_of(sorted(country_name(code) for code in value['countries']))}"


COUNTRY = Kind(
    key="country",
    label="Country or body",
    parse=_parse,
    condition=_condition,
    words=_words,
)
