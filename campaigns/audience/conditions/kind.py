"""A kind of condition: how its value is read, what it asks of a person, and how it reads."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

type Value = Mapping[str, Any]
"""A condition as it is kept: JSON with its `kind`, and the keys of that kind."""

LONGEST_LIST = 300
"""Countries, bodies or languages of one condition."""


class BadCondition(ValueError):
    """A part of a rule that can't be taken: `path` says which, `problem` what is wrong with it."""

    def __init__(self, path: str, problem: str) -> None:
        super().__init__(f"{path}: {problem}" if path else problem)
        self.path, self.problem = path, problem


def _nothing(_: Value) -> str:
    return ""


def _no_facts(_: Value) -> object:
    return None


def _public(_: Value) -> int | None:
    return None


def never(_: Value) -> bool:
    return False


def always(_: Value) -> bool:
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of condition.

    Args:
        key: as it stands in the JSON of a rule.
        label: its name in the menu of kinds.
        parse: reads the value from untrusted JSON and returns it with its own keys alone; raises
            BadCondition. It reads no row.
        condition: builds the condition on a subscriber; the text is the lookup that leads there,
            such as `subscriber__`.
        words: a phrase that follows "who": “are from Albania or Kosovo”.
        problem: says in words why it can't be looked at now, because a row that it names is gone;
            empty where it can.
        restricted_topic: the id of the need-to-know topic that it names; None where it names none.
        facts: what an approval covers beside the value, as JSON: the name of what it names, or the
            countries of a region; None for what is gone, or where there is nothing.
        changes_while_sending: whether it is about answers, which are looked at again before each
            email leaves.
    """

    key: str
    label: str
    parse: Callable[[Mapping[str, Any], str], dict[str, Any]]
    condition: Callable[[Value, str], Q]
    words: Callable[[Value], str]
    problem: Callable[[Value], str] = _nothing
    restricted_topic: Callable[[Value], int | None] = _public
    facts: Callable[[Value], object] = _no_facts
    changes_while_sending: Callable[[Value], bool] = never


def one_of(names: Sequence[str]) -> str:
    """Join names as somebody would say them: “Albania, Kosovo or Serbia”."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} or {names[-1]}"


def quoted(name: str) -> str:
    return f"“{name}”"
