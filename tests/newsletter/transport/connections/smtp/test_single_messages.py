"""Single messages over the pipeline: whatever the server offers, says, or leaves unsaid."""

import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from newsletter.states import Stream
from newsletter.transport.connections.transmit import close_all, dispatch_single
from newsletter.transport.results.result import Outcome, Result
from tests.fakes import scripted_smtp
from tests.fakes.scripted_smtp import RESET, ScriptedSmtp
from tests.fakes.smtp_sink import DROP, HANG
from tests.newsletter.transport.bulk.smtp.conftest import KINDS
from tests.newsletter.transport.conftest import MakeMessage, UseMailer

type SendTo = Callable[..., Result]

FILES = Path("/proc/self/fd")


@pytest.fixture(params=KINDS)
def server(request: pytest.FixtureRequest, use_mailer: UseMailer) -> Iterator[ScriptedSmtp]:
    """A mail server of each kind, which finds no fault with us."""
    with scripted_smtp.running(ScriptedSmtp(offers=KINDS[request.param])) as running:
        use_mailer(f"smtp+plain://127.0.0.1:{running.port}?timeout=0.5")
        yield running
        close_all()
    assert running.faults == []


@pytest.fixture
def send_to(make_message: MakeMessage) -> SendTo:
    """Send one single message to this address."""

    def send_to(address: str = "ada@example.nz", **changes: object) -> Result:
        return dispatch_single(make_message(to=address, **changes), stream=Stream.TRANSACTIONAL)

    return send_to


def test_many_messages_go_over_one_connection(server: ScriptedSmtp, send_to: SendTo) -> None:
    addresses = [f"{number}@example.nz" for number in range(5)]

    assert [send_to(address).outcome for address in addresses] == [Outcome.ACCEPTED] * 5

    assert server.recipients == addresses
    assert server.connections == 1


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ("550 5.1.1 no such user", Outcome.REFUSED),
        ("450 4.2.1 greylisted", Outcome.LATER),
        ("550-5.1.1 no such\n550 5.1.1 user", Outcome.REFUSED),
    ],
    ids=["unknown", "greylisted", "in several lines"],
)
def test_after_a_refusal_the_connection_serves_on(
    server: ScriptedSmtp, send_to: SendTo, answer: str, outcome: Outcome
) -> None:
    server.answers["RCPT"] = [answer] * 3

    results = [send_to() for _ in range(4)]

    assert [result.outcome for result in results] == [outcome] * 3 + [Outcome.ACCEPTED]
    assert not any(result.mailer_wide for result in results)
    assert server.connections == 1


def test_nothing_is_delivered_where_data_is_granted_to_nobody(
    server: ScriptedSmtp, send_to: SendTo
) -> None:
    server.answers["RCPT"] = ["550 5.1.1 no such user"]
    server.answers["DATA"] = ["354 go ahead all the same"]

    assert send_to("ben@example.nz").outcome is Outcome.REFUSED
    assert send_to().outcome is Outcome.ACCEPTED
    assert server.recipients == ["ada@example.nz"]


@pytest.mark.thorough(sample=6)
@pytest.mark.parametrize("silence", [HANG, DROP, RESET, "hello", "100 continue"])
@pytest.mark.parametrize("takes", [True, False], ids=["taken", "not taken"])
def test_content_without_an_answer_is_in_doubt_and_the_next_message_goes_its_way(
    server: ScriptedSmtp, send_to: SendTo, silence: str, takes: bool
) -> None:
    server.answers["CONTENT"], server.takes_without_answer = [silence], takes

    assert send_to("ben@example.nz").outcome is Outcome.UNKNOWN
    assert send_to().outcome is Outcome.ACCEPTED
    assert server.recipients.count("ben@example.nz") <= 1
    assert server.connections == 2


@pytest.mark.thorough(sample=6)
@pytest.mark.parametrize("silence", [HANG, DROP, RESET, "421 4.7.0 go away", "nonsense"])
@pytest.mark.parametrize("command", ["MAIL", "RCPT"])
def test_before_the_content_a_broken_connection_is_renewed_once(
    server: ScriptedSmtp, send_to: SendTo, silence: str, command: str
) -> None:
    server.answers[command] = [silence]

    assert send_to().outcome is Outcome.ACCEPTED
    assert server.connections == 2

    server.answers[command] = [silence] * 2
    result = send_to()
    assert (result.outcome, result.mailer_wide) == (Outcome.LATER, True)
    assert len(server.accepted) == 1


def test_a_server_that_closes_after_each_message_serves_all(
    server: ScriptedSmtp, send_to: SendTo
) -> None:
    server.messages_per_connection = 1

    assert [send_to().outcome for _ in range(4)] == [Outcome.ACCEPTED] * 4
    assert server.connections == 4


def test_lines_that_are_dots_arrive_as_they_were(server: ScriptedSmtp, send_to: SendTo) -> None:
    assert send_to(text=".\n..\n.\nQUIT\n", html="").outcome is Outcome.ACCEPTED

    [got] = server.accepted
    assert got.message.get_content().replace("\r\n", "\n") == ".\n..\n.\nQUIT\n"


@pytest.mark.thorough(sample=1)
def test_a_server_may_take_its_time_for_each_reply(
    server: ScriptedSmtp, send_to: SendTo, use_mailer: UseMailer
) -> None:
    """As one does that looks the sender and the recipient up somewhere else."""
    use_mailer(f"smtp+plain://127.0.0.1:{server.port}?timeout=1")
    assert send_to().outcome is Outcome.ACCEPTED
    server.bytes_at_a_time, server.pause = 7, 0.3  # a reply takes 0.6 seconds, the envelope 1.8
    server.answers["CONTENT"] = ["250 OK"]

    assert send_to().outcome is Outcome.ACCEPTED
    assert server.connections == 1


class _Interrupted(Exception):
    """Stands for a soft time limit."""


def test_an_interrupted_message_leaves_no_answer_for_the_next(
    server: ScriptedSmtp, send_to: SendTo, use_mailer: UseMailer
) -> None:
    """The answer that is missing may come while the next message is sent."""
    use_mailer(f"smtp+plain://127.0.0.1:{server.port}?timeout=20")
    server.answers["CONTENT"] = [HANG]

    def interrupt(*_: object) -> None:
        raise _Interrupted

    former = signal.signal(signal.SIGALRM, interrupt)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.5)
        assert send_to("ben@example.nz").outcome is Outcome.UNKNOWN
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, former)

    assert send_to().outcome is Outcome.ACCEPTED
    assert server.recipients[-1] == "ada@example.nz"
    assert server.connections == 2


def test_open_files_are_as_many_after_many_connections(
    server: ScriptedSmtp, send_to: SendTo
) -> None:
    server.messages_per_connection = 1
    send_to()
    before = len(list(FILES.iterdir()))

    for _ in range(10):
        send_to()

    assert len(list(FILES.iterdir())) <= before + 6
