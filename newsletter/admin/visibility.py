"""Rows of staff pages that an account may know of: the apps above say it, model by model.

This app knows nothing of topics, yet shows messages and provider events that belong to some. A
model about which nothing is said has no page that opens, so that none can be forgotten.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Model, QuerySet

type Account = User | AnonymousUser


def _all_rows(rows: QuerySet[Any], account: Account) -> QuerySet[Any]:
    return rows


def _nothing(row: Any) -> None:
    return None


def _unrecorded(account: Account, row: Model, topic_id: int) -> None:
    return None


def _unrecorded_list(account: Account, rows: Sequence[Any]) -> None:
    return None


@dataclass(frozen=True, slots=True)
class VisibilityRule:
    """The rule of one model: which rows are hidden, and which views are recorded.

    Args:
        visible: narrows rows to those that an account may know of.
        restricted_topic: the id of the need-to-know topic that a row belongs to, if any.
        record_view: records that an account looks at a row that belongs to such a topic.
        record_list: records that an account looks at rows of a list, where some belong to one.
    """

    visible: Callable[[QuerySet[Any], Account], QuerySet[Any]] = _all_rows
    restricted_topic: Callable[[Any], int | None] = _nothing
    record_view: Callable[[Account, Model, int], None] = _unrecorded
    record_list: Callable[[Account, Sequence[Any]], None] = _unrecorded_list


OPEN_TO_ALL = VisibilityRule()
"""The rule of a model that belongs to no topic."""

_rules: dict[type[Model], VisibilityRule] = {}


class NoRule(LookupError):
    """Nobody has said which rows of a model may be seen."""


def set_rule(model: type[Model], rule: VisibilityRule) -> None:
    """Say what may be seen of a model."""
    _rules[model] = rule


def rules() -> dict[type[Model], VisibilityRule]:
    """Return all rules, by model."""
    return dict(_rules)


def visible_rows[M: Model](rows: QuerySet[M], account: Account) -> QuerySet[M]:
    """Narrow rows to those that an account may know of.

    Raises:
        NoRule: nothing is said about their model.
    """
    return _rule(rows.model).visible(rows, account)


def note_view(row: Model, account: Account) -> None:
    """Record that an account looks at a row, if the row belongs to a need-to-know topic.

    Args:
        row: one of `visible_rows`.

    Raises:
        NoRule: nothing is said about its model.
    """
    rule = _rule(type(row))
    topic_id = rule.restricted_topic(row)
    if topic_id is not None:
        rule.record_view(account, row, topic_id)


def note_list(rows: Sequence[Model], account: Account) -> None:
    """Record that an account looks at rows of a list, where some belong to need-to-know topics.

    Args:
        rows: those of `visible_rows` that one page shows, all of one model.

    Raises:
        NoRule: nothing is said about their model.
    """
    if rows:
        _rule(type(rows[0])).record_list(account, rows)


def _rule(model: type[Model]) -> VisibilityRule:
    rule = _rules.get(model)
    if rule is None:
        raise NoRule(f"Say by set_rule() who may see the rows of {model._meta.label}.")
    return rule
