"""Storing a chunk of rows in sets: a handful of statements, whatever the number of rows."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any

from django.conf import settings
from django.db.models import Q

from newsletter.addresses import domain_of
from subscribers.models import ConsentRecord, ImportBatch, Subscriber, Subscription, Suppression
from subscribers.people.import_row import ImportRow
from subscribers.states import ConsentAction, ConsentMethod, SubscriptionStatus

CHUNK = 2_000
"""Rows stored at once. SQLite takes some 32,000 parameters a statement; memory holds no more rows than these."""

_LEFT = frozenset({SubscriptionStatus.UNSUBSCRIBED, SubscriptionStatus.DECLINED})
_LEFT_BY_RECORD = frozenset({ConsentAction.UNSUBSCRIBED, ConsentAction.DECLINED})
_DETAILS = ("full_name", "given_name", "organisation", "country", "time_zone")


@dataclass(slots=True)
class Tally:
    """What came of the rows so far."""

    added: int = 0
    unchanged: int = 0
    opted_out: int = 0
    waiting: int = 0
    """Of the unchanged: not confirmed yet. A form filled in before is no answer to the mail that asks for confirmation."""
    filled: int = 0
    """Subscribers whose empty details were filled."""


def store(rows: Iterable[ImportRow], *, batch: ImportBatch, now: datetime, tally: Tally) -> None:
    """Subscribe the people of one chunk to the batch's topic, in the caller's transaction, and count into `tally`.

    Nobody is revived: an address with an active suppression, a subscription that was left or declined, or a ledger whose
    last word is an opt-out, is counted and left alone, details included. Of two rows with one address the first counts;
    the second fills what the first left empty.
    """
    people: dict[str, ImportRow] = {}
    times: Counter[str] = Counter()
    for row in rows:
        times[row.digest] += 1
        if row.digest in people:
            _fill_row(people[row.digest], row)
        else:
            people[row.digest] = row
    standing = _standing(people, batch)
    out = _opted_out(people, batch, standing)
    tally.opted_out += sum(times[digest] for digest in out)
    wanted = {digest: row for digest, row in people.items() if digest not in out and digest not in standing}
    followers = {
        digest: people[digest] for digest, status in standing.items() if status == SubscriptionStatus.CONFIRMED and digest not in out
    }
    tally.filled += _fill_known({**wanted, **followers}, now)
    added = _subscribe(wanted, batch=batch, now=now)
    _record_consent(added, batch=batch, now=now)
    late = _standing({digest: row for digest, row in wanted.items() if digest not in added}, batch)
    for digest in people.keys() - out:
        status = standing.get(digest) or late.get(digest, "")
        if digest in added:
            tally.added += 1
            tally.unchanged += times[digest] - 1
        elif status in _LEFT:
            tally.opted_out += times[digest]
        else:
            tally.unchanged += times[digest]
            tally.waiting += times[digest] if status != SubscriptionStatus.CONFIRMED else 0


def _fill_row(first: ImportRow, second: ImportRow) -> None:
    if first.full_name and second.full_name and first.full_name != second.full_name:
        return  # two people at one address: not to be mixed
    for name in _DETAILS:
        if not getattr(first, name):
            setattr(first, name, getattr(second, name))


def _standing(people: Mapping[str, ImportRow], batch: ImportBatch) -> dict[str, str]:
    if not people:
        return {}
    rows = Subscription.objects.filter(topic_id=batch.topic_id, subscriber__digest__in=list(people))
    return dict(rows.values_list("subscriber__digest", "status"))


def _opted_out(people: Mapping[str, ImportRow], batch: ImportBatch, standing: Mapping[str, str]) -> set[str]:
    digests = list(people)
    suppressed = Suppression.objects.filter(digest__in=digests, lifted_at=None).values_list("digest", flat=True)
    left = {digest for digest, status in standing.items() if status in _LEFT}
    # The subscription may be gone, deleted with an expired second sign-up; the evidence of the opt-out never is.
    words = ConsentRecord.objects.filter(topic_id=batch.topic_id, digest__in=digests).exclude(action=ConsentAction.REQUESTED)
    last_word = dict(words.order_by("id").values_list("digest", "action"))
    left |= {digest for digest, action in last_word.items() if action in _LEFT_BY_RECORD and digest not in standing}
    return left | set(suppressed)


def _subscribe(wanted: Mapping[str, ImportRow], *, batch: ImportBatch, now: datetime) -> dict[str, ImportRow]:
    """Create what is missing; the rows whose subscription was created by this call.

    Conflicts are ignored and looked up afterwards, because somebody may sign up while the import runs.
    """
    if not wanted:
        return {}
    ids = _ids(wanted)
    Subscriber.objects.bulk_create(
        [_subscriber(row) for digest, row in wanted.items() if digest not in ids], ignore_conflicts=True, batch_size=CHUNK
    )
    ids = _ids(wanted) if len(ids) < len(wanted) else ids
    Subscription.objects.bulk_create(
        [
            Subscription(
                subscriber_id=ids[digest], topic_id=batch.topic_id, status=SubscriptionStatus.CONFIRMED, import_batch=batch, changed_at=now
            )
            for digest in wanted
        ],
        ignore_conflicts=True,
        batch_size=CHUNK,
    )
    ours = Subscription.objects.filter(import_batch=batch, subscriber_id__in=list(ids.values()))
    made = set(ours.values_list("subscriber_id", flat=True))
    return {digest: row for digest, row in wanted.items() if ids[digest] in made}


def _ids(wanted: Mapping[str, ImportRow]) -> dict[str, int]:
    return dict(Subscriber.objects.filter(digest__in=list(wanted)).values_list("digest", "id"))


def _subscriber(row: ImportRow) -> Subscriber:
    return Subscriber(
        email=row.email,
        digest=row.digest,
        domain=domain_of(row.email),
        language=row.language or settings.LANGUAGE_CODE,
        **{name: getattr(row, name) for name in _DETAILS},
    )


def _record_consent(added: Mapping[str, ImportRow], *, batch: ImportBatch, now: datetime) -> None:
    ConsentRecord.objects.bulk_create(
        [
            ConsentRecord(
                digest=digest,
                topic_id=batch.topic_id,
                action=ConsentAction.IMPORTED,
                method=ConsentMethod.IMPORT,
                words="\n".join(filter(None, (batch.consent_words, row.answers))),
                language=row.language,
                details=_evidence(row, batch),
                given_at=row.given_at or now,
            )
            for digest, row in added.items()
        ],
        batch_size=CHUNK,
    )


def _evidence(row: ImportRow, batch: ImportBatch) -> dict[str, Any]:
    evidence: dict[str, Any] = {"batch": batch.pk, "file": batch.file_name, "row": row.number}
    if row.timestamp:
        evidence["timestamp"] = row.timestamp
    return evidence


def _fill_known(people: Mapping[str, ImportRow], now: datetime) -> int:
    """Fill empty details of subscribers whom we know already; what they have is never overwritten."""
    changed: list[Subscriber] = []
    incomplete = reduce(or_, (Q(**{name: ""}) for name in _DETAILS))
    known = Subscriber.objects.filter(incomplete, digest__in=list(people))
    for subscriber in known.select_for_update().order_by("id"):
        row = people[subscriber.digest]
        # A given name guessed from another full name would not fit.
        same_name = subscriber.full_name in ("", row.full_name)
        names = [name for name in _DETAILS if not getattr(subscriber, name) and getattr(row, name)]
        names = [name for name in names if name != "given_name" or same_name]
        for name in names:
            setattr(subscriber, name, getattr(row, name))
        if names:
            subscriber.updated_at = now
            changed.append(subscriber)
    Subscriber.objects.bulk_update(changed, [*_DETAILS, "updated_at"], batch_size=200)
    return len(changed)
