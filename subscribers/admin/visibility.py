"""Rules of who may see which subscribers, topics, suppressions, imports and grants."""

from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import Model, QuerySet

from newsletter.admin.visibility import OPEN_TO_ALL, VisibilityRule, set_rule
from subscribers.models import (
    Application,
    Body,
    ImportBatch,
    ImportUpload,
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
)


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
) -> VisibilityRule:
    """Return a rule whose records of views name the topic."""

    def record_list(account: Account, rows: Sequence[Any]) -> None:
        # Nobody else is shown a row of such a topic, and each row would be looked up in vain.
        if standing_grants(account).exists():
            topics = {restricted_topic(row) for row in rows} - {None, *hidden_topics(account)}
            for topic_id in sorted(each for each in topics if each is not None):
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


set_rule(Topic, rule(visible_topics, restricted))
set_rule(Subscriber, rule(visible_subscribers, lambda person: restricted_topic_of(person.digest)))
set_rule(Suppression, rule(visible_suppressions, lambda row: restricted_topic_of(row.digest)))
set_rule(ImportBatch, rule(visible_imports, lambda batch: restricted(batch.topic)))
# Its pages show an account its own alone. What is recorded of others may be known, as of any topic.
set_rule(ImportUpload, rule(_uploads_to_visible_topics, lambda upload: restricted(upload.topic)))
set_rule(TopicGrant, rule(_visible_grants, lambda given: None))
set_rule(Application, rule(visible_applications, lambda row: restricted(row.subscription.topic)))
set_rule(Body, OPEN_TO_ALL)
set_rule(MissionStatement, OPEN_TO_ALL)
