"""Claims whose worker is gone, late, or standing still."""

import json
import os
import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread

import pytest
from pytest_django.fixtures import Settings

from campaigns.models import Campaign, Delivery
from campaigns.reports.totals import recount, totals
from campaigns.sending.advance import advance_campaigns
from campaigns.sending.claims.claim import Claim, claim
from campaigns.sending.claims.recover import (
    claim_journals,
    keep_recovering,
    recover_expired,
    recover_journals,
)
from campaigns.sending.claims.settle import settle
from campaigns.sending.pause_cancel_undo import cancel
from campaigns.sending.resolve import resolve_uncertain
from campaigns.sending.send import send_batch
from campaigns.states import CampaignStatus, DeliveryStatus
from newsletter.core.boot import boot
from newsletter.core.standstill import elapsed
from newsletter.models import InboxMessage
from newsletter.transport.bulk import journal
from newsletter.transport.bulk.journal import ENDING, Journal
from newsletter.transport.results.result import Outcome, Result

pytestmark = pytest.mark.services

ACCEPTED = Result(Outcome.ACCEPTED)
REFUSED = Result(Outcome.REFUSED, reason="550 5.1.1 no such mailbox", mailer="smtp")
UNKNOWN = Result(Outcome.UNKNOWN, reason="no answer", mailer="smtp")


@pytest.fixture(autouse=True)
def var_dir(settings: Settings, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path


def states(campaign: Campaign) -> list[str]:
    return list(
        Delivery.objects.filter(campaign=campaign).order_by("pk").values_list("status", flat=True)
    )


def killed(claimed: Claim, *, begun: Sequence[int], ended: Sequence[tuple[int, Result]]) -> Path:
    """A journal as a worker leaves it that is killed."""
    journal = Journal(
        claim_journals(), str(claimed.token), {"campaign": claimed.campaign_id, "mailer": "smtp"}
    )
    journal.note(begun=begun)
    journal.note(ended=ended)
    journal.close()
    return journal.path


def test_after_a_kill_only_what_was_begun_and_did_not_end_is_in_doubt(sending: Campaign) -> None:
    claimed = claim(sending.pk, size=4, mailer="smtp")
    first, second, third, _ = (one.pk for one in claimed.deliveries)
    path = killed(
        claimed, begun=[first, second, third], ended=[(first, ACCEPTED), (second, REFUSED)]
    )

    assert recover_journals() == 4

    assert states(sending) == ["accepted", "failed", "uncertain", "planned", "planned"]
    assert list(Delivery.objects.order_by("pk").values_list("attempt", flat=True)) == [
        1,
        1,
        1,
        0,
        0,
    ]
    assert Delivery.objects.get(pk=second).reason == REFUSED.reason
    assert Delivery.objects.get(pk=first).mailer == "smtp"
    assert totals(sending) == recount(sending)
    assert not path.exists()


def test_a_host_without_a_clock_looks_after_its_own_journals(
    transactional_db: None, sending: Campaign
) -> None:
    path = killed(claim(sending.pk, size=2, mailer="smtp"), begun=[], ended=[])
    once = Event()
    once.set()

    beside = Thread(target=keep_recovering, args=[once])
    beside.start()
    beside.join()

    assert states(sending) == ["planned"] * 5
    assert not path.exists()


def test_a_journal_that_turns_up_after_the_lease_clears_the_doubt(sending: Campaign) -> None:
    claimed = claim(sending.pk, size=5, mailer="smtp")
    first, second, *_ = (one.pk for one in claimed.deliveries)
    killed(claimed, begun=[first, second], ended=[(first, ACCEPTED)])
    recover_expired(now=claimed.lease_until + timedelta(seconds=1))
    advance_without_journals = states(sending)

    recover_journals()

    assert advance_without_journals == ["uncertain"] * 5
    assert states(sending) == ["accepted", "uncertain", "planned", "planned", "planned"]
    assert totals(sending) == recount(sending)


def test_a_journal_that_plans_again_reopens_a_campaign_that_has_ended(sending: Campaign) -> None:
    claimed = claim(sending.pk, size=5, mailer="smtp")
    killed(claimed, begun=[], ended=[])
    recover_expired(now=claimed.lease_until + timedelta(seconds=1))
    Campaign.objects.filter(pk=sending.pk).update(status=CampaignStatus.SENT)

    recover_journals()

    assert states(sending) == ["planned"] * 5
    sending.refresh_from_db()
    assert sending.status == CampaignStatus.SENDING


def test_a_journal_from_before_a_restart_of_the_machine_proves_nothing_that_it_does_not_say(
    sending: Campaign,
) -> None:
    claimed = claim(sending.pk, size=3, mailer="smtp")
    first, second, _ = (one.pk for one in claimed.deliveries)
    path = killed(claimed, begun=[first, second], ended=[(first, ACCEPTED)])
    header, rest = path.read_text().split("\n", 1)
    path.write_text(json.dumps(json.loads(header) | {"boot": "another"}) + "\n" + rest)

    recover_journals()

    assert states(sending) == ["accepted", "uncertain", "uncertain", "planned", "planned"]


def test_after_a_power_cut_nobody_is_written_to_again_who_may_have_been(sending: Campaign) -> None:
    """The claim is in the database; of the file there is its name alone."""
    claimed = claim(sending.pk, size=3, mailer="smtp")
    killed(claimed, begun=[claimed.deliveries[0].pk], ended=[]).write_bytes(b"")

    recover_journals()

    assert states(sending) == ["uncertain", "uncertain", "uncertain", "planned", "planned"]
    assert totals(sending) == recount(sending)


def test_what_was_turned_away_before_a_restart_of_the_machine_may_have_begun_again(
    sending: Campaign,
) -> None:
    claimed = claim(sending.pk, size=2, mailer="smtp")
    first, second = (one.pk for one in claimed.deliveries)
    path = killed(
        claimed, begun=[first, second], ended=[(first, Result(Outcome.LATER)), (second, REFUSED)]
    )
    path.write_text(path.read_text().replace(boot(), "another"))

    recover_journals()

    assert states(sending)[:2] == ["uncertain", "failed"]


def test_a_journal_that_can_not_be_settled_holds_up_no_other(sending: Campaign) -> None:
    claimed = claim(sending.pk, size=2, mailer="smtp")
    killed(claimed, begun=[], ended=[])
    (claim_journals() / f"0{ENDING}").write_text("")

    assert recover_journals() == 2

    assert states(sending) == ["planned"] * 5
    assert [path.name for path in claim_journals().iterdir()] == [f"0{ENDING}"]


@pytest.mark.parametrize("torn", ["", "b", "b 1", '{"boot": "x"', '{"boot": "x"}'], ids=range(5))
def test_a_torn_journal_is_no_obstacle(sending: Campaign, torn: str) -> None:
    claim_journals().mkdir()
    path = claim_journals() / f"00000000-0000-0000-0000-000000000001{ENDING}"
    path.write_text(torn)
    os.utime(path, (0, 0))

    assert recover_journals() == 0
    assert not path.exists()


def test_a_clock_that_was_moved_back_keeps_the_journal_of_no_claim_for_a_lease(
    sending: Campaign, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim_journals().mkdir()
    path = claim_journals() / f"00000000-0000-0000-0000-000000000003{ENDING}"
    path.write_text("")
    os.utime(path, (time.time() + 7200, time.time() + 7200))

    recover_journals()
    assert path.exists()
    later = elapsed() + settings.CLAIM_LEASE.total_seconds()
    monkeypatch.setattr(journal, "elapsed", lambda: later)
    recover_journals()
    assert not path.exists()


def test_the_journal_of_a_claim_that_is_not_there_yet_is_kept_for_a_lease(
    sending: Campaign,
) -> None:
    """The database may still be busy with the commit of a client that was killed."""
    claimed = claim(sending.pk, size=2, mailer="smtp")
    Delivery.objects.update(claim_token="00000000-0000-0000-0000-000000000002")
    path = killed(claimed, begun=[], ended=[])

    recover_journals()
    assert path.exists()

    Delivery.objects.filter(status="claimed").update(claim_token=claimed.token)
    recover_journals()
    assert states(sending) == ["planned"] * 5
    assert not path.exists()


def test_the_journal_of_a_living_worker_is_left_alone(sending: Campaign) -> None:
    claimed = claim(sending.pk, size=2, mailer="smtp")
    with Journal(claim_journals(), str(claimed.token), {"mailer": "smtp"}) as journal:
        # flock belongs to the open file, so this process's second look meets it as another's would
        assert recover_journals() == 0
        assert states(sending)[:2] == ["claimed", "claimed"]
        journal.delete()


def test_a_worker_that_comes_back_late_clears_the_doubt_about_its_claim(sending: Campaign) -> None:
    late = claim(sending.pk, size=3)
    first, second, _ = (one.pk for one in late.deliveries)
    recover_expired(now=late.lease_until + timedelta(seconds=1))

    assert (
        settle(late, {first: Result(Outcome.ACCEPTED, provider_message_id="abc"), second: UNKNOWN})
        == 2
    )

    assert states(sending) == ["accepted", "uncertain", "planned", "planned", "planned"]
    assert Delivery.objects.get(pk=first).provider_message_id == "abc"
    assert totals(sending) == recount(sending)


@pytest.mark.parametrize(
    "decision", [DeliveryStatus.PLANNED, DeliveryStatus.FAILED, DeliveryStatus.ACCEPTED]
)
def test_a_worker_that_comes_back_late_does_not_contradict_a_person(
    sending: Campaign, decision: DeliveryStatus
) -> None:
    late = claim(sending.pk, size=2)
    recover_expired(now=late.lease_until + timedelta(seconds=1))
    resolve_uncertain(sending.pk, to=decision, by="Sam")

    assert settle(late, {one.pk: REFUSED for one in late.deliveries}) == 0

    assert states(sending)[:2] == [decision] * 2


def test_a_claim_that_was_taken_away_and_given_to_another_is_not_settled_by_the_first(
    sending: Campaign,
) -> None:
    late = claim(sending.pk, size=2)
    recover_expired(now=late.lease_until + timedelta(seconds=1))
    resolve_uncertain(sending.pk, to=DeliveryStatus.PLANNED, by="Sam")
    claim(sending.pk, size=2)

    assert settle(late, {one.pk: ACCEPTED for one in late.deliveries}) == 0
    assert states(sending)[:2] == ["claimed", "claimed"]


def test_what_had_not_begun_when_the_campaign_was_cancelled_is_skipped_even_after_its_lease(
    sending: Campaign,
) -> None:
    late = claim(sending.pk, size=2)
    recover_expired(now=late.lease_until + timedelta(seconds=1))
    cancel(sending.pk)

    settle(late, {})

    assert states(sending) == ["skipped"] * 5
    assert totals(sending) == recount(sending)


def test_many_outcomes_cost_a_handful_of_statements(
    sending: Campaign, django_assert_max_num_queries: object
) -> None:
    claimed = claim(sending.pk, size=5)
    results = {
        one.pk: Result(Outcome.LATER, reason=f"450 try {one.pk}") for one in claimed.deliveries
    }
    # Savepoint and clock, the campaign, one update for each of eight waits, two tallies: as many
    # for five rows as for a thousand.
    with django_assert_max_num_queries(15):  # type: ignore[operator]
        settle(claimed, results)

    assert sorted(Delivery.objects.values_list("reason", flat=True)) == sorted(
        result.reason for result in results.values()
    )


def test_an_expired_lease_becomes_uncertain_and_is_never_sent_again(sending: Campaign) -> None:
    lost = claim(sending.pk, size=2)

    assert recover_expired(now=lost.lease_until) == 0
    assert recover_expired(now=lost.lease_until + timedelta(seconds=1)) == 2
    send_batch(sending.pk)
    advance_campaigns()

    assert totals(sending).uncertain == 2
    assert totals(sending).accepted == 3
    assert totals(sending) == recount(sending)
    assert InboxMessage.objects.count() == 3
    sending.refresh_from_db()
    assert sending.status == CampaignStatus.SENT
