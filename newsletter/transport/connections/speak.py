"""Speaking to mailers and mailboxes as sending and reading do, without a message."""

import imaplib
import poplib
import smtplib
from collections.abc import Iterator

from django.conf import settings

from newsletter.transport.config.mailbox_url import MailboxSettings
from newsletter.transport.config.mailer_settings import ALERT_ALIAS, MailerSettings
from newsletter.transport.connections.connection import Connection, mailer_of
from newsletter.transport.connections.mailbox import MailboxTrouble, open_mailbox
from newsletter.transport.providers.registry import PROVIDERS

type Answer = tuple[str, str]
"""The thing that was spoken to, and what is wrong with it; "" for nothing."""


def probe_mailers() -> Iterator[Answer]:
    """Sign in to each mail server, up to QUIT, and ask each API something that sends nothing."""
    done: list[MailerSettings] = []
    for alias in (*settings.MAILER_SETTINGS, *([ALERT_ALIAS] if settings.ALERT_MAILER else [])):
        mailer = mailer_of(alias)
        if mailer.provider != "inbox" and mailer not in done:
            done.append(mailer)
            yield f"the mailer {mailer.name} ({alias})", _probe_mailer(alias)


def _probe_mailer(alias: str) -> str:
    connection = Connection(alias)
    provider = PROVIDERS[mailer_of(alias).provider]
    try:
        backend = connection.open()
        return provider.probe(backend) if provider.probe else ""
    except smtplib.SMTPResponseException as error:
        # The words of a server may repeat what it was told.
        return f"it refuses us (SMTP {error.smtp_code})"
    except Exception as error:  # noqa: BLE001 - each backend fails in its own way
        return _in_words(error)
    finally:
        connection.drop()


def probe_mailboxes() -> Iterator[Answer]:
    """Sign in to each mailbox that is read, open its folder, and leave."""
    if settings.BOUNCE_MAILBOX is not None:
        yield "the bounce mailbox", _probe_mailbox(settings.BOUNCE_MAILBOX)
    if settings.REPLY_MAILBOX is not None:
        yield "the mailbox of answers from calendars", _probe_mailbox(settings.REPLY_MAILBOX)


def _probe_mailbox(box: MailboxSettings) -> str:
    try:
        with open_mailbox(box) as mailbox:
            mailbox.keys(1)
    except MailboxTrouble as trouble:
        return _in_words(trouble.__cause__)
    return ""


def _in_words(error: BaseException | None) -> str:
    """Say what failed without the words of a server, which may repeat what it was told."""
    if isinstance(error, imaplib.IMAP4.error | poplib.error_proto):
        return "it refuses us, or has no such folder"
    reason = error.strerror if isinstance(error, OSError) else None
    return reason or type(error).__name__
