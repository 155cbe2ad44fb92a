"""Mailers: the only place that opens a connection."""

import logging
import os
import threading
import time
from dataclasses import dataclass, field, replace
from typing import Any

from anymail.exceptions import AnymailAPIError, AnymailRecipientsRefused
from django.conf import settings
from django.core.mail import mailers
from django.core.mail.backends.base import BaseEmailBackend

from newsletter.states import Stream
from newsletter.transport.envelope import OutgoingMessage, check_headers
from newsletter.transport.http_answers import refused_outcome
from newsletter.transport.mime import REF_HEADER, WireMessage, build
from newsletter.transport.outcomes import Outcome, Verdict, outcome_of
from newsletter.transport.providers import SMTP, adapt
from newsletter.transport.smtp_answers import is_about_one_message
from newsletter.transport.throttle import TurnFarOff, wait_for_turn

logger = logging.getLogger(__name__)

IDLE_LIMIT = 30.0
"""Seconds after which a connection is renewed rather than used again: servers and balancers close idle ones without a word."""


@dataclass(slots=True)
class _Held:
    """A backend kept open: `mailers[alias]` would build a new one, with a new TLS handshake, at each access."""

    backend: BaseEmailBackend
    configuration: dict[str, Any]
    process: int = field(default_factory=os.getpid)
    used_at: float = field(default_factory=time.monotonic)

    def serves(self, configuration: dict[str, Any]) -> bool:
        # After a fork the connection belongs to the parent; two that write to one socket garble it.
        mine = self.process == os.getpid() and self.configuration == configuration
        return mine and time.monotonic() - self.used_at < IDLE_LIMIT


class _OfThisThread(threading.local):
    """Neither smtplib nor a session of requests may be shared by threads."""

    def __init__(self) -> None:
        self.held: dict[str, _Held] = {}


_mine = _OfThisThread()


def hand_over(message: OutgoingMessage, *, stream: Stream) -> Outcome:
    """Give one message to the mailer of `stream`.

    Returns:
        What became of it. Nothing is raised: whatever happens on the way is sorted into a verdict.
    """
    try:
        check_headers(message)
        built = build(message)
        wait_for_turn(stream, rate=settings.MAILER_SETTINGS[stream].rate)
        backend = _backend(stream)
    except TurnFarOff as far:
        return _finished(Outcome(Verdict.LATER, reason=str(far), retry_after=far.seconds, mailer_wide=True), message, stream)
    except Exception as error:  # noqa: BLE001 - nothing was sent, and the verdict says what it was
        return _finished(_mailer_wide(outcome_of(error, connecting=True)), message, stream)
    try:
        _mark(built, message, backend=backend, stream=stream)
        backend.send_messages([built])
        outcome = _accepted(built, backend)
    except Exception as error:  # noqa: BLE001 - every failure is sorted; a message in doubt must not be lost with a traceback
        outcome = _sorted(error, built)
        if outcome.verdict in (Verdict.UNKNOWN, Verdict.MISCONFIGURED):
            _drop(stream)
    return _finished(outcome, message, stream)


def close_all() -> None:
    """Close the connections that this thread holds."""
    for alias in list(_mine.held):
        _drop(alias)


def _backend(alias: str) -> BaseEmailBackend:
    configuration = settings.MAILERS[alias]
    held = _mine.held.get(alias)
    if held is not None and held.serves(configuration):
        # Does nothing where it is open. Where it gave its connection up, it would connect while it sends, and close again
        # after each message; and a connection that isn't made then would look like a message in doubt.
        held.backend.open()
        held.used_at = time.monotonic()
        return held.backend
    _drop(alias)
    backend: BaseEmailBackend = mailers[alias]
    backend.open()
    _mine.held[alias] = _Held(backend, configuration)
    return backend


def _drop(alias: str) -> None:
    held = _mine.held.pop(alias, None)
    if held is None or held.process != os.getpid():
        return
    try:
        held.backend.close()
    except Exception as error:  # noqa: BLE001 - the connection is given up either way
        logger.info("A mailer's connection did not close cleanly (%s)", type(error).__name__)


def _mark(built: WireMessage, message: OutgoingMessage, *, backend: BaseEmailBackend, stream: Stream) -> None:
    """Put our reference on the message, and what else this provider wants."""
    provider = _provider_of(backend)
    if provider == SMTP:
        built.extra_headers[REF_HEADER] = message.ref
    else:
        built.metadata = {"ref": message.ref}
    adapt(built, message, provider=provider, stream=stream, message_stream=getattr(backend, "message_stream", None) or "")


def _provider_of(backend: BaseEmailBackend) -> str:
    return str(getattr(backend, "esp_name", SMTP))


def _sorted(error: Exception, built: WireMessage) -> Outcome:
    answer = getattr(getattr(built, "anymail_status", None), "esp_response", None)
    if answer is not None and not isinstance(error, AnymailAPIError | AnymailRecipientsRefused):
        # The provider has answered that it took the request, and anymail stumbled over the answer: it may well have gone out.
        return Outcome(Verdict.UNKNOWN, reason=f"The provider's answer can't be read ({type(error).__name__}).")
    try:
        outcome = outcome_of(error)
    except Exception:
        # What a provider answers can be anything. If it trips us up, the message is in doubt, and no more than that.
        logger.exception("A mailer's failure could not be sorted")
        return Outcome(Verdict.UNKNOWN, reason=f"The mailer failed in a way that can't be sorted ({type(error).__name__}).")
    return outcome if is_about_one_message(error) else _mailer_wide(outcome)


def _mailer_wide(outcome: Outcome) -> Outcome:
    return replace(outcome, mailer_wide=True) if outcome.verdict is Verdict.LATER else outcome


def _accepted(built: WireMessage, backend: BaseEmailBackend) -> Outcome:
    """Read the provider's answer for our one recipient: a refusal of some recipients raises nothing."""
    status = getattr(built, "anymail_status", None)
    if status is None:
        return Outcome(Verdict.ACCEPTED, provider_message_id=str(built.extra_headers.get("Message-ID", ""))[:200])
    recipients = list(status.recipients.values())
    statuses = {recipient.status for recipient in recipients}
    if statuses & {"invalid", "rejected", "failed"}:
        return refused_outcome(status.esp_response)
    if not statuses & {"sent", "queued"}:
        return Outcome(Verdict.UNKNOWN, reason="The provider's answer doesn't name the recipient.")
    ids = [str(recipient.message_id) for recipient in recipients if recipient.message_id]
    return Outcome(Verdict.ACCEPTED, provider_message_id="".join(ids[:1])[:200])


def _finished(outcome: Outcome, message: OutgoingMessage, stream: Stream) -> Outcome:
    return outcome.told_by(settings.MAILER_SETTINGS[stream].name, without=message.to)
