"""What a mail server's answer means (RFC 5321 section 4.2, RFC 3463)."""

import re
import smtplib
from collections.abc import Callable

from newsletter.transport.smtp import SERVICE_NOT_AVAILABLE, ConnectionLost, NoAnswer
from newsletter.transport.verdicts import Outcome, Verdict

_ENHANCED = re.compile(r"\A([245])\.(\d{1,3})\.(\d{1,3})\b")
_TOO_BIG = frozenset({"5.2.3", "5.3.4"})
_AUTHENTICATION_WANTED = frozenset({530, 534, 535, 538})
_ABOUT_US = re.compile(r"relay|authenticat|not permitted to send|log ?in", re.IGNORECASE)


def smtp_outcome(error: smtplib.SMTPException, *, connecting: bool = False) -> Outcome:
    """Sort one of smtplib's exceptions.

    Args:
        connecting: it was raised while the connection was made, greeted and authenticated.
    """
    reason = _reason(error)
    if connecting:
        return Outcome(_connecting(error), reason=reason)
    for kind, verdict in _TABLE:
        if isinstance(error, kind):
            return Outcome(verdict(error) if callable(verdict) else verdict, reason=reason)
    return Outcome(Verdict.UNKNOWN, reason=reason)


def is_about_one_message(error: BaseException) -> bool:
    """Whether a server that works has answered about this recipient or this message, as greylisting does."""
    answers: list[int] = []
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        answers = [code for code, _ in error.recipients.values()]
    elif isinstance(error, smtplib.SMTPDataError):
        answers = [error.smtp_code]
    return bool(answers) and SERVICE_NOT_AVAILABLE not in answers


def _connecting(error: smtplib.SMTPException) -> Verdict:
    if isinstance(error, smtplib.SMTPResponseException):
        return Verdict.MISCONFIGURED if error.smtp_code >= 500 else Verdict.LATER
    if isinstance(error, smtplib.SMTPServerDisconnected):
        return Verdict.LATER
    # No STARTTLS, no AUTH, or none of the methods that we know.
    return Verdict.MISCONFIGURED


def _recipients_refused(error: smtplib.SMTPException) -> Verdict:
    assert isinstance(error, smtplib.SMTPRecipientsRefused)  # noqa: S101 - the table says so
    answers = [(code, _words(text)) for code, text in error.recipients.values()]
    if any(code < 500 for code, _ in answers):
        return Verdict.LATER
    if any(code in _AUTHENTICATION_WANTED or (_class_of(text) == "5.7" and _ABOUT_US.search(text)) for code, text in answers):
        return Verdict.MISCONFIGURED
    return Verdict.REFUSED


def _sender_refused(error: smtplib.SMTPException) -> Verdict:
    assert isinstance(error, smtplib.SMTPSenderRefused)  # noqa: S101 - the table says so
    if error.smtp_code < 500:
        return Verdict.LATER
    # MAIL FROM is also where a server says that the message is too big (RFC 1870).
    too_big = error.smtp_code == 552 or _enhanced(_words(error.smtp_error)) in _TOO_BIG
    return Verdict.REFUSED if too_big else Verdict.MISCONFIGURED


def _answered(error: smtplib.SMTPException) -> Verdict:
    assert isinstance(error, smtplib.SMTPResponseException)  # noqa: S101 - the table says so
    if error.smtp_code in _AUTHENTICATION_WANTED:
        return Verdict.MISCONFIGURED
    if 400 <= error.smtp_code < 500:
        return Verdict.LATER
    # -1 and the like: an answer that is none.
    return Verdict.REFUSED if 500 <= error.smtp_code < 600 else Verdict.UNKNOWN


type _Decision = Verdict | Callable[[smtplib.SMTPException], Verdict]

_TABLE: tuple[tuple[type[smtplib.SMTPException], _Decision], ...] = (
    (ConnectionLost, Verdict.LATER),
    (NoAnswer, Verdict.UNKNOWN),
    (smtplib.SMTPRecipientsRefused, _recipients_refused),
    (smtplib.SMTPSenderRefused, _sender_refused),
    (smtplib.SMTPAuthenticationError, lambda error: _connecting(error)),
    (smtplib.SMTPConnectError, lambda error: _connecting(error)),
    (smtplib.SMTPHeloError, lambda error: _connecting(error)),
    (smtplib.SMTPResponseException, _answered),
    # While sending, this is only raised for want of SMTPUTF8: this recipient can't be reached this way.
    (smtplib.SMTPNotSupportedError, Verdict.REFUSED),
    # Without knowing at which stage: it may have gone out.
    (smtplib.SMTPServerDisconnected, Verdict.UNKNOWN),
)


def _reason(error: smtplib.SMTPException) -> str:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return "; ".join(f"{code} {_words(text)}" for code, text in error.recipients.values())
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_words(error.smtp_error)}"
    return str(error)


def _words(text: bytes | str) -> str:
    return text.decode("utf-8", "replace") if isinstance(text, bytes) else text


def _enhanced(text: str) -> str:
    match = _ENHANCED.match(text)
    return match.group(0) if match else ""


def _class_of(text: str) -> str:
    return _enhanced(text).rpartition(".")[0]
