"""Brevo."""

from collections.abc import Mapping
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from newsletter.transport.config.mailer_options import API_OPTIONS, BATCH_OPTION
from newsletter.transport.config.mailer_parts import (
    MailerParts,
    api_options,
    require_key,
    require_no_host,
)
from newsletter.transport.providers.provider import (
    Capabilities,
    IdempotencyKey,
    MailerScheme,
    Provider,
)
from newsletter.transport.providers.untrusted_input import word
from newsletter.transport.providers.webhook import Event, ReportedClass, Webhook
from newsletter.transport.results.response_format import ResponseFormat

if TYPE_CHECKING:
    from anymail.signals import AnymailTrackingEvent

_CLASSES = {
    "hard_bounce": ReportedClass.HARD,
    "invalid_email": ReportedClass.HARD,
    "soft_bounce": ReportedClass.SOFT,
    "blocked": ReportedClass.BLOCK,
    "error": ReportedClass.BLOCK,
}


def _read_url(parts: MailerParts, options: Mapping[str, object]) -> dict[str, object]:
    key = require_key(parts)
    require_no_host(parts)
    return {"api_key": key, **api_options(options)}


@cache
def _view() -> Any:
    from anymail.webhooks.brevo import BrevoTrackingWebhookView

    # The secret is asked for elsewhere: the view only reads.
    return BrevoTrackingWebhookView(webhook_secret="unused")  # noqa: S106 - no secret


def _read_event(event: Event, headers: Mapping[str, str]) -> "list[AnymailTrackingEvent]":
    return [_view().esp_to_anymail_event(event)]


def _reported_class(event: Event, tracked: "AnymailTrackingEvent") -> ReportedClass | None:
    return _CLASSES.get(word(event.get("event")))


PROVIDER = Provider(
    key="brevo",
    backend="anymail.backends.brevo.EmailBackend",
    # Our reference travels as X-Mailin-custom.
    capabilities=Capabilities(
        name="Brevo",
        template_marks=("{{", "{%", "{#"),
        largest_batch=1000,
        # developers.brevo.com/docs/heterogenous-versions-batch-emails
        idempotency=IdempotencyKey(
            header="idempotencyKey",
            of_the_request=False,
            is_uuid=True,
            window=timedelta(minutes=30),
        ),
    ),
    schemes={
        "brevo": MailerScheme(
            example="brevo://:key@", read=_read_url, options={**API_OPTIONS, **BATCH_OPTION}
        )
    },
    responses=ResponseFormat(
        code="code",
        about_us=frozenset(
            {
                "unauthorized",
                "not_enough_credits",
                "permission_denied",
                "account_under_validation",
            }
        ),
        key_is_known=frozenset({"duplicate_parameter"}),
        # Seconds until it takes more (developers.brevo.com, Rate limit headers).
        wait="x-sib-ratelimit-reset",
    ),
    webhook=Webhook(read=_read_event, reported_class=_reported_class),
)
