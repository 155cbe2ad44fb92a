"""Two presses of the same button in the same moment, on PostgreSQL."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from campaigns.content.draft_series import draft_series
from campaigns.events.series import STEPS
from campaigns.models import Campaign, Event
from newsletter.models import Brand
from subscribers.models import Topic

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
TOGETHER = 4


def test_presses_at_once_draft_each_step_once(event: Event, topic: Topic, brand: Brand) -> None:
    Event.objects.update(takes_answers=True)
    start = Barrier(TOGETHER)

    def press(_: int) -> int:
        try:
            start.wait()
            return len(draft_series(event, topic=topic))
        finally:
            connection.close()

    with ThreadPoolExecutor(TOGETHER) as pool:
        drafted = sorted(pool.map(press, range(TOGETHER)))
    steps = list(Campaign.objects.values_list("step", flat=True))
    # The event is in a fortnight: it is too late to save the date.
    assert sorted(steps) == sorted({*STEPS} - {"save_the_date"})
    assert drafted == [*[0] * (TOGETHER - 1), len(steps)]
