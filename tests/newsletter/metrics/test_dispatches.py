"""Counting of the emails that a dispatch and the outbox give to a mailer."""

from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from newsletter.core.standstill import elapsed
from newsletter.models import Brand
from newsletter.outbox import deliver
from newsletter.states import MessageStatus
from newsletter.transport.bulk.dispatch import Dispatch
from newsletter.transport.bulk.journal import Journal
from newsletter.transport.results.result import Outcome, Result
from tests.metrics import Counted
from tests.newsletter.outbox.messages import queue
from tests.newsletter.transport.sample_messages import many


def of_mailer(journal: Journal) -> Dispatch:
    return Dispatch(journal, mailer="a relay", closes_at=elapsed() + 60, is_stopping=lambda: False)


def test_a_claim_is_counted_once_when_it_is_closed(counted: Counted, tmp_path: Path) -> None:
    taken, refused, unanswered, turned_away = many(4)
    with Journal(tmp_path, "claim", {"mailer": "a relay"}) as journal:
        dispatch = of_mailer(journal)
        dispatch.note(begun=[taken, refused, unanswered])
        dispatch.note(
            ended=[
                (taken, Result(Outcome.ACCEPTED)),
                (refused, Result(Outcome.REFUSED, reason="550 no such user")),
                (turned_away, Result(Outcome.LATER, reason="421 busy")),
            ]
        )
        assert counted("handed_over_total", mailer="a relay", outcome="accepted") == 0
        results = dispatch.close()
        assert dispatch.close() == results

    assert len(results) == 4
    for outcome in ("accepted", "refused", "later", "unknown"):
        assert counted("handed_over_total", mailer="a relay", outcome=outcome) == 1
    timed = {
        outcome: counted("hand_over_seconds_count", mailer="a relay", outcome=outcome)
        for outcome in ("accepted", "refused", "later", "unknown")
    }
    assert timed == {"accepted": 1, "refused": 1, "later": 0, "unknown": 1}


def test_without_the_setting_a_claim_is_not_counted(
    counted: Counted, settings: Settings, tmp_path: Path
) -> None:
    settings.METRICS_TOKEN = ""
    [taken] = many(1)
    with Journal(tmp_path, "claim", {"mailer": "a relay"}) as journal:
        dispatch = of_mailer(journal)
        dispatch.note(begun=[taken])
        dispatch.note(ended=[(taken, Result(Outcome.ACCEPTED))])
        dispatch.close()

    assert counted("handed_over_total", mailer="a relay", outcome="accepted") == 0


@pytest.mark.django_db
def test_a_single_message_is_counted(counted: Counted, brand: Brand, settings: Settings) -> None:
    assert deliver.deliver(queue().pk) == MessageStatus.ACCEPTED

    mailer = settings.MAILER_SETTINGS["transactional"].name
    assert counted("handed_over_total", mailer=mailer, outcome="accepted") == 1
    assert counted("hand_over_seconds_count", mailer=mailer, outcome="accepted") == 1
