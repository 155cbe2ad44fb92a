"""Applying journals of opt-outs to a restored database, to people who are known or not.

A person who has confirmed with us by their own hand after they left, stays. A second time changes
nothing.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import batched
from pathlib import Path

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from newsletter.core.db.transition import transition
from newsletter.epoch.advance import advance
from subscribers.consent.own_applications import withdraw_applications
from subscribers.evidence.write import write_records
from subscribers.models import ConsentRecord, Subscriber, Subscription, Suppression, Topic
from subscribers.opt_outs.entry import Entry, EntryKind
from subscribers.opt_outs.journal import entries_of
from subscribers.people.erase import erase
from subscribers.people.replay_discreet import is_discreet_entry, replay_discreet
from subscribers.people.replay_pauses import is_pause, replay_pauses
from subscribers.states import (
    LAST_WORDS,
    OPTED_OUT,
    SCOPE_OF_REASON,
    SUBSCRIPTION_TRANSITIONS,
    ConsentAction,
    ConsentMethod,
    SubscriptionStatus,
    SuppressionReason,
)

_AT_ONCE = 500
_OF_STAFF = (SuppressionReason.STAFF, SuppressionReason.DECEASED, SuppressionReason.MERGED)
_OWN_WORD = (ConsentAction.CONFIRMED, ConsentAction.ACCEPTED)


@dataclass(slots=True)
class Replayed:
    """The result of a replay.

    Args:
        files, opt_outs: those that were read.
        applied: opt-outs that the database didn't know.
        came_back: those who have confirmed since.
        erased: people of the backup who had been erased since, and are again.
        missing: opt-outs that the journals themselves say they lack.
        unreadable: lines that a crash has torn, or that are of no journal.
        unknown_topics: opt-outs by a topic that the database doesn't have.
    """

    files: int = 0
    opt_outs: int = 0
    applied: int = 0
    came_back: int = 0
    erased: int = 0
    missing: int = 0
    unreadable: int = 0
    unknown_topics: Counter[str] = field(default_factory=Counter)


def replay(paths: Iterable[Path]) -> Replayed:
    """Apply journals, some hundred opt-outs a transaction.

    Raises:
        OSError: a file can't be read. Those before it have been applied.
    """
    done = Replayed()
    words = dict[EntryKind, dict[str, Entry]]()
    try:
        for path in paths:
            # All of it before anything is applied, because this host's own journal grows by that.
            read = list(entries_of(path))
            done.files += 1
            for some in batched(read, _AT_ONCE):
                _play(_without_newest_words(some, done, words), done)
    finally:
        # At the end: the entry that ends a pause may be in another file.
        done.applied += sum(
            replay_kind(words.get(kind, {})) for kind, (_, replay_kind) in _NEWEST_COUNTS.items()
        )
    return done


@transaction.atomic
def _play(entries: Iterable[Entry | None], done: Replayed) -> None:
    mail: dict[SuppressionReason, dict[str, datetime]] = {}
    topics: dict[str, dict[str, Entry]] = {}
    for entry in entries:
        if entry is None:
            done.unreadable += 1
        elif entry.what is EntryKind.GAP:
            done.missing += int(entry.which) if entry.which.isdecimal() else 0
        elif entry.what is EntryKind.MAIL and entry.which in SuppressionReason.values:
            done.opt_outs += 1
            latest = mail.setdefault(SuppressionReason(entry.which), {})
            latest[entry.digest] = max(entry.at, latest.get(entry.digest, entry.at))
        elif entry.what is EntryKind.TOPIC and entry.why in ConsentMethod.values:
            done.opt_outs += 1
            newest = topics.setdefault(entry.which, {})
            if entry.digest not in newest or newest[entry.digest].at < entry.at:
                newest[entry.digest] = entry
        else:
            done.unreadable += 1
    before = done.applied
    for reason, since in sorted(mail.items()):
        _suppress(reason, since, done)
    for slug, leaving in sorted(topics.items()):
        _leave(slug, leaving, done)
    if done.applied > before:
        advance(now=timezone.now())


_NEWEST_COUNTS: Mapping[
    EntryKind, tuple[Callable[[Entry], bool], Callable[[Mapping[str, Entry]], int]]
] = {
    EntryKind.PAUSE: (is_pause, replay_pauses),
    EntryKind.DISCREET: (is_discreet_entry, replay_discreet),
}
"""Kinds of entries of which a person's newest one counts alone: whether one can be read, and how
the newest of all people are applied.
"""


def _without_newest_words(
    entries: Iterable[Entry | None], done: Replayed, words: dict[EntryKind, dict[str, Entry]]
) -> list[Entry | None]:
    """Move the newest entry of each person and kind into `words`, and return the other entries."""
    others: list[Entry | None] = []
    for entry in entries:
        if entry is None or entry.what not in _NEWEST_COUNTS:
            others.append(entry)
            continue
        is_readable, _ = _NEWEST_COUNTS[entry.what]
        newest = words.setdefault(entry.what, {})
        if not is_readable(entry):
            done.unreadable += 1
        else:
            done.opt_outs += 1
            if entry.digest not in newest or newest[entry.digest].at < entry.at:
                newest[entry.digest] = entry
    return others


def _suppress(reason: SuppressionReason, since: dict[str, datetime], done: Replayed) -> None:
    back = set() if reason in _OF_STAFF else _confirmed_since(since, topic=None)
    done.came_back += len(back)
    rows = Suppression.objects.filter(digest__in=since, reason=reason).values_list(
        "digest", "lifted_at"
    )
    known = {
        digest for digest, lifted_at in rows if lifted_at is None or lifted_at >= since[digest]
    }
    new = sorted(since.keys() - back - known)
    Suppression.objects.bulk_create(
        [
            Suppression(
                digest=digest,
                reason=reason,
                scope=SCOPE_OF_REASON[reason],
                note="Played back after a restore.",
            )
            for digest in new
        ],
        ignore_conflicts=True,
    )
    for digest in new:
        Suppression.objects.filter(digest=digest, reason=reason, lifted_at=None).update(
            created_at=since[digest]
        )
    done.applied += len(new)
    if reason is SuppressionReason.ERASED:
        revived = Subscriber.objects.filter(digest__in=since.keys() - back).values_list(
            "pk", "digest", "created_at"
        )
        for pk, digest, created_at in list(revived):
            if created_at < since[digest]:
                # They were told when it was first done, and the mailbox may be somebody else's by
                # now.
                erase(pk, method=ConsentMethod.STAFF, is_told=False)
                done.erased += 1


def _leave(slug: str, leaving: dict[str, Entry], done: Replayed) -> None:
    topic = Topic.objects.filter(slug=slug).first()
    if topic is None:
        done.unknown_topics[slug] += len(leaving)
        return
    back = _confirmed_since({digest: entry.at for digest, entry in leaving.items()}, topic=topic)
    done.came_back += len(back)
    wanted = leaving.keys() - back
    leavable = SUBSCRIPTION_TRANSITIONS[SubscriptionStatus.UNSUBSCRIBED]
    rows = Subscription.objects.filter(
        topic=topic, subscriber__digest__in=wanted, status__in=sorted(leavable)
    )
    locked = (
        rows.select_for_update(of=("self",))
        .order_by("pk")
        .values_list("subscriber__digest", "pk", "status", "changed_at")
    )
    # A person who has signed up anew since they left is waited for: their confirmation decides.
    found = {
        digest: pk
        for digest, pk, status, changed_at in locked
        if status != SubscriptionStatus.PENDING or changed_at < leaving[digest].at
    }
    now = timezone.now()
    transition(
        Subscription.objects.filter(pk__in=found.values()),
        SUBSCRIPTION_TRANSITIONS,
        SubscriptionStatus.UNSUBSCRIBED,
        changed_at=now,
    )
    if topic.is_moderated:
        withdraw_applications(list(found.values()))
    new = sorted(found.keys() | (wanted - _have_left(wanted, topic=topic)))
    write_records(
        ConsentRecord(
            digest=digest,
            topic=topic,
            action=ConsentAction.UNSUBSCRIBED,
            method=leaving[digest].why,
            details={"replayed": True},
            given_at=leaving[digest].at,
        )
        for digest in new
    )
    done.applied += len(new)


def _have_left(digests: Collection[str], *, topic: Topic) -> set[str]:
    """Return those whose last record on the topic is an opt-out."""
    records = ConsentRecord.objects.filter(digest__in=digests, topic=topic, action__in=LAST_WORDS)
    last = dict(records.order_by("pk").values_list("digest", "action"))
    return {digest for digest, action in last.items() if action in OPTED_OUT}


def _confirmed_since(since: dict[str, datetime], *, topic: Topic | None) -> set[str]:
    """Return those who have confirmed the topic, or any topic, after that moment."""
    records = ConsentRecord.objects.filter(digest__in=since, action__in=_OWN_WORD)
    if topic is not None:
        records = records.filter(topic=topic)
    latest = dict(records.order_by().values_list("digest").annotate(Max("given_at")))
    return {digest for digest, at in latest.items() if at > since[digest]}
