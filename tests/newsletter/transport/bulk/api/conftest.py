"""A provider on loopback, and a batch that is handed to it."""

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from newsletter.core.standstill import elapsed
from newsletter.transport.bulk import senders
from newsletter.transport.bulk.dispatch import HandOver
from newsletter.transport.bulk.journal import Journal, read
from newsletter.transport.message.recipients import Recipient
from newsletter.transport.results.of_error import Outcome
from tests.fakes.providers import fake
from tests.fakes.providers.apis import APIS, mailer_url
from tests.fakes.providers.fake import Provider
from tests.newsletter.transport.conftest import UseMailer

type Carry = Callable[..., Mapping[int, Outcome]]


@pytest.fixture
def options() -> dict[str, object]:
    """Of the mailer's URL. Answers are waited for 1.5 seconds."""
    return {"timeout": 1.5, "connections": 2}


@pytest.fixture
def provider(name: str, options: dict[str, object], use_mailer: UseMailer) -> Iterator[Provider]:
    with fake.running(Provider(APIS[name])) as running:
        use_mailer(mailer_url(name, running.url, **options))
        yield running
        senders.close_all()


def carry_to_the_end(recipients: Sequence[Recipient], hand_over: HandOver) -> None:
    carried = senders.way_out("bulk").carry(recipients, hand_over)
    if carried:
        carried.finish()


@pytest.fixture
def carry(tmp_path: Path) -> Carry:
    """Hand recipients over by the mailer for bulk; what became of them, which the journal must say, too."""

    def carried(
        recipients: Sequence[Recipient], *, pause: float = 0.0, closes_in: float = 30, may_begin: Callable[[], bool] = lambda: True
    ) -> Mapping[int, Outcome]:
        with Journal(tmp_path, uuid.uuid4().hex, {"mailer": "bulk"}) as journal:
            hand_over = HandOver(journal, mailer="bulk", closes_at=elapsed() + closes_in, is_stopping=lambda: not may_begin(), pause=pause)
            carry_to_the_end(recipients, hand_over)
            said = read(journal.path)
        assert not said.in_doubt
        assert {key: outcome.verdict for key, outcome in said.outcomes.items()} == {
            key: outcome.verdict for key, outcome in hand_over.outcomes.items()
        }
        return hand_over.outcomes

    return carried
