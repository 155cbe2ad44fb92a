"""The answer of a person to the invitation to an event, and whether they came."""

from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import Q

from campaigns.audience.conditions.kind import Kind, Value, always, quoted
from campaigns.audience.conditions.parts import choice_of, only_keys, text_of
from campaigns.audience.rules import (
    accepted,
    answered,
    came,
    declined,
    did_not_come,
    no_answer,
    waiting,
)
from campaigns.models import Campaign, Event

GONE = "an event that was deleted"
ANSWERS = {
    "accepted": "Come",
    "no_answer": "Haven’t answered",
    "answered": "Have answered",
    "declined": "Said that they don’t come",
    "waiting": "Are on the waiting list",
}
CAME = {"came": "Came", "did_not_come": "Had accepted and didn’t come"}
_ASKS: Mapping[str, Callable[[int, str], Q]] = {
    "accepted": accepted,
    "no_answer": no_answer,
    "answered": answered,
    "declined": declined,
    "waiting": waiting,
    "came": came,
    "did_not_come": did_not_come,
}
_WORDS = {
    "accepted": "come to {event}",
    "no_answer": "haven’t answered the invitation to {event}",
    "answered": "have answered the invitation to {event}",
    "declined": "said that they don’t come to {event}",
    "waiting": "are on the waiting list of {event}",
    "came": "came to {event}",
    "did_not_come": "had accepted and didn’t come to {event}",
}


def event_named(slug: str) -> Event | None:
    return Event.objects.select_related("topic").filter(slug=slug).first()


def _parse(data: Mapping[str, Any], path: str) -> dict[str, Any]:
    only_keys(data, path, "event", "answer")
    return {
        "event": text_of(data, path, "event"),
        "answer": choice_of(data, path, "answer", ANSWERS),
    }


def _parse_came(data: Mapping[str, Any], path: str) -> dict[str, Any]:
    only_keys(data, path, "event", "answer")
    return {"event": text_of(data, path, "event"), "answer": choice_of(data, path, "answer", CAME)}


def _condition(value: Value, through: str) -> Q:
    event = event_named(value["event"])
    if event is None:
        return Q(**{f"{through}pk__in": []})
    return _ASKS[value["answer"]](event.pk, through)


def _words(value: Value) -> str:
    event = event_named(value["event"])
    return _WORDS[value["answer"]].format(event=quoted(event.title) if event else GONE)


def _problem(value: Value) -> str:
    return "" if event_named(value["event"]) else f"It names {GONE} (“{value['event']}”)."


def _facts(value: Value) -> object:
    event = event_named(value["event"])
    return event.title if event else None


def _restricted_topic(value: Value) -> int | None:
    event = event_named(value["event"])
    if event is None:
        return None
    if event.topic is not None:
        return event.topic.pk if event.topic.is_restricted else None
    # One without a topic that no public page shows is known by its campaigns alone.
    topics = Campaign.objects.filter(event=event).values_list("topic_id", "topic__is_restricted")
    by_restricted_alone = bool(topics) and all(is_restricted for _, is_restricted in topics)
    return topics[0][0] if by_restricted_alone and not event.is_public else None


ANSWER = Kind(
    key="answer",
    label="Answer to an invitation",
    parse=_parse,
    condition=_condition,
    words=_words,
    problem=_problem,
    restricted_topic=_restricted_topic,
    facts=_facts,
    changes_while_sending=always,
)
ATTENDED = Kind(
    key="came",
    label="Came to an event",
    parse=_parse_came,
    condition=_condition,
    words=_words,
    problem=_problem,
    restricted_topic=_restricted_topic,
    facts=_facts,
    changes_while_sending=always,
)
