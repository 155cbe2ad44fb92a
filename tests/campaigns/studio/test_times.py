from datetime import UTC, datetime

import pytest

from campaigns.studio.times import place_time


@pytest.mark.parametrize(
    ("zone", "written"),
    [
        ("Europe/London", "Thursday 10 December 2026, 20:00 London time (GMT)"),
        ("Pacific/Auckland", "Friday 11 December 2026, 09:00 Auckland time (NZDT)"),
        ("UTC", "Thursday 10 December 2026, 20:00 UTC"),
    ],
)
def test_a_time_is_written_with_its_day_and_place(zone: str, written: str) -> None:
    assert place_time(datetime(2026, 12, 10, 20, 0, tzinfo=UTC), zone) == written
