"""The senders over a provider's API: one recipient a call, or several.

Some calls are made at a time, over connections that are kept open.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from newsletter.states import Stream
from newsletter.transport.bulk.api.batch_payload import check_recipient, post_batch
from newsletter.transport.bulk.api.connection_pool import ConnectionPool
from newsletter.transport.bulk.api.work_queue import WorkQueue
from newsletter.transport.bulk.api.worker_pool import PooledBatch, WorkerPool
from newsletter.transport.bulk.dispatch import Dispatch, Ended
from newsletter.transport.config.mailer_settings import MailerSettings
from newsletter.transport.connections import transmit
from newsletter.transport.message.mime import WireMessage
from newsletter.transport.message.mime_template import mime_template_for
from newsletter.transport.message.prepared_message import PreparedMessage
from newsletter.transport.message.recipients import Recipient, Template
from newsletter.transport.providers.adapt import check_mailbox
from newsletter.transport.providers.registry import PROVIDERS, capabilities_of, recipients_of_a_call
from newsletter.transport.results.of_error import result_of
from newsletter.transport.results.result import Outcome, Result

SPARE_THREADS = 4
"""Threads beyond the connections: while the others wait for answers, these make the next messages,
or look at the next recipients."""


class ApiSender:
    """A sender with one recipient a call: what goes wrong with one harms nobody else."""

    def __init__(self, alias: str, mailer: MailerSettings) -> None:
        self._alias, self._mailer = alias, mailer
        self._responses = PROVIDERS[mailer.provider].responses
        self._largest_call = 1
        self._connections = ConnectionPool(alias, mailer.connections)
        self._pool = WorkerPool(alias, mailer.connections + SPARE_THREADS)

    def send(self, recipients: Sequence[Recipient], dispatch: Dispatch) -> PooledBatch:
        queue = WorkQueue(recipients, dispatch, few=self._mailer.connections * self._largest_call)
        return self._pool.submit(queue, self._work, calls=-(-len(recipients) // self._largest_call))

    def close(self) -> None:
        self._pool.close()
        self._connections.close()

    def _work(self, queue: WorkQueue) -> None:
        while call := queue.take(at_most=self._largest_call):
            self._send_call(call, queue)

    def _send_call(self, call: list[Recipient], queue: WorkQueue) -> None:
        [recipient] = call
        try:
            built = self._prepared(recipient)
        except Exception as error:  # noqa: BLE001 - nothing was sent, and the result says what it was
            queue.dispatch.note(ended=[(recipient, self._unsendable(error))])
            return
        self._call(
            call, lambda backend: [transmit.transmit(built, backend, self._responses)], queue
        )

    def _call(
        self, call: list[Recipient], make: Callable[[Any], list[Result]], queue: WorkQueue
    ) -> None:
        """Make one call, and note the result of each of its recipients.

        A call that may not begin any more is not made.
        """
        with self._connections.connection() as connection:
            if queue.dispatch.is_over:
                return  # to open it may take a while
            try:
                backend = connection.open()
            except Exception as error:  # noqa: BLE001 - nothing was sent, and the result says what it was
                results = [transmit.unsent(error, self._responses)] * len(call)
            else:
                if not queue.dispatch.note(begun=call):
                    return
                results = make(backend)
                if any(result.outcome in transmit.DROPS for result in results):
                    connection.drop()
            # Before anybody else gets the connection: a call that has ended is in doubt no more.
            queue.dispatch.note(ended=zip(call, results, strict=True))

    def _unsendable(self, error: Exception) -> Result:
        """Sort an error while a message was made: it is about its recipient, not the mailer."""
        return result_of(error, provider=self._responses, connecting=True)

    def _prepared(self, recipient: Recipient) -> WireMessage:
        if not capabilities_of(self._mailer.provider).takes_mime:
            return transmit.prepare(recipient.message(), mailer=self._alias, stream=Stream.BULK)
        check_mailbox(recipient.to, capabilities_of(self._mailer.provider))
        return PreparedMessage(recipient, mime_template_for(recipient.template).fill(recipient))


class ApiBatchSender(ApiSender):
    """A sender with many recipients a call, each with their own values, headers and reference.

    The recipients of a call stay in one call from beginning to end. Where a provider refuses a call
    as a whole because of one of them, nothing was sent, and its halves are tried.
    """

    def __init__(self, alias: str, mailer: MailerSettings) -> None:
        super().__init__(alias, mailer)
        self._largest_call = recipients_of_a_call(mailer)

    def send(self, recipients: Sequence[Recipient], dispatch: Dispatch) -> PooledBatch:
        by_template: defaultdict[Template, list[Recipient]] = defaultdict(list)
        for recipient in recipients:
            by_template[recipient.template].append(recipient)
        return super().send(
            [recipient for alike in by_template.values() for recipient in alike], dispatch
        )

    def _send_call(self, call: list[Recipient], queue: WorkQueue) -> None:
        waiting = [self._sendable(call, queue)]
        while waiting and (shared := waiting.pop()):
            halves: list[list[Recipient]] = []
            self._call(shared, partial(self._merged, shared, halves), queue)
            waiting += halves
            if waiting and not queue.wait_for_slot():
                return

    def _merged(
        self, shared: list[Recipient], halves: list[list[Recipient]], backend: Any
    ) -> list[Result]:
        """Return the result of each recipient of one call.

        Args:
            halves: gets the recipients who are to be tried once more.
        """
        answer = post_batch(shared, backend, self._mailer.provider)
        if isinstance(answer, list):
            return answer
        if answer.outcome is Outcome.REFUSED and len(shared) > 1:
            middle = len(shared) // 2
            halves += [shared[middle:], shared[:middle]]
            answer = Result(
                Outcome.LATER,
                reason=f"Not sent, because the provider refused another recipient in the same "
                f"call. {answer.reason}",
            )
        return [answer] * len(shared)

    def _sendable(self, call: list[Recipient], queue: WorkQueue) -> list[Recipient]:
        """Return those who can be written to, and note the results of the others."""
        sendable: list[Recipient] = []
        unsendable: Ended = []
        for recipient in call:
            try:
                check_recipient(recipient, self._mailer.provider)
            except Exception as error:  # noqa: BLE001 - nothing was sent, and the result says what it was
                unsendable.append((recipient, self._unsendable(error)))
            else:
                sendable.append(recipient)
        if unsendable:
            queue.dispatch.note(ended=unsendable)
        return sendable
