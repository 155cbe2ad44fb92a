"""Mailgun."""

import hashlib
import hmac
import json
import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from newsletter.transport.config.mailer_options import API_OPTIONS, BATCH_OPTION
from newsletter.transport.config.mailer_parts import (
    MailerParts,
    api_options,
    may_be_host,
    require_key,
)
from newsletter.transport.providers.parts.api_question import ask
from newsletter.transport.providers.parts.batch_form import BatchForm, Value, values_of
from newsletter.transport.providers.parts.provider import Capabilities, MailerScheme, Provider
from newsletter.transport.providers.parts.sender_records import SenderRecords
from newsletter.transport.providers.parts.untrusted_input import fields, word
from newsletter.transport.providers.parts.webhook import (
    Event,
    ReportedClass,
    Signature,
    SignedRequest,
    Webhook,
    require_fresh,
    require_same,
    signed_object,
)
from newsletter.transport.results.response_format import Answer, ResponseFormat
from newsletter.transport.results.result import Outcome, Result

if TYPE_CHECKING:
    from anymail.signals import AnymailTrackingEvent

    from newsletter.transport.message.recipients import Recipient

TOLERANCE = timedelta(hours=9)
"""Mailgun repeats a report for eight hours. Its signature covers neither body nor address, so a
token counts once: it is what the event is known by for KEEP_PROVIDER_EVENTS, far longer than
this."""

_CLASSES = {
    "bounce": ReportedClass.HARD,
    "hardfail": ReportedClass.HARD,
    "suppress-bounce": ReportedClass.HARD,
    "suppress-complaint": ReportedClass.BLOCK,
    "suppress-unsubscribe": ReportedClass.BLOCK,
    "espblock": ReportedClass.BLOCK,
    "old": ReportedClass.SOFT,
}


def _read_url(parts: MailerParts, options: Mapping[str, object]) -> dict[str, object]:
    key = require_key(parts)
    if "." not in parts.host or not may_be_host(parts.host) or parts.port:
        raise parts.problem(
            "put the domain that you set up at Mailgun after the @, and nothing else"
        )
    return {"api_key": key, "sender_domain": parts.host, **api_options(options)}


@cache
def _view() -> Any:
    from anymail.webhooks.mailgun import MailgunTrackingWebhookView

    # Both secrets are asked for elsewhere: the view only reads.
    unused = {"webhook_signing_key": "unused", "webhook_secret": "unused"}
    return MailgunTrackingWebhookView(**unused)


def _read_event(event: Event, headers: Mapping[str, str]) -> "list[AnymailTrackingEvent]":
    return [_view().esp_to_anymail_event(event)]


def _reported_class(event: Event, tracked: "AnymailTrackingEvent") -> ReportedClass | None:
    data = fields(event, "event-data")
    return _CLASSES.get(word(data.get("reason"))) if data.get("severity") == "permanent" else None


def _server_answers(event: Event, tracked: "AnymailTrackingEvent") -> list[object]:
    return [fields(fields(event, "event-data"), "delivery-status").get("enhanced-code")]


def _check_signature(request: SignedRequest, key: str) -> None:
    # documentation.mailgun.com, Securing webhooks
    block = fields(signed_object(request), "signature")
    stamp, token = str(block.get("timestamp", "")), str(block.get("token", ""))
    expected = hmac.new(
        key.encode(), f"{stamp}{token}".encode(errors="replace"), hashlib.sha256
    ).hexdigest()
    require_same(str(block.get("signature", "")), expected)
    require_fresh(stamp, request, tolerance=TOLERANCE)


def _address_batch(
    payload: Any, recipients: Sequence["Recipient"], values: Mapping[str, Value]
) -> None:
    """Put all addresses into one list, and the values into recipient variables beside it."""
    from newsletter.transport.message.envelope import address_line

    headers = sorted({name for recipient in recipients for name in recipient.headers})
    payload.data["to"] = ", ".join(
        address_line(recipient.to, recipient.to_name) for recipient in recipients
    )
    payload.data["v:ref"] = "%recipient.ref%"
    payload.data |= {
        f"h:{name.title()}": f"%recipient.h{number}%" for number, name in enumerate(headers)
    }
    variables = {
        recipient.to: {
            "ref": recipient.ref,
            **{
                f"h{number}": recipient.headers.get(name, "") for number, name in enumerate(headers)
            },
            **values_of(recipient, values),
        }
        for recipient in recipients
    }
    # As a part of its own, so that requests makes a multipart form: to percent-encode all this
    # would take longer than to send it.
    payload.files.append(("recipient-variables", (None, json.dumps(variables))))


def _read_batch(answer: Answer, count: int) -> list[Result] | None:
    if not str(answer.get("message", "")).startswith("Queued") or not answer.get("id"):
        return None
    return [Result(Outcome.ACCEPTED, provider_message_id=str(answer["id"])[:200])] * count


def _probe(backend: Any) -> str:
    # documentation.mailgun.com, Domains: "Get domain". A domain's sending key may not read it, and
    # is refused like one that nobody knows.
    path = f"domains/{backend.sender_domain}"
    told = ", as it does with a sending key, which sends all the same"
    return ask(backend, path, auth=("api", backend.api_key), else_means=told)


PROVIDER = Provider(
    key="mailgun",
    backend="anymail.backends.mailgun.EmailBackend",
    # Our reference travels as the variable v:ref.
    capabilities=Capabilities(
        name="Mailgun",
        keeps_message_id=True,
        switches_tracking=True,
        sends_from_domain_of_url=True,
        template_marks=("%recipient", "%unsubscribe", "%tag_unsubscribe", "%mailing_list"),
    ),
    schemes={
        "mailgun": MailerScheme(
            example="mailgun://:key@lists.example.org",
            read=_read_url,
            options={**API_OPTIONS, **BATCH_OPTION},
        )
    },
    # 429 alone is "too many" (documentation.mailgun.com, API Response Codes); a 5xx is trouble of
    # theirs.
    responses=ResponseFormat(
        texts_about_us={
            "Mailgun Magnificent API": (
                "Mailgun knows no such endpoint: check the domain in the mailer URL."
            )
        }
    ),
    batch=BatchForm(
        largest=1000,
        place="%recipient.{}%",
        address=_address_batch,
        read=_read_batch,
    ),
    # documentation.mailgun.com, Domain Verification. Selectors differ by domain.
    sender_records=SenderRecords(spf="include:mailgun.org"),
    probe=_probe,
    webhook=Webhook(
        read=_read_event,
        reported_class=_reported_class,
        server_answers=_server_answers,
        signature=Signature(check=_check_signature, key=re.compile(r"[!-~]{16,}"), key_shape="KEY"),
    ),
)
