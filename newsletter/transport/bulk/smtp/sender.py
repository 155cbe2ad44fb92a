"""The sender over SMTP: several connections kept open, none of which waits for another."""

import contextlib
import logging
import queue
import selectors
import smtplib
import socket
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from django.core.mail import mailers

from newsletter.core.standstill import elapsed
from newsletter.transport.bulk.dispatch import Dispatch, Ended
from newsletter.transport.config.mailer_settings import MailerSettings
from newsletter.transport.connections.connection import IDLE_LIMIT
from newsletter.transport.connections.smtp.backend import SmtpBackend, connect
from newsletter.transport.connections.smtp.pipeline import Job, Pipeline
from newsletter.transport.message.envelope import return_path
from newsletter.transport.message.mime_template import mime_template_for
from newsletter.transport.message.recipients import Recipient
from newsletter.transport.results.of_error import result_of
from newsletter.transport.results.result import Outcome

logger = logging.getLogger(__name__)

JOBS_PER_PIPELINE = 5
"""Messages that a connection should have to send before another one is made: a handshake costs
several of their round trips."""

_LONGEST_WAIT = 0.5
"""Seconds after which the loop checks whether it is to end, even if no reply has come."""


@dataclass(slots=True, eq=False, kw_only=True)
class _Job(Job):
    """A job of a batch, with the recipient whose result it brings."""

    recipient: Recipient


class _Work:
    """One batch: the jobs that are still to begin, and when the next one may."""

    def __init__(
        self, recipients: Sequence[Recipient], dispatch: Dispatch, prepare: Callable[[_Job], None]
    ) -> None:
        self.jobs = deque(_Job(to=recipient.to, recipient=recipient) for recipient in recipients)
        self.dispatch = dispatch
        self.ended: Ended = []
        self.ask_at = 0.0
        self.most_pipelines = 64
        self._prepare = prepare

    @property
    def is_over(self) -> bool:
        return not self.jobs or self.dispatch.is_over

    def next_job(self) -> _Job | None:
        """Return the next job that has a slot.

        A message that can't be put on the wire ends here.
        """
        while not self.is_over and time.monotonic() >= self.ask_at:
            job = self.jobs[0]
            if not job.content:
                try:
                    self._prepare(job)
                except (ValueError, LookupError, TypeError) as error:
                    self.jobs.popleft()
                    self.dispatch.note(ended=[(job.recipient, result_of(error, connecting=True))])
                    continue
            turn = self.dispatch.request_slot()
            if turn is None:
                return None
            if turn == 0.0:
                return self.jobs.popleft()
            self.ask_at = time.monotonic() + turn
        return None


class SmtpSender:
    """The sender of one SMTP mailer, for one thread of one process."""

    def __init__(self, alias: str, mailer: MailerSettings) -> None:
        self._alias, self._name, self._connections = alias, mailer.name, mailer.connections
        backend = mailers[alias]
        assert isinstance(backend, SmtpBackend) and backend.timeout  # noqa: S101, PT018 - the mailer's URL said so
        self._timeout = float(backend.timeout)
        self._return_path = backend.return_path
        self._signers = backend.signers
        self._pipelines: list[Pipeline[_Job]] = []
        self._selector = selectors.DefaultSelector()
        # Connections are made by threads of their own: a handshake can take as long as a slow
        # server likes.
        self._opening = 0
        self._opened: queue.SimpleQueue[tuple[smtplib.SMTP | Exception, float]] = (
            queue.SimpleQueue()
        )
        self._woken, self._waker = socket.socketpair()
        self._woken.setblocking(False)
        self._selector.register(self._woken, selectors.EVENT_READ)

    def send(self, recipients: Sequence[Recipient], dispatch: Dispatch) -> None:
        work = _Work(recipients, dispatch, self._prepare)
        while not self._opened.empty():
            self._take_over()  # late for the batch before; an error of then is old news
        self._leave_idle_pipelines()
        try:
            self._run(work)
        except BaseException:
            # What was in flight has no reply, and won't get one: the next batch must not hear it.
            # A pipeline may have been interrupted in the middle of a change, so that it doesn't
            # even know its own state.
            try:
                for pipeline in self._pipelines:
                    with contextlib.suppress(Exception):
                        pipeline.drop()
                self._gather(work)
                work.dispatch.note(ended=work.ended)
            finally:
                # Whatever happened: a message that one of them has announced is another claim's
                # from now on, and would leave twice.
                self._pipelines = []
            raise

    def close(self) -> None:
        for pipeline in self._pipelines:
            pipeline.leave()
        self._pipelines = []
        self._selector.close()
        self._woken.close()
        self._waker.close()

    # --- The loop ----------------------------------------------------------------

    def _run(self, work: _Work) -> None:
        while True:
            self._advance(work)
            self._open_pipelines(work)
            if not any(pipeline.is_busy for pipeline in self._pipelines) and (
                work.is_over or not (self._pipelines or self._opening)
            ):
                break
            self._listen(work)
        if work.ended:
            work.dispatch.note(ended=work.ended)

    def _advance(self, work: _Work) -> None:
        """Note what has ended and what may begin, in one write, and let that leave."""
        self._gather(work)
        ready = [pipeline for pipeline in self._pipelines if pipeline.is_ready]
        if work.ended or ready:
            ended, work.ended = work.ended, []
            begun = [pipeline.announced.recipient for pipeline in ready if pipeline.announced]
            may_begin = work.dispatch.note(ended=ended, begun=begun) and bool(begun)
            for pipeline in ready:
                if may_begin:
                    pipeline.begin()
                else:
                    # The server expects content now. Only a broken connection takes that back.
                    pipeline.drop()
        for pipeline in self._pipelines:
            if pipeline.is_open and pipeline.announced is None and (job := work.next_job()):
                pipeline.start(job)
            pipeline.pump()
        self._gather(work)

    def _gather(self, work: _Work) -> None:
        """Collect what the pipelines have to report, and forget those that are lost."""
        for pipeline in self._pipelines:
            if pipeline.ended:
                work.ended += [(job.recipient, result) for job, result in pipeline.ended]
                pipeline.ended = []
            if pipeline.given_back:
                work.jobs.extendleft(pipeline.given_back)
                pipeline.given_back = []
        if not all(pipeline.is_open for pipeline in self._pipelines):
            self._pipelines = [pipeline for pipeline in self._pipelines if pipeline.is_open]

    def _listen(self, work: _Work) -> None:
        """Wait until something happens, and see to it."""
        now = time.monotonic()
        due = min(
            (pipeline.deadline for pipeline in self._pipelines if pipeline.deadline),
            default=now + _LONGEST_WAIT,
        )
        if work.ask_at > now:
            due = min(due, work.ask_at)
        for key, _ in self._selector.select(
            0 if work.ended else min(max(due - now, 0), _LONGEST_WAIT)
        ):
            if key.data is None:
                self._admit(work)
            else:
                key.data.hear()
        now = time.monotonic()
        for pipeline in self._pipelines:
            pipeline.lose_if_overdue(now)

    # --- Connections ---------------------------------------------------------------

    def _leave_idle_pipelines(self) -> None:
        """Close the connections that the server has closed, and those that it may have by now."""
        for pipeline in self._pipelines:
            pipeline.hear()
            if elapsed() - pipeline.used_at >= IDLE_LIMIT:
                pipeline.leave()
        self._pipelines = [pipeline for pipeline in self._pipelines if pipeline.is_open]

    def _open_pipelines(self, work: _Work) -> None:
        """Make connections as far as there is work for them."""
        if work.is_over or work.ask_at > time.monotonic():
            return
        busy = sum(pipeline.is_busy for pipeline in self._pipelines)
        wanted = min(
            -(-(len(work.jobs) + busy) // JOBS_PER_PIPELINE), self._connections, work.most_pipelines
        )
        while len(self._pipelines) + self._opening < wanted:
            try:
                threading.Thread(target=self._connect, daemon=True).start()
            except RuntimeError as error:
                if not (self._pipelines or self._opening):
                    raise  # nothing is in flight
                logger.warning("This host has no thread for a further connection (%s)", error)
                work.most_pipelines = len(self._pipelines) + self._opening
                return
            self._opening += 1

    def _connect(self) -> None:
        """Make one connection, in a thread of its own."""
        opened: smtplib.SMTP | Exception
        try:
            opened = connect(self._alias)
        except Exception as error:  # noqa: BLE001 - the loop sorts it
            opened = error
        self._opened.put((opened, elapsed()))
        with contextlib.suppress(OSError):
            self._waker.send(b"!")
            return
        # The sender was closed meanwhile.
        if isinstance(opened, smtplib.SMTP):
            opened.close()

    def _admit(self, work: _Work) -> None:
        """Take over the connections that were made, and the errors of those that couldn't be."""
        self._woken.recv(64)
        while not self._opened.empty():
            error = self._take_over()
            if error is None:
                continue
            if self._pipelines or self._opening:
                # Some servers take fewer connections from one client. Those that there are go on.
                logger.info("A further connection to the mail server could not be made (%s)", error)
                work.most_pipelines = len(self._pipelines) + self._opening
            elif work.jobs:
                result = result_of(error, connecting=True)
                result = replace(result, mailer_wide=result.outcome is Outcome.LATER)
                work.ended.append((work.jobs.popleft().recipient, result))

    def _take_over(self) -> Exception | None:
        """Take over one connection that was made, or return the error of one that couldn't be."""
        opened, at = self._opened.get()
        self._opening -= 1
        if isinstance(opened, Exception):
            return opened
        pipeline = Pipeline[_Job](opened, self._selector, mailer=self._name, timeout=self._timeout)
        pipeline.used_at = at  # one that was late for its batch may have been idle for hours
        self._pipelines.append(pipeline)
        return None

    # --- Messages --------------------------------------------------------------------

    def _prepare(self, job: _Job) -> None:
        """Write a job's message.

        Raises:
            Unsendable: it can't be put on the wire.
        """
        template = job.recipient.template
        sender = template.sender
        job.content = self._signers.sign(
            mime_template_for(template).fill(job.recipient),
            sender=sender.sender,
            is_neutral=sender.is_neutral,
        )
        mailbox = sender.return_path if sender.is_neutral else self._return_path
        job.return_path = return_path(mailbox, job.recipient.ref) if mailbox else sender.sender
        job.is_international = not (job.to.isascii() and job.return_path.isascii())
