"""Transmission of single messages: one message over one connection, and its result."""

import logging
import threading
from collections.abc import Callable
from dataclasses import replace

from anymail.exceptions import AnymailAPIError, AnymailRecipientsRefused
from django.core.mail.backends.base import BaseEmailBackend

from newsletter.states import Stream
from newsletter.transport.connections.connection import Connection, mailer_of
from newsletter.transport.connections.smtp.backend import NotAccepted
from newsletter.transport.message.envelope import OutgoingMessage, check_headers
from newsletter.transport.message.mime import WireMessage, build
from newsletter.transport.pacing.throttle import SlotFarOff, wait_for_slot
from newsletter.transport.providers.adapt import adapt
from newsletter.transport.providers.registry import PROVIDERS, capabilities_of
from newsletter.transport.results.http_responses import answer_of, refused_result
from newsletter.transport.results.of_error import result_of
from newsletter.transport.results.response_format import ResponseFormat
from newsletter.transport.results.result import Outcome, Result

logger = logging.getLogger(__name__)

DROPS = frozenset({Outcome.UNKNOWN, Outcome.MISCONFIGURED})
"""Outcomes after which a connection isn't used again: what comes next over it may be the answer
that was missing."""


class _OfThisThread(threading.local):
    def __init__(self) -> None:
        self.connections: dict[str, Connection] = {}


_mine = _OfThisThread()


def dispatch_single(
    message: OutgoingMessage,
    *,
    stream: Stream,
    begin: Callable[[], None] | None = None,
    mailer: str = "",
) -> Result:
    """Send one message by the mailer of `stream`.

    Args:
        mailer: the alias of another one.
        begin: called when all is ready, before the first byte leaves; where it raises, the message
            is not sent.

    Returns:
        What became of it. Nothing is raised: whatever happens on the way is sorted into a result.
    """
    alias = mailer or stream.value
    known = mailer_of(alias)
    provider = PROVIDERS[known.provider].responses
    try:
        built = prepare(message, mailer=alias, stream=stream)
    except Exception as error:  # noqa: BLE001 - nothing was sent, and the result says what it was
        # It is about this message, and says nothing of the mailer.
        result = result_of(error, provider=provider, connecting=True)
    else:
        result = _dispatch_built(built, alias, provider, begin)
    return result.told_by(known.name, without=message.to)


def _dispatch_built(
    built: WireMessage,
    alias: str,
    provider: ResponseFormat,
    begin: Callable[[], None] | None,
) -> Result:
    connection = _mine.connections.setdefault(alias, Connection(alias))
    try:
        wait_for_slot(alias, rate=mailer_of(alias).rate)
        backend = connection.open()
        if begin is not None:
            begin()
    except SlotFarOff as far:
        return Result(Outcome.LATER, reason=str(far), retry_after=far.seconds, mailer_wide=True)
    except Exception as error:  # noqa: BLE001 - nothing was sent, and the result says what it was
        return unsent(error, provider)
    result = transmit(built, backend, provider)
    if result.outcome in DROPS:
        connection.drop()
    return result


def close_all() -> None:
    """Close the connections that this thread holds for single messages."""
    for connection in _mine.connections.values():
        connection.drop()
    _mine.connections.clear()


def prepare(message: OutgoingMessage, *, mailer: str, stream: Stream) -> WireMessage:
    """Build the message as the backend of `mailer` takes it.

    Raises:
        Unsendable: it can't be put on the wire, or not by this provider.
    """
    check_headers(message)
    built = build(message)
    known = mailer_of(mailer)
    message_stream = str(known.options.get("message_stream", ""))
    adapt(
        built,
        message,
        capabilities=capabilities_of(known.provider),
        stream=stream,
        message_stream=message_stream,
    )
    return built


def transmit(built: WireMessage, backend: BaseEmailBackend, provider: ResponseFormat) -> Result:
    """Send one prepared message over an open connection, and sort what became of it.

    Nothing is raised.
    """
    try:
        if built.request_headers:
            backend.session.headers.update(built.request_headers)  # type: ignore[attr-defined] # anymail's
        backend.send_messages([built])
        return _accepted(built, provider)
    except NotAccepted as failure:
        return failure.result
    except Exception as error:  # noqa: BLE001 - every failure is sorted; a message in doubt must not be lost with a traceback
        return sorted_failure(
            error,
            provider,
            answer=getattr(getattr(built, "anymail_status", None), "esp_response", None),
        )


def unsent(error: Exception, provider: ResponseFormat) -> Result:
    """Sort an error of the mailer, or of this host, that came before anything was sent."""
    return _mailer_wide(result_of(error, provider=provider, connecting=True))


def sorted_failure(error: Exception, provider: ResponseFormat, *, answer: object) -> Result:
    """Sort an error that came after the message was given to the backend.

    Args:
        answer: of the provider, where it was good and the error came while it was read; else None.
    """
    if answer is not None and not isinstance(error, AnymailAPIError | AnymailRecipientsRefused):
        # The provider has answered that it took the request, and anymail stumbled over the answer:
        # it may well have gone out.
        return Result(
            Outcome.UNKNOWN, reason=f"The provider’s answer can’t be read ({type(error).__name__})."
        )
    try:
        result = result_of(error, provider=provider)
    except Exception:
        # What a provider answers can be anything. If it trips us up, the message is in doubt, and
        # no more than that.
        logger.exception("A mailer's failure could not be sorted")
        return Result(
            Outcome.UNKNOWN,
            reason=f"The mailer failed with an unknown error ({type(error).__name__}).",
        )
    # Only a mail server says that one message is to wait, as greylisting does, and that comes as
    # NotAccepted.
    return _mailer_wide(result)


def _mailer_wide(result: Result) -> Result:
    return replace(result, mailer_wide=True) if result.outcome is Outcome.LATER else result


def _accepted(built: WireMessage, provider: ResponseFormat) -> Result:
    """Read the provider's answer for our one recipient.

    anymail raises nothing where only some recipients were refused.
    """
    status = getattr(built, "anymail_status", None)
    if status is None:
        return Result(
            Outcome.ACCEPTED,
            provider_message_id=str(built.extra_headers.get("Message-ID", ""))[:200],
        )
    recipients = list(status.recipients.values())
    statuses = {recipient.status for recipient in recipients}
    if statuses & {"invalid", "rejected", "failed"}:
        return refused_result(answer_of(status.esp_response), provider)
    if not statuses & {"sent", "queued"}:
        return Result(Outcome.UNKNOWN, reason="The provider’s answer doesn’t name the recipient.")
    ids = [str(recipient.message_id) for recipient in recipients if recipient.message_id]
    return Result(Outcome.ACCEPTED, provider_message_id="".join(ids[:1])[:200])
