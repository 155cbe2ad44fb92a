"""The SMTP backend: it makes connections, and sends single messages over the same pipeline."""

import selectors
import smtplib
import socket
import time
from collections.abc import Callable
from typing import Any

from django.core.mail import EmailMessage, mailers
from django.core.mail.backends.smtp import EmailBackend

from newsletter.transport.config.mailer_options import CONNECT_TIMEOUT
from newsletter.transport.connections.smtp.pipeline import Job, Pipeline
from newsletter.transport.message.dkim import Signer, Signers, signer
from newsletter.transport.message.envelope import Unsendable, return_path
from newsletter.transport.message.mime import WIRE, ref_header
from newsletter.transport.message.single_mime import single_mime
from newsletter.transport.results.of_error import result_of
from newsletter.transport.results.result import Outcome, Result
from newsletter.transport.results.smtp_replies import lost_before_content


class NotAccepted(Exception):
    """The message was not accepted, or nobody knows. `result` says what became of it."""

    def __init__(self, result: Result) -> None:
        super().__init__(result.reason)
        self.result = result


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
    """Django's SMTP backend, with our MIME, and with one pipeline for its connection.

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
        neutral_dkim_domain: str = "",
        neutral_dkim_selector: str = "",
        neutral_dkim_key: str = "",
        ehlo: str = "",
        **others: Any,
    ) -> None:
        """
        Args:
            return_path: the mailbox that takes bounces; empty for the sender's own.
            dkim_key: a file; empty where the mail server signs by itself.
            neutral_dkim_key: another, for messages from the neutral sender.
            ehlo: the name of this host in its greeting, which servers write into Received; empty
                for the one that the system gives it.
        """
        super().__init__(**others)
        self.return_path = return_path
        self.signers = Signers(
            usual=_signer(dkim_selector, dkim_domain, dkim_key),
            neutral=_signer(neutral_dkim_selector, neutral_dkim_domain, neutral_dkim_key),
        )
        self._ehlo = ehlo
        self._pipeline: Pipeline[Job] | None = None
        self._selector: selectors.BaseSelector | None = None

    @property
    def connection_class(self) -> Callable[..., smtplib.SMTP]:  # type: ignore[override]  # Django calls it, and no more
        return self._connect

    def _connect(self, *address: Any, **options: Any) -> smtplib.SMTP:
        # Django names the host as the system does.
        options["local_hostname"] = self._ehlo or options.get("local_hostname")
        return (_Tls if self.use_ssl else _Plain)(*address, **options)

    def open(self) -> bool | None:
        """Connect as the mailer's URL says, and ask for the server's extensions.

        Returns:
            Whether a new connection was made.
        """
        try:
            is_new: bool | None = super().open()
            if is_new and self.connection is not None:
                self.connection.ehlo_or_helo_if_needed()
        except BaseException:
            # Where STARTTLS or AUTH failed, Django would say QUIT before it connects again, and
            # wait for the reply.
            self.discard()
            raise
        return is_new

    def discard(self) -> None:
        """Close a connection that is of no use, without a QUIT that might hang."""
        if self._pipeline is not None:
            self._pipeline.drop()
        self._forget_pipeline()
        broken = (self.connection, self._partial_connection)
        self.connection = None
        self._partial_connection = None
        for connection in broken:
            if connection is not None:
                connection.close()

    def close(self) -> None:
        """Say QUIT, without waiting for the reply."""
        if self.connection is not None:
            self._pipeline_now().leave()
        self.discard()

    def _send(self, email_message: EmailMessage) -> bool:
        try:
            job = self._job(email_message)
        except Exception as error:
            # `_deliver` hasn't begun, so surely no byte of it has left.
            raise NotAccepted(result_of(error, connecting=True)) from error
        try:
            result = self._deliver(job)
        except BaseException:
            # The reply that is missing must not be taken for the next message's.
            self.discard()
            raise
        if result.outcome is not Outcome.ACCEPTED:
            raise NotAccepted(result)
        return True

    def _job(self, email_message: EmailMessage) -> Job:
        """
        Raises:
            Unsendable: it can't be put on the wire.
        """
        recipients = email_message.recipients()
        if len(recipients) != 1:
            raise Unsendable("A message has exactly one recipient.")
        try:
            sender = self.prep_address(email_message.from_email, force_ascii=False)
            to = self.prep_address(recipients[0], force_ascii=False)
        except ValueError as error:
            raise Unsendable(str(error)) from error
        try:
            content = _content(email_message)
        except UnicodeError as error:
            raise Unsendable(f"The message can't be written as MIME: {error}") from error
        is_neutral = getattr(email_message, "is_neutral", False)
        content = self.signers.sign(content, sender=sender, is_neutral=is_neutral)
        if not content.endswith(b"\r\n"):
            content += b"\r\n"
        ref = email_message.extra_headers.get(ref_header(is_neutral=is_neutral))
        mailbox = getattr(email_message, "return_path", "") if is_neutral else self.return_path
        if mailbox and ref:
            sender = return_path(mailbox, ref)
        is_international = not (sender.isascii() and to.isascii())
        return Job(to, content, return_path=sender, is_international=is_international)

    def _deliver(self, job: Job) -> Result:
        pipeline = self._pipeline_now()
        # The server may have closed the connection since the last message.
        pipeline.hear()
        while True:
            if not pipeline.is_open:
                self.discard()
                try:
                    self.open()
                except OSError as error:
                    return lost_before_content(str(error))
                pipeline = self._pipeline_now()
            pipeline.start(job)
            self._run(pipeline)
            if pipeline.ended:
                [(_, result)], pipeline.ended = pipeline.ended, []
                if not pipeline.is_open:
                    self.discard()
                return result
            # The connection broke before the content, and the job was given back: once.
            pipeline.given_back = []

    def _run(self, pipeline: Pipeline[Job]) -> None:
        """Let the pipeline work until its message has ended, or was given back."""
        while True:
            pipeline.begin()
            pipeline.pump()
            if pipeline.ended or pipeline.given_back:
                return
            now = time.monotonic()
            due = now if pipeline.deadline is None else pipeline.deadline
            assert self._selector is not None  # noqa: S101 - the pipeline's
            if self._selector.select(max(due - now, 0.0)) and pipeline.hear() and pipeline.deadline:
                # More replies to the envelope are to come. Each has the limit, since servers that
                # check their callers may take their time at more than one command.
                pipeline.deadline = time.monotonic() + pipeline.timeout
            pipeline.lose_if_overdue(time.monotonic())

    def _pipeline_now(self) -> Pipeline[Job]:
        """Return the pipeline of the present connection."""
        if self._pipeline is None:
            assert self.connection is not None  # noqa: S101 - it is open
            self._selector = selectors.DefaultSelector()
            self._pipeline = Pipeline(
                self.connection, self._selector, mailer="", timeout=float(self.timeout or 60.0)
            )
        return self._pipeline

    def _forget_pipeline(self) -> None:
        if self._selector is not None:
            self._selector.close()
        self._pipeline = self._selector = None


def _signer(selector: str, domain: str, key_file: str) -> Signer | None:
    return signer(selector=selector, domain=domain, key_file=key_file) if key_file else None


def _content(email_message: EmailMessage) -> bytes:
    outgoing = getattr(email_message, "outgoing", None)
    finished = single_mime(outgoing) if outgoing is not None else None
    return finished or email_message.message(policy=WIRE).as_bytes()


def connect(alias: str) -> smtplib.SMTP:
    """Connect to the mailer `alias`, for a pipeline of the caller's own.

    It may take a while.

    Raises:
        OSError, smtplib.SMTPException: see `result_of(error, connecting=True)`.
    """
    backend = mailers[alias]
    assert isinstance(backend, SmtpBackend)  # noqa: S101 - the mailer's URL said so
    backend.open()
    assert backend.connection is not None  # noqa: S101 - open() would have raised
    return backend.connection
