"""A rule of conditions: JSON in, a condition in SQL and a sentence out.

A rule is an object with `match` ("all" or "any"), `conditions`, of which each is a condition or a
group, and `except`, which are conditions of people to leave out. A group is an object with `match`
and `conditions`, and holds no group. The empty object narrows nothing.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db.models import Q

from campaigns.audience.conditions.kind import BadCondition, Kind, Value

type Tree = Mapping[str, Any]
type Kinds = Mapping[str, Kind]


def _nobody(_: Value, through: str) -> Q:
    return Q(**{f"{through}pk__in": []})


UNKNOWN = Kind(
    key="",
    label="Unknown",
    parse=lambda data, _: dict(data),
    condition=_nobody,
    words=lambda _: "meet a condition that isn’t known any more",
    problem=lambda _: "It is of a kind that isn’t known any more.",
)
"""In place of a kind that another release had. Nobody is sent anything by it."""

NOT_SHOWN = "meet a condition that can’t be shown here"
MATCHES = {"all": "all", "any": "any"}
MOST_CONDITIONS = 40
"""In all of a rule. Each is a part of one statement."""
_KEYS = ("match", "conditions", "except")


def parse_tree(data: object, kinds: Kinds, *, path: str) -> dict[str, Any]:
    """Return a rule as it is kept; {} where it has no conditions.

    Args:
        data: untrusted JSON.
        kinds: those that it may have.

    Raises:
        BadCondition: with the path of the part at fault.
    """
    fields = _object(data, path, _KEYS)
    if not fields:
        return {}
    conditions = [
        _node(each, kinds, f"{path}.conditions[{index}]")
        for index, each in enumerate(_list(fields, path, "conditions"))
    ]
    exceptions = [
        _leaf(each, kinds, f"{path}.except[{index}]")
        for index, each in enumerate(_list(fields, path, "except"))
    ]
    if not conditions and not exceptions:
        return {}
    tree = {"match": _match(fields, path), "conditions": conditions, "except": exceptions}
    if len(list(leaves(tree))) > MOST_CONDITIONS:
        raise BadCondition(path, f"has more than {MOST_CONDITIONS} conditions")
    return tree


def _object(data: object, path: str, known: Sequence[str]) -> Mapping[str, Any]:
    if not isinstance(data, dict):
        raise BadCondition(path, "must be an object")
    for name in data:
        if name not in known:
            raise BadCondition(
                f"{path}.{str(name)[:60]}", f"is unknown here; known are {', '.join(known)}"
            )
    return data


def _list(fields: Mapping[str, Any], path: str, name: str) -> list[object]:
    value = fields.get(name, [])
    if not isinstance(value, list):
        raise BadCondition(f"{path}.{name}", "must be a list")
    if len(value) > MOST_CONDITIONS:
        raise BadCondition(f"{path}.{name}", f"has more than {MOST_CONDITIONS} entries")
    return value


def _match(fields: Mapping[str, Any], path: str) -> str:
    match = fields.get("match", "all")
    if not isinstance(match, str) or match not in MATCHES:
        raise BadCondition(f"{path}.match", "must be “all” or “any”")
    return match


def _node(data: object, kinds: Kinds, path: str) -> dict[str, Any]:
    if not isinstance(data, dict) or "conditions" not in data:
        return _leaf(data, kinds, path)
    fields = _object(data, path, ("match", "conditions"))
    conditions = [
        _leaf(each, kinds, f"{path}.conditions[{index}]")
        for index, each in enumerate(_list(fields, path, "conditions"))
    ]
    if not conditions:
        raise BadCondition(path, "is a group without conditions: add one, or remove the group")
    return {"match": _match(fields, path), "conditions": conditions}


def _leaf(data: object, kinds: Kinds, path: str) -> dict[str, Any]:
    if not isinstance(data, dict):
        raise BadCondition(path, "must be an object")
    if "conditions" in data:
        raise BadCondition(path, "is a group within a group, which goes too deep")
    key = data.get("kind")
    if not isinstance(key, str) or key not in kinds:
        raise BadCondition(f"{path}.kind", f"must be one of {', '.join(kinds)}")
    return {"kind": key, **kinds[key].parse(data, path)}


def leaves(tree: Tree, *, path: str = "") -> Iterator[tuple[str, Value]]:
    """Yield the conditions of a rule, each with its path."""
    for name in ("conditions", "except"):
        for index, node in enumerate(tree.get(name, [])):
            place = f"{path}.{name}[{index}]" if path else f"{name}[{index}]"
            if "conditions" in node:
                yield from leaves(node, path=place)
            else:
                yield place, node


def names_row(tree: Tree, kind: str, name: str, value: object) -> bool:
    """Return whether a condition of a rule is about a row.

    Args:
        kind: of the condition.
        name, value: the key that names the row, and what it is for this one.
    """
    return any(each["kind"] == kind and each.get(name) == value for _, each in leaves(tree))


def kind_of(node: Mapping[str, Any], kinds: Kinds) -> Kind:
    """Return the kind of a condition, also of one that this release doesn't know (any more)."""
    return kinds.get(node["kind"], UNKNOWN)


def is_hidden(value: Value, kinds: Kinds, topic_id: int | None) -> bool:
    """Return whether a condition names a need-to-know topic that isn't its campaign's own."""
    restricted = kind_of(value, kinds).restricted_topic(value)
    return restricted is not None and restricted != topic_id


def is_group(node: Mapping[str, Any]) -> bool:
    return "conditions" in node


def fits_tree(tree: Tree, kinds: Kinds, *, through: str = "") -> Q:
    """Build the condition on a subscriber that they fit a rule.

    Args:
        through: the lookup that leads to the subscriber, such as `subscriber__`.
    """
    condition = everybody(through)
    if nodes := tree.get("conditions", []):
        condition &= _joined(tree["match"], [fits_node(each, kinds, through) for each in nodes])
    for each in tree.get("except", []):
        condition &= ~fits_node(each, kinds, through)
    return condition


def everybody(through: str) -> Q:
    """Build the condition that always holds.

    Without it `~` of an empty rule would be an empty Q, which matches everybody.
    """
    return Q(**{f"{through}pk__isnull": False})


def fits_node(node: Mapping[str, Any], kinds: Kinds, through: str) -> Q:
    """Build the condition on a subscriber that they fit one condition or group of a rule."""
    if not is_group(node):
        return kind_of(node, kinds).condition(node, through)
    parts = [fits_node(each, kinds, through) for each in node["conditions"]]
    return _joined(node["match"], parts)


def _joined(match: str, parts: Sequence[Q]) -> Q:
    whole = parts[0]
    for part in parts[1:]:
        whole = whole & part if match == "all" else whole | part
    return whole


def tree_in_words(tree: Tree, kinds: Kinds, *, topic_id: int | None) -> str:
    """Return a phrase that follows "who": “are from Chile and (come to “A” or follow “B”)”.

    Exceptions come last. Empty where the rule narrows nothing.

    Args:
        topic_id: of the campaign that has the rule. Another topic that is need-to-know isn't named.
    """
    nodes = [node_in_words(each, kinds, topic_id=topic_id) for each in tree.get("conditions", [])]
    phrase = f" {_AND[tree.get('match', 'all')]} ".join(nodes)
    exceptions = [node_in_words(each, kinds, topic_id=topic_id) for each in tree.get("except", [])]
    if not exceptions:
        return phrase
    but = f"except those who {' or '.join(exceptions)}"
    return f"{phrase}, {but}" if phrase else but


_AND = {"all": "and", "any": "or"}


def node_in_words(node: Mapping[str, Any], kinds: Kinds, *, topic_id: int | None) -> str:
    """Return one condition, or a group in brackets, as a phrase that follows "who".

    Args:
        topic_id: as in `tree_in_words`.
    """
    if not is_group(node):
        return NOT_SHOWN if is_hidden(node, kinds, topic_id) else kind_of(node, kinds).words(node)
    parts = [node_in_words(each, kinds, topic_id=topic_id) for each in node["conditions"]]
    joined = f" {_AND[node['match']]} ".join(parts)
    return f"({joined})" if len(parts) > 1 else joined
