"""The freeze of a campaign with a local hour, and the claims of what has come due."""

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from campaigns.content.later_version import write_later_version
from campaigns.models import Audience, Campaign, Delivery, DueTime, Event
from campaigns.reports.totals import recount, skipped_by_reason, totals
from campaigns.review.approval import approve
from campaigns.sending.claims.claim import claim
from campaigns.sending.finish import finish_done, wake_sleepy
from campaigns.sending.freeze import start
from campaigns.sending.launch import BEFORE_FIRST_HOUR, CannotLaunch, launch, launch_now
from campaigns.sending.local_hours import LocalHour
from campaigns.sending.pause_cancel_undo import pause, undo
from campaigns.states import (
    AudienceRule,
    CampaignStatus,
    CampaignStep,
    DeliveryStatus,
    LateRecipients,
)
from subscribers.models import Subscriber, Topic
from tests.campaigns.sending.test_freeze import approve_again
from tests.conftest import MakeSubscriber

ZONES = (
    "Pacific/Auckland",
    "Asia/Kathmandu",
    "Europe/Bucharest",
    "",
    "nonsense",
    "America/New_York",
)


@pytest.fixture
def people(make_subscriber: MakeSubscriber, topic: Topic) -> list[Subscriber]:
    """Four people in each zone, of two mail domains."""
    return [
        make_subscriber(
            f"reader{zone_place}-{place}@mail{place % 2}.example", topic=topic, time_zone=zone
        )
        for place in range(4)
        for zone_place, zone in enumerate(ZONES)
    ]


@pytest.fixture
def approved(draft: Campaign, people: list[Subscriber]) -> Campaign:
    approve(draft, by="Sam")
    return draft


def monday() -> date:
    """Return the Monday of next week: the event is in a fortnight."""
    today = datetime.now(UTC).date()
    return today + timedelta(days=7 - today.weekday())


def hour(**changes: object) -> LocalHour:
    return LocalHour(**{"at": time(9), "first_day": monday(), **changes})  # type: ignore[arg-type]


def zones_of(rows: list[Delivery]) -> Counter[str]:
    return Counter(row.subscriber.time_zone for row in rows if row.subscriber)


def test_each_delivery_is_due_at_nine_at_its_recipient_s_place(approved: Campaign) -> None:
    launched = launch_now(approved, hour=hour())

    assert launched.candidates == 24
    assert totals(launched) == recount(launched)
    expected = {
        zone: datetime.combine(monday(), time(9)).replace(tzinfo=_place(zone)).astimezone(UTC)
        for zone in ZONES
    }
    for row in Delivery.objects.select_related("subscriber"):
        assert row.subscriber
        assert row.due_at == expected[row.subscriber.time_zone]


def _place(zone: str) -> ZoneInfo:
    return ZoneInfo(zone if "/" in zone else "Europe/Bucharest")


def test_those_due_first_come_first_and_mixed_over_domains(approved: Campaign) -> None:
    launch_now(approved, hour=hour())

    rows = list(Delivery.objects.order_by("pk").select_related("subscriber"))
    assert [row.due_at for row in rows] == sorted(row.due_at for row in rows if row.due_at)
    first = [row.subscriber.domain for row in rows[:4] if row.subscriber]
    assert first == ["mail0.example", "mail1.example"] * 2
    assert sum(DueTime.objects.values_list("number", flat=True)) == 24
    assert DueTime.objects.count() == 4  # three of the zones go by the event's


def test_nothing_is_claimed_before_its_hour(approved: Campaign) -> None:
    launched = launch_now(approved, hour=hour())
    times = list(DueTime.objects.order_by("due_at"))

    early = claim(launched.pk, size=100, now=times[0].due_at - timedelta(seconds=1))
    first = claim(launched.pk, size=100, now=times[0].due_at)
    rest = claim(launched.pk, size=100, now=times[2].due_at, after=first.last_id)

    assert early.found_nothing
    assert [one.time_zone for one in first.deliveries] == ["Pacific/Auckland"] * 4
    assert Counter(one.time_zone for one in rest.deliveries) == {
        "Asia/Kathmandu": 4,
        "Europe/Bucharest": 4,
        "": 4,
        "nonsense": 4,
    }
    assert not finish_done()


def test_a_clock_that_is_set_back_sends_nothing_early(approved: Campaign) -> None:
    launched = launch_now(approved, hour=hour())
    due = DueTime.objects.order_by("due_at").first()
    assert due
    assert len(claim(launched.pk, size=2, now=due.due_at).deliveries) == 2

    assert claim(launched.pk, size=100, now=due.due_at - timedelta(hours=2)).found_nothing
    assert len(claim(launched.pk, size=100, now=due.due_at).deliveries) == 2


def test_workers_are_woken_when_an_hour_comes(approved: Campaign) -> None:
    launch_now(approved, hour=hour())
    due = DueTime.objects.order_by("due_at").first()
    assert due
    assert wake_sleepy(now=due.due_at - timedelta(seconds=1)) == 0
    assert wake_sleepy(now=due.due_at) == 1


def test_the_audience_is_frozen_just_before_the_first_hour_with_the_zones_of_then(
    approved: Campaign, people: list[Subscriber]
) -> None:
    scheduled = launch(approved, hour=hour())
    first = datetime.combine(monday(), time(9)).replace(tzinfo=_place("Pacific/Auckland"))
    assert scheduled.scheduled_at == first - BEFORE_FIRST_HOUR
    Subscriber.objects.filter(time_zone="America/New_York").update(time_zone="Asia/Tokyo")

    assert start(scheduled.pk, now=scheduled.scheduled_at)
    Subscriber.objects.update(time_zone="UTC")  # too late: it stays

    tokyo = datetime.combine(monday(), time(9)).replace(tzinfo=_place("Asia/Tokyo"))
    assert Delivery.objects.filter(due_at=tokyo).count() == 4


@pytest.mark.parametrize("late", LateRecipients)
def test_nobody_is_dropped_silently_when_the_hour_has_passed(
    approved: Campaign, late: LateRecipients
) -> None:
    eight = datetime.combine(monday(), time(8)).replace(tzinfo=_place("Europe/Bucharest"))
    scheduled = launch(approved, hour=hour(late=late), undo_window=timedelta(), now=eight)
    # Where they get it now, sending starts now.
    assert start(scheduled.pk, now=max(eight, scheduled.scheduled_at or eight))

    scheduled.refresh_from_db()
    assert scheduled.candidates == 24
    assert totals(scheduled) == recount(scheduled)
    early = Delivery.objects.filter(subscriber__time_zone__in=ZONES[:2])
    if late is LateRecipients.SKIP:
        assert skipped_by_reason(scheduled) == {"hour_passed": 8}
        assert early.filter(status=DeliveryStatus.SKIPPED).count() == 8
        assert not DueTime.objects.filter(due_at__lt=eight).exists()
    elif late is LateRecipients.NOW:
        assert early.filter(due_at=eight).count() == 8
        assert len(claim(scheduled.pk, size=100, now=eight).deliveries) == 8
    else:
        assert early.filter(due_at__gt=eight + timedelta(hours=12)).count() == 8


def test_whoever_was_shown_as_on_time_is_not_left_out_because_sending_starts_late(
    approved: Campaign,
) -> None:
    scheduled = launch(approved, hour=hour(late=LateRecipients.SKIP))
    eight = datetime.combine(monday(), time(8)).replace(tzinfo=_place("Europe/Bucharest"))

    assert start(scheduled.pk, now=eight), "it was on hold until then"

    scheduled.refresh_from_db()
    assert totals(scheduled) == recount(scheduled)
    assert totals(scheduled).planned == 24
    for zone in ZONES[:2]:
        tuesday = datetime.combine(monday() + timedelta(days=1), time(9), _place(zone))
        assert Delivery.objects.filter(due_at=tuesday, subscriber__time_zone=zone).count() == 4


@pytest.mark.parametrize("late", LateRecipients)
def test_whoever_joins_after_the_launch_east_of_all_others_gets_it_late_and_is_not_left_out(
    approved: Campaign, late: LateRecipients, make_subscriber: MakeSubscriber, topic: Topic
) -> None:
    """On Kiritimati it was nine an hour before Auckland, where sending was to start."""
    zone = "Pacific/Kiritimati"
    scheduled = launch(approved, hour=hour(late=late))
    make_subscriber("tia@mail0.example", topic=topic, time_zone=zone)

    assert start(scheduled.pk, now=scheduled.scheduled_at)

    row = Delivery.objects.get(subscriber__time_zone=zone)
    assert row.status == DeliveryStatus.PLANNED
    tuesday = datetime.combine(monday() + timedelta(days=1), time(9)).replace(tzinfo=_place(zone))
    assert row.due_at == (scheduled.scheduled_at if late is LateRecipients.NOW else tuesday)


def test_a_person_whose_zone_changes_in_that_very_moment_is_not_lost(approved: Campaign) -> None:
    def change(execute, sql, parameters, many, context):  # type: ignore[no-untyped-def]
        if "WITH hours" in sql:
            Subscriber.objects.filter(time_zone="Asia/Kathmandu").update(time_zone="Asia/Dhaka")
        return execute(sql, parameters, many, context)

    with connection.execute_wrapper(change):
        launched = launch_now(approved, hour=hour())

    assert launched.candidates == 24
    assert totals(launched) == recount(launched)


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"first_day": date(2020, 1, 1)}, "That day has passed"),
        ({"first_day": date(2200, 1, 1)}, "within the next year"),
        ({"first_day": monday() + timedelta(days=60)}, "only after the event begins"),
    ],
)
def test_an_hour_that_fits_nobody_is_refused(
    approved: Campaign, changes: dict[str, object], problem: str
) -> None:
    with pytest.raises(CannotLaunch, match=problem):
        launch(approved, hour=hour(**changes))
    approved.refresh_from_db()
    assert approved.status == CampaignStatus.APPROVED


def test_joining_details_have_no_local_hour(approved: Campaign) -> None:
    Campaign.objects.update(step=CampaignStep.DETAILS_HOUR)
    with pytest.raises(CannotLaunch, match="everybody at once"):
        launch(Campaign.objects.get(), hour=hour())


def test_a_launch_without_an_hour_forgets_one_that_was_undone(approved: Campaign) -> None:
    launch(approved, hour=hour())
    assert undo(approved.pk)

    launched = launch_now(Campaign.objects.get())

    assert launched.local_time is None
    assert not Delivery.objects.exclude(due_at=None).exists()


def test_a_new_version_for_the_rest_keeps_each_hour(approved: Campaign) -> None:
    launched = launch_now(approved, hour=hour())
    first = DueTime.objects.order_by("due_at").first()
    assert first
    claimed = claim(launched.pk, size=100, now=first.due_at)
    assert pause(launched.pk)
    later = write_later_version(launched)
    approve(later, by="Sam")
    with pytest.raises(CannotLaunch, match="as the first one was launched"):
        launch(later, hour=hour())

    moved = launch_now(later)

    assert moved.candidates == 24 - len(claimed.deliveries)
    assert claim(moved.pk, size=100, now=first.due_at).found_nothing
    bucharest = datetime.combine(monday(), time(9)).replace(tzinfo=_place("Europe/Bucharest"))
    assert len(claim(moved.pk, size=100, now=bucharest).deliveries) == 16


def test_what_depends_on_answers_does_not_start_before_anybody_can_be_due(
    approved: Campaign, event: Event
) -> None:
    Audience.objects.filter(campaign=approved).update(rule=AudienceRule.WAITING)
    Event.objects.update(takes_answers=True)
    approve_again(approved)

    scheduled = launch(approved, hour=hour())

    first = datetime.combine(monday(), time(9)).replace(tzinfo=_place("Pacific/Auckland"))
    assert scheduled.scheduled_at == first - BEFORE_FIRST_HOUR


def test_a_start_too_late_for_all_leaves_a_draft_and_not_a_campaign_that_was_sent_to_nobody(
    approved: Campaign,
) -> None:
    scheduled = launch(approved, hour=hour(late=LateRecipients.SKIP))

    assert not start(scheduled.pk, now=datetime.now(UTC) + timedelta(days=13))

    scheduled.refresh_from_db()
    assert scheduled.status == CampaignStatus.DRAFT
    assert "had passed for every recipient" in scheduled.pause_reason
    assert not Delivery.objects.exists()
