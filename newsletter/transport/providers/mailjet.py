"""Mailjet."""

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from newsletter.transport.config.mailer_options import API_OPTIONS, BATCH_OPTION
from newsletter.transport.config.mailer_parts import MailerParts, api_options, require_no_host
from newsletter.transport.providers.parts.api_question import ask
from newsletter.transport.providers.parts.batch_form import BatchForm, Value, all_headers, values_of
from newsletter.transport.providers.parts.provider import Capabilities, MailerScheme, Provider
from newsletter.transport.providers.parts.sender_records import SenderRecords
from newsletter.transport.providers.parts.webhook import Event, ReportedClass, Webhook
from newsletter.transport.results.response_format import Answer, ResponseFormat
from newsletter.transport.results.result import Outcome, Result

if TYPE_CHECKING:
    from anymail.signals import AnymailTrackingEvent

    from newsletter.transport.message.recipients import Recipient


def _read_url(parts: MailerParts, options: Mapping[str, object]) -> dict[str, object]:
    if not parts.user or not parts.password:
        raise parts.problem("Mailjet has 2 keys; put both before the @, with a colon between them")
    require_no_host(parts)
    return {"api_key": parts.user, "secret_key": parts.password, **api_options(options)}


def _errors(answer: Answer) -> Iterator[Answer]:
    """Yield the errors of an answer, which stand inside each message that it is about."""
    messages = answer.get("Messages")
    for message in messages if isinstance(messages, list) else ():
        errors = message.get("Errors") if isinstance(message, dict) else None
        yield from (
            error
            for error in (errors if isinstance(errors, list) else ())
            if isinstance(error, dict)
        )


_RESPONSES = ResponseFormat(errors=_errors)


@cache
def _view() -> Any:
    from anymail.webhooks.mailjet import MailjetTrackingWebhookView

    # The secret is asked for elsewhere: the view only reads.
    return MailjetTrackingWebhookView(webhook_secret="unused")  # noqa: S106 - no secret


def _read_event(event: Event, headers: Mapping[str, str]) -> "list[AnymailTrackingEvent]":
    return [_view().esp_to_anymail_event(event)]


def _reported_class(event: Event, tracked: "AnymailTrackingEvent") -> ReportedClass | None:
    # `blocked` beside a bounce only says that Mailjet won't try the address again, which follows
    # from any hard one.
    if event.get("event") == "blocked" or event.get("error_related_to") in (
        "spam",
        "content",
        "mailjet",
    ):
        return ReportedClass.BLOCK
    return ReportedClass.HARD if event.get("hard_bounce") is True else ReportedClass.SOFT


def _server_answers(event: Event, tracked: "AnymailTrackingEvent") -> list[object]:
    return [event.get("error"), event.get("comment")]


def _address_batch(
    payload: Any, recipients: Sequence["Recipient"], values: Mapping[str, Value]
) -> None:
    """Make a list of messages, and say once what they share."""
    from newsletter.transport.message.envelope import plain_words

    shared = payload.data["Globals"].pop("Headers", {})
    payload.data["Globals"]["TemplateLanguage"] = True
    payload.data["Messages"] = [
        {
            "To": [{"Email": recipient.to, "Name": plain_words(recipient.to_name)}],
            "Variables": values_of(recipient, values),
            "Headers": all_headers(shared, recipient),
            "EventPayload": json.dumps({"ref": recipient.ref}),
        }
        for recipient in recipients
    ]


def _read_batch(answer: Answer, count: int) -> list[Result] | None:
    messages = answer.get("Messages")
    if not isinstance(messages, list) or len(messages) != count:
        return None
    return [_read_message(message) for message in messages]


def _read_message(message: Any) -> Result:
    if message["Status"] != "success":
        from newsletter.transport.results.http_responses import refused_result

        return refused_result({"Messages": [message]}, _RESPONSES)
    return Result(Outcome.ACCEPTED, provider_message_id=str(message["To"][0]["MessageID"])[:200])


def _probe(backend: Any) -> str:
    # dev.mailjet.com, Senders and Domains: another version of the API than the one that sends.
    return ask(backend, "/v3/REST/sender?Limit=1", auth=(backend.api_key, backend.secret_key))


PROVIDER = Provider(
    key="mailjet",
    backend="anymail.backends.mailjet.EmailBackend",
    # Our reference travels as EventPayload.
    capabilities=Capabilities(
        name="Mailjet",
        switches_tracking=True,
        template_marks=("[[", "{{", "{%"),
    ),
    schemes={
        "mailjet": MailerScheme(
            example="mailjet://key:secret@",
            read=_read_url,
            options={**API_OPTIONS, **BATCH_OPTION},
        )
    },
    # 429 alone is "too many" (dev.mailjet.com, Status Codes); a 5xx is trouble of theirs.
    responses=_RESPONSES,
    batch=BatchForm(
        largest=50,
        place='{{{{var:{}:""}}}}',
        address=_address_batch,
        read=_read_batch,
    ),
    # documentation.mailjet.com, Authenticating Domains with SPF & DKIM
    sender_records=SenderRecords(spf="include:spf.mailjet.com", selectors=("mailjet",)),
    probe=_probe,
    webhook=Webhook(
        read=_read_event, reported_class=_reported_class, server_answers=_server_answers
    ),
)
