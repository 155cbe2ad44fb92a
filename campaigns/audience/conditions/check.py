"""Asking of a rule whether it can be looked at now, and what an approval of it covers."""

from collections.abc import Iterator
from typing import Any

from campaigns.audience.conditions.kind import BadCondition
from campaigns.audience.conditions.tree import (
    Kinds,
    Tree,
    is_hidden,
    kind_of,
    leaves,
)

HIDDEN_FACT = "need-to-know"
HIDDEN = (
    "It names something of a need-to-know topic, which the rule of another topic can’t do. Remove "
    "this condition."
)


def tree_problems(tree: Tree, kinds: Kinds, *, topic_id: int | None) -> Iterator[tuple[str, str]]:
    """Yield why a rule can't be looked at now: the path of a condition, and what is wrong with it.

    Args:
        topic_id: of the campaign that has the rule; a need-to-know topic is named by the campaigns
            of that topic alone, because others read the rule.
    """
    for path, value in leaves(tree):
        if is_hidden(value, kinds, topic_id):
            yield path, HIDDEN
        elif problem := kind_of(value, kinds).problem(value):
            yield path, problem


def refuse_problems(tree: Tree, kinds: Kinds, *, topic_id: int | None, path: str) -> None:
    """Refuse a rule that can't be looked at now.

    Args:
        topic_id: as in `tree_problems`.

    Raises:
        BadCondition: with the path of the first condition at fault.
    """
    for place, problem in tree_problems(tree, kinds, topic_id=topic_id):
        raise BadCondition(f"{path}.{place}", problem[:1].lower() + problem[1:].rstrip("."))


def approved_tree(tree: Tree, kinds: Kinds, *, topic_id: int | None) -> dict[str, Any]:
    """Return what an approval of a rule covers, as JSON.

    Beside the rule that is what its conditions stand for, so that whatever they name by another
    name needs a new approval, and so does what is gone. Their words aren't part of it: a release
    that says it better must not end approvals.

    Args:
        topic_id: as in `tree_problems`.
    """
    facts = [
        HIDDEN_FACT if is_hidden(value, kinds, topic_id) else kind_of(value, kinds).facts(value)
        for _, value in leaves(tree)
    ]
    return {"tree": tree, "facts": facts}


def tree_changes_while_sending(tree: Tree, kinds: Kinds) -> bool:
    """Return whether a rule is about answers, which may change while emails leave."""
    return any(kind_of(each, kinds).changes_while_sending(each) for _, each in leaves(tree))
