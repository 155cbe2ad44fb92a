"""Being in a saved audience.

A saved audience has no condition of this kind, so none can lead back to itself.
"""

from collections.abc import Mapping
from typing import Any

from django.db.models import Q

from campaigns.audience.conditions.check import (
    approved_tree,
    tree_changes_while_sending,
    tree_problems,
)
from campaigns.audience.conditions.kind import Kind, Value, quoted
from campaigns.audience.conditions.parts import id_of, only_keys
from campaigns.audience.conditions.plain_kinds import PLAIN_KINDS
from campaigns.audience.conditions.tree import fits_tree, kind_of, leaves, tree_in_words
from campaigns.models import SavedAudience

GONE = "a saved audience that was deleted"


def _parse(data: Mapping[str, Any], path: str) -> dict[str, Any]:
    only_keys(data, path, "saved")
    return {"saved": id_of(data, path, "saved")}


def _saved(value: Value) -> SavedAudience | None:
    return SavedAudience.objects.filter(pk=value["saved"]).first()


def _condition(value: Value, through: str) -> Q:
    saved = _saved(value)
    if saved is None:
        return Q(**{f"{through}pk__in": []})
    return fits_tree(saved.conditions, PLAIN_KINDS, through=through)


def _words(value: Value) -> str:
    saved = _saved(value)
    if saved is None:
        return f"are in {GONE}"
    return (
        f"are in the saved audience {quoted(saved.name)} "
        f"(who {tree_in_words(saved.conditions, PLAIN_KINDS, topic_id=_restricted_topic(value))})"
    )


def _problem(value: Value) -> str:
    saved = _saved(value)
    if saved is None:
        return f"It names {GONE}."
    for _, problem in tree_problems(
        saved.conditions, PLAIN_KINDS, topic_id=_restricted_topic(value)
    ):
        return f"Of the saved audience {quoted(saved.name)}: {problem}"
    return ""


def _restricted_topic(value: Value) -> int | None:
    saved = _saved(value)
    found = [
        kind_of(each, PLAIN_KINDS).restricted_topic(each)
        for _, each in leaves(saved.conditions if saved else {})
    ]
    return next((topic for topic in found if topic is not None), None)


def _facts(value: Value) -> object:
    saved = _saved(value)
    if saved is None:
        return None
    covered = approved_tree(saved.conditions, PLAIN_KINDS, topic_id=_restricted_topic(value))
    return {"name": saved.name, **covered}


def _changes_while_sending(value: Value) -> bool:
    saved = _saved(value)
    return saved is not None and tree_changes_while_sending(saved.conditions, PLAIN_KINDS)


SAVED = Kind(
    key="saved",
    label="Saved audience",
    parse=_parse,
    condition=_condition,
    words=_words,
    problem=_problem,
    restricted_topic=_restricted_topic,
    facts=_facts,
    changes_while_sending=_changes_while_sending,
)
