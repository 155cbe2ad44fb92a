"""Dispatch of one claimed message: its form, and the mailer that takes it."""

from collections.abc import Callable

from newsletter.brand.sender_identity import sender_identity
from newsletter.core.tokens import Purpose, make_token
from newsletter.models import Brand, TransactionalMessage
from newsletter.outbox.discreet import discreet_form
from newsletter.states import Stream
from newsletter.transport.connections.transmit import dispatch_single
from newsletter.transport.message.envelope import OutgoingMessage
from newsletter.transport.message.headers import message_id as message_id_of
from newsletter.transport.message.headers import notice_headers
from newsletter.transport.results.result import Outcome, Result


def dispatch_message(
    message: TransactionalMessage, brand: Brand, *, begin: Callable[[], None] | None = None
) -> Result:
    """Send a claimed message by the transactional mailer.

    Args:
        begin: called before the first byte leaves; where it raises, the message is not sent.

    Returns:
        What became of it. Nothing is raised for what a mailer does.
    """
    if not brand.may_send:
        return Result(
            Outcome.MISCONFIGURED,
            reason="The brand has no sender address or postal address. Add it under Brand.",
        )
    if message.forgotten_at is not None:
        return Result(Outcome.REFUSED, reason="Its text was deleted before it could be sent.")
    outgoing = discreet_form(message, brand) if message.is_discreet else _usual(message, brand)
    return dispatch_single(outgoing, stream=Stream.TRANSACTIONAL, begin=begin)


def _usual(message: TransactionalMessage, brand: Brand) -> OutgoingMessage:
    sender = sender_identity(brand)
    ref = make_token(Purpose.MESSAGE, message.pk)
    return OutgoingMessage(
        to=message.to,
        to_name=message.to_name,
        sender=sender.sender,
        sender_name=sender.sender_name,
        reply_to=sender.reply_to,
        subject=message.subject,
        html=message.html,
        text=message.text,
        headers={**notice_headers(), **message.headers},
        ref=ref,
        message_id=message_id_of(ref),
    )
