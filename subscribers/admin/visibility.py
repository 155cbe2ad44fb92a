"""Rules of who may see which subscribers, topics, suppressions, imports and grants."""

from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import Model, QuerySet

from newsletter.admin.discreet import tell_who_is_discreet
from newsletter.admin.visibility import OPEN_TO_ALL, VisibilityRule, set_rule
from subscribers.models import (
    Application,
    Body,
    CustomField,
    ImportBatch,
    ImportUpload,
    Label,
    MissionStatement,
    Subscriber,
    Suppression,
    Topic,
    TopicGrant,
)
from subscribers.need_to_know.hidden import (
    Account,
    hidden_topics,
    standing_grants,
    visible_applications,
    visible_imports,
    visible_subscribers,
    visible_suppressions,
    visible_topics,
)
from subscribers.need_to_know.view_log import (
    record_list_view,
    record_view,
    restricted,
    restricted_topic_of,
    restricted_topics_of,
)
from subscribers.queries import discreet


def within[M: Model](
    visible: Callable[[Account], QuerySet[M]],
) -> Callable[[QuerySet[Any], Account], QuerySet[Any]]:
    """Make a rule's narrowing of a selection: all the same where nothing is hidden."""

    def narrow(rows: QuerySet[Any], account: Account) -> QuerySet[Any]:
        return rows & visible(account) if hidden_topics(account) else rows

    return narrow


def rule(
    visible: Callable[[Account], QuerySet[Any]],
    restricted_topic: Callable[[Any], int | None],
    *,
    of_list: Callable[[Sequence[Any]], set[int]] | None = None,
) -> VisibilityRule:
    """Return a rule whose records of views name the topic.

    Args:
        of_list: returns the need-to-know topics of many rows by a few statements; without it, each
            row is asked.
    """

    def topics_of(rows: Sequence[Any]) -> set[int]:
        if of_list is not None:
            return of_list(rows)
        return {topic for row in rows if (topic := restricted_topic(row)) is not None}

    def record_list(account: Account, rows: Sequence[Any]) -> None:
        # Nobody else is shown a row of such a topic, and each row would be looked up in vain.
        if standing_grants(account).exists():
            for topic_id in sorted(topics_of(rows) - hidden_topics(account)):
                record_list_view(account, type(rows[0]), topic_id=topic_id)

    return VisibilityRule(within(visible), restricted_topic, _record, record_list)


def _record(account: Account, row: Model, topic_id: int) -> None:
    # Somebody known from another topic is tied to one that this person may not know of.
    if topic_id not in hidden_topics(account):
        record_view(account, row, topic_id=topic_id)


def _visible_grants(account: Account) -> QuerySet[TopicGrant]:
    return TopicGrant.objects.exclude(topic__in=hidden_topics(account))


def _uploads_to_visible_topics(account: Account) -> QuerySet[ImportUpload]:
    return ImportUpload.objects.exclude(topic__in=hidden_topics(account))


def _of_person(row: Subscriber | Suppression) -> int | None:
    return restricted_topic_of(row.digest)


def _of_people(rows: Sequence[Subscriber | Suppression]) -> set[int]:
    return restricted_topics_of(row.digest for row in rows)


tell_who_is_discreet(discreet)
set_rule(Topic, rule(visible_topics, restricted))
for model, visible in ((Subscriber, visible_subscribers), (Suppression, visible_suppressions)):
    set_rule(model, rule(visible, _of_person, of_list=_of_people))
set_rule(ImportBatch, rule(visible_imports, lambda batch: restricted(batch.topic)))
# Its pages show an account its own alone. What is recorded of others may be known, as of any topic.
set_rule(ImportUpload, rule(_uploads_to_visible_topics, lambda upload: restricted(upload.topic)))
set_rule(TopicGrant, rule(_visible_grants, lambda given: None))
set_rule(Application, rule(visible_applications, lambda row: restricted(row.subscription.topic)))
set_rule(Body, OPEN_TO_ALL)
set_rule(CustomField, OPEN_TO_ALL)
set_rule(Label, OPEN_TO_ALL)
set_rule(MissionStatement, OPEN_TO_ALL)
