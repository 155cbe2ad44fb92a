"""Brevo."""

import json
from collections.abc import Mapping, Sequence
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
from newsletter.transport.providers.parts.api_question import ask
from newsletter.transport.providers.parts.batch_form import BatchForm, Value, all_headers, values_of
from newsletter.transport.providers.parts.provider import (
    Capabilities,
    IdempotencyKey,
    MailerScheme,
    Provider,
)
from newsletter.transport.providers.parts.sender_records import SenderRecords
from newsletter.transport.providers.parts.untrusted_input import word
from newsletter.transport.providers.parts.webhook import Event, ReportedClass, Webhook
from newsletter.transport.results.response_format import Answer, ResponseFormat
from newsletter.transport.results.result import Outcome, Result

if TYPE_CHECKING:
    from anymail.signals import AnymailTrackingEvent

    from newsletter.transport.message.recipients import Recipient

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


def _address_batch(
    payload: Any, recipients: Sequence["Recipient"], values: Mapping[str, Value]
) -> None:
    """Make a version of the message for each recipient."""
    del payload.data["to"]
    shared, payload.data["headers"] = payload.data["headers"], {}
    payload.data["messageVersions"] = [
        {
            "to": [_address_object(payload, recipient)],
            "params": values_of(recipient, values),
            "headers": all_headers(
                shared, recipient, {"X-Mailin-custom": json.dumps({"ref": recipient.ref})}
            ),
        }
        for recipient in recipients
    ]


def _address_object(payload: Any, recipient: "Recipient") -> dict[str, str]:
    from anymail.utils import EmailAddress

    from newsletter.transport.message.envelope import plain_words

    name = plain_words(recipient.to_name)
    if not name or name.isascii():
        return {"email": recipient.to, "name": name} if name else {"email": recipient.to}
    # anymail knows what Brevo does to non-ASCII names with a comma.
    address: dict[str, str] = payload.email_object(
        EmailAddress(display_name=name, addr_spec=recipient.to)
    )
    return address


def _read_batch(answer: Answer, count: int) -> list[Result] | None:
    ids = answer.get("messageIds") or [answer.get("messageId")]
    if (
        not isinstance(ids, list)
        or len(ids) != count
        or not all(isinstance(each, str) and each for each in ids)
    ):
        return None
    return [Result(Outcome.ACCEPTED, provider_message_id=each[:200]) for each in ids]


def _probe(backend: Any) -> str:
    # developers.brevo.com/reference/getaccount
    return ask(backend, "account", headers={"api-key": backend.api_key})


PROVIDER = Provider(
    key="brevo",
    backend="anymail.backends.brevo.EmailBackend",
    # Our reference travels as X-Mailin-custom.
    capabilities=Capabilities(
        name="Brevo",
        template_marks=("{{", "{%", "{#"),
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
    # 429 alone is "too many" (developers.brevo.com, Rate limits); a 5xx is trouble of theirs.
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
    batch=BatchForm(
        largest=1000,
        # Brevo escapes values by itself, unless it is told that they are as they should be.
        place="{{% autoescape off %}}{{{{ params.{} }}}}{{% endautoescape %}}",
        address=_address_batch,
        read=_read_batch,
    ),
    # help.brevo.com, Authenticate your domain: two CNAMEs, or one TXT of earlier days
    sender_records=SenderRecords(selectors=("brevo1", "mail")),
    probe=_probe,
    webhook=Webhook(read=_read_event, reported_class=_reported_class),
)
