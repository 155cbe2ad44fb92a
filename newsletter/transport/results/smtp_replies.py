"""Sorting a mail server's replies into results (RFC 5321 section 4.2, RFC 3463)."""

import re
import smtplib
from collections.abc import Callable
from enum import StrEnum

from newsletter.transport.results.result import Outcome, Result

SERVICE_NOT_AVAILABLE = 421
_ENHANCED = re.compile(r"\A([245])\.(\d{1,3})\.(\d{1,3})\b")
_TOO_BIG = frozenset({"5.2.3", "5.3.4"})
_AUTHENTICATION_WANTED = frozenset({530, 534, 535, 538})
_ABOUT_US = re.compile(r"relay|authenticat|not permitted to send|log ?in", re.IGNORECASE)


class SmtpCommand(StrEnum):
    """The part of the conversation that a reply belongs to."""

    CONNECT = "connect"
    """The connection, the greeting, EHLO, STARTTLS or AUTH."""
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"
    """DATA or BDAT, or the content that follows."""


def reply_result(command: SmtpCommand, code: int, text: bytes | str) -> Result:
    """Return what the refusal of a command means for the message.

    Greylisting and a full mailbox are about one message; what else is temporary would meet the next
    one, too.
    """
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    outcome = _OUTCOMES[command](code, words)
    is_about_one_message = (
        command in (SmtpCommand.RCPT, SmtpCommand.DATA) and code != SERVICE_NOT_AVAILABLE
    )
    return Result(
        outcome,
        reason=f"{code} {words}",
        mailer_wide=outcome is Outcome.LATER and not is_about_one_message,
    )


def lost_before_content(reason: str) -> Result:
    """Return the result of a connection that broke before any of the content was sent."""
    return Result(Outcome.LATER, reason=reason, mailer_wide=True)


def smtp_result(error: smtplib.SMTPException, *, connecting: bool = False) -> Result:
    """Sort one of smtplib's exceptions.

    Args:
        connecting: it was raised while the connection was made, greeted and authenticated. Later
            replies are read by the pipeline, which sorts them with `reply_result`.
    """
    if not connecting:
        # It doesn't say at which stage it happened: the message may have gone out.
        return Result(Outcome.UNKNOWN, reason=str(error))
    if isinstance(error, smtplib.SMTPResponseException):
        return reply_result(SmtpCommand.CONNECT, error.smtp_code, error.smtp_error)
    if isinstance(error, smtplib.SMTPServerDisconnected):
        return lost_before_content(str(error))
    # No STARTTLS, no AUTH, or none of the methods that we know.
    return Result(Outcome.MISCONFIGURED, reason=str(error))


def _connecting(code: int, text: str) -> Outcome:
    return Outcome.MISCONFIGURED if code >= 500 else Outcome.LATER


def _recipient_refused(code: int, text: str) -> Outcome:
    if code < 500:
        return Outcome.LATER
    if code in _AUTHENTICATION_WANTED or (_class_of(text) == "5.7" and _ABOUT_US.search(text)):
        return Outcome.MISCONFIGURED
    return Outcome.REFUSED


def _sender_refused(code: int, text: str) -> Outcome:
    if code < 500:
        return Outcome.LATER
    # MAIL FROM is also where a server says that the message is too big (RFC 1870).
    return Outcome.REFUSED if code == 552 or _enhanced(text) in _TOO_BIG else Outcome.MISCONFIGURED


def _content_refused(code: int, text: str) -> Outcome:
    if code in _AUTHENTICATION_WANTED:
        return Outcome.MISCONFIGURED
    if 400 <= code < 500:
        # Sure, where a 503 of HTTP is not: whoever answers the final dot so MUST NOT deliver it
        # (RFC 5321 section 4.2.5), 421 included.
        return Outcome.LATER
    # -1 and the like: an answer that is none.
    return Outcome.REFUSED if 500 <= code < 600 else Outcome.UNKNOWN


_OUTCOMES: dict[SmtpCommand, Callable[[int, str], Outcome]] = {
    SmtpCommand.CONNECT: _connecting,
    SmtpCommand.MAIL: _sender_refused,
    SmtpCommand.RCPT: _recipient_refused,
    SmtpCommand.DATA: _content_refused,
}


def _enhanced(text: str) -> str:
    match = _ENHANCED.match(text)
    return match.group(0) if match else ""


def _class_of(text: str) -> str:
    return _enhanced(text).rpartition(".")[0]
