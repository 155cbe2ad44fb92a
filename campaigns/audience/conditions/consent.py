"""The version of the consent wording that a person agreed to."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Q

from campaigns.audience.conditions.kind import Kind, Value
from campaigns.audience.conditions.parts import choice_of, only_keys, text_of
from campaigns.audience.conditions.topic import (
    restricted_topic,
    topic_in_words,
    topic_named,
    topic_problem,
)
from subscribers.consent.wording_versions import current_wordings, is_under_current_wording
from subscribers.queries import follows_topic

VERSIONS = {"current": "The current wording", "earlier": "An earlier wording"}


def _parse(data: Mapping[str, Any], path: str) -> dict[str, Any]:
    only_keys(data, path, "topic", "version")
    return {
        "topic": text_of(data, path, "topic"),
        "version": choice_of(data, path, "version", VERSIONS),
    }


def _condition(value: Value, through: str) -> Q:
    topic = topic_named(value["topic"])
    if topic is None:
        return Q(**{f"{through}pk__in": []})
    is_current = is_under_current_wording(topic, digest=f"{through}digest")
    if value["version"] == "current":
        return is_current
    # Whoever doesn't follow the topic has agreed to nothing that holds now.
    return Q(follows_topic(f"{through}pk", topic.pk)) & ~is_current


def _words(value: Value) -> str:
    which = "the current" if value["version"] == "current" else "an earlier"
    return f"agreed to {which} consent wording of {topic_in_words(value['topic'])}"


def _facts(value: Value) -> object:
    topic = topic_named(value["topic"])
    if topic is None:
        return None
    return [topic.name, *sorted(each.text_hash for each in current_wordings(topic))]


CONSENT = Kind(
    key="consent",
    label="Consent wording",
    parse=_parse,
    condition=_condition,
    words=_words,
    problem=topic_problem,
    restricted_topic=restricted_topic,
    facts=_facts,
)
