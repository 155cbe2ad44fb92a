"""The ways out over a provider's API: one recipient a call, or several; some calls at a time, over kept-open connections."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from newsletter.states import Stream
from newsletter.transport.bulk.api.batch_payload import check_recipient, post_batch
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
from newsletter.transport.results.of_error import Outcome, Result


class ApiSender:
    """One recipient a call: what goes wrong with one harms nobody else."""

    def __init__(self, alias: str, mailer: MailerSettings) -> None:
        self._alias, self._mailer = alias, mailer
        self._responses = PROVIDERS[mailer.provider].responses
        self._largest_call = 1
        self._pool = WorkerPool(alias, mailer.connections)

    def send(self, recipients: Sequence[Recipient], dispatch: Dispatch) -> PooledBatch:
        queue = WorkQueue(recipients, dispatch, few=self._mailer.connections * self._largest_call)
        return self._pool.submit(queue, self._work, calls=-(-len(recipients) // self._largest_call))

    def close(self) -> None:
        self._pool.close()

    def _work(self, queue: WorkQueue) -> None:
        while call := queue.take(at_most=self._largest_call):
            self._dispatch(call, queue)

    def _dispatch(self, call: list[Recipient], queue: WorkQueue) -> None:
        [recipient] = call
        try:
            built = self._prepared(recipient)
        except Exception as error:  # noqa: BLE001 - nothing was sent, and the verdict says what it was
            queue.dispatch.note(ended=[(recipient, transmit.unsent(error, self._responses))])
            return
        self._call(
            call, lambda backend: [transmit.transmit(built, backend, self._responses)], queue
        )

    def _call(
        self, call: list[Recipient], make: Callable[[Any], list[Result]], queue: WorkQueue
    ) -> None:
        """Make one call, and say what became of each of its recipients, unless it can't begin any more."""
        with self._pool.connection() as connection:
            if queue.dispatch.is_over:
                return  # to open it may take a while
            try:
                backend = connection.open()
            except Exception as error:  # noqa: BLE001 - nothing was sent, and the verdict says what it was
                results = [transmit.unsent(error, self._responses)] * len(call)
            else:
                if not queue.dispatch.note(begun=call):
                    return
                results = make(backend)
                if any(result.outcome in transmit.DROPS for result in results):
                    connection.drop()
            # Before anybody else gets the connection: a call that has ended is in doubt no more.
            queue.dispatch.note(ended=zip(call, results, strict=True))

    def _prepared(self, recipient: Recipient) -> WireMessage:
        if not capabilities_of(self._mailer.provider).takes_mime:
            return transmit.prepare(recipient.message(), mailer=self._alias, stream=Stream.BULK)
        check_mailbox(recipient.to, capabilities_of(self._mailer.provider))
        return PreparedMessage(recipient, mime_template_for(recipient.template).fill(recipient))


class ApiBatchSender(ApiSender):
    """Many recipients a call, each with values, headers and our reference of their own.

    The recipients of a call stay together from beginning to end. Where a provider refuses a call as
    a whole because of one of them, nothing was sent, and its halves are tried.
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

    def _dispatch(self, call: list[Recipient], queue: WorkQueue) -> None:
        waiting = [self._sendable(call, queue)]
        while waiting and (shared := waiting.pop()):
            halves: list[list[Recipient]] = []
            self._call(shared, partial(self._merged, shared, halves), queue)
            waiting += halves
            if waiting and not queue.may_go_on():
                return

    def _merged(
        self, shared: list[Recipient], halves: list[list[Recipient]], backend: Any
    ) -> list[Result]:
        """What became of each in one call. `halves` gets what is to be tried once more."""
        answer = post_batch(shared, backend, self._mailer.provider)
        if isinstance(answer, list):
            return answer
        if answer.outcome is Outcome.REFUSED and len(shared) > 1:
            middle = len(shared) // 2
            halves += [shared[middle:], shared[:middle]]
            answer = Result(
                Outcome.LATER,
                reason=f"Nothing was sent, because of somebody in the same call. {answer.reason}",
            )
        return [answer] * len(shared)

    def _sendable(self, call: list[Recipient], queue: WorkQueue) -> list[Recipient]:
        """Those that can be written to."""
        sendable: list[Recipient] = []
        unsendable: Ended = []
        for recipient in call:
            try:
                check_recipient(recipient, self._mailer.provider)
            except Exception as error:  # noqa: BLE001 - nothing was sent, and the verdict says what it was
                unsendable.append((recipient, transmit.unsent(error, self._responses)))
            else:
                sendable.append(recipient)
        if unsendable:
            queue.dispatch.note(ended=unsendable)
        return sendable
