"""Held connections, and whether a failure is about the mailer or about one message."""

from typing import NoReturn

import pytest
from django.core.mail import mailers

from newsletter.brand.sender_identity import sender_identity
from newsletter.models import Brand
from newsletter.states import Stream
from newsletter.transport.connections.transmit import dispatch_single, transmit
from newsletter.transport.message.mime import WireMessage, build
from newsletter.transport.results.response_format import PLAIN
from newsletter.transport.results.result import Outcome
from tests.fakes.smtp_sink import SmtpSink
from tests.newsletter.transport.conftest import MakeMessage, UseMailer


def test_after_a_server_said_goodbye_one_new_connection_serves_all_that_follow(
    sink: SmtpSink, make_message: MakeMessage
) -> None:
    sink.data_answers = ["421 4.3.2 shutting down"]
    assert dispatch_single(make_message(), stream=Stream.BULK).outcome is Outcome.LATER

    assert [dispatch_single(make_message(), stream=Stream.BULK).outcome for _ in range(4)] == [
        Outcome.ACCEPTED
    ] * 4
    assert sink.connections == 2


@pytest.mark.parametrize("answer", ["421 4.3.2 shutting down", "421 4.7.0 too many connections"])
def test_a_server_that_closes_takes_nothing_from_anybody(
    sink: SmtpSink, make_message: MakeMessage, answer: str
) -> None:
    sink.rcpt_answers = [answer, answer]

    result = dispatch_single(make_message(), stream=Stream.BULK)

    assert (result.outcome, result.mailer_wide) == (Outcome.LATER, True)


@pytest.mark.parametrize("stage", ["rcpt_answers", "data_answers"])
def test_an_answer_about_one_message_is_about_no_other(
    sink: SmtpSink, make_message: MakeMessage, stage: str
) -> None:
    setattr(sink, stage, ["451 4.7.1 come back later"])

    result = dispatch_single(make_message(), stream=Stream.BULK)

    assert (result.outcome, result.mailer_wide) == (Outcome.LATER, False)


def test_a_server_that_is_not_there_takes_nothing_from_anybody(
    use_mailer: UseMailer, make_message: MakeMessage
) -> None:
    use_mailer("smtp+plain://127.0.0.1:9?timeout=0.5")

    result = dispatch_single(make_message(), stream=Stream.BULK)

    assert (result.outcome, result.mailer_wide) == (Outcome.LATER, True)


def test_no_spelling_of_the_address_is_kept_with_the_reason(
    sink: SmtpSink, make_message: MakeMessage
) -> None:
    sink.rcpt_answers = ["550 5.1.1 <ADA@example.NZ>: no such user; ada@EXAMPLE.nz is unknown"]

    reason = dispatch_single(make_message(to="Ada@example.nz"), stream=Stream.BULK).reason

    assert reason == "550 5.1.1 <<recipient>>: no such user; <recipient> is unknown"


@pytest.mark.parametrize(
    "change",
    [
        {"sender": ""},
        {"sender": "news@münchen.example"},
        {"sender": "a@example.org, b@example.org"},
        {"reply_to": "nobody"},
        {"sender_name": "Task\r\nforce"},
    ],
)
def test_a_sender_that_can_not_stand_in_a_header_is_no_recipients_fault(
    sink: SmtpSink, make_message: MakeMessage, change: dict[str, str]
) -> None:
    assert (
        dispatch_single(make_message(**change), stream=Stream.BULK).outcome is Outcome.MISCONFIGURED
    )
    assert sink.received == []


def test_a_sender_in_a_domain_with_other_letters_can_write(
    sink: SmtpSink, make_message: MakeMessage
) -> None:
    who = sender_identity(
        Brand(
            sender_email="news@münchen.example",
            sender_name="Task force",
            reply_to="büro@münchen.example",
        )
    )
    assert (who.sender, who.reply_to.partition("@")[2]) == (
        "news@xn--mnchen-3ya.example",
        "xn--mnchen-3ya.example",
    )

    assert (
        dispatch_single(make_message(sender=who.sender), stream=Stream.BULK).outcome
        is Outcome.ACCEPTED
    )
    assert sink.received[0].sender == "news@xn--mnchen-3ya.example"


@pytest.mark.parametrize("recipients", [[], ["ada@example.nz", "ben@example.nz"]])
def test_a_message_has_exactly_one_recipient(
    sink: SmtpSink, make_message: MakeMessage, recipients: list[str]
) -> None:
    built = build(make_message())
    built.to = recipients

    result = transmit(built, mailers["bulk"], PLAIN)

    assert (result.outcome, result.reason) == (
        Outcome.REFUSED,
        "A message has exactly one recipient.",
    )
    assert sink.received == []


class _Unwritable(WireMessage):
    """A message that fails while its MIME is written."""

    failure: Exception = MemoryError()

    def message(self, *, policy: object = None) -> NoReturn:
        raise self.failure


@pytest.mark.parametrize(
    ("failure", "outcome"),
    [
        (MemoryError(), Outcome.LATER),
        (UnicodeEncodeError("ascii", "é", 0, 1, "ordinal not in range"), Outcome.REFUSED),
    ],
    ids=["for want of memory", "by its own words"],
)
def test_a_message_that_can_not_be_written_has_surely_not_left(
    sink: SmtpSink, failure: Exception, outcome: Outcome
) -> None:
    built = _Unwritable(from_email="news@lists.example.org", to=["ada@example.nz"])
    built.failure = failure

    result = transmit(built, mailers["bulk"], PLAIN)

    assert (result.outcome, result.mailer_wide) == (outcome, False)
    assert sink.received == []


def test_a_fault_in_one_message_says_nothing_of_the_mailer(
    sink: SmtpSink, make_message: MakeMessage
) -> None:
    result = dispatch_single(make_message(headers={"X-Odd": 3}), stream=Stream.BULK)

    assert (result.outcome, result.mailer_wide) == (Outcome.LATER, False)
    assert sink.received == []
