"""Reading Amazon's events: SES writes them, and SNS brings each in an envelope of its own."""

import json
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from newsletter.transport.providers.parts.untrusted_input import Malformed, fields, text, word
from newsletter.transport.providers.parts.webhook import Event, ReportedClass
from newsletter.transport.providers.ses.bounce_types import class_of_bounce

if TYPE_CHECKING:
    from anymail.signals import AnymailTrackingEvent


@cache
def _view() -> Any:
    from anymail.webhooks.amazon_ses import AmazonSESTrackingWebhookView

    # The secret is asked for elsewhere: the view only reads.
    return AmazonSESTrackingWebhookView(webhook_secret="unused")  # noqa: S106 - no secret


def read_event(event: Event, headers: Mapping[str, str]) -> "list[AnymailTrackingEvent]":
    """Read one message of SNS.

    Raises:
        Malformed: it brings no event.
    """
    from anymail.signals import EventType

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
    found: list[AnymailTrackingEvent] = _view().esp_to_anymail_events(inner, event)
    for tracked in found:
        if inner.get("eventType") == "DeliveryDelay":
            tracked.event_type = EventType.DEFERRED
            tracked.description = text(fields(inner, "deliveryDelay").get("delayType"), 60)
        # One message of Amazon's may speak of several recipients.
        tracked.event_id = f"{tracked.event_id} {tracked.recipient}"
    return found


def reported_class(event: Event, tracked: "AnymailTrackingEvent") -> ReportedClass | None:
    """Return the class of a bounce by Amazon's type and subtype."""
    bounce = fields(_inner(tracked), "bounce")
    return class_of_bounce(bounce.get("bounceType"), bounce.get("bounceSubType"))


def server_answers(event: Event, tracked: "AnymailTrackingEvent") -> list[object]:
    """Return the status codes of the recipient that `tracked` is about."""
    bounced = fields(_inner(tracked), "bounce").get("bouncedRecipients")
    return [
        one.get("status")
        for one in (bounced if isinstance(bounced, list) else [])
        if one.get("emailAddress") == tracked.recipient
    ]


def _inner(tracked: "AnymailTrackingEvent") -> Event:
    return tracked.esp_event if isinstance(tracked.esp_event, dict) else {}
