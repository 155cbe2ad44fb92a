"""The dispatch of one batch: it decides what may begin, and collects what became of it."""

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol

from newsletter.core import standstill
from newsletter.core.standstill import elapsed
from newsletter.metrics.measure import count_dispatches, new_times
from newsletter.transport.bulk.journal import Journal, JournalBroken
from newsletter.transport.message.recipients import Recipient
from newsletter.transport.results.result import Outcome, Result

DOUBTS = 2
"""Messages of one batch without an answer, after which the mailer is given a rest.

Otherwise a mailer that is out of order would put a whole campaign in doubt within minutes.
"""

type Ended = list[tuple[Recipient, Result]]
"""What became of each message that has ended."""


class Dispatch:
    """One batch on its way to a mailer.

    It is shared by all connections of the batch. Several threads may call its methods.

    `result_on_mailer` is set as soon as the mailer had better be given no more. `trouble` says why
    this host can't go on. `has_stood_still` says that something had no answer because this process
    wasn't there to hear it.
    """

    def __init__(
        self,
        journal: Journal,
        *,
        mailer: str,
        closes_at: float,
        is_stopping: Callable[[], bool],
        pause: float = 0.0,
        previous: "Dispatch | None" = None,
        stood_still_since: Callable[[float], bool] = standstill.stood_still_since,
    ) -> None:
        """
        Args:
            journal: of the claim.
            mailer: the name that results keep.
            closes_at: by `elapsed`; nothing begins afterwards, so that the slowest message still
                ends within the lease.
            is_stopping: returns whether this process was asked to end.
            pause: seconds from one beginning to the next, where the mailer has a rate.
            previous: the dispatch to the same mailer that is still in flight. What it learns of the
                mailer holds here too.
            stood_still_since: returns whether this process has stood still since a moment by
                `elapsed`.
        """
        standstill.watch()
        self._began = elapsed()
        self._stood_still_since = stood_still_since
        self.has_stood_still = False
        self._journal = journal
        self._mailer = mailer
        self._closes_at = closes_at
        self._is_stopping = is_stopping
        self._pause, self._next = pause, self._began
        self._previous = previous
        self._lock = threading.Lock()
        self._in_flight: dict[int, float] = {}
        self._doubts = 0
        self._is_closed = self._begins_no_more = False
        self._times = new_times()
        self.results: dict[int, Result] = {}
        self.result_on_mailer: Result | None = None
        self.trouble = ""

    @property
    def is_over(self) -> bool:
        """Return whether nothing more may begin."""
        if (
            self._is_closed
            or self._begins_no_more
            or self.trouble
            or self.result_on_mailer is not None
        ):
            return True
        previous = self._previous
        if previous is not None and previous.result_on_mailer is not None:
            return True
        return self._is_stopping() or elapsed() >= self._closes_at

    @property
    def knows_the_mailer(self) -> bool:
        """Return whether anything was learnt of the mailer.

        Where this process stood still, an answer that it missed says nothing.
        """
        return self.result_on_mailer is not None or bool(self.results and not self.has_stood_still)

    def request_slot(self) -> float | None:
        """Ask to begin one message.

        Returns:
            0.0 grants it. A positive number is the seconds after which to ask again. None says that
                nothing more may begin.
        """
        with self._lock:
            now = elapsed()
            if self.is_over:
                return None
            if self._next > now:
                return self._next - now if self._next < self._closes_at else None
            if self._pause:
                self._next += self._pause
            return 0.0

    def note(
        self, *, ended: Iterable[tuple[Recipient, Result]] = (), begun: Sequence[Recipient] = ()
    ) -> bool:
        """Note what has ended, and what is about to begin.

        The first byte of a message may leave only after this has returned True for it.

        Returns:
            Whether what is about to begin may.
        """
        with self._lock:
            if self._is_closed:
                return False
            finished = [
                (recipient.key, self._told(recipient, result)) for recipient, result in ended
            ]
            self._end(finished)
            # Time may have passed since the slot was granted.
            keys = [] if self.is_over else [recipient.key for recipient in begun]
            try:
                self._journal.note(ended=finished, begun=keys)
            except JournalBroken as error:
                # This is a fault of this host, not of the mailer. What has ended is known in this
                # process all the same, and is settled by it.
                self.trouble = str(error)
                return False
            self._in_flight.update(dict.fromkeys(keys, elapsed()))
            return len(keys) == len(begun)

    def begin_no_more(self) -> None:
        """Let nothing more begin. What is in flight may end, and be noted."""
        self._begins_no_more = True

    def close(self) -> Mapping[int, Result]:
        """Let nothing more begin or be noted, whichever thread is still at it.

        The claim is settled by what this returns.

        Returns:
            The results, and a doubt about everything that was begun and has not ended.
        """
        doubt = Result(
            Outcome.UNKNOWN,
            reason="The worker was stopped while it was sending this email.",
            mailer=self._mailer,
        )
        with self._lock:
            self._is_closed = True
            self._previous = None  # otherwise each would keep all before it
            self._count(doubt)
            return self.results | dict.fromkeys(self._in_flight, doubt)

    def _end(self, finished: Sequence[tuple[int, Result]]) -> None:
        now = elapsed()
        for key, result in finished:
            self.results[key] = result
            began = self._in_flight.pop(key, None)
            if self._times is not None:
                self._times.add(result.outcome, None if began is None else now - began)

    def _count(self, doubt: Result) -> None:
        """Count the whole batch for /metrics, once."""
        times, self._times = self._times, None
        if times is None:
            return
        now = elapsed()
        for began in self._in_flight.values():
            times.add(doubt.outcome, now - began)
        count_dispatches(self._mailer, times)

    def _told(self, recipient: Recipient, result: Result) -> Result:
        told = result.told_by(self._mailer, without=recipient.to)
        if self._is_our_fault(told, began=self._in_flight.get(recipient.key)):
            self.has_stood_still = True
            return told
        self._doubts += told.outcome is Outcome.UNKNOWN and not told.key_is_known
        is_about_mailer = (
            told.mailer_wide or told.outcome is Outcome.MISCONFIGURED or self._doubts >= DOUBTS
        )
        if is_about_mailer and self.result_on_mailer is None:
            self.result_on_mailer = told
        return told

    def _is_our_fault(self, told: Result, *, began: float | None) -> bool:
        """Return whether a mailer that may be well had no chance, because this process stood still.

        It may have answered while nobody here was listening, or have hung up for that.

        Args:
            began: when this message began; None where it did not begin. The first such failure
                after a standstill is excused; a second one counts.
        """
        is_silence = told.mailer_wide or (told.outcome is Outcome.UNKNOWN and not told.key_is_known)
        had_no_answer = is_silence and told.retry_after is None
        if not had_no_answer or (began is None and self.has_stood_still):
            return False
        return self._stood_still_since(self._began if began is None else began)


class BatchInFlight(Protocol):
    """A batch that is being sent while its caller sees to the next one, or to the one before."""

    def wait_for_room(self) -> None:
        """Wait until so little is left to begin that the next batch had better begin soon."""

    def finish(self) -> None:
        """Wait until nothing is in flight any more."""


class BatchSender(Protocol):
    """A sender of batches by one mailer.

    It raises nothing for what a next hop does. Each recipient gets a result, or was not begun.
    """

    def send(self, recipients: Sequence[Recipient], dispatch: Dispatch) -> BatchInFlight | None:
        """Send to as many of `recipients` as may begin.

        Args:
            dispatch: grants their slots, and is told what begins and what has ended.

        Returns:
            None where the whole batch has ended. Otherwise the caller must finish the batch, and
                may give one more meanwhile.
        """

    def close(self) -> None:
        """Close the connections that it keeps."""
