"""Following another topic."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Q

from campaigns.audience.conditions.kind import Kind, Value, quoted
from campaigns.audience.conditions.parts import only_keys, text_of
from subscribers.models import Topic
from subscribers.queries import follows_topic

GONE = "a topic that was deleted"


def _parse(data: Mapping[str, Any], path: str) -> dict[str, Any]:
    only_keys(data, path, "topic")
    return {"topic": text_of(data, path, "topic")}


def topic_named(slug: str) -> Topic | None:
    return Topic.objects.filter(slug=slug).first()


def topic_in_words(slug: str) -> str:
    """Return the name of a topic in quotation marks, or words that say that it is gone."""
    topic = topic_named(slug)
    return quoted(topic.name) if topic else GONE


def topic_problem(value: Value) -> str:
    """Return why a condition about a topic can't be looked at."""
    return "" if topic_named(value["topic"]) else f"It names {GONE} (“{value['topic']}”)."


def topic_facts(value: Value) -> object:
    """Return the name of a topic, for an approval."""
    topic = topic_named(value["topic"])
    return topic.name if topic else None


def restricted_topic(value: Value) -> int | None:
    """Return the id of the topic that a condition names, if it is need-to-know."""
    topic = topic_named(value["topic"])
    return topic.pk if topic and topic.is_restricted else None


def _condition(value: Value, through: str) -> Q:
    topic = topic_named(value["topic"])
    return Q(follows_topic(f"{through}pk", topic.pk if topic else 0))


def _words(value: Value) -> str:
    return f"follow {topic_in_words(value['topic'])}"


TOPIC = Kind(
    key="topic",
    label="Topic",
    parse=_parse,
    condition=_condition,
    words=_words,
    problem=topic_problem,
    restricted_topic=restricted_topic,
    facts=topic_facts,
)
