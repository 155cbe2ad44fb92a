"""Merging two records of one person: one address stays, and the other gets no email any more."""

from enum import StrEnum

from django.db import transaction
from django.utils import timezone

from newsletter.audit.record import record
from subscribers.audit_actions import SubscriberAction
from subscribers.models import Subscriber
from subscribers.need_to_know.view_log import topic_of_hidden
from subscribers.people.merging.details import merge_details
from subscribers.people.merging.topics import merge_topics
from subscribers.signals import merging
from subscribers.states import SuppressionReason
from subscribers.suppression.registry import suppress


class WhyNot(StrEnum):
    """The reason why two records can't be merged."""

    SAME = "same"
    UNKNOWN = "unknown"
    MERGED = "merged"


class CannotMerge(ValueError):
    """Two records can't be merged. Nothing was changed."""

    def __init__(self, why: WhyNot) -> None:
        super().__init__(f"These records can't be merged: {why}")
        self.why = why


class MergeMustWait(Exception):
    """An email to one of the two is on its way right now. Nothing was changed."""


@transaction.atomic
def merge(kept_id: int, merged_id: int, *, by: str) -> None:
    """Merge a record into another of the same person.

    The stricter wish stands: what was left, blocked or paused by one is so for the person. What the
    other follows goes on at the address that stays. The merged row stays, for links in old emails
    and what was sent there; nothing is sent to its address any more, and nobody signs it up, until
    staff remove that suppression.

    Args:
        kept_id: the record whose address stays.
        merged_id: the other one.
        by: the member of staff.

    Raises:
        CannotMerge: they are one record, or one is unknown or was merged before.
        MergeMustWait: an email to one of them is being sent.
    """
    if kept_id == merged_id:
        raise CannotMerge(WhyNot.SAME)
    merging.send(sender=None, kept_id=kept_id, merged_id=merged_id)
    rows = Subscriber.objects.select_for_update().filter(pk__in=[kept_id, merged_id])
    people = {person.pk: person for person in rows.order_by("pk")}
    if len(people) != len({kept_id, merged_id}):
        raise CannotMerge(WhyNot.UNKNOWN)
    if any(person.merged_into_id is not None for person in people.values()):
        raise CannotMerge(WhyNot.MERGED)
    kept, merged = people[kept_id], people[merged_id]
    topic_id = topic_of_hidden(kept.digest) or topic_of_hidden(merged.digest)
    merge_topics(kept, merged, by=by)
    merge_details(kept, merged, by=by)
    now = timezone.now()
    # Links to its pages that were mailed before are void, like those to an earlier address.
    Subscriber.objects.filter(pk=merged.pk).update(merged_into=kept, address_since=now)
    Subscriber.objects.filter(merged_into=merged).update(merged_into=kept)
    suppress(merged.digest, reason=SuppressionReason.MERGED, note=by)
    record(
        SubscriberAction.MERGED,
        kept,
        label=f"Subscriber {kept.pk}",
        topic_id=topic_id,
        merged=f"Subscriber {merged.pk}",
    )
