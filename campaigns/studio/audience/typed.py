"""A rule as it stands in the form: complete or not, until it is saved."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict

from campaigns.audience.conditions.kinds import KINDS
from campaigns.audience.conditions.tree import MATCHES, MOST_CONDITIONS
from campaigns.studio.audience.inputs import INPUTS, ConditionInput
from newsletter.rendering.content_errors import as_sentence

CONDITIONS, EXCEPTIONS = "c", "x"
"""The two lists of a rule. A condition's name in the form is its list and place: c-0, c-2-1."""
_NAME = re.compile(r"(c|x)-(\d{1,2})(?:-(\d{1,2}))?:(kind|match|[a-z]+)")
_PATH = re.compile(r"(conditions|except)\[(\d+)\](?:\.conditions\[(\d+)\])?")


@dataclass(frozen=True, slots=True)
class FormProblem:
    """A fault of the form, and the id of the row that it is about."""

    id: str
    text: str


@dataclass(slots=True)
class TypedCondition:
    """A condition in the form: of each of its inputs, the texts that were chosen or typed."""

    kind: str
    values: dict[str, list[str]] = field(default_factory=dict)

    def as_json(self) -> dict[str, object]:
        inputs = INPUTS.get(self.kind, ())
        return {
            "kind": self.kind,
            **{each.name: each.as_json(self.values.get(each.name, [])) for each in inputs},
        }


@dataclass(slots=True)
class TypedGroup:
    """A group in the form."""

    match: str = "any"
    conditions: list[TypedCondition] = field(default_factory=list)

    def as_json(self) -> dict[str, object]:
        return {
            "match": self.match,
            "conditions": [each.as_json() for each in self.conditions],
        }


@dataclass(slots=True)
class TypedRule:
    """A rule in the form."""

    match: str = "all"
    conditions: list[TypedCondition | TypedGroup] = field(default_factory=list)
    exceptions: list[TypedCondition] = field(default_factory=list)

    def as_json(self) -> dict[str, object]:
        """Return what `parse_tree` reads."""
        return {
            "match": self.match,
            "conditions": [each.as_json() for each in self.conditions],
            "except": [each.as_json() for each in self.exceptions],
        }

    @property
    def is_full(self) -> bool:
        groups = [each for each in self.conditions if isinstance(each, TypedGroup)]
        within = sum(len(group.conditions) for group in groups)
        number = len(self.conditions) - len(groups) + within + len(self.exceptions)
        return number >= MOST_CONDITIONS or len(self.conditions) >= MOST_CONDITIONS


def typed_of(tree: Mapping[str, Any]) -> TypedRule:
    """Return a saved rule as it stands in the form."""
    return TypedRule(
        match=tree.get("match", "all"),
        conditions=[
            TypedGroup(each["match"], [_condition(one) for one in each["conditions"]])
            if "conditions" in each
            else _condition(each)
            for each in tree.get("conditions", [])
        ],
        exceptions=[_condition(each) for each in tree.get("except", [])],
    )


def _condition(value: Mapping[str, Any]) -> TypedCondition:
    inputs = {each.name: each for each in INPUTS.get(value["kind"], ())}
    texts = {
        name: [_text(inputs, name, each) for each in (what if isinstance(what, list) else [what])]
        for name, what in value.items()
        if name != "kind"
    }
    return TypedCondition(value["kind"], texts)


def _text(inputs: Mapping[str, ConditionInput], name: str, value: object) -> str:
    return inputs[name].as_text(value) if name in inputs else str(value)


def typed_in(posted: QueryDict) -> TypedRule:
    """Read the rule of a form that was sent. What isn't of the form is left out."""
    parts: dict[tuple[str, int, int | None], dict[str, list[str]]] = {}
    for name in posted:
        if found := _NAME.fullmatch(name):
            which, place, within, key = found.groups()
            where = (which, int(place), None if within is None else int(within))
            parts.setdefault(where, {})[key] = posted.getlist(name)
    rule = TypedRule(match=_match(posted.get("match", "all")))
    for (which, place, within), values in sorted(parts.items(), key=_in_order):
        if within is not None:
            continue
        if which == EXCEPTIONS:
            rule.exceptions += _typed(values)
        elif "match" in values:
            rule.conditions.append(_group(values, parts, place))
        else:
            rule.conditions += _typed(values)
    return rule


def _in_order(item: tuple[tuple[str, int, int | None], object]) -> tuple[str, int, int]:
    which, place, within = item[0]
    return which, place, -1 if within is None else within


def _group(
    values: Mapping[str, list[str]],
    parts: Mapping[tuple[str, int, int | None], Mapping[str, list[str]]],
    place: int,
) -> TypedGroup:
    within = sorted(
        (each for each in parts if each[:2] == (CONDITIONS, place) and each[2] is not None),
        key=lambda each: each[2] or 0,
    )
    conditions = [one for each in within for one in _typed(parts[each])]
    return TypedGroup(_match(values["match"][0]), conditions)


def _typed(values: Mapping[str, list[str]]) -> list[TypedCondition]:
    kind = (values.get("kind") or [""])[0]
    if kind not in KINDS:
        return []
    known = {each.name for each in INPUTS.get(kind, ())}
    return [TypedCondition(kind, {name: what for name, what in values.items() if name in known})]


def _match(typed: str) -> str:
    return typed if typed in MATCHES else "all"


def changed(rule: TypedRule, act: str, posted: QueryDict) -> str:
    """Change the rule in the form as a button says, and return the name of what has the focus.

    Args:
        act: add:LIST, group:c or remove:NAME. LIST is c, x, or the name of a group. What means
            nothing changes nothing.
    """
    what, _, where = act.partition(":")
    if what == "remove":
        return _removed(rule, where)
    if rule.is_full:
        return ""
    if what == "group" and where == CONDITIONS:
        rule.conditions.append(TypedGroup())
        return f"{CONDITIONS}-{len(rule.conditions) - 1}"
    kind = posted.get(f"add:{where}", "")
    if what != "add" or kind not in KINDS:
        return ""
    fresh = TypedCondition(kind)
    if where == EXCEPTIONS:
        rule.exceptions.append(fresh)
        return f"{EXCEPTIONS}-{len(rule.exceptions) - 1}"
    if where == CONDITIONS:
        rule.conditions.append(fresh)
        return f"{CONDITIONS}-{len(rule.conditions) - 1}"
    place = _place(where)
    group = rule.conditions[place] if place is not None and place < len(rule.conditions) else None
    if not isinstance(group, TypedGroup):
        return ""
    group.conditions.append(fresh)
    return f"{where}-{len(group.conditions) - 1}"


def _place(name: str) -> int | None:
    which, _, place = name.partition("-")
    return int(place) if which == CONDITIONS and place.isdecimal() and len(place) < 3 else None


def _removed(rule: TypedRule, name: str) -> str:
    which, *places = name.split("-")
    if not places or not all(each.isdecimal() and len(each) < 3 for each in places):
        return ""
    rows: Sequence[object] = rule.exceptions if which == EXCEPTIONS else rule.conditions
    first, *rest = map(int, places)
    if first >= len(rows):
        return ""
    if rest and isinstance(group := rows[first], TypedGroup) and rest[0] < len(group.conditions):
        del group.conditions[rest[0]]
        return f"{CONDITIONS}-{first}"
    if not rest:
        del rows[first]  # type: ignore[attr-defined] # one of two lists of different things
    return which


def problem_of(rule: TypedRule, path: str, problem: str) -> FormProblem:
    """Say what is wrong with the form.

    Args:
        path, problem: of a `BadCondition`, or of what was made of it.
    """
    name = name_at(path)
    row = _row_at(rule, name) if name else None
    for each in INPUTS.get(row.kind, ()) if row else ():
        typed = row.values.get(each.name, []) if row else []
        if not any(typed):
            # Named, because the count tells it far from the row.
            kind = KINDS[row.kind].label if row and row.kind in KINDS else ""
            where = f"The condition “{kind}” isn’t complete: “{each.label}” is empty."
            return FormProblem(name, f"{where} Fill it in, or remove the condition.")
        if each.is_unknown(typed):
            return FormProblem(name, f"There is no {each.label.lower()} “{typed[0][:80]}”.")
    return FormProblem(name, as_sentence(problem))


def saved_problems(rule: TypedRule, found: Iterable[tuple[str, str]]) -> list[FormProblem]:
    """Say what is wrong by now with conditions that were saved, such as one on what was deleted.

    Args:
        found: path and problem of each, as `tree_problems` yields them.
    """
    problems = []
    for path, problem in found:
        row = _row_at(rule, name_at(path))
        kind = f"{KINDS[row.kind].label}: " if row and row.kind in KINDS else ""
        problems.append(FormProblem(name_at(path), f"{kind}{problem}"))
    return problems


def _row_at(rule: TypedRule, name: str) -> TypedCondition | None:
    which, first, *rest = name.split("-")
    rows = rule.exceptions if which == EXCEPTIONS else rule.conditions
    row = rows[int(first)] if int(first) < len(rows) else None
    if rest and isinstance(row, TypedGroup):
        row = row.conditions[int(rest[0])] if int(rest[0]) < len(row.conditions) else None
    return row if isinstance(row, TypedCondition) else None


def name_at(path: str) -> str:
    """Return the name in the form of the condition or group at a path of the JSON; or empty."""
    found = _PATH.search(path)
    if found is None:
        return ""
    which = EXCEPTIONS if found[1] == "except" else CONDITIONS
    return "-".join([which, found[2], *([found[3]] if found[3] else [])])
