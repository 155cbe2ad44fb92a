"""Topics of two records of one person: what becomes of each, and carrying it out.

The stricter word stands: whoever has left a topic by one record has left it by both.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.db.models import TextChoices
from django.utils import timezone

from subscribers.consent.forget_pending import forget_pending
from subscribers.consent.records import Circumstances, record_consent
from subscribers.consent.unsubscribe import leave
from subscribers.models import ConsentRecord, Subscriber, Subscription, Topic
from subscribers.opt_outs import journal
from subscribers.opt_outs.earlier_addresses import EARLIER
from subscribers.opt_outs.entry import Entry, EntryKind
from subscribers.people.carry_over import let_in_by, standing_opt_outs, words_of_consent
from subscribers.states import FOLLOWED, ConsentAction, ConsentMethod, SubscriptionStatus


class TopicOutcome(TextChoices):
    """The outcome of a merge for one topic."""

    STAYS = "stays", "Stays as it is"
    MOVES = "moves", "Taken over"
    LEFT = "left", "Not subscribed"
    WAITS = "waits", "Waits for a confirmation"
    FORGOTTEN = "forgotten", "Request dropped, it was never confirmed"


@dataclass(frozen=True, slots=True)
class TopicFate:
    """A topic that one of two records is tied to, and what becomes of it.

    Args:
        kept, merged: the ties of the record that stays and of the other.
        kept_left, merged_left: the records of opt-outs that stand; one that was made up for a tie
            without any isn't saved.
    """

    topic: Topic
    kept: Subscription | None
    merged: Subscription | None
    kept_left: ConsentRecord | None
    merged_left: ConsentRecord | None

    @property
    def kept_follows(self) -> bool:
        return self.kept is not None and self.kept.status in FOLLOWED

    @property
    def merged_follows(self) -> bool:
        return self.merged is not None and self.merged.status in FOLLOWED

    @property
    def outcome(self) -> TopicOutcome:
        if self.kept_left or self.merged_left:
            return TopicOutcome.LEFT
        if self.kept_follows:
            return TopicOutcome.STAYS
        if self.merged_follows:
            return TopicOutcome.MOVES
        return TopicOutcome.WAITS if self.kept is not None else TopicOutcome.FORGOTTEN

    @property
    def is_loss(self) -> bool:
        """Return whether somebody follows it who won’t any more."""
        return self.outcome is TopicOutcome.LEFT and (self.kept_follows or self.merged_follows)


def fates_of_topics(kept: Subscriber, merged: Subscriber) -> list[TopicFate]:
    """Return what becomes of each topic that one of two records is tied to, in their order."""
    ties = {person.pk: _ties(person) for person in (kept, merged)}
    left = {person.pk: _opt_outs(person, ties[person.pk].values()) for person in (kept, merged)}
    topics: dict[int, Topic] = {}
    for person in (kept, merged):
        topics |= {pk: tie.topic for pk, tie in ties[person.pk].items()}
        topics |= {pk: record.topic for pk, record in left[person.pk].items()}
    return [
        TopicFate(
            topic,
            ties[kept.pk].get(topic.pk),
            ties[merged.pk].get(topic.pk),
            left[kept.pk].get(topic.pk),
            left[merged.pk].get(topic.pk),
        )
        for topic in sorted(topics.values(), key=lambda topic: (topic.position, topic.pk))
    ]


def merge_topics(kept: Subscriber, merged: Subscriber, *, by: str) -> None:
    """Carry out the fates of topics. It runs in the caller's transaction, which holds both people.

    Consent is recorded anew under the address that stays, with its words and the digest of the
    other one; what is on record stays as it is.

    Args:
        by: the member of staff.
    """
    people = [kept.pk, merged.pk]
    # Locked, so that whoever unsubscribes at this moment is seen here, or waits and finds the other
    # record.
    rows = Subscription.objects.select_for_update(of=("self",)).order_by("pk")
    list(rows.filter(subscriber__in=people).values_list("pk", flat=True))
    _forget_requests(kept, merged)
    own = Circumstances(method=ConsentMethod.STAFF, staff=by)
    for fate in fates_of_topics(kept, merged):
        if fate.outcome is TopicOutcome.LEFT:
            _leave(fate, kept, merged, own)
        elif fate.outcome is TopicOutcome.STAYS and fate.merged is not None:
            _keep_earlier_end(fate.kept, fate.merged)
            leave(fate.merged, own)
        elif fate.outcome is TopicOutcome.MOVES and fate.merged is not None:
            _move(fate.merged, kept, merged, own)


def _ties(person: Subscriber) -> dict[int, Subscription]:
    rows = Subscription.objects.filter(subscriber=person.pk).select_related("topic")
    return {tie.topic_id: tie for tie in rows}


def _opt_outs(person: Subscriber, ties: Iterable[Subscription]) -> dict[int, ConsentRecord]:
    """Return the opt-outs that stand, by topic. A request that isn't confirmed takes none back."""
    said = [tie for tie in ties if tie.status != SubscriptionStatus.PENDING]
    return {each.topic_id: each for each in standing_opt_outs(said, before=person.digest)}


def _forget_requests(kept: Subscriber, merged: Subscriber) -> None:
    """Forget what was asked for and not confirmed, where something else decides about it.

    The question to an address that nobody writes to any more can't be answered.
    """
    decided = [
        fate.topic.pk
        for fate in fates_of_topics(kept, merged)
        if fate.outcome in (TopicOutcome.MOVES, TopicOutcome.LEFT)
    ]
    forget_pending(kept, topics=decided)
    forget_pending(merged)


def _leave(fate: TopicFate, kept: Subscriber, merged: Subscriber, own: Circumstances) -> None:
    if fate.kept_follows and fate.kept is not None:
        leave(fate.kept, replace(own, details={EARLIER: merged.digest}))
    elif fate.kept_left is None and fate.merged_left is not None:
        _take_opt_out_over(fate.merged_left, kept, merged)
        if fate.merged is not None:
            _give_to(kept, fate.merged)
    if fate.merged_follows and fate.merged is not None:
        leave(fate.merged, own)


def _take_opt_out_over(left: ConsentRecord, kept: Subscriber, merged: Subscriber) -> None:
    """Record an opt-out under the address that stays, with the way and time of it."""
    if left.action == ConsentAction.UNSUBSCRIBED:
        entry = Entry(
            EntryKind.TOPIC, left.given_at, kept.digest, left.topic.slug, str(left.method)
        )
        journal.note([entry], now=timezone.now())
    record_consent(
        kept.digest,
        topic=left.topic,
        action=ConsentAction(left.action),
        circumstances=Circumstances(
            method=ConsentMethod(left.method), staff=left.staff, details={EARLIER: merged.digest}
        ),
        given_at=left.given_at,
    )


def _move(tie: Subscription, kept: Subscriber, merged: Subscriber, own: Circumstances) -> None:
    """Give the record that stays what the other follows.

    It ends under the other address: an import of an older list, or a backup, must not bring it back
    there.
    """
    now = timezone.now()
    entry = Entry(EntryKind.TOPIC, now, merged.digest, tie.topic.slug, own.method)
    journal.note([entry], now=now)
    record_consent(
        merged.digest, topic=tie.topic, action=ConsentAction.UNSUBSCRIBED, circumstances=own
    )
    words, answers = words_of_consent(merged.digest, topic=tie.topic)
    said = replace(
        own,
        words=words,
        answers=answers,
        language=kept.language,
        details={EARLIER: merged.digest},
        # On a moderated topic it would say that staff let the person in.
        staff="" if tie.topic.is_moderated else own.staff,
    )
    record_consent(kept.digest, topic=tie.topic, action=ConsentAction.CONFIRMED, circumstances=said)
    if tie.topic.is_moderated and tie.status == SubscriptionStatus.CONFIRMED:
        let_in = replace(said, answers="", staff=let_in_by(merged.digest, topic=tie.topic))
        record_consent(
            kept.digest, topic=tie.topic, action=ConsentAction.ACCEPTED, circumstances=let_in
        )
    _give_to(kept, tie)


def _give_to(kept: Subscriber, tie: Subscription) -> None:
    """Make a tie the other record's: links in old emails, and the undo of an import, find it."""
    Subscription.objects.filter(pk=tie.pk).update(subscriber=kept)


def _keep_earlier_end(kept: Subscription | None, merged: Subscription) -> None:
    if kept is None:
        return
    ends = [day for day in (kept.member_until, merged.member_until) if day is not None]
    Subscription.objects.filter(pk=kept.pk).update(member_until=min(ends, default=None))
