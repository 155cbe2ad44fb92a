"""Mail servers, and a batch for them.

One pipelines, one takes chunks, and one does neither.
"""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from newsletter.core.standstill import elapsed
from newsletter.transport.bulk import senders
from newsletter.transport.bulk.dispatch import Dispatch
from newsletter.transport.bulk.journal import Journal, read
from newsletter.transport.message.mime import REF_HEADER
from newsletter.transport.message.recipients import Recipient
from newsletter.transport.results.result import Outcome
from tests.fakes import scripted_smtp
from tests.fakes.scripted_smtp import ScriptedSmtp
from tests.newsletter.transport.conftest import UseMailer

type Send = Callable[..., Dispatch]
"""Takes the server, the recipients, `connections`, `timeout`, and what Dispatch takes."""

PIPELINING = ("PIPELINING", "SIZE", "SMTPUTF8", "8BITMIME")
KINDS: dict[str, tuple[str, ...]] = {
    "pipelining": PIPELINING,
    "chunking": (*PIPELINING, "CHUNKING"),
    "lock step": ("SIZE", "SMTPUTF8", "8BITMIME"),
}


@pytest.fixture(params=KINDS)
def server(request: pytest.FixtureRequest) -> Iterator[ScriptedSmtp]:
    with scripted_smtp.running(ScriptedSmtp(offers=KINDS[request.param])) as running:
        yield running
        senders.close_all()
    assert running.faults == []
    assert_nobody_got_another_ones(running)


@pytest.fixture
def pipelining() -> Iterator[ScriptedSmtp]:
    with scripted_smtp.running(ScriptedSmtp()) as running:
        yield running
        senders.close_all()
    assert running.faults == []
    assert_nobody_got_another_ones(running)


def assert_nobody_got_another_ones(server: ScriptedSmtp) -> None:
    for got in server.accepted:
        [to] = got.recipients
        head, _, _ = got.raw.partition(b"\r\n\r\n")
        assert to.encode() in head
        assert got.message[REF_HEADER] in (f"r3f{to.partition('@')[0]}", "r3f")
        assert got.sender in (
            "news@lists.example.org",
            f"bounces+{got.message[REF_HEADER]}@lists.example.org",
        )


@pytest.fixture
def send(use_mailer: UseMailer, tmp_path: Path) -> Send:
    """Send a batch to the server, by one connection unless `options` say otherwise."""

    def send(
        server: ScriptedSmtp,
        recipients: Sequence[Recipient],
        *,
        options: str = "connections=1&timeout=0.5",
        **more: Any,
    ) -> Dispatch:
        use_mailer(f"smtp+plain://127.0.0.1:{server.port}?{options}")
        return send_to(recipients, tmp_path, **more)

    return send


def send_to(recipients: Sequence[Recipient], folder: Path, **changes: Any) -> Dispatch:
    """Send a batch by the bulk mailer. Its journal must hold the same results.

    Args:
        folder: for the journal, which lies there meanwhile.
    """
    fields = {"closes_at": elapsed() + 60, "is_stopping": lambda: False, **changes}
    with Journal(folder, f"claim{len(list(folder.iterdir()))}", {"mailer": "smtp"}) as journal:
        dispatch = Dispatch(journal, mailer="smtp", **fields)
        senders.sender_for("bulk").send(recipients, dispatch)
        record = read(journal.path)
    assert record.results == dispatch.results
    assert record.in_doubt == set()
    return dispatch


def outcomes(dispatch: Dispatch) -> list[Outcome]:
    return [dispatch.results[key].outcome for key in sorted(dispatch.results)]
