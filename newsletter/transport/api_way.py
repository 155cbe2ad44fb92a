"""The ways out over a provider's API: one recipient a call, or several; some calls at a time, over kept-open connections."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from queue import LifoQueue
from typing import Any

from newsletter.states import Stream
from newsletter.transport import mailers
from newsletter.transport.batch import Recipient, Template
from newsletter.transport.capabilities import CAPABILITIES, recipients_of_a_call
from newsletter.transport.connections import Connection
from newsletter.transport.hand_over import Ended, HandOver
from newsletter.transport.mailer_url import MailerSettings
from newsletter.transport.merged_call import check_recipient, send_merged
from newsletter.transport.mime import WireMessage
from newsletter.transport.outcomes import Outcome, Verdict
from newsletter.transport.providers import check_mailbox
from newsletter.transport.ready_message import ReadyMessage
from newsletter.transport.turns import Turns
from newsletter.transport.wire import wire_of

SPARE = 4
"""Threads beyond the connections: while these wait for answers, the next messages are made, or the next recipients looked at."""


class ApiSingle:
    """One recipient a call: what goes wrong with one harms nobody else.

    Threads and connections stay between batches. A connection is one thread's at a time, and only for the length of a call.
    """

    def __init__(self, alias: str, mailer: MailerSettings) -> None:
        self._alias, self._mailer = alias, mailer
        self._largest_call = 1
        self._open_anew()

    def carry(self, recipients: Sequence[Recipient], hand_over: HandOver) -> None:
        turns = Turns(recipients, hand_over)
        workers = min(-(-len(recipients) // self._largest_call), self._mailer.connections + SPARE)
        try:
            for worker in [self._threads.submit(self._work, turns, self._free) for _ in range(workers)]:
                worker.result()
        except BaseException:
            # Somebody wants to end this now. What is in flight goes on in its thread, over a connection that nobody else will use.
            turns.stop()
            self._threads.shutdown(wait=False, cancel_futures=True)
            self._open_anew()
            raise

    def close(self) -> None:
        self._threads.shutdown()
        while not self._free.empty():
            self._free.get().drop()
        self._open_anew()

    def _open_anew(self) -> None:
        # Threads begin with the first batch.
        self._threads = ThreadPoolExecutor(self._mailer.connections + SPARE, thread_name_prefix=self._alias)
        # The one that was used last comes first: of more connections than there is work for, most stay closed.
        free: LifoQueue[Connection] = LifoQueue()
        for _ in range(self._mailer.connections):
            free.put(Connection(self._alias))
        self._free = free

    def _work(self, turns: Turns, free: LifoQueue[Connection]) -> None:
        while call := turns.take(at_most=self._largest_call):
            self._hand_over(call, turns, free)

    def _hand_over(self, call: list[Recipient], turns: Turns, free: LifoQueue[Connection]) -> None:
        [recipient] = call
        try:
            built = self._prepared(recipient)
        except Exception as error:  # noqa: BLE001 - nothing was sent, and the verdict says what it was
            turns.note([(recipient, mailers.unsent(error))])
            return
        self._call(call, lambda backend: [mailers.transmit(built, backend)], turns, free)

    def _call(self, call: list[Recipient], make: Callable[[Any], list[Outcome]], turns: Turns, free: LifoQueue[Connection]) -> None:
        """Make one call, and say what became of each of its recipients, unless it can't begin any more."""
        with _one_of(free) as connection:
            if turns.is_over:
                return  # to open it may take a while
            try:
                backend = connection.open()
            except Exception as error:  # noqa: BLE001 - nothing was sent, and the verdict says what it was
                outcomes = [mailers.unsent(error)] * len(call)
            else:
                if not turns.begin(call):
                    return
                outcomes = make(backend)
                if any(outcome.verdict in mailers.DROPS for outcome in outcomes):
                    connection.drop()
            # Before anybody else gets the connection: a call that has ended is in doubt no more.
            turns.note(list(zip(call, outcomes, strict=True)))

    def _prepared(self, recipient: Recipient) -> WireMessage:
        if not CAPABILITIES[self._mailer.provider].takes_mime:
            return mailers.prepare(recipient.message(), mailer=self._alias, stream=Stream.BULK)
        check_mailbox(recipient.to, CAPABILITIES[self._mailer.provider])
        return ReadyMessage(recipient, wire_of(recipient.template).fill(recipient))


class ApiBatch(ApiSingle):
    """Many recipients a call, each with values, headers and our reference of their own.

    The recipients of a call stay together from beginning to end. Where a provider refuses a call as a whole because of one
    of them, nothing was sent, and its halves are tried.
    """

    def __init__(self, alias: str, mailer: MailerSettings) -> None:
        super().__init__(alias, mailer)
        self._largest_call = recipients_of_a_call(mailer)

    def carry(self, recipients: Sequence[Recipient], hand_over: HandOver) -> None:
        by_template: defaultdict[Template, list[Recipient]] = defaultdict(list)
        for recipient in recipients:
            by_template[recipient.template].append(recipient)
        super().carry([recipient for alike in by_template.values() for recipient in alike], hand_over)

    def _hand_over(self, call: list[Recipient], turns: Turns, free: LifoQueue[Connection]) -> None:
        waiting = [self._sendable(call, turns)]
        while waiting and (shared := waiting.pop()):
            halves: list[list[Recipient]] = []
            self._call(shared, partial(self._merged, shared, halves), turns, free)
            waiting += halves
            if waiting and not turns.may_go_on():
                return

    def _merged(self, shared: list[Recipient], halves: list[list[Recipient]], backend: Any) -> list[Outcome]:
        """What became of each in one call. `halves` gets what is to be tried once more."""
        answer = send_merged(shared, backend, self._mailer.provider)
        if isinstance(answer, list):
            return answer
        if answer.verdict is Verdict.REFUSED and len(shared) > 1:
            middle = len(shared) // 2
            halves += [shared[middle:], shared[:middle]]
            answer = Outcome(Verdict.LATER, reason=f"Nothing was sent, because of somebody in the same call. {answer.reason}")
        return [answer] * len(shared)

    def _sendable(self, call: list[Recipient], turns: Turns) -> list[Recipient]:
        """Those that can be written to."""
        sendable: list[Recipient] = []
        unsendable: Ended = []
        for recipient in call:
            try:
                check_recipient(recipient, self._mailer.provider)
            except Exception as error:  # noqa: BLE001 - nothing was sent, and the verdict says what it was
                unsendable.append((recipient, mailers.unsent(error)))
            else:
                sendable.append(recipient)
        turns.note(unsendable)
        return sendable


@contextmanager
def _one_of(free: LifoQueue[Connection]) -> Iterator[Connection]:
    """A connection, for as long as a call takes."""
    connection = free.get()
    try:
        yield connection
    finally:
        free.put(connection)
