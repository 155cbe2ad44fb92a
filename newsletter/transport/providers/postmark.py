"""Postmark."""

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from newsletter.transport.config.mailer_options import API_OPTIONS, MailerOption, identifier
from newsletter.transport.config.mailer_parts import (
    MailerParts,
    api_options,
    require_key,
    require_no_host,
)
from newsletter.transport.providers.parts.api_question import ask
from newsletter.transport.providers.parts.provider import Capabilities, MailerScheme, Provider
from newsletter.transport.providers.parts.untrusted_input import word
from newsletter.transport.providers.parts.webhook import Event, ReportedClass, Webhook
from newsletter.transport.results.response_format import ResponseFormat

if TYPE_CHECKING:
    from anymail.signals import AnymailTrackingEvent

_CLASSES = {
    "HardBounce": ReportedClass.HARD,
    "BadEmailAddress": ReportedClass.HARD,
    "SoftBounce": ReportedClass.SOFT,
    "Transient": ReportedClass.SOFT,
    "DnsError": ReportedClass.SOFT,
    "Blocked": ReportedClass.BLOCK,
    "SpamNotification": ReportedClass.BLOCK,
    "DMARCPolicy": ReportedClass.BLOCK,
    "VirusNotification": ReportedClass.BLOCK,
    "ManuallyDeactivated": ReportedClass.BLOCK,
}
"""By the type of a bounce, or the reason of a suppression."""

_CODES_ABOUT_US = frozenset(
    ["10", "400", "401", "405", "412", "413", "1221", "1226", "1235", "1302"]
)
"""ErrorCode: token, sender signature, credits, account approval, message stream
(postmarkapp.com/developer)."""


def _read_url(parts: MailerParts, options: Mapping[str, object]) -> dict[str, object]:
    token = require_key(parts)
    require_no_host(parts)
    stream = {name: options[name] for name in ("message_stream",) if name in options}
    return {"server_token": token, **api_options(options), **stream}


@cache
def _view() -> Any:
    from anymail.webhooks.postmark import PostmarkTrackingWebhookView

    # The secret is asked for elsewhere: the view only reads.
    return PostmarkTrackingWebhookView(webhook_secret="unused")  # noqa: S106 - no secret


def _read_event(event: Event, headers: Mapping[str, str]) -> "list[AnymailTrackingEvent]":
    return [_view().esp_to_anymail_event(event)]


def _reported_class(event: Event, tracked: "AnymailTrackingEvent") -> ReportedClass | None:
    return _CLASSES.get(word(event.get("Type"))) or _CLASSES.get(
        word(event.get("SuppressionReason"))
    )


def _probe(backend: Any) -> str:
    # postmarkapp.com/developer/api/server-api: "Get the server"
    return ask(backend, "server", headers={"X-Postmark-Server-Token": backend.server_token})


PROVIDER = Provider(
    key="postmark",
    backend="anymail.backends.postmark.EmailBackend",
    # Our reference travels as Metadata. "broadcast" is the id that Postmark gives the first message
    # stream for bulk.
    capabilities=Capabilities(name="Postmark", switches_tracking=True, bulk_stream="broadcast"),
    schemes={
        "postmark": MailerScheme(
            example="postmark://:token@",
            read=_read_url,
            options={
                **API_OPTIONS,
                "message_stream": MailerOption(identifier, "message_stream=broadcast"),
            },
        )
    },
    # postmarkapp.com/developer/api/overview doesn't say that a 503 was not taken.
    responses=ResponseFormat(code="ErrorCode", about_us=_CODES_ABOUT_US),
    probe=_probe,
    webhook=Webhook(read=_read_event, reported_class=_reported_class),
)
