"""The pipeline of one connection: the next envelope leaves behind the present content (RFC 2920).

A message's content and the next one's envelope leave in one write:

    MAIL 1 RCPT 1 DATA 1 ─▶ 250 250 354 ─▶ content 1, MAIL 2 RCPT 2 DATA 2 ─▶ 250 250 250 354 ─▶ …

So each message costs one round trip, and only one per connection can ever be in doubt: content
leaves when its recipient was accepted and the message before it has its reply. Where the server
takes chunks (RFC 3030), BDAT stands for DATA and needs no permission. Where it doesn't pipeline,
the same commands are sent one by one.
"""

import selectors
import smtplib
import time
from collections import deque
from dataclasses import dataclass
from enum import Enum, auto

from newsletter.core.standstill import elapsed
from newsletter.transport.connections.smtp.connection import SmtpConnection
from newsletter.transport.results.result import Outcome, Result
from newsletter.transport.results.smtp_replies import (
    SERVICE_NOT_AVAILABLE,
    SmtpCommand,
    lost_before_content,
    reply_result,
)


class _Step(Enum):
    RESET = auto()
    MAIL = auto()
    RCPT = auto()
    DATA = auto()
    CONTENT = auto()
    EMPTY_CONTENT = auto()
    """The content of a message that has no recipient: DATA was granted though RCPT was refused. The
    reply doesn't matter."""


_COMMANDS = {
    _Step.MAIL: SmtpCommand.MAIL,
    _Step.RCPT: SmtpCommand.RCPT,
    _Step.DATA: SmtpCommand.DATA,
}
_START_CONTENT = 354


@dataclass(slots=True, eq=False)
class Job:
    """One message to one recipient.

    Args:
        to: the recipient's address.
        content: with CRLF at the end of each line, the last one included.
        return_path: the envelope's sender.
        is_international: the return path or the recipient has a mailbox in other characters than
            ASCII.
        was_renewed: its envelope has met a broken connection once.
    """

    to: str
    content: bytes = b""
    return_path: str = ""
    is_international: bool = False
    was_renewed: bool = False


class Pipeline[J: Job]:
    """The state machine of one connection.

    It never waits, and raises nothing for what the server does.
    """

    def __init__(
        self, server: smtplib.SMTP, selector: selectors.BaseSelector, *, mailer: str, timeout: float
    ) -> None:
        """
        Args:
            server: connected, authenticated, and asked for its extensions.
            selector: returns this pipeline when it has something to `hear`.
            mailer: the name that results keep.
            timeout: seconds in which the server must have taken one write, and replied to it.
        """
        self.connection = SmtpConnection(server, selector, watched_for=self)
        self.is_open = True
        self.timeout = timeout
        self.deadline: float | None = None
        self.used_at = elapsed()
        self.announced: J | None = None
        self.is_ready = False
        self.ended: list[tuple[J, Result]] = []
        self.given_back: list[J] = []
        self._accepted = Result(Outcome.ACCEPTED, mailer=mailer)
        self._failure: Result | None = None
        self._is_open_for_content = False
        self._in_flight: J | None = None
        self._plan: deque[tuple[_Step, bytes]] = deque()
        self._expected: deque[_Step] = deque()

    @property
    def is_busy(self) -> bool:
        return self.announced is not None or bool(self._expected) or bool(self._plan)

    # --- Called by the sender ---------------------------------------------------

    def start(self, job: J) -> None:
        """Announce `job`. Nothing of its content leaves yet."""
        connection = self.connection
        options = f" SIZE={len(job.content)}" if connection.takes_size else ""
        encoding = "ascii"
        if job.is_international:
            if not connection.takes_utf8:
                # An international sender would fail with everybody.
                outcome = Outcome.REFUSED if job.return_path.isascii() else Outcome.MISCONFIGURED
                self.ended.append((job, Result(outcome, reason=_NO_UTF8)))
                return
            options, encoding = f"{options} SMTPUTF8 BODY=8BITMIME", "utf-8"
        self.announced = job
        self._plan.append(
            (_Step.MAIL, f"MAIL FROM:<{job.return_path}>{options}\r\n".encode(encoding))
        )
        self._plan.append((_Step.RCPT, f"RCPT TO:<{job.to}>\r\n".encode(encoding)))
        if not connection.takes_chunks:
            self._plan.append((_Step.DATA, b"DATA\r\n"))

    def begin(self) -> None:
        """Let the content of the job that is ready leave. It has been noted."""
        if self.announced is None or not self.is_ready:
            return
        content = self.announced.content
        if self.connection.takes_chunks:
            content = b"BDAT %d LAST\r\n%b" % (len(content), content)
        else:
            # Only a message that was built as a single one has lines with a dot in front (RFC 5321
            # section 4.5.2).
            content = content.replace(b"\r\n.", b"\r\n..") + b".\r\n"
        self._in_flight, self.announced, self.is_ready = self.announced, None, False
        self._plan.append((_Step.CONTENT, content))

    def pump(self) -> None:
        """Send what is planned.

        All of it leaves in one write, or one command at a time where the server doesn't pipeline.
        """
        if not self._plan or not self.is_open or (self._expected and not self.connection.pipelines):
            return
        steps = [
            self._plan.popleft() for _ in range(len(self._plan) if self.connection.pipelines else 1)
        ]
        self._expected.extend(step for step, _ in steps)
        self.used_at = elapsed()
        self.deadline = time.monotonic() + self.timeout
        try:
            self.connection.send(b"".join(data for _, data in steps))
        except OSError as error:
            self.lose(_said(error))

    def drop(self) -> None:
        """Close the connection without a word, in whatever state.

        It may have been interrupted, so it is told to close even where it should be closed.
        """
        self.is_open = False  # first: whatever happens now, nothing leaves over it any more
        self.connection.close()

    def leave(self) -> None:
        """Say QUIT where nothing is in flight, and close the connection."""
        if self.is_open:
            self.is_open = False
            self.connection.close(politely=not self.is_busy)

    # --- Called for the server's replies ----------------------------------------------------

    def hear(self) -> bool:
        """Read the replies that have come, and act on them.

        Returns:
            Whether any have come.
        """
        if not self.is_open:
            return False
        replies: list[tuple[int, bytes]] = []
        broken = ""
        try:
            if self.connection.has_unsent:
                self.connection.send_more()
        except OSError as error:
            # A refusal that came before counts all the same. An acceptance is a doubt, because
            # something had yet to leave.
            broken = _said(error)
            self._accepted = Result(Outcome.UNKNOWN, reason=broken)
        try:
            replies = self.connection.replies()
        except OSError as error:
            broken = _said(error)
        for code, words in replies:
            if self.is_open:
                self._conclude(code, words)
        if self.is_open and (broken or self.connection.end):
            self.lose(broken or self.connection.end)
        return bool(replies)

    def lose_if_overdue(self, now: float) -> None:
        """Give the connection up if its reply is overdue.

        What has come is read first, because a process that stood still finds it in the socket.

        Args:
            now: by time.monotonic(), which stands still while the host is suspended. So does the
                deadline.
        """
        if self.deadline is None or now < self.deadline:
            return
        self.hear()
        if self.is_open and self.deadline is not None and now >= self.deadline:
            self.lose(f"No answer within {self.timeout:g} seconds.")

    def lose(self, reason: str) -> None:
        """Give the connection up.

        What had begun is in doubt. What hadn't is tried once more over another connection.
        """
        self.drop()
        if self._in_flight is not None:
            self.ended.append((self._in_flight, Result(Outcome.UNKNOWN, reason=reason)))
        job = self.announced
        if job is not None and self._failure is not None:
            self.ended.append((job, self._failure))
        elif job is not None and job.was_renewed:
            self.ended.append((job, lost_before_content(reason)))
        elif job is not None:
            job.was_renewed = True
            self.given_back.append(job)
        self._in_flight = self.announced = None

    def _conclude(self, code: int, words: bytes) -> None:
        if not self._expected:
            # Nothing was asked. Mostly it is a 421 after a while of silence.
            self.lose(f"{code} {words.decode('utf-8', 'replace')}")
            return
        step = self._expected.popleft()
        if not self._expected:
            self.deadline = None
        if step is _Step.CONTENT:
            self._settle(code, words)
        is_nonsense = (
            300 <= code < 400 if step is _Step.CONTENT else code >= 300 and step is _Step.RESET
        )
        if code == SERVICE_NOT_AVAILABLE or is_nonsense:
            self.lose(f"{code} {words.decode('utf-8', 'replace')}")
        elif step in _COMMANDS:
            self._conclude_envelope(step, code, words)

    def _settle(self, code: int, words: bytes) -> None:
        if self._in_flight is not None:
            result = (
                self._accepted if 200 <= code < 300 else reply_result(SmtpCommand.DATA, code, words)
            )
            self.ended.append((self._in_flight, result))
            self._in_flight = None

    def _conclude_envelope(self, step: _Step, code: int, words: bytes) -> None:
        is_good = code == _START_CONTENT if step is _Step.DATA else 200 <= code < 300
        if step is _Step.DATA and is_good:
            self._is_open_for_content = True
        if not is_good and self._failure is None:
            self._failure = reply_result(_COMMANDS[step], code, words)
        is_last = step is (_Step.RCPT if self.connection.takes_chunks else _Step.DATA)
        if not is_last and (self.connection.pipelines or is_good):
            return
        if self._failure is None:
            self.is_ready = True
        elif self.announced is not None:
            self.ended.append((self.announced, self._failure))
            self.announced = None
            # Where the server doesn't pipeline, the rest of the envelope hasn't left.
            self._plan.clear()
            if self._is_open_for_content:
                self._plan.append((_Step.EMPTY_CONTENT, b".\r\n"))
            self._plan.append((_Step.RESET, b"RSET\r\n"))
        self._failure, self._is_open_for_content = None, False


_NO_UTF8 = "The mail server doesn’t take international addresses (no SMTPUTF8)."


def _said(error: Exception) -> str:
    return str(error) or type(error).__name__
