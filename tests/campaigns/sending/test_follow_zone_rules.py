"""Scheduled campaigns follow the rules of time zones, and nobody else moves them."""

from datetime import UTC, datetime, time, timedelta

import pytest

from campaigns.models import Campaign
from campaigns.review.approval import approve
from campaigns.sending.follow_zone_rules import follow_zone_rules
from campaigns.sending.launch import BEFORE_FIRST_HOUR, PlaceTime, launch
from campaigns.sending.local_hours import LocalHour
from campaigns.sending.pause_cancel_undo import undo
from newsletter.models import AuditEntry, TransactionalMessage
from staff.roles import PUBLISHER
from subscribers.models import Subscriber, Topic
from subscribers.need_to_know.grants import grant
from tests.campaigns.conftest import MakeFollowers
from tests.staff_members import staff_member

HOUR = timedelta(hours=1)
MOVED = "campaign.moved_with_clocks"
DAY = (datetime.now(UTC) + timedelta(days=5)).replace(hour=9, minute=0, second=0, microsecond=0)


@pytest.fixture
def approved(draft: Campaign, followers: MakeFollowers) -> Campaign:
    followers(3)
    approve(draft, by="Ria")
    return draft


def other_rules(campaign: Campaign) -> datetime:
    """Leave a start as other zone rules would have had it, and return the right one."""
    campaign.refresh_from_db()
    assert campaign.scheduled_at
    Campaign.objects.update(scheduled_at=campaign.scheduled_at + HOUR)
    Campaign.objects.exclude(hour_rules="").update(hour_rules="others")
    return campaign.scheduled_at


def test_nine_in_bucharest_stays_nine_in_bucharest(approved: Campaign) -> None:
    launch(approved, at=PlaceTime(DAY.replace(tzinfo=None), "Europe/Bucharest"))
    right = other_rules(approved)

    assert follow_zone_rules() == [approved]
    assert follow_zone_rules() == []

    approved.refresh_from_db()
    assert approved.scheduled_at == right
    entry = AuditEntry.objects.get(action=MOVED)
    assert entry.details["begins"] == right.isoformat(timespec="seconds")
    assert entry.details["began"] == (right + HOUR).isoformat(timespec="seconds")


def test_a_start_before_a_local_hour_follows_the_first_of_them(approved: Campaign) -> None:
    launch(approved, hour=LocalHour(at=time(9), first_day=DAY.date()))
    right = other_rules(approved)

    assert follow_zone_rules() == [approved]
    approved.refresh_from_db()
    assert approved.scheduled_at == right
    assert follow_zone_rules() == []


def test_whoever_joins_moves_no_start(approved: Campaign) -> None:
    scheduled = launch(approved, hour=LocalHour(at=time(9), first_day=DAY.date()))
    Subscriber.objects.update(time_zone="Pacific/Kiritimati")

    assert follow_zone_rules() == []
    Campaign.objects.update(hour_rules="others")
    assert follow_zone_rules() == [approved], "the audience would have moved it"
    assert scheduled.scheduled_at
    approved.refresh_from_db()
    first = datetime.combine(DAY, time(9), UTC) - timedelta(hours=14)
    assert approved.scheduled_at == first - BEFORE_FIRST_HOUR


@pytest.mark.parametrize("at", [None, DAY], ids=["now", "a moment"])
def test_a_start_that_no_clock_gave_stays(approved: Campaign, at: datetime | None) -> None:
    launch(approved, at=at)
    other_rules(approved)
    assert follow_zone_rules() == []


def test_a_time_within_the_time_to_undo_is_left_to_that(approved: Campaign) -> None:
    soon = (datetime.now(UTC) + timedelta(minutes=5)).replace(tzinfo=None)
    launch(approved, at=PlaceTime(soon, "UTC"), undo_window=timedelta(minutes=10))
    assert follow_zone_rules() == []


def test_an_undone_launch_and_one_of_now_forget_the_clocks_of_another(approved: Campaign) -> None:
    launch(approved, at=PlaceTime(DAY.replace(tzinfo=None), "Europe/Bucharest"))
    assert undo(approved.pk)
    assert follow_zone_rules() == []
    launch(Campaign.objects.get())
    assert follow_zone_rules() == []


def test_one_that_can_not_follow_stays_and_holds_up_no_other(
    approved: Campaign, caplog: pytest.LogCaptureFixture
) -> None:
    launch(approved, at=PlaceTime(DAY.replace(tzinfo=None), "Europe/Bucharest"))
    Campaign.objects.update(scheduled_zone="Mars/Olympus")
    assert follow_zone_rules() == []
    assert f"Campaign {approved.pk} needs another time" in caplog.text


def told() -> list[TransactionalMessage]:
    return list(TransactionalMessage.objects.filter(kind="staff_start_moved").order_by("pk"))


def text_of(message: TransactionalMessage) -> str:
    return " ".join(message.text.split())


def written(moment: datetime) -> str:
    return f"{moment:%A} {moment.day} {moment:%B %Y, %H:%M} UTC"


def test_whoever_scheduled_it_hears_once_both_times_by_email(approved: Campaign) -> None:
    pia, _ = staff_member("pia", PUBLISHER), staff_member("pete", PUBLISHER)
    launch(approved, at=PlaceTime(DAY.replace(tzinfo=None), "Europe/Bucharest"))
    Campaign.objects.update(scheduled_by=pia)
    right = other_rules(approved)

    follow_zone_rules()
    follow_zone_rules()

    [message] = told()
    assert (message.to, message.topic_id) == ("pia@example.org", approved.topic_id)
    text = text_of(message)
    assert "Sending still starts at 09:00 Bucharest time" in text
    new, _, earlier = text.partition("Earlier start: ")
    assert f"New start: {DAY:%A} {DAY.day} {DAY:%B %Y, 09:00} Bucharest time" in new
    assert f"which is {written(right)}" in new
    assert f"{DAY:%A} {DAY.day} {DAY:%B %Y, 10:00} Bucharest time" in earlier
    assert f"which is {written(right + HOUR)}" in earlier
    assert f"/campaign/{approved.pk}/progress/" in message.html


def test_of_a_local_hour_they_hear_that_everybody_still_gets_it_then(approved: Campaign) -> None:
    staff_member("pia", PUBLISHER)
    launch(approved, hour=LocalHour(at=time(9), first_day=DAY.date()))
    right = other_rules(approved)

    follow_zone_rules()

    [message] = told()
    assert "Everybody still gets it at that hour." in text_of(message)
    assert f"{right:%H:%M} UTC" in text_of(message)


def test_of_a_need_to_know_topic_the_email_says_utc_and_a_number_alone(approved: Campaign) -> None:
    pia = staff_member("pia", PUBLISHER)
    launch(approved, at=PlaceTime(DAY.replace(tzinfo=None), "Europe/Bucharest"))
    Topic.objects.update(is_restricted=True, is_public=False)
    grant(Topic.objects.get(pk=approved.topic_id), pia, until=DAY + 30 * 24 * HOUR, by="root")
    right = other_rules(approved)

    follow_zone_rules()

    [message] = told()
    assert f"New start: {written(right)}." in text_of(message)
    assert "Bucharest" not in message.text + message.html
    assert approved.name not in message.text + message.html + message.subject
