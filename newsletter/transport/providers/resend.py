"""Resend, which sends through Amazon SES and uses its words for bounces."""

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from datetime import timedelta
from functools import cache
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from newsletter.transport.config.mailer_options import API_OPTIONS
from newsletter.transport.config.mailer_parts import (
    MailerParts,
    api_options,
    require_key,
    require_no_host,
)
from newsletter.transport.providers.parts.api_question import ask
from newsletter.transport.providers.parts.provider import (
    Capabilities,
    IdempotencyKey,
    MailerScheme,
    Provider,
)
from newsletter.transport.providers.parts.sender_records import SenderRecords
from newsletter.transport.providers.parts.untrusted_input import fields, word
from newsletter.transport.providers.parts.webhook import (
    Event,
    NotSigned,
    ReportedClass,
    Signature,
    SignedRequest,
    Webhook,
    require_fresh,
)
from newsletter.transport.providers.ses.bounce_types import class_of_bounce
from newsletter.transport.results.response_format import ResponseFormat

if TYPE_CHECKING:
    from anymail.signals import AnymailTrackingEvent

TOLERANCE = timedelta(minutes=5)
"""Svix, which carries Resend's webhooks, signs each attempt anew."""

_SENTENCES = {
    "suppression list": ReportedClass.BLOCK,
    "hard bounce message": ReportedClass.HARD,
    "general bounce": ReportedClass.SOFT,
    "inbox was full": ReportedClass.SOFT,
}
"""Of events without type and subtype, as Resend wrote them at first."""


def _read_url(parts: MailerParts, options: Mapping[str, object]) -> dict[str, object]:
    key = require_key(parts)
    require_no_host(parts)
    return {"api_key": key, **api_options(options)}


@cache
def _view() -> Any:
    from anymail.webhooks.resend import ResendTrackingWebhookView

    # The secret is asked for elsewhere: the view only reads.
    return ResendTrackingWebhookView(webhook_secret="unused")  # noqa: S106 - no secret


def _read_event(event: Event, headers: Mapping[str, str]) -> "list[AnymailTrackingEvent]":
    return [_view().esp_to_anymail_event(event, SimpleNamespace(headers=headers))]


def _reported_class(event: Event, tracked: "AnymailTrackingEvent") -> ReportedClass | None:
    bounce = fields(fields(event, "data"), "bounce")
    sentence = word(bounce.get("message"))
    return class_of_bounce(bounce.get("type"), bounce.get("subType")) or next(
        (meant for said, meant in _SENTENCES.items() if said in sentence), None
    )


def _check_signature(request: SignedRequest, key: str) -> None:
    # docs.svix.com: the key is base64 after its prefix; several signatures may stand there while a
    # key is being changed.
    stamp = request.headers.get("svix-timestamp", "")
    signed = f"{request.headers.get('svix-id', '')}.{stamp}.".encode() + request.body
    secret = base64.b64decode(key.removeprefix("whsec_"), validate=True)
    expected = base64.b64encode(hmac.new(secret, signed, hashlib.sha256).digest()).decode()
    given = [
        signature.partition(",")[2]
        for signature in request.headers.get("svix-signature", "").split()
        if signature.startswith("v1,")
    ]
    if not any(
        hmac.compare_digest(signature.encode(errors="replace"), expected.encode())
        for signature in given
    ):
        raise NotSigned("Its signature is wrong.")
    require_fresh(stamp, request, tolerance=TOLERANCE)


def _probe(backend: Any) -> str:
    # resend.com/docs/api-reference/errors: a key that may only send is told so.
    headers = {"Authorization": f"Bearer {backend.api_key}"}
    return ask(backend, "domains", headers=headers, enough="restricted_api_key")


PROVIDER = Provider(
    key="resend",
    backend="anymail.backends.resend.EmailBackend",
    # Our reference travels as X-Metadata.
    capabilities=Capabilities(
        name="Resend",
        bare_file_types=True,
        # resend.com/docs/dashboard/emails/idempotency-keys
        idempotency=IdempotencyKey(
            header="Idempotency-Key", of_the_request=True, is_uuid=False, window=timedelta(hours=24)
        ),
    ),
    schemes={"resend": MailerScheme(example="resend://:key@", read=_read_url, options=API_OPTIONS)},
    # 429 alone is "too many" (resend.com/docs/api-reference, Errors and Rate limit); a 5xx is
    # trouble of theirs.
    responses=ResponseFormat(
        code="name",
        about_us=frozenset(
            {
                "invalid_from_address",
                "missing_api_key",
                "invalid_api_key",
                "restricted_api_key",
            }
        ),
        # Another request had the same key and other content.
        key_is_known=frozenset({"invalid_idempotent_request"}),
        key_is_busy=frozenset({"concurrent_idempotent_requests"}),
    ),
    # resend.com/docs/dashboard/domains: the envelope is at a subdomain of its own.
    sender_records=SenderRecords(selectors=("resend",)),
    probe=_probe,
    webhook=Webhook(
        read=_read_event,
        reported_class=_reported_class,
        signature=Signature(
            check=_check_signature,
            key=re.compile(r"whsec_(?:[A-Za-z0-9+/]{4})+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?"),
            key_shape="whsec_KEY",
        ),
        headers=("svix-id", "svix-timestamp", "svix-signature"),
        id_header="svix-id",
    ),
)
