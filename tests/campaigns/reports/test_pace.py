"""The pace is that of the last minute, and says how long it takes at that pace."""

from datetime import UTC, datetime, time, timedelta

import pytest

from campaigns.audit_actions import CampaignAuditAction
from campaigns.audited import record_campaign
from campaigns.models import Campaign, Delivery, DeliveryMinute, DueTime
from campaigns.reports.pace import Refusal, pace, time_in_words
from campaigns.reports.totals import Totals
from campaigns.states import CampaignStatus, Counted
from newsletter.models import AuditEntry

NOW = datetime(2026, 12, 10, 20, 30, 15, tzinfo=UTC)
"""A quarter of the minute has passed."""


@pytest.fixture
def at_it(sending: Campaign) -> Campaign:
    sending.launched_at = NOW - timedelta(hours=1)
    return sending


def counted(
    campaign: Campaign, number: int, what: Counted = Counted.ACCEPTED, *, ago: int = 0, **key: str
) -> None:
    minute = (NOW - timedelta(minutes=ago)).replace(second=0)
    key = {"host": "one", "mailer": "mg", **key}
    DeliveryMinute.objects.create(campaign=campaign, minute=minute, what=what, number=number, **key)


def of(campaign: Campaign, *, waiting: int = 0) -> tuple[int, int | None]:
    found = pace(campaign, Totals(candidates=waiting, planned=waiting), now=NOW)
    return found.a_minute, found.seconds_left


def test_the_last_sixty_seconds_count(at_it: Campaign) -> None:
    counted(at_it, 100)
    counted(at_it, 400, ago=1)
    counted(at_it, 9_000, ago=2)
    assert of(at_it, waiting=800) == (100 + 300, 120)


def test_what_waits_no_more_counts_whatever_became_of_it(at_it: Campaign) -> None:
    for what in Counted:
        counted(at_it, 10, what, host=what)
    assert of(at_it)[0] == 40, "accepted, failed, uncertain and skipped"


@pytest.mark.parametrize("seconds", [1, 10, 30, 59])
def test_in_the_first_minute_what_was_sent_counts_and_no_time_left_is_told(
    at_it: Campaign, seconds: int
) -> None:
    counted(at_it, 5)
    counted(at_it, 20, ago=1)
    at_it.launched_at = NOW - timedelta(seconds=seconds)
    assert of(at_it, waiting=195) == (25, None)
    at_it.launched_at = NOW - timedelta(seconds=60)
    assert of(at_it, waiting=195) == (20, 585)


@pytest.mark.parametrize("act", ["resumed", "retried", "resolved"])
def test_for_a_minute_after_it_goes_on_no_time_left_is_told(at_it: Campaign, act: str) -> None:
    counted(at_it, 5)
    record_campaign(CampaignAuditAction(f"campaign.{act}"), at_it)
    AuditEntry.objects.update(at=NOW - timedelta(seconds=59))
    other = Campaign.objects.create(name="Other", topic=at_it.topic)
    other.launched_at = NOW - timedelta(hours=1)
    assert of(at_it, waiting=195) == (5, None)
    AuditEntry.objects.update(at=NOW - timedelta(seconds=60))
    assert of(at_it, waiting=195) == (5, 39 * 60)
    AuditEntry.objects.update(at=NOW, object_id=other.pk)
    assert of(at_it, waiting=195) == (5, 39 * 60)


def test_without_a_pace_nobody_can_say_how_long_it_takes(at_it: Campaign) -> None:
    assert of(at_it, waiting=400) == (0, None)
    counted(at_it, 100)
    assert of(at_it) == (100, None), "nothing waits"
    at_it.status = CampaignStatus.PAUSED
    assert of(at_it, waiting=400) == (100, None)


def test_while_some_wait_for_their_hour_the_last_hour_is_said_and_no_time_left(
    at_it: Campaign,
) -> None:
    counted(at_it, 100)
    at_it.local_time = time(9)
    for hours in (-2, 3, 9):
        at = NOW + timedelta(hours=hours)
        DueTime.objects.create(campaign=at_it, due_at=at, number=5, last_id=max(hours, 0))
    found = pace(at_it, Totals(candidates=400, planned=400), now=NOW)
    assert (found.a_minute, found.seconds_left) == (100, None)
    assert found.next_due_at == NOW + timedelta(hours=3)
    assert found.last_due_at == NOW + timedelta(hours=9)
    DueTime.objects.filter(due_at__gt=NOW).delete()
    assert of(at_it, waiting=400) == (100, 240)


def test_hours_for_which_nobody_waits_any_more_are_not_said(at_it: Campaign) -> None:
    counted(at_it, 100)
    at_it.local_time = time(9)
    last = Delivery.objects.latest("pk").pk
    for hours, last_id in ((-2, last), (3, last + 5)):
        at = NOW + timedelta(hours=hours)
        DueTime.objects.create(campaign=at_it, due_at=at, number=5, last_id=last_id)
    found = pace(at_it, Totals(candidates=5, planned=5), now=NOW)
    assert (found.next_due_at, found.last_due_at, found.seconds_left) == (None, None, 3)


def test_of_those_who_get_it_first_no_time_is_told_in_which_all_have_it(at_it: Campaign) -> None:
    counted(at_it, 100)
    at_it.canary_last_id = 2
    assert of(at_it, waiting=400) == (100, None)


def test_minutes_to_come_are_from_before_the_clock_was_set_back(at_it: Campaign) -> None:
    counted(at_it, 5_000, ago=-3)
    counted(at_it, 60)
    assert of(at_it, waiting=60) == (60, 60)


def test_refusals_of_the_last_minutes_are_grouped_by_what_they_mean(at_it: Campaign) -> None:
    counted(at_it, 3, Counted.FAILED, code="550 5.1.1")
    counted(at_it, 4, Counted.FAILED, code="550 5.1.1", ago=9, host="two")
    counted(at_it, 9, Counted.FAILED, code="552 5.2.2")
    counted(at_it, 50, Counted.LATER, code="451 4.7.1")
    counted(at_it, 2, Counted.UNCERTAIN)
    counted(at_it, 70, Counted.FAILED, code="550 5.7.1", ago=30)
    found = pace(at_it, Totals(candidates=0), now=NOW)
    assert list(found.refusals) == [
        Refusal(Counted.FAILED, "552 5.2.2", 9),
        Refusal(Counted.FAILED, "550 5.1.1", 7),
        Refusal(Counted.LATER, "451 4.7.1", 50),
        Refusal(Counted.UNCERTAIN, "", 2),
    ]
    assert [each.words for each in found.refusals][-1] == "No answer came"


def test_each_mailer_at_each_host_has_its_line(at_it: Campaign) -> None:
    counted(at_it, 90)
    counted(at_it, 30, host="two")
    counted(at_it, 6, Counted.LATER, host="two", code="421")
    counted(at_it, 8, mailer="ses", ago=4)
    counted(at_it, 99, Counted.SKIPPED, mailer="")
    counted(at_it, 99, Counted.BOUNCED, host="reports")
    lines = [
        (each.host, each.mailer, each.accepted, each.refused, each.a_minute)
        for each in pace(at_it, Totals(candidates=0), now=NOW).routes
    ]
    assert lines == [
        ("one", "mg", 90, 0, 90),
        ("one", "ses", 8, 0, 0),
        ("two", "mg", 30, 6, 30),
    ]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "less than a minute"),
        (59, "less than a minute"),
        (60, "about 1 minute"),
        (61, "about 2 minutes"),
        (3_600, "about 1 hour"),
        (7_500, "about 2 hours 5 minutes"),
        (26 * 3_600, "about 1 day 2 hours"),
    ],
)
def test_a_time_is_written_as_one_says_it(seconds: int, words: str) -> None:
    assert time_in_words(seconds) == words
