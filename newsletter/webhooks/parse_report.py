"""Reading the events out of one request of a provider's webhook.

anymail reads the events of each provider into one form; the provider's file in
newsletter.transport.providers reads what anymail leaves out.
"""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from anymail.signals import AnymailTrackingEvent, EventType, RejectReason

from newsletter.states import BounceClass, ProviderEventKind
from newsletter.transport.providers.parts.untrusted_input import Malformed, text, word
from newsletter.transport.providers.parts.webhook import Event, Webhook
from newsletter.transport.providers.registry import webhook_of
from newsletter.webhooks.bounces.classify import classify_bounce
from newsletter.webhooks.parsed_event import LONGEST_DETAIL, ParsedEvent

_KINDS: Mapping[str, ProviderEventKind] = {
    EventType.QUEUED: ProviderEventKind.ACCEPTED,
    EventType.SENT: ProviderEventKind.ACCEPTED,
    EventType.DELIVERED: ProviderEventKind.DELIVERED,
    EventType.BOUNCED: ProviderEventKind.BOUNCED,
    EventType.DEFERRED: ProviderEventKind.DEFERRED,
    EventType.COMPLAINED: ProviderEventKind.COMPLAINED,
    EventType.UNSUBSCRIBED: ProviderEventKind.UNSUBSCRIBED,
    EventType.REJECTED: ProviderEventKind.REJECTED,
    EventType.FAILED: ProviderEventKind.REJECTED,
    EventType.AUTORESPONDED: ProviderEventKind.AUTORESPONDED,
    EventType.SUBSCRIBED: ProviderEventKind.OTHER,
}
_TRACKING = frozenset({EventType.OPENED, EventType.CLICKED})
"""Opens and clicks aren't kept, even where a provider's dashboard has tracking on: nobody has a
right to know who reads what."""

_REASONS: Mapping[str, BounceClass] = {
    RejectReason.INVALID: BounceClass.HARD,
    RejectReason.TIMED_OUT: BounceClass.SOFT,
}
_NO_COMPLAINTS = frozenset({"auth-failure", "not-spam"})
"""Feedback types (RFC 5965 section 3.5, RFC 6430) that come as complaints, and are none."""

_OUR_MESSAGE_ID = re.compile(r"<?([A-Za-z0-9_-]{28})@")


def parse_report(provider: str, body: bytes, *, headers: Mapping[str, str]) -> list[ParsedEvent]:
    """Read the body of one request.

    An event in it that can't be understood becomes one with a problem; the others count.

    Args:
        provider: the key of one that has a webhook.
        headers: those of the request that were kept.

    Raises:
        Malformed: it has no events at all.
    """
    webhook = webhook_of(provider)
    if webhook is None:
        raise Malformed("It is of a provider that Convene doesn’t know any more.")
    found = _events(body)
    single = not isinstance(found, list)
    return [
        parsed
        for event in ([found] if single else found)
        for parsed in _read(
            webhook, event, headers, raw=body if single else json.dumps(event).encode()
        )
    ]


def _events(body: bytes) -> Any:
    try:
        found = json.loads(body)
    except RecursionError:
        raise Malformed("It is nested too deeply.") from None
    except ValueError:
        raise Malformed("It is not JSON.") from None
    if not isinstance(found, list | dict) or not found:
        raise Malformed("It is JSON without an event in it.")
    return found


def _read(
    webhook: Webhook, event: object, headers: Mapping[str, str], *, raw: bytes
) -> Iterator[ParsedEvent]:
    if not isinstance(event, dict):
        yield ParsedEvent(kind=ProviderEventKind.OTHER, raw=raw, problem="It is not an object.")
        return
    try:
        for tracked in webhook.read(event, headers):
            if tracked.event_type not in _TRACKING:
                yield _parsed(webhook, event, tracked, raw=raw)
    except Malformed:
        raise
    except Exception as error:  # noqa: BLE001 - anymail trusts providers, and fails in many ways
        yield ParsedEvent(
            kind=ProviderEventKind.OTHER,
            raw=raw,
            problem=f"It can’t be read ({type(error).__name__}).",
        )


def _parsed(
    webhook: Webhook, event: Event, tracked: AnymailTrackingEvent, *, raw: bytes
) -> ParsedEvent:
    kind, problem = _KINDS.get(tracked.event_type), ""
    if kind is None:
        problem = f"Its type is unknown ({text(tracked.description or tracked.event_type, 60)})."
    if kind is ProviderEventKind.COMPLAINED and tracked.description in _NO_COMPLAINTS:
        kind = ProviderEventKind.OTHER
    answers = [*webhook.server_answers(event, tracked), tracked.mta_response]
    said = [word(answer) for answer in answers if word(answer)]
    found = None
    if kind in (ProviderEventKind.BOUNCED, ProviderEventKind.REJECTED):
        found = classify_bounce(*said, reported=_reported_class(webhook, event, tracked, kind))
    message_id, happened_at = text(tracked.message_id, 200), tracked.timestamp
    return ParsedEvent(
        kind=kind or ProviderEventKind.OTHER,
        bounce_class=found,
        ref=_ref(tracked.metadata, message_id),
        recipient=text(tracked.recipient, 400),
        provider_message_id=message_id,
        happened_at=happened_at
        if isinstance(happened_at, datetime) and happened_at.tzinfo
        else None,
        event_id=text(tracked.event_id, 300),
        detail=text("; ".join(said) or tracked.description, LONGEST_DETAIL),
        raw=raw,
        problem=problem,
    )


def _reported_class(
    webhook: Webhook, event: Event, tracked: AnymailTrackingEvent, kind: ProviderEventKind
) -> BounceClass | None:
    """Return the class that the provider itself gives, by its own words or else by anymail's."""
    reported = webhook.reported_class(event, tracked)
    if reported is not None:
        return BounceClass(reported)
    default = BounceClass.BLOCK if kind is ProviderEventKind.REJECTED else None
    return _REASONS.get(tracked.reject_reason or "") or default


def _ref(metadata: object, message_id: str) -> str:
    """Return our token: from the metadata, else from the Message-ID.

    The Message-ID begins with it where the provider kept ours.
    """
    told = metadata.get("ref") if isinstance(metadata, dict) else None
    if isinstance(told, str) and told:
        return text(told, 40)
    ours = _OUR_MESSAGE_ID.match(message_id)
    return ours[1] if ours else ""
