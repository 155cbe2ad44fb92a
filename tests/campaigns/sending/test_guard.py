"""A campaign that harms our name is stopped, and a person decides."""

from collections.abc import Mapping

import pytest

from campaigns.models import Campaign, DeliveryTally
from campaigns.sending.guard import count_facts, stop_bad_campaigns
from campaigns.sending.pause_cancel_undo import resume
from campaigns.states import Fact


def reach(campaign: Campaign, numbers: Mapping[str, int]) -> None:
    for status, number in numbers.items():
        DeliveryTally.objects.filter(campaign=campaign, status=status).update(number=number)


@pytest.mark.parametrize(
    ("numbers", "fact", "number", "stopped"),
    [
        ({"delivered": 2_999}, Fact.COMPLAINED, 3, True),
        ({"delivered": 3_000}, Fact.COMPLAINED, 3, False),
        ({"delivered": 100}, Fact.COMPLAINED, 2, False),
        ({"accepted": 10_000, "delivered": 100}, Fact.COMPLAINED, 3, True),
        ({"accepted": 10_000}, Fact.COMPLAINED, 3, False),
        ({"delivered": 95, "bounced": 5}, Fact.HARD_BOUNCE, 5, True),
        ({"delivered": 96, "bounced": 5}, Fact.HARD_BOUNCE, 5, False),
        ({"delivered": 10, "bounced": 9}, Fact.HARD_BOUNCE, 9, False),
        ({"delivered": 11, "bounced": 9}, Fact.HARD_BOUNCE, 9, True),
        ({"accepted": 95, "bounced": 5}, Fact.HARD_BOUNCE, 5, True),
    ],
)
def test_it_stops_a_campaign_at_its_limits_and_no_sooner(
    numbers: dict[str, int], fact: Fact, number: int, stopped: bool, sending: Campaign
) -> None:
    reach(sending, numbers)
    count_facts(sending.pk, {fact: number})

    assert stop_bad_campaigns() == stopped

    sending.refresh_from_db()
    assert sending.status == ("paused" if stopped else "sending")
    assert sending.pause_reason.startswith("Paused automatically" if stopped else "")


def test_a_person_who_resumes_it_is_obeyed_until_it_gets_twice_as_bad(sending: Campaign) -> None:
    reach(sending, {"delivered": 100})
    count_facts(sending.pk, {Fact.COMPLAINED: 3})
    assert stop_bad_campaigns() == 1
    assert resume(sending.pk)
    count_facts(sending.pk, {Fact.COMPLAINED: 2})
    assert stop_bad_campaigns() == 0
    count_facts(sending.pk, {Fact.COMPLAINED: 1})
    assert stop_bad_campaigns() == 1


@pytest.mark.parametrize(
    ("hard", "blocked", "reason"),
    [
        (3, 2, "3 of 100 mailboxes do not exist, and email providers refused this email for 2"),
        (0, 5, "email providers refused this email for 5 of 100 recipients."),
        (5, 0, "5 of 100 mailboxes do not exist."),
        (2, 2, ""),
    ],
)
def test_mailboxes_that_don_t_exist_and_refusals_count_together(
    hard: int, blocked: int, reason: str, sending: Campaign
) -> None:
    reach(sending, {"delivered": 95, "bounced": 5})
    count_facts(sending.pk, {Fact.HARD_BOUNCE: hard, Fact.BLOCKED: blocked})
    assert stop_bad_campaigns() == bool(reason)
    sending.refresh_from_db()
    assert bool(sending.pause_reason) == bool(reason)
    assert reason in sending.pause_reason


def test_after_a_person_resumed_it_both_together_must_be_twice_as_many(sending: Campaign) -> None:
    reach(sending, {"delivered": 95, "bounced": 5})
    count_facts(sending.pk, {Fact.HARD_BOUNCE: 4, Fact.BLOCKED: 1})
    assert stop_bad_campaigns() == 1
    assert resume(sending.pk)
    count_facts(sending.pk, {Fact.BLOCKED: 4})
    assert stop_bad_campaigns() == 0
    count_facts(sending.pk, {Fact.BLOCKED: 1})
    assert stop_bad_campaigns() == 1


def test_what_isn_t_sending_is_left_alone(sending: Campaign) -> None:
    Campaign.objects.update(status="sent")
    reach(sending, {"delivered": 10})
    count_facts(sending.pk, {Fact.COMPLAINED: 9})
    assert stop_bad_campaigns() == 0
