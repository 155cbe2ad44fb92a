"""A campaign that harms our name is stopped, and a person decides."""

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from threading import Barrier, Thread

import pytest
from django.conf import settings
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from campaigns.models import Campaign, DeliveryMinute, DeliveryTally, FactTally
from campaigns.reports.months.mail import sent_numbers
from campaigns.sending.guard import count_facts, stop_bad_campaigns
from campaigns.sending.guard_rules import RULES, BadShare
from campaigns.sending.pause_cancel_undo import resume
from campaigns.states import Counted, Fact
from newsletter.models import TransactionalMessage
from staff.roles import AUTHOR, PUBLISHER
from subscribers.models import Topic, TopicGrant
from tests.staff_members import staff_member

NOW = datetime(2026, 12, 10, 20, 30, 15, tzinfo=UTC)


def reach(campaign: Campaign, numbers: Mapping[str, int]) -> None:
    for status, number in numbers.items():
        DeliveryTally.objects.filter(campaign=campaign, status=status).update(number=number)


@pytest.mark.thorough(sample=3)
@pytest.mark.parametrize(
    ("numbers", "fact", "number", "stopped"),
    [
        ({"delivered": 2_999}, Fact.COMPLAINED, 3, True),
        ({"delivered": 3_000}, Fact.COMPLAINED, 3, False),
        ({"delivered": 100}, Fact.COMPLAINED, 2, False),
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


@pytest.mark.thorough(sample=3)
@pytest.mark.parametrize(
    ("mailers", "reached", "stopped"),
    [
        # Brevo, that is being warmed up, reports deliveries; a mail server never does.
        ({"brevo": (53, 50, 3), "smtp": (9_947, 0, 0)}, 10_000, False),
        ({"brevo": (50, 50, 0), "smtp": (9_950, 0, 3)}, 10_000, False),
        ({"brevo": (5_000, 50, 3), "smtp": (20, 0, 0)}, 73, False),
        ({"brevo": (5_000, 37, 3), "smtp": (20, 0, 0)}, 60, True),
        ({"brevo": (5_000, 57, 3)}, 60, True),
        ({"brevo": (5_000, 58, 3)}, 61, False),
        # One that was sent again has the second mailer, though the first one reports it.
        ({"smtp": (10_000, 1, 19)}, 10_000, False),
        ({"smtp": (10_000, 1, 500)}, 10_000, True),
        ({"smtp": (10_000, 0, 500)}, 10_000, True),
    ],
)
def test_emails_are_those_that_were_reported_or_whose_mailer_reports_no_deliveries(
    mailers: dict[str, tuple[int, int, int]], reached: int, stopped: bool, sending: Campaign
) -> None:
    long_ago = timedelta(days=2)
    whole = Counter[str]()
    for mailer, (accepted, delivered, bounced) in mailers.items():
        sent(sending, ago=long_ago, mailer=mailer, accepted=accepted, delivered=delivered)
        sent(sending, ago=long_ago, mailer=mailer, bounced=bounced)
        whole["accepted"] += accepted - delivered - bounced
        whole.update(delivered=delivered, bounced=bounced)
    reach(sending, whole)
    count_facts(sending.pk, {Fact.HARD_BOUNCE: whole["bounced"]})

    assert sent_numbers([sending.pk])[sending.pk]["emails"] == reached, "over time it is the same"
    assert stop_bad_campaigns(now=NOW) == stopped
    assert (f" of {reached:,} mailboxes" in reason_of(sending)) == stopped


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


def sent(
    campaign: Campaign,
    *,
    ago: timedelta = timedelta(),
    host: str = "",
    mailer: str = "",
    **counts: int,
) -> None:
    """So many were counted in a minute of the past."""
    minute = (NOW - ago).replace(second=0, microsecond=0)
    DeliveryMinute.objects.bulk_create(
        DeliveryMinute(
            campaign=campaign, minute=minute, host=host, mailer=mailer, what=what, number=number
        )
        for what, number in counts.items()
    )


def reason_of(campaign: Campaign) -> str:
    campaign.refresh_from_db()
    return campaign.pause_reason


@pytest.mark.thorough(sample=3)
@pytest.mark.parametrize(
    ("numbers", "stopped"),
    [
        ({"accepted": 90, "failed": 10}, True),
        ({"accepted": 91, "failed": 9}, False),
        ({"accepted": 80, "uncertain": 10, "failed": 10}, True),
        ({"accepted": 17, "failed": 2}, False),
        ({"failed": 19}, False),
        ({"failed": 20}, True),
        ({"skipped": 500, "planned": 500, "accepted": 10, "failed": 10}, True),
    ],
)
def test_failures_stop_a_campaign(
    numbers: dict[str, int], stopped: bool, sending: Campaign
) -> None:
    reach(sending, numbers)
    assert stop_bad_campaigns() == stopped
    assert ("emails failed" in reason_of(sending)) == stopped


def test_after_a_person_resumed_it_twice_as_many_must_have_failed(sending: Campaign) -> None:
    reach(sending, {"accepted": 90, "failed": 10})
    assert stop_bad_campaigns() == 1
    assert resume(sending.pk)
    reach(sending, {"accepted": 90, "failed": 19})
    assert stop_bad_campaigns() == 0
    reach(sending, {"accepted": 90, "failed": 20})
    assert stop_bad_campaigns() == 1


def test_one_bad_address_stops_nothing(sending: Campaign) -> None:
    reach(sending, {"delivered": 18, "bounced": 2})
    count_facts(sending.pk, {Fact.HARD_BOUNCE: 2})
    assert stop_bad_campaigns() == 0


@pytest.mark.parametrize(
    ("ago", "stopped"),
    [
        (timedelta(), True),
        (timedelta(minutes=59), True),
        (timedelta(hours=1), False),
        (timedelta(minutes=-30), True),
    ],
    ids=["just now", "at the edge", "past it", "before the clock was set back"],
)
def test_a_bad_part_of_a_long_campaign_can_t_hide_behind_a_good_one(
    ago: timedelta, stopped: bool, sending: Campaign
) -> None:
    reach(sending, {"delivered": 100_000, "bounced": 60})
    count_facts(sending.pk, {Fact.HARD_BOUNCE: 60})
    sent(sending, ago=timedelta(hours=5), accepted=99_000)
    sent(sending, ago=ago, accepted=1_000, hard_bounce=50, blocked=0)
    assert stop_bad_campaigns(now=NOW) == stopped
    assert ("emails of the last hour: 50 of 1,000 mailboxes" in reason_of(sending)) == stopped


def test_a_clock_that_was_far_ahead_for_a_moment_doesn_t_blind_it(sending: Campaign) -> None:
    reach(sending, {"delivered": 100_000, "bounced": 60})
    count_facts(sending.pk, {Fact.HARD_BOUNCE: 60})
    sent(sending, ago=timedelta(days=-9), accepted=99_000)
    sent(sending, accepted=1_000, hard_bounce=50)
    assert stop_bad_campaigns(now=NOW) == 1


def test_minutes_of_several_hosts_count_together_and_other_campaigns_don_t(
    sending: Campaign,
) -> None:
    other = Campaign.objects.create(name="Other", topic=sending.topic)
    reach(sending, {"accepted": 100_000, "failed": 60})
    sent(other, accepted=100_000)
    for host in ("one", "two"):
        sent(sending, host=host, accepted=230, failed=25)
    assert stop_bad_campaigns(now=NOW) == 0
    sent(sending, host="three", failed=5)
    assert stop_bad_campaigns(now=NOW) == 1


@pytest.mark.parametrize(
    ("limits", "stopped"),
    [
        ({}, True),
        ({"guard_bounces": Decimal("5.01")}, False),
        ({"guard_bounces": Decimal("4.99")}, True),
        ({"guard_complaints": Decimal("0.01"), "guard_bounces": Decimal(100)}, False),
    ],
)
def test_a_topic_may_have_limits_of_its_own(
    limits: dict[str, Decimal], stopped: bool, sending: Campaign
) -> None:
    Topic.objects.filter(pk=sending.topic_id).update(**limits)
    reach(sending, {"delivered": 95, "bounced": 5})
    count_facts(sending.pk, {Fact.HARD_BOUNCE: 5})
    assert stop_bad_campaigns() == stopped


def told() -> list[str]:
    messages = TransactionalMessage.objects.filter(kind="staff_sending_paused")
    return sorted(messages.values_list("to", flat=True))


def test_publishers_are_told_once_with_the_reason(sending: Campaign) -> None:
    staff_member("pia", PUBLISHER)
    staff_member("ann", AUTHOR)
    closed = staff_member("otto", PUBLISHER)
    closed.is_active = False
    closed.save()
    nowhere = staff_member("nia", PUBLISHER)
    nowhere.email = ""
    nowhere.save()
    reach(sending, {"delivered": 100})
    count_facts(sending.pk, {Fact.COMPLAINED: 3})
    assert (stop_bad_campaigns(), stop_bad_campaigns()) == (1, 0)
    assert told() == ["pia@example.org"]
    message = TransactionalMessage.objects.get(kind="staff_sending_paused")
    text = f"{message.subject} {message.text}"
    assert "Quarterly meeting" in text
    assert "3 of 100 recipients reported this email as spam" in text
    assert f"/staff/campaigns/campaign/{sending.pk}/" in text


def test_of_a_need_to_know_topic_they_alone_are_told_who_are_granted_it_and_without_its_name(
    sending: Campaign,
) -> None:
    pia = staff_member("pia", PUBLISHER)
    staff_member("otto", PUBLISHER)
    Topic.objects.filter(pk=sending.topic_id).update(is_public=False, is_restricted=True)
    TopicGrant.objects.create(
        topic=sending.topic,
        account=pia,
        until=datetime.combine(date(2999, 1, 1), datetime.min.time(), UTC),
        granted_by="sam",
    )
    reach(sending, {"delivered": 100})
    count_facts(sending.pk, {Fact.COMPLAINED: 3})
    assert stop_bad_campaigns() == 1
    assert told() == ["pia@example.org"]
    message = TransactionalMessage.objects.get(kind="staff_sending_paused")
    assert message.topic_id == sending.topic_id
    assert "Quarterly" not in f"{message.subject} {message.text}"
    assert "spam" not in message.text


@pytest.mark.postgres
def test_of_two_clocks_at_once_one_stops_it_and_each_publisher_is_told_once(
    transactional_db: None, sending: Campaign
) -> None:
    staff_member("pia", PUBLISHER)
    reach(sending, {"delivered": 100})
    count_facts(sending.pk, {Fact.COMPLAINED: 3})
    start, stopped = Barrier(4), list[int]()

    def clock() -> None:
        start.wait()
        stopped.append(stop_bad_campaigns())
        connection.close()

    threads = [Thread(target=clock) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(stopped) == [0, 0, 0, 1]
    assert told() == ["pia@example.org"]


COUNTS = st.integers(0, 400)
HISTORY = st.lists(
    st.tuples(st.integers(0, 90), COUNTS, COUNTS, st.integers(0, 30), st.integers(0, 40)),
    min_size=1,
    max_size=12,
)
"""Minutes ago, and how many were accepted, how many of these came back, or were reported as spam,
and how many failed."""


class Histories(TestCase):
    """The guard stops exactly what breaks a rule, as it is computed here a second time."""

    def setUp(self) -> None:
        topic = Topic.objects.create(slug="t", name="T")
        self.campaign = Campaign.objects.create(name="C", topic=topic, status="sending")

    @given(HISTORY, st.integers(0, 200))
    def test_a_random_history_is_judged_by_the_whole_and_by_the_windows(
        self, history: list[tuple[int, int, int, int, int]], stopped_at: int
    ) -> None:
        Campaign.objects.update(status="sending", pause_reason="")
        for model in (DeliveryMinute, DeliveryTally, FactTally):
            model.objects.all().delete()
        events: list[tuple[int, Counter[str]]] = []
        for ago, accepted, bounced, complained, failed in history:
            numbers = Counter(
                accepted=accepted,
                hard_bounce=min(bounced, accepted),
                complained=min(complained, accepted),
                failed=failed,
            )
            events.append((ago, numbers))
        for number, (ago, numbers) in enumerate(events):
            sent(self.campaign, ago=timedelta(minutes=ago), host=str(number), mailer="", **numbers)
        whole = sum((numbers for _, numbers in events), Counter[str]())
        tallies = {
            "accepted": whole["accepted"] - whole["hard_bounce"],
            "bounced": whole["hard_bounce"],
            "failed": whole["failed"],
        }
        DeliveryTally.objects.bulk_create(
            DeliveryTally(campaign=self.campaign, status=status, number=number)
            for status, number in tallies.items()
        )
        count_facts(
            self.campaign.pk,
            {Fact.HARD_BOUNCE: whole["hard_bounce"], Fact.COMPLAINED: whole["complained"]},
        )
        FactTally.objects.filter(fact=Fact.COMPLAINED).update(stopped_at=stopped_at)

        def broken(ago: int, bad: str, limit: int, *, passes: bool = False) -> bool:
            parts = [numbers for minutes, numbers in events if minutes < ago]
            part = sum(parts, Counter[str]())
            of = part["accepted"] + (part["failed"] if bad == "failed" else 0)
            if part[bad] < 3 or (bad != "complained" and of < 20):
                return False
            if passes:
                return part[bad] * 1000 > of * limit
            return part[bad] * 1000 >= of * limit

        late = {"complained": 24 * 60, "hard_bounce": 60, "failed": 10}
        expected = (
            whole["complained"] >= 2 * stopped_at
            and any(broken(ago, "complained", 1, passes=True) for ago in (late["complained"], 999))
        ) or any(
            broken(ago, bad, limit)
            for bad, limit in (("hard_bounce", 50), ("failed", 100))
            for ago in (late[bad], 999)
        )
        assert stop_bad_campaigns(now=NOW) == expected
        assert stop_bad_campaigns(now=NOW) == 0


def test_no_reason_is_longer_than_its_column() -> None:
    longest = Campaign._meta.get_field("pause_reason").max_length or 0
    for rule in RULES:
        share = BadShare(dict.fromkeys(rule.facts, 9_999_999), 99_999_999, is_of_late=True)
        assert len(rule.reason(share, limit=Decimal("99.99"))) <= longest
        assert rule.counted <= set(Counted)
    assert settings.GUARD_COMPLAINTS < settings.PROVIDERS_COMPLAINTS
