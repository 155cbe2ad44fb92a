from datetime import UTC, datetime, timedelta

import pytest

from campaigns.events.schedule import plan_event
from campaigns.events.zone_changes import apply_zone_changes
from campaigns.models import Campaign, Event
from campaigns.states import CampaignStatus

NOW = datetime(2027, 1, 1, tzinfo=UTC)


def plan(slug: str, start: datetime) -> Event:
    return plan_event(
        slug=slug,
        title=slug,
        local_start=start,
        local_end=start + timedelta(hours=1),
        time_zone="Europe/Bucharest",
    )


def shift(event: Event) -> None:
    """Leave its moments as other zone rules would have had them."""
    hour = timedelta(hours=1)
    Event.objects.filter(pk=event.pk).update(
        starts_at=event.starts_at + hour, ends_at=event.ends_at + hour
    )


@pytest.mark.django_db
def test_events_ahead_follow_and_past_ones_stay() -> None:
    ahead = plan("ahead", datetime(2027, 3, 12, 9, tzinfo=UTC))
    past = plan("past", datetime(2026, 3, 12, 9, tzinfo=UTC))
    shift(ahead)
    shift(past)

    assert [event.slug for event in apply_zone_changes(now=NOW)] == ["ahead"]
    assert Event.objects.get(slug="ahead").starts_at == datetime(2027, 3, 12, 7, tzinfo=UTC)
    assert apply_zone_changes(now=NOW) == []


@pytest.mark.django_db
def test_one_event_that_can_not_follow_holds_up_no_other(caplog: pytest.LogCaptureFixture) -> None:
    stuck = plan("stuck", datetime(2027, 3, 12, 9, tzinfo=UTC))
    free = plan("free", datetime(2027, 4, 12, 9, tzinfo=UTC))
    Event.objects.filter(pk=stuck.pk).update(time_zone="Mars/Olympus")
    shift(free)

    assert [event.slug for event in apply_zone_changes(now=NOW)] == ["free"]
    assert "stuck needs another time" in caplog.text


def test_an_approved_announcement_of_a_moved_event_is_a_draft_again(
    draft: Campaign, event: Event
) -> None:
    Campaign.objects.update(status=CampaignStatus.APPROVED)
    shift(event)
    apply_zone_changes()

    draft.refresh_from_db()
    assert draft.status == CampaignStatus.DRAFT
