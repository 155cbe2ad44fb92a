"""One recipient a call: against each provider, and each way in which it can fail."""

import os
import signal
import threading
import time
import uuid
from collections import Counter
from pathlib import Path

import pytest

from newsletter.core.standstill import elapsed
from newsletter.rendering.merge import Splice
from newsletter.transport.bulk.dispatch import Dispatch
from newsletter.transport.bulk.journal import Journal
from newsletter.transport.connections.connection import Connection
from newsletter.transport.results.result import Outcome, Result
from tests.fakes.providers.apis import APIS
from tests.fakes.providers.fake import INVALID, RETRY_AFTER, Fault, Provider
from tests.newsletter.transport.bulk.api.conftest import Send, send_to_the_end
from tests.newsletter.transport.conftest import UseMailer
from tests.newsletter.transport.sample_messages import UNSUBSCRIBE_URL, many, recipient, template

ALL = pytest.mark.parametrize("name", sorted(APIS))

OUTCOMES = {
    Fault.TOO_MANY: (Outcome.LATER, 0),
    Fault.UNAVAILABLE: (Outcome.UNKNOWN, 0),
    Fault.UNAUTHORIZED: (Outcome.MISCONFIGURED, 0),
    Fault.HANG: (Outcome.UNKNOWN, 0),
    Fault.HANG_AFTER: (Outcome.UNKNOWN, 1),
    Fault.BROKEN_AFTER: (Outcome.UNKNOWN, 1),
    Fault.UNAVAILABLE_AFTER: (Outcome.UNKNOWN, 1),
    Fault.RESET_AFTER: (Outcome.UNKNOWN, 1),
    Fault.BAD_JSON: (Outcome.UNKNOWN, 1),
    Fault.DRIP: (Outcome.UNKNOWN, 1),
}
ASKS_FOR_PATIENCE = frozenset({Fault.TOO_MANY, Fault.UNAVAILABLE_AFTER})


@ALL
def test_each_gets_one_message_of_their_own(name: str, provider: Provider, send: Send) -> None:
    results = send(many(20))

    assert Counter(result.outcome for result in results.values()) == {Outcome.ACCEPTED: 20}
    assert Counter(mail.ref for mail in provider.mails) == Counter(f"r3f{key}" for key in range(20))
    by_ref = {mail.ref: mail for mail in provider.mails}
    assert {key: result.provider_message_id for key, result in results.items()} == {
        key: by_ref[f"r3f{key}"].id for key in range(20)
    }
    assert {mail.headers["List-Unsubscribe"] for mail in provider.mails} == {f"<{UNSUBSCRIBE_URL}>"}
    assert {mail.email()[0] for mail in provider.mails} == {"You are invited, Ada"}


@ALL
def test_connections_stay_open_from_batch_to_batch(
    name: str, provider: Provider, send: Send
) -> None:
    for batch in range(3):
        send([recipient(key=key, ref=f"r{batch}-{key}") for key in range(8)])

    assert len(provider.mails) == 24
    assert provider.connections <= 2


@pytest.mark.thorough(sample=12)
@pytest.mark.usefixtures("impatient")
@ALL
@pytest.mark.parametrize("fault", OUTCOMES, ids=str)
def test_what_a_provider_does_is_sorted_and_never_repeated(
    name: str, fault: Fault, provider: Provider, send: Send
) -> None:
    outcome, taken = OUTCOMES[fault]
    provider.faults = [fault]

    [result] = send([recipient()]).values()

    assert result.outcome is outcome
    assert result.mailer == "bulk"
    assert len(provider.requests) == 1
    assert len(provider.mails) == taken
    assert result.mailer_wide is (outcome is Outcome.LATER)
    assert result.retry_after == (RETRY_AFTER if fault in ASKS_FOR_PATIENCE else None)


@ALL
def test_a_refused_recipient_harms_nobody(name: str, provider: Provider, send: Send) -> None:
    readers = many(6)
    results = send([*readers, recipient(key=6, to=f"{INVALID}@example.nz")])

    assert results[6].outcome is Outcome.REFUSED
    assert f"{INVALID}@example.nz" not in results[6].reason
    assert {results[key].outcome for key in range(6)} == {Outcome.ACCEPTED}
    assert sorted(mail.to for mail in provider.mails) == sorted(reader.to for reader in readers)


@ALL
def test_after_a_wrong_key_nothing_more_begins(name: str, provider: Provider, send: Send) -> None:
    provider.faults = [Fault.UNAUTHORIZED] * 2

    results = send(many(20))

    assert Counter(result.outcome for result in results.values()).keys() == {Outcome.MISCONFIGURED}
    assert len(results) <= 2
    assert provider.mails == []


@pytest.mark.thorough(sample=2)
@pytest.mark.usefixtures("impatient")
@ALL
def test_after_an_answer_that_never_came_the_next_message_goes_over_a_new_connection(
    name: str, provider: Provider, send: Send
) -> None:
    provider.faults = [Fault.HANG]
    send([recipient()])

    [result] = send([recipient(ref="r3f2")]).values()

    assert result.outcome is Outcome.ACCEPTED
    assert [mail.ref for mail in provider.mails] == ["r3f2"]
    assert provider.connections == 2


@pytest.mark.parametrize("name", ["postmark"])
def test_once_the_process_is_to_end_nothing_more_begins(
    name: str, provider: Provider, send: Send
) -> None:
    results = send(many(20), may_begin=lambda: len(provider.requests) < 5)

    assert len(results) == len(provider.mails)
    assert 5 <= len(results) <= 6  # the other connection may have begun one meanwhile


@pytest.mark.parametrize("name", ["postmark"])
@pytest.mark.parametrize("options", [{"timeout": 1.5, "connections": 1}])
def test_what_has_waited_for_a_connection_for_too_long_does_not_begin(
    name: str, options: dict[str, object], provider: Provider, send: Send
) -> None:
    provider.faults = [Fault.HANG]

    results = send(many(5), closes_in=0.5)

    assert [result.outcome for result in results.values()] == [Outcome.UNKNOWN]
    assert len(provider.requests) == 1


@pytest.mark.parametrize(
    ("name", "options"),
    [("postmark", {}), ("ses", {}), ("mailgun", {"batch": 5})],
    ids=["one", "one with finished MIME", "many"],
)
def test_a_fault_while_one_message_is_made_is_about_no_other(
    name: str, options: dict[str, object], provider: Provider, send: Send
) -> None:
    results = send([recipient(key=1, ref="r3f1", headers={"X-Odd": 3}), recipient(key=2)])

    assert (results[1].outcome, results[1].mailer_wide) == (Outcome.LATER, False)
    assert results[2].outcome is Outcome.ACCEPTED


@pytest.mark.parametrize("name", ["postmark"])
def test_what_can_not_stand_in_a_header_reaches_no_provider(
    name: str, provider: Provider, send: Send
) -> None:
    results = send([recipient(key=1, to_name="Ada\r\nBcc: x@example.com"), recipient(key=2)])

    assert (results[1].outcome, results[2].outcome) == (Outcome.REFUSED, Outcome.ACCEPTED)
    assert len(provider.requests) == 1


@pytest.mark.parametrize("name", ["resend"])
def test_resend_takes_a_repetition_once_and_says_again_what_it_said(
    name: str, provider: Provider, send: Send
) -> None:
    provider.faults = [Fault.RESET_AFTER]
    assert [result.outcome for result in send([recipient()]).values()] == [Outcome.UNKNOWN]

    [result] = send([recipient()]).values()

    assert (result.outcome, result.provider_message_id) == (
        Outcome.ACCEPTED,
        provider.mails[0].id,
    )
    assert len(provider.mails) == 1
    assert provider.requests[0].body == provider.requests[1].body


@pytest.mark.parametrize("name", ["resend"])
def test_a_repetition_with_other_words_stays_in_doubt(
    name: str, provider: Provider, send: Send
) -> None:
    provider.faults = [Fault.RESET_AFTER]
    send([recipient()])

    [result] = send([recipient(to_name="Ada King")]).values()

    assert result.outcome is Outcome.UNKNOWN
    assert len(provider.mails) == 1


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("name", ["brevo"])
@pytest.mark.parametrize(
    ("fault", "outcome"),
    [(Fault.RESET_AFTER, Outcome.UNKNOWN), (Fault.HANG, Outcome.ACCEPTED)],
    ids=["had-it", "never-had-it"],
)
def test_brevo_takes_a_repetition_once(
    name: str, fault: Fault, outcome: Outcome, provider: Provider, send: Send
) -> None:
    provider.faults = [fault]
    send([recipient()])

    [result] = send([recipient()]).values()

    assert (
        result.outcome is outcome
    )  # it only says that it knows the key, not what became of the first request
    assert len(provider.mails) == 1
    keys = [uuid.UUID(request.json["headers"]["idempotencyKey"]) for request in provider.requests]
    assert keys[0] == keys[1]


class _Interrupted(Exception):
    pass


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("name", ["postmark"])
def test_who_interrupts_a_batch_finds_in_doubt_what_is_in_flight_and_nothing_else(
    name: str, provider: Provider, send: Send, tmp_path: Path
) -> None:
    provider.faults = [None, Fault.HANG_AFTER, Fault.HANG_AFTER]

    def interrupt(*_: object) -> None:
        raise _Interrupted

    def when_two_hang() -> None:
        while len(provider.requests) < 3:
            time.sleep(0.01)
        os.kill(os.getpid(), signal.SIGALRM)

    before = signal.signal(signal.SIGALRM, interrupt)
    try:
        with Journal(tmp_path, "claim", {}) as journal:
            dispatch = Dispatch(
                journal, mailer="bulk", closes_at=elapsed() + 30, is_stopping=lambda: False
            )
            threading.Thread(target=when_two_hang, daemon=True).start()
            with pytest.raises(_Interrupted):
                send_to_the_end(many(10), dispatch)
            known = dispatch.close()
    finally:
        signal.signal(signal.SIGALRM, before)

    assert Counter(result.outcome for result in known.values()) == {
        Outcome.ACCEPTED: 1,
        Outcome.UNKNOWN: 2,
    }
    assert {f"r3f{key}" for key in known} == {mail.ref for mail in provider.mails[:3]}
    assert [result.outcome for result in send([recipient(ref="next")]).values()] == [
        Outcome.ACCEPTED
    ]


@pytest.mark.parametrize("name", ["mailjet"])
def test_staff_text_meets_no_template_language(name: str, provider: Provider, send: Send) -> None:
    written = "{{data:name}} [[EMAIL_TO]] {% if 1 %}"
    send(
        [
            recipient(
                template=template(
                    html=Splice.parse(f"<p>{written}</p>"), text=Splice.parse(written)
                )
            )
        ]
    )

    body = provider.requests[0].body.decode()
    assert not any(mark in body for mark in ("{{data", "[[EMAIL", "{% if"))


def test_nobody_of_a_refused_connection_is_to_blame(use_mailer: UseMailer, send: Send) -> None:
    use_mailer("postmark://:token@?api_url=http://127.0.0.1:9/&timeout=0.5&connections=2")

    results: list[Result] = list(send(many(10)).values())

    assert 1 <= len(results) <= 2
    assert {(result.outcome, result.mailer_wide) for result in results} == {(Outcome.LATER, True)}


def test_a_connection_that_can_not_be_opened_is_tried_once(
    use_mailer: UseMailer, send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All the others wait for it meanwhile, and each try may take seconds."""
    use_mailer("postmark://:token@?api_url=http://127.0.0.1:9/&connections=1")
    tries = []

    def fail(connection: Connection) -> None:
        tries.append(connection)
        raise ConnectionRefusedError

    monkeypatch.setattr(Connection, "open", fail)

    results = list(send(many(10)).values())

    assert len(tries) == len(results) == 1
    assert results[0].outcome is Outcome.LATER
