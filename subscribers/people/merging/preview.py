"""Showing staff what a merge of two records would do, before they confirm it."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from newsletter.core.db.clock import database_now
from subscribers.models import ConsentRecord, Subscriber, SubscriberNote, Subscription, Suppression
from subscribers.need_to_know.hidden import Account, hidden_topics
from subscribers.people.merging.details import (
    DetailOfBoth,
    becomes_discreet,
    details_of_both,
    labels_to_give,
    longer_pause,
    suppressions_to_carry,
)
from subscribers.people.merging.parts import PartOfMerge
from subscribers.people.merging.topics import TopicFate, fates_of_topics
from subscribers.signals import asked_what_merging_moves
from subscribers.suppression.registry import active


@dataclass(frozen=True, slots=True)
class MergePreview:
    """The outcome that a merge would have, as far as staff see it.

    Args:
        standing: suppressions that stand against the address that stays already.
        blocks: suppressions that then stand against it, too.
        others: sentences of the apps above.
        may_merge: whether the account may know of all that would be merged, and nothing is on its
            way.
    """

    topics: list[TopicFate]
    details: list[DetailOfBoth]
    labels: list[str]
    standing: list[Suppression]
    blocks: list[Suppression]
    notes: int
    paused_until: datetime | None
    becomes_discreet: bool
    others: list[str]
    names_differ: bool
    may_merge: bool

    @property
    def fingerprint(self) -> str:
        """A digest of what is shown, so that staff confirm what they have seen."""
        shown = (
            [(each.topic.pk, each.outcome, each.is_loss) for each in self.topics],
            [(each.title, each.kept, each.merged) for each in self.details],
            self.labels,
            [each.reason for each in (*self.standing, *self.blocks)],
            self.notes,
            self.paused_until,
            self.becomes_discreet,
            self.others,
        )
        return hashlib.sha256(repr(shown).encode()).hexdigest()[:32]


def preview_merge(kept: Subscriber, merged: Subscriber, *, account: Account) -> MergePreview:
    """Return what a merge would do. Nothing is changed.

    Args:
        kept: the record whose address stays.
        merged: the other one.
        account: who asks.
    """
    answers: Any = asked_what_merging_moves.send(
        sender=None, kept_id=kept.pk, merged_id=merged.pk, account=account
    )
    parts: list[PartOfMerge] = [part for _, part in answers]
    return MergePreview(
        topics=fates_of_topics(kept, merged),
        details=details_of_both(kept, merged),
        labels=[each.label.name for each in labels_to_give(kept, merged)],
        standing=active(kept.digest),
        blocks=suppressions_to_carry(kept, merged),
        notes=SubscriberNote.objects.filter(subscriber=merged.pk).count(),
        paused_until=longer_pause(kept, merged, now=database_now()),
        becomes_discreet=becomes_discreet(kept, merged),
        others=[line for part in parts for line in part.lines],
        names_differ=bool(kept.full_name and merged.full_name)
        and kept.full_name.casefold() != merged.full_name.casefold(),
        may_merge=all(part.is_visible and not part.must_wait for part in parts)
        and _knows_all(account, kept, merged),
    )


def _knows_all(account: Account, kept: Subscriber, merged: Subscriber) -> bool:
    """Return whether an account may know of all topics of both.

    Otherwise it could lead emails about a need-to-know topic to another mailbox.
    """
    hidden = hidden_topics(account)
    if not hidden:
        return True
    ties = Subscription.objects.filter(subscriber__in=[kept.pk, merged.pk], topic__in=hidden)
    records = ConsentRecord.objects.filter(
        digest__in=[kept.digest, merged.digest], topic__in=hidden
    )
    return not (ties.exists() or records.exists())
