"""Sorting an error into a result, once, near the wire; all other code reads the result."""

import smtplib
import socket
import ssl

import requests
from anymail import exceptions as anymail
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError

from newsletter.transport.message.envelope import BadSender, Unsendable
from newsletter.transport.results.http_responses import anymail_result, requests_result
from newsletter.transport.results.response_format import PLAIN, ResponseFormat
from newsletter.transport.results.result import Outcome, Result
from newsletter.transport.results.smtp_replies import smtp_result


def result_of(
    error: BaseException, *, provider: ResponseFormat = PLAIN, connecting: bool = False
) -> Result:
    """Return what an exception means for the message that was being sent.

    Args:
        error: the exception that a mailer raised.
        provider: how the provider that was asked words its answers.
        connecting: it was raised before the message was given to the mailer, so that the message
            surely was not sent.
    """
    # The order matters: anymail's exceptions are those of requests too, and those of requests are
    # OSErrors, as smtplib's are.
    own = provider.read_error(error)
    if own is not None:
        return own
    if isinstance(error, anymail.AnymailError):
        return anymail_result(error, provider)
    if isinstance(error, requests.RequestException):
        return requests_result(error)
    if isinstance(error, smtplib.SMTPException):
        return smtp_result(error, connecting=connecting)
    return _of_ours(error, connecting=connecting)


def _of_ours(error: BaseException, *, connecting: bool) -> Result:
    if isinstance(error, BadSender):
        return Result(Outcome.MISCONFIGURED, reason=str(error))
    if isinstance(error, Unsendable):
        return Result(Outcome.REFUSED, reason=str(error))
    reason = f"{type(error).__name__}: {error}"
    if isinstance(error, ImproperlyConfigured | ssl.SSLCertVerificationError):
        return Result(Outcome.MISCONFIGURED, reason=reason)
    if isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError) and connecting:
        # As a server that restarts does, or a balancer that has none behind it.
        return Result(Outcome.LATER, reason="The mail server hung up while TLS was being set up.")
    if isinstance(error, ssl.SSLError) and connecting:
        # Plain text where TLS was expected, or no protocol in common: this doesn't pass by itself.
        return Result(Outcome.MISCONFIGURED, reason=reason)
    if isinstance(error, DatabaseError):
        # Only the development inbox writes to the database, and what it couldn't write isn't there.
        return Result(Outcome.LATER, reason=reason)
    if isinstance(error, ConnectionRefusedError):
        return Result(
            Outcome.LATER,
            reason="The mail server refuses the connection. Nothing answers at its address.",
        )
    if isinstance(error, socket.gaierror):
        return Result(Outcome.LATER, reason="The mail server’s name can’t be found (DNS).")
    return Result(Outcome.LATER if connecting else Outcome.UNKNOWN, reason=reason)
