"""The opt-outs of another list, kept as ours: they hold against later imports, too.

A person who is unknown to us stays so: what is kept is a digest. An opt-out of the topic is a
consent record (and takes back a subscription that an import made). One that is about the mailbox,
or about all mail, is a suppression.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime

from django.db.models import Max

from newsletter.core.db.transition import transition
from subscribers.consent.own_applications import withdraw_applications
from subscribers.evidence.write import write_records
from subscribers.imports.rows.decision import UNSUBSCRIBED
from subscribers.imports.rows.row_people import LeaverRow
from subscribers.models import ConsentRecord, ImportBatch, Subscription
from subscribers.opt_outs import journal
from subscribers.opt_outs.entry import Entry, EntryKind
from subscribers.states import (
    FOLLOWED,
    LAST_WORDS,
    OPTED_OUT,
    SUBSCRIPTION_TRANSITIONS,
    ConsentAction,
    ConsentMethod,
    SubscriptionStatus,
    SuppressionReason,
)
from subscribers.suppression.registry import suppress_many

_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


def record_opt_outs(rows: Sequence[LeaverRow], *, batch: ImportBatch, now: datetime) -> set[str]:
    """Keep the opt-outs of `rows`, in the caller's transaction and a few statements.

    A person who has confirmed with us by their own hand after they left there, stays. They also
    stay where the file doesn't say when they left, for their own confirmation has a date. A
    confirmation of another topic says nothing of this one, so it doesn't undo that they left this
    one. A suppression that was lifted since stands no longer, either. `reasons` of a row are those
    that hold; none of somebody who stays.

    Returns:
        The digests of people whose opt-out we didn't know.
    """
    confirmed = _confirmations([row.digest for row in rows])
    leaving: dict[str, LeaverRow] = {}
    for row in rows:
        row.reasons = _reasons_that_hold(
            row, confirmed.get(row.digest, {}), topic_id=batch.topic_id
        )
        if not row.reasons:
            continue
        if row.digest in leaving:
            leaving[row.digest].reasons |= row.reasons
        else:
            leaving[row.digest] = row
    return _suppress(leaving.values(), batch) | _unsubscribe(leaving, batch=batch, now=now)


def _confirmations(digests: Collection[str]) -> dict[str, dict[int | None, datetime]]:
    """Return digest → topic → when its owner last confirmed it."""
    records = ConsentRecord.objects.filter(digest__in=digests, action=ConsentAction.CONFIRMED)
    found: dict[str, dict[int | None, datetime]] = {}
    for digest, topic_id, last in records.values_list("digest", "topic_id").annotate(
        Max("given_at")
    ):
        found.setdefault(digest, {})[topic_id] = last
    return found


def _reasons_that_hold(
    row: LeaverRow, confirmed: Mapping[int | None, datetime], *, topic_id: int
) -> frozenset[str]:
    """Return the row's reasons without those that the person's own confirmation came after.

    A reason about this topic is outlived by a confirmation of it, all others by any confirmation.
    """
    reasons = row.reasons
    if topic_id in confirmed and (row.left_at is None or row.left_at < confirmed[topic_id]):
        reasons -= {UNSUBSCRIBED}
    if confirmed and (row.left_at is None or row.left_at < max(confirmed.values())):
        reasons &= {UNSUBSCRIBED}
    return reasons


def _suppress(rows: Iterable[LeaverRow], batch: ImportBatch) -> set[str]:
    new: set[str] = set()
    since: dict[str, dict[str, datetime]] = {}
    for row in rows:
        for reason in row.reasons - {UNSUBSCRIBED}:
            since.setdefault(reason, {})[row.digest] = row.left_at or _LONG_AGO
    for reason, by_digest in sorted(since.items()):
        new |= suppress_many(
            by_digest,
            reason=SuppressionReason(reason),
            note=f"import {batch.pk}: {batch.file_name}",
            may_be_taken_back=True,
        )
    return new


def _unsubscribe(
    leaving: Mapping[str, LeaverRow], *, batch: ImportBatch, now: datetime
) -> set[str]:
    """Unsubscribe these people. A pending sign-up is left to its owner's answer."""
    digests = [digest for digest, row in leaving.items() if UNSUBSCRIBED in row.reasons]
    if not digests:
        return set()
    followed = Subscription.objects.filter(
        topic_id=batch.topic_id, subscriber__digest__in=digests, status__in=FOLLOWED
    )
    found = dict(
        followed.select_for_update(of=("self",))
        .order_by("pk")
        .values_list("subscriber__digest", "pk")
    )
    if found:
        transition(
            Subscription.objects.filter(pk__in=found.values()),
            SUBSCRIPTION_TRANSITIONS,
            SubscriptionStatus.UNSUBSCRIBED,
            changed_at=now,
            member_until=None,
        )
        if batch.topic.is_moderated:
            withdraw_applications(list(found.values()))
    known = _known_opt_outs(digests, topic_id=batch.topic_id) - set(found)
    new = [digest for digest in digests if digest not in known]
    records = write_records(_record(leaving[digest], batch=batch, now=now) for digest in new)
    entries = [
        Entry(
            EntryKind.TOPIC, record.given_at, record.digest, batch.topic.slug, ConsentMethod.IMPORT
        )
        for record in records
    ]
    journal.note(entries, now=now, once_committed=True)
    return set(new)


def _known_opt_outs(digests: Collection[str], *, topic_id: int) -> set[str]:
    """Return those whose last record on the topic is an opt-out already."""
    records = ConsentRecord.objects.filter(
        digest__in=digests, topic_id=topic_id, action__in=LAST_WORDS
    )
    last = dict(records.order_by("pk").values_list("digest", "action"))
    standing = Subscription.objects.filter(
        topic_id=topic_id,
        subscriber__digest__in=digests,
        status__in=[SubscriptionStatus.UNSUBSCRIBED, SubscriptionStatus.DECLINED],
    )
    return {digest for digest, action in last.items() if action in OPTED_OUT} | set(
        standing.values_list("subscriber__digest", flat=True)
    )


def _record(row: LeaverRow, *, batch: ImportBatch, now: datetime) -> ConsentRecord:
    details: dict[str, object] = {"batch": batch.pk, "file": batch.file_name, "row": row.number}
    if row.said:
        details["said"] = row.said
    return ConsentRecord(
        digest=row.digest,
        topic_id=batch.topic_id,
        action=ConsentAction.UNSUBSCRIBED,
        method=ConsentMethod.IMPORT,
        details=details,
        given_at=row.left_at or now,
        recorded_at=now,
    )
