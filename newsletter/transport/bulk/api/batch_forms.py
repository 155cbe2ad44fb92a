"""The forms in which providers take a batch: where the recipients go, and how the answer reads."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from anymail.utils import EmailAddress

from newsletter.transport.message.envelope import address_line, plain_words
from newsletter.transport.message.recipients import Recipient
from newsletter.transport.providers.registry import PROVIDERS
from newsletter.transport.results.http_responses import refused_result
from newsletter.transport.results.of_error import Outcome, Result

type Value = Callable[[Recipient], str]


@dataclass(frozen=True, slots=True)
class BatchForm:
    """The form in which one provider takes a batch.

    Args:
        place: the placeholder of a value, with {} for its name.
        address: puts the recipients into anymail's payload of the shared part.
        read: returns a result for each recipient from the answer, or None where it doesn't say as
            much.
    """

    place: str
    address: Callable[[Any, Sequence[Recipient], Mapping[str, Value]], None]
    read: Callable[[Mapping[str, Any], int], list[Result] | None]


def _values_of(recipient: Recipient, values: Mapping[str, Value]) -> dict[str, str]:
    return {name: value(recipient) for name, value in values.items()}


def _all_headers(
    shared: Mapping[str, str],
    recipient: Recipient,
    further: Mapping[str, str] = MappingProxyType({}),
) -> dict[str, str]:
    """Return all headers of one recipient, the shared ones included.

    So it doesn't matter whether a provider adds a recipient's headers to the shared ones or
    replaces those.
    """
    return {**shared, **recipient.headers, **further}


# --- Mailgun: one list of addresses, and recipient variables beside it. One id for all ---


def _address_mailgun(
    payload: Any, recipients: Sequence[Recipient], values: Mapping[str, Value]
) -> None:
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
            **_values_of(recipient, values),
        }
        for recipient in recipients
    }
    # As a part of its own, so that requests makes a multipart form: to percent-encode all this
    # would take longer than to send it.
    payload.files.append(("recipient-variables", (None, json.dumps(variables))))


def _read_mailgun(answer: Mapping[str, Any], count: int) -> list[Result] | None:
    if not str(answer.get("message", "")).startswith("Queued") or not answer.get("id"):
        return None
    return [Result(Outcome.ACCEPTED, provider_message_id=str(answer["id"])[:200])] * count


# --- Brevo: a version of the message for each ---


def _address_brevo(
    payload: Any, recipients: Sequence[Recipient], values: Mapping[str, Value]
) -> None:
    del payload.data["to"]
    shared, payload.data["headers"] = payload.data["headers"], {}
    payload.data["messageVersions"] = [
        {
            "to": [_brevo_address(payload, recipient)],
            "params": _values_of(recipient, values),
            "headers": _all_headers(
                shared, recipient, {"X-Mailin-custom": json.dumps({"ref": recipient.ref})}
            ),
        }
        for recipient in recipients
    ]


def _brevo_address(payload: Any, recipient: Recipient) -> dict[str, str]:
    name = plain_words(recipient.to_name)
    if not name or name.isascii():
        return {"email": recipient.to, "name": name} if name else {"email": recipient.to}
    # anymail knows what Brevo does to non-ASCII names with a comma.
    address: dict[str, str] = payload.email_object(
        EmailAddress(display_name=name, addr_spec=recipient.to)
    )
    return address


def _read_brevo(answer: Mapping[str, Any], count: int) -> list[Result] | None:
    ids = answer.get("messageIds") or [answer.get("messageId")]
    if (
        not isinstance(ids, list)
        or len(ids) != count
        or not all(isinstance(each, str) and each for each in ids)
    ):
        return None
    return [Result(Outcome.ACCEPTED, provider_message_id=each[:200]) for each in ids]


# --- Mailjet: a list of messages, and what they share once ---


def _address_mailjet(
    payload: Any, recipients: Sequence[Recipient], values: Mapping[str, Value]
) -> None:
    shared = payload.data["Globals"].pop("Headers", {})
    payload.data["Globals"]["TemplateLanguage"] = True
    payload.data["Messages"] = [
        {
            "To": [{"Email": recipient.to, "Name": plain_words(recipient.to_name)}],
            "Variables": _values_of(recipient, values),
            "Headers": _all_headers(shared, recipient),
            "EventPayload": json.dumps({"ref": recipient.ref}),
        }
        for recipient in recipients
    ]


def _read_mailjet(answer: Mapping[str, Any], count: int) -> list[Result] | None:
    messages = answer.get("Messages")
    if not isinstance(messages, list) or len(messages) != count:
        return None
    return [_of_mailjet(message) for message in messages]


def _of_mailjet(message: Any) -> Result:
    if message["Status"] != "success":
        return refused_result({"Messages": [message]}, PROVIDERS["mailjet"].responses)
    return Result(Outcome.ACCEPTED, provider_message_id=str(message["To"][0]["MessageID"])[:200])


FORMS: Mapping[str, BatchForm] = {
    "mailgun": BatchForm("%recipient.{}%", _address_mailgun, _read_mailgun),
    # Brevo escapes values by itself, unless it is told that they are as they should be.
    "brevo": BatchForm(
        "{{% autoescape off %}}{{{{ params.{} }}}}{{% endautoescape %}}",
        _address_brevo,
        _read_brevo,
    ),
    "mailjet": BatchForm('{{{{var:{}:""}}}}', _address_mailjet, _read_mailjet),
}
