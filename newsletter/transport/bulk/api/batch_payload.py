"""One call to a provider for many recipients: the letter once, with placeholders, and each recipient's own values beside it.

anymail makes the part that all share, and sends it. What each recipient adds is written here, since
anymail's parsing of every address would take longer than all the rest.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape as escape_html
from types import MappingProxyType
from typing import Any

from anymail.exceptions import AnymailAPIError
from anymail.utils import EmailAddress

from newsletter.rendering.merge import Splice, one_line
from newsletter.transport.connections.transmit import sorted_failure
from newsletter.transport.message.envelope import (
    OutgoingMessage,
    address_line,
    check_headers,
    plain_words,
)
from newsletter.transport.message.headers import message_id
from newsletter.transport.message.mime import WireMessage
from newsletter.transport.message.recipients import Recipient, Template
from newsletter.transport.providers.adapt import check_mailbox, defused, defused_before_a_place
from newsletter.transport.providers.provider import Capabilities
from newsletter.transport.providers.registry import PROVIDERS, capabilities_of
from newsletter.transport.results.http_responses import answer_of, refused_result
from newsletter.transport.results.of_error import Outcome, Result

type _Value = Callable[[Recipient], str]


@dataclass(frozen=True, slots=True)
class _Form:
    """How one provider wants it.

    Args:
        place: the placeholder of a value, with {} for its name.
        address: puts the recipients into anymail's payload of the shared part.
        read: an outcome for each recipient from the answer, or None where it doesn't say as much.
    """

    place: str
    address: Callable[[Any, Sequence[Recipient], Mapping[str, _Value]], None]
    read: Callable[[Mapping[str, Any], int], list[Result] | None]


@dataclass(slots=True)
class _Places:
    """The placeholders of one call, and how to tell each one's value."""

    capabilities: Capabilities
    place: str
    values: dict[str, _Value] = field(default_factory=dict)
    _names: dict[tuple[str, str, bool], str] = field(default_factory=dict)

    def fill(self, splice: Splice, *, html: bool) -> str:
        """The text with a placeholder for each field and fallback.

        A field has two values, one of them escaped; a fallback is filled in by us. So the provider
        only copies.
        """
        return "".join(
            defused_before_a_place(piece, self.capabilities, html=html)
            if field_name is None
            else self.place.format(self._name(field_name, piece, html=html))
            for piece, field_name in splice.pieces(escape=html)
        )

    def _name(self, field_name: str, fallback: str, *, html: bool) -> str:
        name = self._names.setdefault((field_name, fallback, html), f"v{len(self._names)}")
        self.values[name] = lambda recipient: self._value(
            recipient, field_name, fallback, html=html
        )
        return name

    def _value(self, recipient: Recipient, field_name: str, fallback: str, *, html: bool) -> str:
        value = recipient.values.get(field_name)
        if value:
            value = escape_html(one_line(value)) if html else one_line(value)
        return defused(value or fallback, self.capabilities, html=html)


def check_recipient(recipient: Recipient, provider: str) -> None:
    """Look at what the message of this recipient alone would be refused for.

    Raises:
        Unsendable: it can't be put on the wire, or not by this provider.
    """
    template = recipient.template
    check_mailbox(recipient.to, capabilities_of(provider))
    check_headers(
        OutgoingMessage(
            to=recipient.to,
            to_name=recipient.to_name,
            sender=template.sender.sender,
            sender_name=template.sender.sender_name,
            reply_to=template.sender.reply_to,
            subject=template.subject.fill(recipient.values, escape=False),
            html="",
            text="",
            headers={**template.headers, **recipient.headers},
            ref=recipient.ref,
            message_id=message_id(recipient.ref),
        )
    )


def post_batch(
    recipients: Sequence[Recipient], backend: Any, provider: str
) -> Result | list[Result]:
    """Make one call for `recipients`, all of one template, and sort what became of it.

    Nothing is raised.

    Args:
        recipients: those that `check_recipient` has passed.
        backend: anymail's, open.

    Returns:
        An outcome for each, in their order; or one for the call as a whole.
    """
    form, response = _FORMS[provider], None
    responses = PROVIDERS[provider].responses
    try:
        template = recipients[0].template
        places = _Places(capabilities_of(provider), form.place)
        message = _shared_part(template, places, to=recipients[0].to)
        payload = backend.build_message_payload(message, backend.send_defaults)
        form.address(payload, recipients, places.values)
        response = backend.post_to_esp(payload, message)
        results = form.read(answer_of(response), len(recipients))
    except Exception as error:  # noqa: BLE001 - every failure is sorted; recipients in doubt must not be lost with a traceback
        return sorted_failure(error, responses, answer=response)
    if results is None:
        return sorted_failure(
            AnymailAPIError(
                "The provider's answer can't be read.",
                status_code=response.status_code,
                response=response,
            ),
            responses,
            answer=None,
        )
    return results


def _shared_part(template: Template, places: _Places, *, to: str) -> WireMessage:
    places.values["subject"] = lambda recipient: _subject(recipient, places.capabilities)
    message = WireMessage(
        subject=places.place.format("subject"),
        body=places.fill(template.text, html=False),
        from_email=address_line(template.sender.sender, template.sender.sender_name),
        to=[to],
        reply_to=[template.sender.reply_to] if template.sender.reply_to else None,
        headers=dict(template.headers),
    )
    message.attach_alternative(places.fill(template.html, html=True), "text/html")
    if places.capabilities.switches_tracking:
        message.track_opens = message.track_clicks = False
    return message


def _subject(recipient: Recipient, capabilities: Capabilities) -> str:
    return defused(
        plain_words(recipient.template.subject.fill(recipient.values, escape=False)),
        capabilities,
        html=False,
    )


def _values_of(recipient: Recipient, values: Mapping[str, _Value]) -> dict[str, str]:
    return {name: value(recipient) for name, value in values.items()}


def _all_headers(
    shared: Mapping[str, str],
    recipient: Recipient,
    further: Mapping[str, str] = MappingProxyType({}),
) -> dict[str, str]:
    """Said with each recipient, so that it doesn't matter whether a provider adds them to the shared ones or replaces those."""
    return {**shared, **recipient.headers, **further}


# --- Mailgun: one list of addresses, and recipient variables beside it. One id for all ---


def _address_mailgun(
    payload: Any, recipients: Sequence[Recipient], values: Mapping[str, _Value]
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
    payload: Any, recipients: Sequence[Recipient], values: Mapping[str, _Value]
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
    # anymail knows what Brevo does to other letters beside a comma.
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
    payload: Any, recipients: Sequence[Recipient], values: Mapping[str, _Value]
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


_FORMS: Mapping[str, _Form] = {
    "mailgun": _Form("%recipient.{}%", _address_mailgun, _read_mailgun),
    # Brevo escapes values by itself, unless it is told that they are as they should be.
    "brevo": _Form(
        "{{% autoescape off %}}{{{{ params.{} }}}}{{% endautoescape %}}",
        _address_brevo,
        _read_brevo,
    ),
    "mailjet": _Form('{{{{var:{}:""}}}}', _address_mailjet, _read_mailjet),
}
