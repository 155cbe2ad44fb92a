"""The payload of one call to a provider for many recipients.

It has the email once, with placeholders, and each recipient's own values beside it. anymail makes
the part that all share, and posts it. Each recipient's part is written here, since anymail's
parsing of every address would take longer than all the rest.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape as escape_html
from typing import Any

from anymail.exceptions import AnymailAPIError
from django.core.exceptions import ImproperlyConfigured

from newsletter.rendering.merge import Splice, one_line
from newsletter.transport.connections.transmit import sorted_failure
from newsletter.transport.message.envelope import (
    OutgoingMessage,
    Unsendable,
    address_line,
    check_headers,
    plain_words,
)
from newsletter.transport.message.headers import message_id
from newsletter.transport.message.mime import WireMessage
from newsletter.transport.message.recipients import Recipient, Template
from newsletter.transport.providers.adapt import (
    check_mailbox,
    defused,
    defused_before_a_place,
    put_own_domain,
)
from newsletter.transport.providers.parts.batch_form import Value
from newsletter.transport.providers.parts.provider import Capabilities
from newsletter.transport.providers.registry import PROVIDERS, capabilities_of
from newsletter.transport.results.http_responses import answer_of
from newsletter.transport.results.result import Result


@dataclass(slots=True)
class _Places:
    """The placeholders of one call, and how to find each one's value."""

    capabilities: Capabilities
    place: str
    values: dict[str, Value] = field(default_factory=dict)
    _names: dict[tuple[str, str, bool], str] = field(default_factory=dict)

    def fill(self, splice: Splice, *, html: bool) -> str:
        """Return the text with a placeholder for each field and fallback.

        A field has two values, one of them escaped. A fallback is filled in by us, so the provider
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
    """Check for what the message of this recipient alone would be refused for.

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
            message_id=message_id(recipient.ref, domain=template.sender.id_domain),
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
        A result for each, in their order; or one for the call as a whole.
    """
    form, responses = PROVIDERS[provider].batch, PROVIDERS[provider].responses
    response = None
    try:
        if form is None:
            raise ImproperlyConfigured(f"{provider} takes one recipient a call.")
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
                "The provider’s answer can’t be read.",
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
    message.is_neutral = template.sender.is_neutral
    put_own_domain(message, template.sender.sender, places.capabilities)
    message.attach_alternative(places.fill(template.html, html=True), "text/html")
    if template.calendar is not None and not template.calendar.is_file:
        raise Unsendable("An invitation is one person’s, so it can’t be part of a shared call.")
    for file in template.files:
        message.attach(file.filename, file.content, file.content_type)
    if places.capabilities.switches_tracking:
        message.track_opens = message.track_clicks = False
    return message


def _subject(recipient: Recipient, capabilities: Capabilities) -> str:
    return defused(
        plain_words(recipient.template.subject.fill(recipient.values, escape=False)),
        capabilities,
        html=False,
    )
