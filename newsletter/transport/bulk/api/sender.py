"""The ways out over a provider's API: one recipient a call, or several; some calls at a time, over kept-open connections."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from newsletter.states import Stream
from newsletter.transport.bulk.api.batch_payload import check_recipient, send_merged
from newsletter.transport.bulk.api.work_queue import Turns
from newsletter.transport.bulk.api.worker_pool import Crew, UnderWay
from newsletter.transport.bulk.dispatch import Ended, HandOver
from newsletter.transport.config.mailer_url import MailerSettings
from newsletter.transport.connections import transmit
from newsletter.transport.message.mime import WireMessage
from newsletter.transport.message.mime_template import wire_of
from newsletter.transport.message.prepared_message import ReadyMessage
from newsletter.transport.message.recipients import Recipient, Template
from newsletter.transport.providers.adapt import check_mailbox
from newsletter.transport.providers.capabilities import CAPABILITIES, recipients_of_a_call
from newsletter.transport.results.of_error import Outcome, Verdict


class ApiSingle:
    """One recipient a call: what goes wrong with one harms nobody else."""

    def __init__(self, alias: str, mailer: MailerSettings) -> None:
        self._alias, self._mailer = alias, mailer
        self._largest_call = 1
        self._crew = Crew(alias, mailer.connections)

    def carry(self, recipients: Sequence[Recipient], hand_over: HandOver) -> UnderWay:
        turns = Turns(recipients, hand_over, few=self._mailer.connections * self._largest_call)
        return self._crew.carry(turns, self._work, calls=-(-len(recipients) // self._largest_call))

    def close(self) -> None:
        self._crew.close()

    def _work(self, turns: Turns) -> None:
        while call := turns.take(at_most=self._largest_call):
            self._hand_over(call, turns)

    def _hand_over(self, call: list[Recipient], turns: Turns) -> None:
        [recipient] = call
        try:
            built = self._prepared(recipient)
        except Exception as error:  # noqa: BLE001 - nothing was sent, and the verdict says what it was
            turns.hand_over.note(ended=[(recipient, transmit.unsent(error))])
            return
        self._call(call, lambda backend: [transmit.transmit(built, backend)], turns)

    def _call(self, call: list[Recipient], make: Callable[[Any], list[Outcome]], turns: Turns) -> None:
        """Make one call, and say what became of each of its recipients, unless it can't begin any more."""
        with self._crew.connection() as connection:
            if turns.hand_over.is_over:
                return  # to open it may take a while
            try:
                backend = connection.open()
            except Exception as error:  # noqa: BLE001 - nothing was sent, and the verdict says what it was
                outcomes = [transmit.unsent(error)] * len(call)
            else:
                if not turns.hand_over.note(begun=call):
                    return
                outcomes = make(backend)
                if any(outcome.verdict in transmit.DROPS for outcome in outcomes):
                    connection.drop()
            # Before anybody else gets the connection: a call that has ended is in doubt no more.
            turns.hand_over.note(ended=zip(call, outcomes, strict=True))

    def _prepared(self, recipient: Recipient) -> WireMessage:
        if not CAPABILITIES[self._mailer.provider].takes_mime:
            return transmit.prepare(recipient.message(), mailer=self._alias, stream=Stream.BULK)
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

    def carry(self, recipients: Sequence[Recipient], hand_over: HandOver) -> UnderWay:
        by_template: defaultdict[Template, list[Recipient]] = defaultdict(list)
        for recipient in recipients:
            by_template[recipient.template].append(recipient)
        return super().carry([recipient for alike in by_template.values() for recipient in alike], hand_over)

    def _hand_over(self, call: list[Recipient], turns: Turns) -> None:
        waiting = [self._sendable(call, turns)]
        while waiting and (shared := waiting.pop()):
            halves: list[list[Recipient]] = []
            self._call(shared, partial(self._merged, shared, halves), turns)
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
                unsendable.append((recipient, transmit.unsent(error)))
            else:
                sendable.append(recipient)
        if unsendable:
            turns.hand_over.note(ended=unsendable)
        return sendable
