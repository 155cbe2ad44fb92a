"""SMTP for single messages, with the stages at which a message is surely not sent told apart."""

import re
import smtplib
import socket
from typing import Any

from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend

from newsletter.transport.config.mailer_options import CONNECT_TIMEOUT
from newsletter.transport.message.dkim import signer
from newsletter.transport.message.envelope import Unsendable, return_path
from newsletter.transport.message.mime import REF_HEADER, WIRE, WIRE_INTERNATIONAL
from newsletter.transport.results.smtp_replies import (
    SERVICE_NOT_AVAILABLE,
    ConnectionLost,
    NoAnswer,
)

FAREWELL_TIMEOUT = 2.0
_START_CONTENT = 354
_ACCEPTED = 250
_LINE_STARTS_WITH_DOT = re.compile(rb"(?m)^\.")


class _ConnectsSoon:
    """A connection with a short time to connect, and a longer one for each reply."""

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        # smtplib's own seam: SMTP_SSL overrides this method in the same way.
        connected: socket.socket = super()._get_socket(host, port, min(CONNECT_TIMEOUT, timeout))  # type: ignore[misc]  # of smtplib.SMTP, which is mixed in below
        connected.settimeout(timeout)
        # Commands are small and each waits for its answer, so holding them back only costs time.
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connected


class _Plain(_ConnectsSoon, smtplib.SMTP):
    pass


class _Tls(_ConnectsSoon, smtplib.SMTP_SSL):
    pass


class SmtpBackend(EmailBackend):
    """Django's SMTP backend, with our MIME and our sorting of errors.

    A held connection that the server has closed meanwhile is renewed once, as long as nothing was
    sent.
    """

    connection: smtplib.SMTP | None
    _partial_connection: smtplib.SMTP | None

    def __init__(
        self,
        *,
        return_path: str = "",
        dkim_domain: str = "",
        dkim_selector: str = "",
        dkim_key: str = "",
        **others: Any,
    ) -> None:
        """
        Args:
            return_path: the mailbox that takes bounces; empty for the sender's own.
            dkim_key: a file; empty where the mail server signs by itself.
        """
        super().__init__(**others)
        self.return_path = return_path
        self.signer = (
            signer(selector=dkim_selector, domain=dkim_domain, key_file=dkim_key)
            if dkim_key
            else None
        )

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return _Tls if self.use_ssl else _Plain

    def discard(self) -> None:
        """Close a connection that is of no use, without a QUIT that might hang."""
        # Where STARTTLS or AUTH fails, Django keeps a connection that is none yet.
        broken, self.connection, self._partial_connection = (
            (self.connection, self._partial_connection),
            None,
            None,
        )
        for connection in broken:
            if connection is not None:
                connection.close()

    def close(self) -> None:
        """Say QUIT, without waiting long for the reply."""
        if self.connection is not None and self.connection.sock is not None:
            self.connection.sock.settimeout(FAREWELL_TIMEOUT)
        super().close()

    def _send(self, email_message: EmailMessage) -> bool:
        recipients = email_message.recipients()
        if not recipients:
            return False
        try:
            sender = self.prep_address(email_message.from_email, force_ascii=False)
            addresses = [
                self.prep_address(recipient, force_ascii=False) for recipient in recipients
            ]
        except ValueError as error:
            raise Unsendable(str(error)) from error
        international = not (sender.isascii() and all(address.isascii() for address in addresses))
        content = email_message.message(
            policy=WIRE_INTERNATIONAL if international else WIRE
        ).as_bytes()
        if self.signer:
            content = self.signer.sign(content)
        ref = email_message.extra_headers.get(REF_HEADER)
        if self.return_path and ref:
            sender = return_path(self.return_path, ref)
        try:
            self._begin(sender, addresses, international=international)
        except (smtplib.SMTPServerDisconnected, OSError) as error:
            if isinstance(error, smtplib.SMTPException) and not _closed_by_server(error):
                self._reset()
                raise
            self._reopen(error)
            self._begin_again(sender, addresses, international=international)
        self._transmit(content)
        return True

    def _begin_again(self, sender: str, addresses: list[str], *, international: bool) -> None:
        try:
            self._begin(sender, addresses, international=international)
        except smtplib.SMTPServerDisconnected as error:
            self.discard()
            raise ConnectionLost(str(error)) from error
        except smtplib.SMTPException:
            self._reset()
            raise
        except OSError as error:
            self.discard()
            raise ConnectionLost(str(error)) from error

    def _reopen(self, error: BaseException) -> None:
        self.discard()
        try:
            self.open()
        except OSError as reopening:
            raise ConnectionLost(str(reopening)) from error

    def _begin(self, sender: str, addresses: list[str], *, international: bool) -> None:
        """Send everything before the content. Up to here, the message is surely not sent."""
        server = self._server()
        server.ehlo_or_helo_if_needed()
        options: list[str] = []
        if international:
            if not server.has_extn("smtputf8"):
                raise smtplib.SMTPNotSupportedError(
                    "The mail server can't carry international addresses (no SMTPUTF8)."
                )
            options = ["SMTPUTF8", "BODY=8BITMIME"]
            server.command_encoding = "utf-8"
        try:
            code, answer = server.mail(sender, options)
            if code != _ACCEPTED:
                raise smtplib.SMTPSenderRefused(code, answer, sender)
            for address in addresses:
                code, answer = server.rcpt(address)
                if code not in (_ACCEPTED, 251):
                    raise smtplib.SMTPRecipientsRefused({address: (code, answer)})
        finally:
            server.command_encoding = "ascii"
        code, answer = server.docmd("DATA")
        if code != _START_CONTENT:
            raise smtplib.SMTPDataError(code, answer)

    def _transmit(self, content: bytes) -> None:
        server = self._server()
        dotted = _LINE_STARTS_WITH_DOT.sub(b"..", content)
        ending = b".\r\n" if dotted.endswith(b"\r\n") else b"\r\n.\r\n"
        try:
            # One write: two small ones would wait for each other on a slow line.
            server.send(dotted + ending)
            code, answer = server.getreply()
        except (smtplib.SMTPException, OSError) as error:
            self.discard()
            raise NoAnswer(str(error) or "No answer after the content was sent.") from error
        if code != _ACCEPTED:
            if code == SERVICE_NOT_AVAILABLE:
                self.discard()
            raise smtplib.SMTPDataError(code, answer)

    def _reset(self) -> None:
        """Prepare the connection for the next message (RFC 5321 section 4.1.1.5)."""
        try:
            self._server().rset()
        except (smtplib.SMTPException, OSError):
            self.discard()

    def _server(self) -> Any:
        if self.connection is None:
            raise smtplib.SMTPServerDisconnected("The connection is closed.")
        return self.connection


def _closed_by_server(error: smtplib.SMTPException) -> bool:
    if isinstance(error, smtplib.SMTPServerDisconnected):
        return True
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return any(code == SERVICE_NOT_AVAILABLE for code, _ in error.recipients.values())
    return (
        isinstance(error, smtplib.SMTPResponseException)
        and error.smtp_code == SERVICE_NOT_AVAILABLE
    )
