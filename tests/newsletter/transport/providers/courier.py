"""A provider that lives in these tests: all that adding one takes, in one file."""

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from anymail.backends.base_requests import AnymailRequestsBackend, RequestsPayload
from anymail.message import AnymailRecipientStatus
from anymail.signals import AnymailTrackingEvent, EventType

from newsletter.transport.config.mailer_options import API_OPTIONS
from newsletter.transport.config.mailer_parts import (
    MailerParts,
    api_options,
    require_key,
    require_no_host,
)
from newsletter.transport.providers.parts.provider import Capabilities, MailerScheme, Provider
from newsletter.transport.providers.parts.untrusted_input import word
from newsletter.transport.providers.parts.webhook import (
    Event,
    ReportedClass,
    Signature,
    SignedRequest,
    Webhook,
    require_same,
)
from newsletter.transport.results.response_format import ResponseFormat


class EmailBackend(AnymailRequestsBackend):  # type: ignore[misc] # anymail has no types
    """Courier's API, as a backend of anymail; a provider that anymail knows needs none."""

    esp_name = "Courier"

    def __init__(self, *, api_key: str, api_url: str, **others: Any) -> None:
        self.api_key = api_key
        super().__init__(api_url, **others)

    def build_message_payload(self, message: Any, defaults: Any) -> "Payload":
        return Payload(message, defaults, self, headers={"X-Key": self.api_key})

    def parse_recipient_status(
        self, response: Any, payload: Any, message: Any
    ) -> dict[str, AnymailRecipientStatus]:
        answer = self.deserialize_json_response(response, payload, message)
        status = AnymailRecipientStatus(message_id=answer["id"], status="queued")
        return {payload.data["to"]: status}


class Payload(RequestsPayload):  # type: ignore[misc] # anymail has no types
    """One message as Courier takes it."""

    def init_payload(self) -> None:
        self.data: dict[str, Any] = {}

    def get_api_endpoint(self) -> str:
        return "send"

    def serialize_data(self) -> str:
        return json.dumps(self.data, default=str)

    def set_from_email(self, email: Any) -> None:
        self.data["from"] = email.address

    def set_to(self, emails: Any) -> None:
        [self.data["to"]] = [email.addr_spec for email in emails]

    def set_subject(self, subject: str) -> None:
        self.data["subject"] = subject

    def set_reply_to(self, emails: Any) -> None:
        self.data["reply_to"] = [email.address for email in emails]

    def set_extra_headers(self, headers: Mapping[str, str]) -> None:
        self.data["headers"] = dict(headers.items())

    def set_text_body(self, body: str) -> None:
        self.data["text"] = body

    def set_html_body(self, body: str) -> None:
        self.data["html"] = body

    def set_metadata(self, metadata: Mapping[str, str]) -> None:
        self.data["metadata"] = dict(metadata)


def _read_url(parts: MailerParts, options: Mapping[str, object]) -> dict[str, object]:
    require_no_host(parts)
    return {"api_key": require_key(parts), **api_options(options)}


def _read_event(event: Event, headers: Mapping[str, str]) -> list[AnymailTrackingEvent]:
    return [
        AnymailTrackingEvent(
            event_type={"bounce": EventType.BOUNCED, "ok": EventType.DELIVERED}[event["what"]],
            event_id=event["number"],
            message_id=event["id"],
            recipient=event["to"],
            timestamp=datetime.fromtimestamp(event["at"], tz=UTC),
            metadata=event["metadata"],
            mta_response=event.get("server"),
        )
    ]


def _reported_class(event: Event, tracked: AnymailTrackingEvent) -> ReportedClass | None:
    return {"gone": ReportedClass.HARD, "full": ReportedClass.SOFT}.get(word(event.get("why")))


def signature_of(body: bytes, key: str) -> str:
    return hmac.new(key.encode(), body, hashlib.sha256).hexdigest()


def _check_signature(request: SignedRequest, key: str) -> None:
    require_same(request.headers.get("x-courier-signature", ""), signature_of(request.body, key))


PROVIDER = Provider(
    key="courier",
    backend=f"{__name__}.EmailBackend",
    capabilities=Capabilities(name="Courier"),
    schemes={
        "courier": MailerScheme(example="courier://:key@", read=_read_url, options=API_OPTIONS)
    },
    responses=ResponseFormat(code="reason", about_us=frozenset({"who_are_you"})),
    webhook=Webhook(
        read=_read_event,
        reported_class=_reported_class,
        signature=Signature(
            check=_check_signature, key=re.compile(r"\w{16,}"), key_shape="COURIER-KEY"
        ),
        headers=("x-courier-signature",),
    ),
)
