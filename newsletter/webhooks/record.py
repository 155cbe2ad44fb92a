"""Recording provider events.

What was parsed is told apart from what is known, tied to the message it is about, and announced.
"""

import hashlib
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from newsletter.core.addresses import BadAddress, address_digest, normal_form
from newsletter.core.db.clock import database_now
from newsletter.core.tokens import Purpose, read_token
from newsletter.core.without_addresses import without_addresses
from newsletter.models import ProviderEvent, TransactionalMessage
from newsletter.signals import provider_events_recorded
from newsletter.webhooks.forwarding import class_for
from newsletter.webhooks.insert import insert_new
from newsletter.webhooks.parsed_event import ParsedEvent

ANNOUNCED_AT_ONCE = 1_000
LONGEST_KEPT = 300
"""Characters of an event's words, as long as the columns that keep them."""
LONGEST_RAW = 20_000
"""Bytes of an event as it came that are kept for staff. Up to a thousand events are one INSERT,
and a bounce may bring back a whole mail."""
PATIENCE = timedelta(hours=1)
"""The age at which an event that came too early is given up: no dispatch takes so long to
settle."""
_OLDEST, _NEWEST = timedelta(days=30), timedelta(hours=1)
"""How far from its arrival an event may have happened. A clock that is further off, or invented, is
not believed."""


def event_of(
    parsed: ParsedEvent,
    *,
    provider: str,
    received_at: datetime,
    read_address: Callable[[str], str],
) -> ProviderEvent:
    """Return the row of a parsed event, not saved, tied to the delivery or message that it names.

    Args:
        read_address: the function that `addresses.address_reader()` returned.
    """
    try:
        digest = address_digest(read_address(parsed.recipient)) if parsed.recipient else ""
        problem = parsed.problem
    except BadAddress:
        digest, problem = "", parsed.problem or "Its recipient is not an address."
    ref = parsed.ref if parsed.ref.isascii() and len(parsed.ref) <= 40 else ""
    delivery = read_token(ref, Purpose.DELIVERY) if ref else None
    message = read_token(ref, Purpose.MESSAGE) if ref and delivery is None else None
    return ProviderEvent(
        provider=provider,
        fingerprint=_fingerprint(parsed, provider),
        raw=parsed.raw[:LONGEST_RAW],
        kind=parsed.kind,
        bounce_class=parsed.bounce_class or "",
        delivery_ref=ref,
        digest=digest,
        happened_at=_believable(parsed.happened_at, received_at),
        problem=problem[:LONGEST_KEPT],
        provider_message_id=parsed.provider_message_id[:200],
        delivery_id=delivery.subject if delivery else None,
        message_id=message.subject if message else None,
        # Deliveries keep it for longer than their recipients.
        detail=without_addresses(parsed.detail)[:LONGEST_KEPT],
    )


def record(events: Sequence[ProviderEvent], *, now: datetime | None = None) -> int:
    """Keep those of `events` that are new, and announce them. In the caller's transaction.

    Of two callers with the same event at the same moment both may announce it: its consequences may
    follow twice.

    Args:
        now: the present by the database's clock: another host judges how long an event has waited.

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


def waiting_events() -> list[int]:
    """Return the ids of the events that came too early, oldest first."""
    waiting = ProviderEvent.objects.filter(interpreted_at=None).order_by("id")
    return list(waiting.values_list("pk", flat=True)[:ANNOUNCED_AT_ONCE])


def announce_again(ids: Sequence[int], *, now: datetime) -> int:
    """Announce once more events that came too early. In the caller's transaction.

    Args:
        ids: of events that `waiting_events` returned.

    Returns:
        How many have found their place, or were given up.
    """
    waiting = ProviderEvent.objects.select_for_update(skip_locked=True).filter(interpreted_at=None)
    events = list(waiting.defer("raw").filter(pk__any_of=ids).order_by("id"))
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
    """Leave out the names of transactional messages that events aren't about.

    An event is about a message where it speaks of its recipient, or names no recipient.
    """
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


def _fingerprint(parsed: ParsedEvent, provider: str) -> str:
    """Return a digest of the event's own id, or else of the facts that tell it from others."""
    parts: tuple[object, ...] = (provider, parsed.event_id)
    if not parsed.event_id:
        parts = (
            provider,
            parsed.provider_message_id or parsed.ref or parsed.raw,
            parsed.kind,
            normal_form(parsed.recipient),
            parsed.happened_at or parsed.detail[:LONGEST_KEPT],
        )
    return hashlib.sha256("\0".join(map(repr, parts)).encode()).hexdigest()


def _believable(happened_at: datetime | None, received_at: datetime) -> datetime:
    if happened_at is None or not received_at - _OLDEST <= happened_at <= received_at + _NEWEST:
        return received_at
    return happened_at.astimezone(
        UTC
    )  # PostgreSQL takes no offset beyond 16 hours, and Python any below 24
