"""Making a message fit for the provider that carries it, by what the provider can do."""

from django.core.mail import EmailAlternative, EmailAttachment

from newsletter.core.addresses import domain_of
from newsletter.states import Stream
from newsletter.transport.message.envelope import OutgoingMessage, Unsendable
from newsletter.transport.message.mime import WireMessage
from newsletter.transport.providers.idempotency import key_header
from newsletter.transport.providers.parts.provider import Capabilities

_WORD_JOINER = "\u2060"


class InternationalMailbox(Unsendable):
    """The provider can't write to a mailbox with other letters before the @."""


def check_mailbox(address: str, capabilities: Capabilities) -> None:
    """Make sure that the provider can write to `address` at all.

    Raises:
        InternationalMailbox: this recipient can't be reached through this provider.
    """
    if capabilities.ascii_mailboxes_only and not address.isascii():
        raise InternationalMailbox(
            f"{capabilities.name} can’t send to a mailbox with characters outside of ASCII."
        )


def adapt(
    built: WireMessage,
    message: OutgoingMessage,
    *,
    capabilities: Capabilities,
    stream: Stream,
    message_stream: str = "",
) -> None:
    """Make `built` fit for a mailer, with our reference on it.

    Args:
        built: the message that `mime.build(message)` returned.
        message_stream: the Postmark stream that the mailer's URL names, if any.

    Raises:
        InternationalMailbox: this recipient can't be reached through this provider.
    """
    check_mailbox(message.to, capabilities)
    if capabilities.has_api:
        built.metadata = {"ref": message.ref}
    else:
        built.extra_headers[built.ref_header] = message.ref
    if not capabilities.keeps_message_id:
        del built.extra_headers["Message-ID"]
    if capabilities.idempotency is not None:
        key = key_header(message.ref, capabilities)
        if capabilities.idempotency.of_the_request:
            built.request_headers = key
        else:
            built.extra_headers |= key
    if capabilities.switches_tracking:
        built.track_opens = built.track_clicks = False
    put_own_domain(built, message.sender, capabilities)
    if capabilities.bulk_stream and stream == Stream.BULK and not message_stream:
        built.esp_extra = {"MessageStream": capabilities.bulk_stream}
    if capabilities.bare_file_types:
        built.attachments = [
            EmailAttachment(file.filename, file.content, str(file.mimetype).partition(";")[0])
            if isinstance(file, EmailAttachment)
            else file
            for file in built.attachments
        ]
    if capabilities.template_marks:
        built.subject = defused(str(built.subject), capabilities, html=False)
        built.body = defused(str(built.body), capabilities, html=False)
        built.alternatives = [
            EmailAlternative(
                defused(str(content), capabilities, html=True)
                if mimetype == "text/html"
                else content,
                mimetype,
            )
            for content, mimetype in built.alternatives
        ]


def put_own_domain(built: WireMessage, sender: str, capabilities: Capabilities) -> None:
    """Send a neutral message from its own domain, where the mailer's URL names another.

    A provider signs with the domain that it is told, and names it in the return path.

    Args:
        sender: the address of the From line.
    """
    if built.is_neutral and capabilities.sends_from_domain_of_url:
        built.esp_extra = {"sender_domain": domain_of(sender)}


def defused(text: str, capabilities: Capabilities, *, html: bool) -> str:
    """Return `text` without marks for a template engine; people read it as it was."""
    for mark in capabilities.template_marks:
        if mark in text:
            text = text.replace(mark, _apart(mark[0], html=html) + mark[1:])
    return text


def defused_before_a_place(text: str, capabilities: Capabilities, *, html: bool) -> str:
    """Return `text` defused, where a placeholder of ours will follow it.

    Its end must not make another mark of the placeholder.
    """
    text = defused(text, capabilities, html=html)
    if text and any(text[-1] == mark[0] for mark in capabilities.template_marks):
        text = text[:-1] + _apart(text[-1], html=html)
    return text


def _apart(character: str, *, html: bool) -> str:
    return f"&#{ord(character)};" if html else character + _WORD_JOINER
