"""The ways out over a provider's API: one recipient a call, or several; some calls at a time, over kept-open connections."""

from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

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


class ApiSingle:
    """One recipient a call: what goes wrong with one harms nobody else.

    Threads and connections stay between batches. A connection is one thread's at a time.
    """

    def __init__(self, alias: str, mailer: MailerSettings) -> None:
        self._alias, self._mailer = alias, mailer
        self._largest_call = 1
        self._open_anew()

    def carry(self, recipients: Sequence[Recipient], hand_over: HandOver) -> None:
        turns = Turns(recipients, hand_over)
        calls = -(-len(recipients) // self._largest_call)
        try:
            for worker in [self._threads.submit(self._work, connection, turns) for connection in self._connections[:calls]]:
                worker.result()
        except BaseException:
            # Somebody wants to end this now. What is in flight goes on in its thread, over a connection that nobody else will use.
            turns.stop()
            self._threads.shutdown(wait=False, cancel_futures=True)
            self._open_anew()
            raise

    def close(self) -> None:
        self._threads.shutdown()
        for connection in self._connections:
            connection.drop()
        self._open_anew()

    def _open_anew(self) -> None:
        # Threads begin with the first batch.
        self._threads = ThreadPoolExecutor(self._mailer.connections, thread_name_prefix=self._alias)
        self._connections = [Connection(self._alias) for _ in range(self._mailer.connections)]

    def _work(self, connection: Connection, turns: Turns) -> None:
        ended: Ended = []
        while call := turns.take(ended, at_most=self._largest_call):
            self._hand_over(call, connection, turns, ended)
        turns.note(ended)

    def _hand_over(self, call: list[Recipient], connection: Connection, turns: Turns, ended: Ended) -> None:
        [recipient] = call
        try:
            built = self._prepared(recipient)
            backend = connection.open()
        except Exception as error:  # noqa: BLE001 - nothing was sent, and the verdict says what it was
            ended.append((recipient, mailers.unsent(error)))
            return
        if turns.begin(ended, call):
            outcome = mailers.transmit(built, backend)
            if outcome.verdict in mailers.DROPS:
                connection.drop()
            ended.append((recipient, outcome))

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

    def _hand_over(self, call: list[Recipient], connection: Connection, turns: Turns, ended: Ended) -> None:
        waiting = [self._checked(call, ended)]
        while waiting and (shared := waiting.pop()):
            try:
                backend = connection.open()
            except Exception as error:  # noqa: BLE001 - nothing was sent, and the verdict says what it was
                ended += [(recipient, mailers.unsent(error)) for recipient in shared]
                return
            if not turns.begin(ended, shared):
                return
            answer = send_merged(shared, backend, self._mailer.provider)
            if isinstance(answer, Outcome) and answer.verdict is Verdict.REFUSED and len(shared) > 1:
                middle = len(shared) // 2
                waiting += [shared[middle:], shared[:middle]]
                answer = Outcome(Verdict.LATER, reason=f"Nothing was sent, because of somebody in the same call. {answer.reason}")
            ended += zip(shared, answer if isinstance(answer, list) else [answer] * len(shared), strict=True)
            if any(outcome.verdict in mailers.DROPS for _, outcome in ended):
                connection.drop()
            if waiting and not turns.may_go_on(ended):
                return

    def _checked(self, call: list[Recipient], ended: Ended) -> list[Recipient]:
        """Those that can be written to."""
        sendable = []
        for recipient in call:
            try:
                check_recipient(recipient, self._mailer.provider)
            except Exception as error:  # noqa: BLE001 - nothing was sent, and the verdict says what it was
                ended.append((recipient, mailers.unsent(error)))
            else:
                sendable.append(recipient)
        return sendable
