"""How providers write: anymail reads their events into one form, we read what it leaves out."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from anymail.signals import AnymailTrackingEvent, EventType, RejectReason
from anymail.webhooks.amazon_ses import AmazonSESTrackingWebhookView
from anymail.webhooks.brevo import BrevoTrackingWebhookView
from anymail.webhooks.mailgun import MailgunTrackingWebhookView
from anymail.webhooks.mailjet import MailjetTrackingWebhookView
from anymail.webhooks.postmark import PostmarkTrackingWebhookView
from anymail.webhooks.resend import ResendTrackingWebhookView

from newsletter.states import BounceClass, EventKind
from newsletter.webhooks.classify import bounce_class
from newsletter.webhooks.hints import HINTS
from newsletter.webhooks.parsed_event import Malformed, Statement
from newsletter.webhooks.untrusted_input import fields, text, word

type Event = dict[str, Any]
type Read = Callable[[Event, Mapping[str, str]], list[AnymailTrackingEvent]]

_KINDS: Mapping[str, EventKind] = {
    EventType.QUEUED: EventKind.ACCEPTED,
    EventType.SENT: EventKind.ACCEPTED,
    EventType.DELIVERED: EventKind.DELIVERED,
    EventType.BOUNCED: EventKind.BOUNCED,
    EventType.DEFERRED: EventKind.DEFERRED,
    EventType.COMPLAINED: EventKind.COMPLAINED,
    EventType.UNSUBSCRIBED: EventKind.UNSUBSCRIBED,
    EventType.REJECTED: EventKind.REJECTED,
    EventType.FAILED: EventKind.REJECTED,
    EventType.AUTORESPONDED: EventKind.AUTORESPONDED,
    EventType.SUBSCRIBED: EventKind.OTHER,
}
_WATCHING = frozenset({EventType.OPENED, EventType.CLICKED})
"""Who reads what is nobody's business: if a provider's dashboard has it on all the same, it isn't
kept."""

_REASONS: Mapping[str, BounceClass] = {
    RejectReason.INVALID: BounceClass.HARD,
    RejectReason.TIMED_OUT: BounceClass.SOFT,
}
_NO_COMPLAINTS = frozenset({"auth-failure", "not-spam"})
"""Feedback types (RFC 5965 section 3.5, RFC 6430) that come as complaints, and are none."""

_OUR_MESSAGE_ID = re.compile(r"<?([A-Za-z0-9_-]{28})@")


@dataclass(frozen=True, slots=True)
class _Dialect:
    """How one provider's event is read, and which of its fields an answer of a mail server may stand in."""

    read: Read
    answers: Callable[[Event, AnymailTrackingEvent], list[object]] = lambda event, read: []


def statements(provider: str, body: bytes, *, headers: Mapping[str, str]) -> list[Statement]:
    """Read the body of one request.

    One event of it that can't be understood is a statement with a problem; the others count.

    Args:
        provider: one of DIALECTS.
        headers: as they were kept.

    Raises:
        Malformed: it has no events at all.
    """
    found = _events(body)
    single = not isinstance(found, list)
    return [
        statement
        for event in ([found] if single else found)
        for statement in _read(
            provider, event, headers, raw=body if single else json.dumps(event).encode()
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
    provider: str, event: object, headers: Mapping[str, str], *, raw: bytes
) -> Iterator[Statement]:
    if not isinstance(event, dict):
        yield Statement(kind=EventKind.OTHER, raw=raw, problem="It is not an object.")
        return
    dialect = DIALECTS[provider]
    try:
        for read in dialect.read(event, headers):
            if read.event_type not in _WATCHING:
                yield _statement(provider, event, read, dialect.answers(event, read), raw=raw)
    except Malformed:
        raise
    except Exception as error:  # noqa: BLE001 - anymail trusts providers, and stumbles over what they never send in as many ways
        yield Statement(
            kind=EventKind.OTHER, raw=raw, problem=f"It can't be read ({type(error).__name__})."
        )


def _statement(
    provider: str, event: Event, read: AnymailTrackingEvent, answers: list[object], *, raw: bytes
) -> Statement:
    kind = _KINDS.get(read.event_type)
    problem = (
        "" if kind else f"Its type is unknown ({text(read.description or read.event_type, 60)})."
    )
    if kind is EventKind.COMPLAINED and read.description in _NO_COMPLAINTS:
        kind = EventKind.OTHER
    said = [word(answer) for answer in (*answers, read.mta_response) if word(answer)]
    found = None
    if kind in (EventKind.BOUNCED, EventKind.REJECTED):
        default = BounceClass.BLOCK if kind is EventKind.REJECTED else None
        inner = (
            event
            if provider != "ses"
            else (read.esp_event if isinstance(read.esp_event, dict) else {})
        )
        found = bounce_class(
            *said, hint=HINTS[provider](inner) or _REASONS.get(read.reject_reason or "") or default
        )
    message_id = text(read.message_id, 200)
    return Statement(
        kind=kind or EventKind.OTHER,
        bounce_class=found,
        ref=_ref(read.metadata, message_id),
        recipient=text(read.recipient, 400),
        provider_message_id=message_id,
        happened_at=read.timestamp
        if isinstance(read.timestamp, datetime) and read.timestamp.tzinfo
        else None,
        # One message of Amazon's may speak of several recipients.
        event_id=text(
            f"{read.event_id} {read.recipient}" if provider == "ses" else read.event_id, 300
        ),
        detail=text("; ".join(said) or read.description, 300),
        raw=raw,
        problem=problem,
    )


def _ref(metadata: object, message_id: str) -> str:
    """Our token: from the metadata, else from the Message-ID, which begins with it where the provider kept ours."""
    told = metadata.get("ref") if isinstance(metadata, dict) else None
    if isinstance(told, str) and told:
        return text(told, 40)
    ours = _OUR_MESSAGE_ID.match(message_id)
    return ours[1] if ours else ""


_UNUSED = {"webhook_secret": "unused: the door has asked"}
_ses = AmazonSESTrackingWebhookView(**_UNUSED)


def _read_ses(event: Event, headers: Mapping[str, str]) -> list[AnymailTrackingEvent]:
    if event.get("Type") == "SubscriptionConfirmation":
        # Whoever knows our address can have Amazon send this for a topic of theirs, so a person
        # decides. It is done once.
        raise Malformed(
            f"Amazon SNS asks for a confirmation of {text(event.get('TopicArn'), 120)}: open its "
            f"SubscribeURL, if that is yours."
        )
    if event.get("Type") != "Notification":
        raise Malformed(
            f"Amazon SNS says {text(event.get('Type'), 60) or 'nothing of what it is'}."
        )
    message = word(event.get("Message"))
    if message.startswith("Successfully validated SNS topic"):
        return []
    inner = json.loads(message)
    found: list[AnymailTrackingEvent] = _ses.esp_to_anymail_events(inner, event)
    if inner.get("eventType") == "DeliveryDelay":
        for read in found:
            read.event_type, read.description = (
                EventType.DEFERRED,
                text(fields(inner, "deliveryDelay").get("delayType"), 60),
            )
    return found


def _ses_answers(event: Event, read: AnymailTrackingEvent) -> list[object]:
    inner = read.esp_event if isinstance(read.esp_event, dict) else {}
    bounced = fields(inner, "bounce").get("bouncedRecipients")
    return [
        one.get("status")
        for one in (bounced if isinstance(bounced, list) else [])
        if one.get("emailAddress") == read.recipient
    ]


def _mailgun_answers(event: Event, read: AnymailTrackingEvent) -> list[object]:
    return [fields(fields(event, "event-data"), "delivery-status").get("enhanced-code")]


def _single(view: Any) -> Read:
    return lambda event, headers: [view.esp_to_anymail_event(event)]


_resend = ResendTrackingWebhookView(**_UNUSED)

DIALECTS: Mapping[str, _Dialect] = {
    "brevo": _Dialect(_single(BrevoTrackingWebhookView(**_UNUSED))),
    "mailgun": _Dialect(
        _single(MailgunTrackingWebhookView(webhook_signing_key="unused", **_UNUSED)),
        _mailgun_answers,
    ),
    "mailjet": _Dialect(
        _single(MailjetTrackingWebhookView(**_UNUSED)),
        lambda event, read: [event.get("error"), event.get("comment")],
    ),
    "postmark": _Dialect(_single(PostmarkTrackingWebhookView(**_UNUSED))),
    "resend": _Dialect(
        lambda event, headers: [
            _resend.esp_to_anymail_event(event, SimpleNamespace(headers=headers))
        ]
    ),
    "ses": _Dialect(_read_ses, _ses_answers),
}
