"""The conditions of a campaign's audience: parsed, in SQL, in words, and looked at again.

The functions of `conditions.tree`, for the kinds that a campaign may have.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.db.models import Q

from campaigns.audience.conditions.check import (
    approved_tree,
    refuse_problems,
    tree_changes_while_sending,
    tree_problems,
)
from campaigns.audience.conditions.kinds import KINDS
from campaigns.audience.conditions.tree import (
    Tree,
    everybody,
    fits_node,
    fits_tree,
    is_group,
    node_in_words,
    parse_tree,
    tree_in_words,
)
from subscribers.models import Subscriber
from subscribers.models.topic import Topic

NOT_FIT = "not among those who {words}"
LEFT_OUT = "left out because they {words}"
LONGEST_REASON = 240


def clean_conditions(data: object, *, topic: Topic, path: str) -> dict[str, Any]:
    """Return the conditions of a campaign of a topic, as they are kept.

    Raises:
        BadCondition: with the path of the part at fault.
    """
    tree = parse_tree(data, KINDS, path=path)
    refuse_problems(tree, KINDS, topic_id=topic.pk, path=path)
    return tree


def fits_conditions(tree: Tree, *, through: str = "") -> Q:
    """Build the condition on a subscriber that they fit; everybody fits none.

    Args:
        through: the lookup that leads to the subscriber, such as `subscriber__`.
    """
    return fits_tree(tree, KINDS, through=through)


def conditions_in_words(tree: Tree, *, topic_id: int | None) -> str:
    """Return a phrase that follows "who"; empty where everybody fits.

    Args:
        topic_id: of the campaign.
    """
    return tree_in_words(tree, KINDS, topic_id=topic_id)


def problems_of(tree: Tree, *, topic_id: int | None) -> list[tuple[str, str]]:
    """Return why conditions can't be looked at now, each with its path (`tree_problems`)."""
    return list(tree_problems(tree, KINDS, topic_id=topic_id))


def approved_conditions(tree: Tree, *, topic_id: int | None) -> dict[str, Any]:
    """Return what an approval of conditions covers, as JSON.

    Args:
        topic_id: of the campaign.
    """
    return approved_tree(tree, KINDS, topic_id=topic_id)


def reasons_not_to_fit_conditions(
    tree: Tree, *, topic_id: int | None, through: str = ""
) -> dict[str, Q]:
    """Build reason → condition on a subscriber, such that whoever doesn't fit has one at least.

    The reasons are words, and the first that applies is the one that counts: a past campaign keeps
    them, whatever becomes of what they name.

    Args:
        topic_id: of the campaign.
        through: as in `fits_conditions`.
    """
    found: dict[str, Q] = {}
    nodes = tree.get("conditions", [])
    if tree.get("match") == "any" and nodes:
        whole = {**tree, "except": []}
        words = conditions_in_words(whole, topic_id=topic_id)
        found[_reason(NOT_FIT, words)] = ~fits_conditions(whole, through=through)
    else:
        for node in nodes:
            words = _alone(node, topic_id)
            unfit = everybody(through) & ~fits_node(node, KINDS, through)
            _add(found, _reason(NOT_FIT, words), unfit)
    for node in tree.get("except", []):
        words = _alone(node, topic_id)
        _add(found, _reason(LEFT_OUT, words), fits_node(node, KINDS, through))
    return found


def _add(found: dict[str, Q], reason: str, condition: Q) -> None:
    # Two long conditions may begin with the same words.
    found[reason] = found[reason] | condition if reason in found else condition


def _alone(node: Mapping[str, Any], topic_id: int | None) -> str:
    """Return a condition or group in words, without brackets: nothing stands beside it."""
    if is_group(node):
        return tree_in_words(node, KINDS, topic_id=topic_id)
    return node_in_words(node, KINDS, topic_id=topic_id)


def _reason(pattern: str, words: str) -> str:
    reason = pattern.format(words=words)
    return reason if len(reason) <= LONGEST_REASON else f"{reason[:LONGEST_REASON]}…"


def conditions_met(
    tree: Tree, person: Subscriber, *, topic_id: int | None
) -> list[tuple[str, bool, bool]]:
    """Return each condition in words, whether a person meets it, and whether it is an exception.

    Args:
        topic_id: of the campaign.
    """
    nodes = [
        *((node, False) for node in tree.get("conditions", [])),
        *((node, True) for node in tree.get("except", [])),
    ]
    row = Subscriber.objects.filter(pk=person.pk)
    return [
        (
            _alone(node, topic_id),
            row.filter(fits_node(node, KINDS, "")).exists(),
            is_exception,
        )
        for node, is_exception in nodes
    ]


def looks_again(tree: Tree, *, topic_id: int | None) -> bool:
    """Return whether conditions are about answers, which are looked at before each email leaves.

    Those that name something that is gone since aren't, because nobody would fit them, or
    everybody: the audience stays as it was when sending began.

    Args:
        topic_id: of the campaign.
    """
    return (
        bool(tree)
        and tree_changes_while_sending(tree, KINDS)
        and not problems_of(tree, topic_id=topic_id)
    )


def who_fits_conditions(tree: Tree, *, among: Iterable[object]) -> Collection[int]:
    """Select those of some subscribers who fit conditions in this moment.

    Args:
        among: ids of subscribers; None is nobody.
    """
    ids = {pk for pk in among if pk is not None}
    people = Subscriber.objects.filter(fits_conditions(tree), pk__any_of=ids)
    return set(people.values_list("pk", flat=True))
