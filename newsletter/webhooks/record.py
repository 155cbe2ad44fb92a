"""Statements become provider events: told apart from those that are known, tied to what was sent, and announced."""

import hashlib
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from newsletter.core.addresses import BadAddress, address_digest, normal_form
from newsletter.core.db_clock import database_now
from newsletter.core.tokens import Purpose, read_token
from newsletter.models import ProviderEvent, TransactionalMessage
from newsletter.signals import provider_events_recorded
from newsletter.webhooks.forwarding import class_for
from newsletter.webhooks.insert import insert_new
from newsletter.webhooks.parsed_event import ParsedEvent

ANNOUNCED_AT_ONCE = 1_000
LONGEST_RAW = 20_000
"""Bytes of what was said that are kept for staff: a thousand events are one statement, and a bounce
may bring back a whole mail."""
PATIENCE = timedelta(hours=1)
"""After which an event that came too early is given up: no hand-over takes so long to settle."""
_OLDEST, _NEWEST = timedelta(days=30), timedelta(hours=1)
"""How far from its arrival an event may have happened. A clock that is further off, or invented, is
not believed."""


def event_of(
    statement: ParsedEvent,
    *,
    provider: str,
    received_at: datetime,
    read_address: Callable[[str], str],
) -> ProviderEvent:
    """The row that a statement makes, not saved, with what its reference names.

    Args:
        read_address: what `addresses.address_reader()` returned.
    """
    try:
        digest = address_digest(read_address(statement.recipient)) if statement.recipient else ""
        problem = statement.problem
    except BadAddress:
        digest, problem = "", statement.problem or "Its recipient is not an address."
    ref = statement.ref if statement.ref.isascii() and len(statement.ref) <= 40 else ""
    delivery = read_token(ref, Purpose.DELIVERY) if ref else None
    message = read_token(ref, Purpose.MESSAGE) if ref and delivery is None else None
    return ProviderEvent(
        provider=provider,
        fingerprint=_fingerprint(statement, provider),
        raw=statement.raw[:LONGEST_RAW],
        kind=statement.kind,
        bounce_class=statement.bounce_class or "",
        delivery_ref=ref,
        digest=digest,
        happened_at=_believable(statement.happened_at, received_at),
        problem=problem[:300],
        provider_message_id=statement.provider_message_id[:200],
        delivery_id=delivery.subject if delivery else None,
        message_id=message.subject if message else None,
        detail=statement.detail[:300],
    )


def record(events: Sequence[ProviderEvent], *, now: datetime | None = None) -> int:
    """Keep those of `events` that are new, and announce them. In the caller's transaction.

    Args:
        now: the present by the database's clock: another host judges how long an event has waited.

    Of two callers with the same event at the same moment both may announce it: what follows from an
    event may follow twice.

    Returns:
        How many are new.
    """
    by_fingerprint = {event.fingerprint: event for event in reversed(events)}
    known = ProviderEvent.objects.filter(fingerprint__any_of=by_fingerprint).values_list(
        "fingerprint", flat=True
    )
    for fingerprint in list(known):
        del by_fingerprint[fingerprint]
    new, now = list(reversed(by_fingerprint.values())), now or database_now()
    for event in new:
        event.received_at = now
    _tie_to_messages(new)
    for start in range(0, len(new), ANNOUNCED_AT_ONCE):
        batch = new[start : start + ANNOUNCED_AT_ONCE]
        early = _announce(batch)
        for event in batch:
            event.interpreted_at = None if event.fingerprint in early else now
        insert_new(batch)
    return len(new)


def announce_again(*, now: datetime) -> int:
    """Announce the events that came too early. In the caller's transaction.

    Returns:
        How many have found their place, or were given up.
    """
    waiting = ProviderEvent.objects.select_for_update(skip_locked=True).filter(interpreted_at=None)
    events = list(waiting.defer("raw").order_by("id")[:ANNOUNCED_AT_ONCE])
    if not events:
        return 0
    early = _announce(events)
    done = [
        event.pk
        for event in events
        if event.fingerprint not in early or event.received_at < now - PATIENCE
    ]
    return ProviderEvent.objects.filter(pk__any_of=done).update(interpreted_at=now)


def _announce(events: list[ProviderEvent]) -> set[str]:
    answers: list[tuple[Any, Any]] = [*provider_events_recorded.send(sender=None, events=events)]
    return {fingerprint for _, early in answers for fingerprint in early or ()}


def _tie_to_messages(events: Sequence[ProviderEvent]) -> None:
    """A transactional message is named only by an event about its own recipient; one that names no recipient means that one."""
    ids = {event.message_id for event in events if event.message_id is not None}
    if not ids:
        return
    digests = dict(TransactionalMessage.objects.filter(pk__any_of=ids).values_list("pk", "digest"))
    for event in events:
        if event.message_id is None:
            continue
        digest = digests.get(event.message_id)
        bounce_class = class_for(event, digest) if digest else None
        if digest is None or bounce_class is None:
            event.message_id = None
        else:
            event.digest, event.bounce_class = digest, bounce_class


def _fingerprint(statement: ParsedEvent, provider: str) -> str:
    """The event's own id, else what tells it from others."""
    parts: tuple[object, ...] = (provider, statement.event_id)
    if not statement.event_id:
        parts = (
            provider,
            statement.provider_message_id or statement.ref or statement.raw,
            statement.kind,
            normal_form(statement.recipient),
            statement.happened_at or statement.detail,
        )
    return hashlib.sha256("\0".join(map(repr, parts)).encode()).hexdigest()


def _believable(happened_at: datetime | None, received_at: datetime) -> datetime:
    if happened_at is None or not received_at - _OLDEST <= happened_at <= received_at + _NEWEST:
        return received_at
    return happened_at.astimezone(
        UTC
    )  # PostgreSQL takes no offset beyond 16 hours, and Python any below 24
