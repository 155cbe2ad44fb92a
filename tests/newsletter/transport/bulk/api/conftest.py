"""A provider on loopback, and a batch that is handed to it."""

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from newsletter.core.standstill import elapsed
from newsletter.transport.bulk import senders
from newsletter.transport.bulk.dispatch import Dispatch
from newsletter.transport.bulk.journal import Journal, read
from newsletter.transport.message.recipients import Recipient
from newsletter.transport.results.result import Result
from tests.fakes.providers import fake
from tests.fakes.providers.apis import APIS, mailer_url
from tests.fakes.providers.fake import Provider
from tests.newsletter.transport.conftest import UseMailer

type Send = Callable[..., Mapping[int, Result]]


@pytest.fixture
def options(seconds: float) -> dict[str, object]:
    """Of the mailer's URL."""
    return {"timeout": seconds, "connections": 2}


@pytest.fixture
def provider(name: str, options: dict[str, object], use_mailer: UseMailer) -> Iterator[Provider]:
    with fake.running(Provider(APIS[name])) as running:
        use_mailer(mailer_url(name, running.url, **options))
        yield running
        senders.close_all()


def send_to_the_end(recipients: Sequence[Recipient], dispatch: Dispatch) -> None:
    batch = senders.sender_for("bulk").send(recipients, dispatch)
    if batch:
        batch.finish()


@pytest.fixture
def send(tmp_path: Path) -> Send:
    """Send to recipients by the mailer for bulk, and return the results.

    The journal must hold the same.
    """

    def send(
        recipients: Sequence[Recipient],
        *,
        pause: float = 0.0,
        closes_in: float = 30,
        may_begin: Callable[[], bool] = lambda: True,
    ) -> Mapping[int, Result]:
        with Journal(tmp_path, uuid.uuid4().hex, {"mailer": "bulk"}) as journal:
            dispatch = Dispatch(
                journal,
                mailer="bulk",
                closes_at=elapsed() + closes_in,
                is_stopping=lambda: not may_begin(),
                pause=pause,
            )
            send_to_the_end(recipients, dispatch)
            said = read(journal.path)
        assert not said.in_doubt
        assert {key: result.outcome for key, result in said.results.items()} == {
            key: result.outcome for key, result in dispatch.results.items()
        }
        return dispatch.results

    return send
