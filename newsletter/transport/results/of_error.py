"""What became of a hand-over: decided once, here, near the wire; everybody else reads the answer."""

import smtplib
import socket
import ssl

import botocore.exceptions as aws
import requests
from anymail import exceptions as anymail
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError

from newsletter.transport.message.envelope import BadSender, Unsendable
from newsletter.transport.results.http_responses import anymail_outcome, aws_outcome, requests_outcome
from newsletter.transport.results.result import LONGEST_REASON, Outcome, Verdict
from newsletter.transport.results.smtp_replies import smtp_outcome

__all__ = ["LONGEST_REASON", "Outcome", "Verdict", "outcome_of"]


def outcome_of(error: BaseException, *, connecting: bool = False) -> Outcome:
    """What an exception means for the message that was being handed over.

    Args:
        error: whatever a mailer raised.
        connecting: it was raised before the message was given to the mailer, so that the message surely was not sent.
    """
    # The order matters: anymail's exceptions are those of requests too, and those of requests are OSErrors, as smtplib's are.
    if isinstance(error, anymail.AnymailError):
        return anymail_outcome(error)
    if isinstance(error, aws.ClientError | aws.BotoCoreError):
        return aws_outcome(error)
    if isinstance(error, requests.RequestException):
        return requests_outcome(error)
    if isinstance(error, smtplib.SMTPException):
        return smtp_outcome(error, connecting=connecting)
    return _of_ours(error, connecting=connecting)


def _of_ours(error: BaseException, *, connecting: bool) -> Outcome:
    if isinstance(error, BadSender):
        return Outcome(Verdict.MISCONFIGURED, reason=str(error))
    if isinstance(error, Unsendable):
        return Outcome(Verdict.REFUSED, reason=str(error))
    reason = f"{type(error).__name__}: {error}"
    if isinstance(error, ImproperlyConfigured | ssl.SSLCertVerificationError):
        return Outcome(Verdict.MISCONFIGURED, reason=reason)
    if isinstance(error, ssl.SSLError) and connecting:
        # Plain text where TLS was expected, or no protocol in common: this doesn't pass by itself.
        return Outcome(Verdict.MISCONFIGURED, reason=reason)
    if isinstance(error, DatabaseError):
        # Only the development inbox writes to the database, and what it couldn't write isn't there.
        return Outcome(Verdict.LATER, reason=reason)
    if isinstance(error, ConnectionRefusedError):
        return Outcome(Verdict.LATER, reason="Nothing answers at the mail server's address: it refuses the connection.")
    if isinstance(error, socket.gaierror):
        return Outcome(Verdict.LATER, reason="The mail server's name can't be found (DNS).")
    return Outcome(Verdict.LATER if connecting else Verdict.UNKNOWN, reason=reason)
