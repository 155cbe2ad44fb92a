"""An event that is changed while a campaign about it is being started."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.db.models import F
from django.utils import timezone

from campaigns.events.schedule import cancel_event, change_event, derive_again
from campaigns.models import Campaign, Event
from campaigns.review.approval import approve
from campaigns.sending import freeze
from campaigns.sending.insert_deliveries import Inserted
from campaigns.sending.launch import launch
from subscribers.models import Subscriber
from tests.locks import until_somebody_waits

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def change_place(event: Event) -> object:
    return change_event(event, venue="Parliament")


@pytest.mark.parametrize("change", [change_place, derive_again, cancel_event])
def test_a_start_and_a_change_of_its_event_both_succeed(
    draft: Campaign,
    event: Event,
    ada: Subscriber,
    monkeypatch: pytest.MonkeyPatch,
    change: Callable[[Event], object],
) -> None:
    """A start updates its campaign twice, and so wants the event's key at its commit."""
    if change is derive_again:
        Event.objects.update(starts_at=F("starts_at") - timedelta(hours=1))
        draft.refresh_from_db()
    approve(draft, by="Sam")
    launch(draft)
    changed: list[Future[object]] = []

    def run() -> object:
        try:
            return change(event)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        froze = freeze._freeze

        def freeze_while_somebody_changes(campaign: Campaign, *, now: datetime) -> Inserted:
            inserted = froze(campaign, now=now)
            changed.append(pool.submit(run))
            until_somebody_waits(changed[0])
            return inserted

        monkeypatch.setattr(freeze, "_freeze", freeze_while_somebody_changes)
        assert freeze.start(draft.pk, now=timezone.now() + timedelta(minutes=5))
        changed[0].result()
    event.refresh_from_db()
    draft.refresh_from_db()
    assert draft.calendar_sequence is not None
    assert event.sequence == draft.calendar_sequence + 1
