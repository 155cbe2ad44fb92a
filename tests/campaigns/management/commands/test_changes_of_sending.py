"""pause_campaign, resume_campaign, cancel_campaign and undo_launch do what the pages do."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone
from pytest_django.fixtures import Settings

from campaigns.management.watch import watch
from campaigns.models import Campaign
from campaigns.review.approval import approve
from campaigns.sending.claims.claim import claim
from campaigns.sending.claims.settle import settle
from campaigns.sending.launch import launch
from campaigns.sending.pause_cancel_undo import pause
from campaigns.states import CampaignStatus, DeliveryStatus
from newsletter.core.db.clock import database_now
from newsletter.models import AuditEntry, MailerHealth
from newsletter.transport.results.result import Outcome, Result
from tests.campaigns.conftest import MakeFollowers
from tests.campaigns.management.commands.test_campaign_commands import run
from tests.staff_members import run_by


def status_of(campaign: Campaign) -> str:
    return Campaign.objects.values_list("status", flat=True).get(pk=campaign.pk)


def test_a_campaign_is_paused_resumed_and_stopped(
    sending: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_by(monkeypatch, "olga")
    number = str(sending.pk)
    assert "is paused" in run("pause_campaign", number)
    assert status_of(sending) == CampaignStatus.PAUSED
    assert "is being sent again" in run("resume_campaign", number)
    assert status_of(sending) == CampaignStatus.SENDING
    assert "is stopped" in run("cancel_campaign", number, "--yes")
    assert status_of(sending) == CampaignStatus.CANCELLED
    assert sending.deliveries.filter(status=DeliveryStatus.SKIPPED).count() == 5
    done = AuditEntry.objects.filter(
        action__in=["campaign.paused", "campaign.resumed", "campaign.cancelled"]
    )
    assert set(done.values_list("actor_kind", "actor_name")) == {
        ("operator", "olga (command line)")
    }
    assert done.count() == 3


def test_a_launch_is_taken_back(draft: Campaign, followers: MakeFollowers) -> None:
    followers(2)
    approve(draft, by="Sam")
    launch(draft)
    assert "approved again" in run("undo_launch", str(draft.pk))
    assert status_of(draft) == CampaignStatus.APPROVED


def test_who_comes_too_late_is_told_who_did_what_and_when(
    sending: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_by(monkeypatch, "olga")
    run("pause_campaign", str(sending.pk))
    with pytest.raises(CommandError) as late:
        run("pause_campaign", str(sending.pk))
    assert late.value.returncode == 1
    at = AuditEntry.objects.get(action="campaign.paused").at
    assert str(late.value) == (
        f"Nothing was changed: campaign {sending.pk} is paused, and must be sending. "
        f"olga (command line) paused sending at {at:%H:%M:%S} UTC."
    )


@pytest.mark.parametrize(
    ("command", "status", "words"),
    [
        ("pause_campaign", "sent", "is sent, and must be sending. Sending finished at"),
        (
            "resume_campaign",
            "sending",
            "is sending, and must be paused. .+ scheduled it at .+ sending started at",
        ),
        ("undo_launch", "sending", "is sending, and must be scheduled. .+ sending started at"),
        ("cancel_campaign", "sent", "must be not sent and not cancelled. Sending finished"),
    ],
)
def test_what_does_not_apply_changes_nothing(
    sending: Campaign, command: str, status: str, words: str
) -> None:
    Campaign.objects.update(status=status, finished_at=timezone.now())
    options = ["--yes"] if command == "cancel_campaign" else []
    with pytest.raises(CommandError, match=words):
        run(command, str(sending.pk), *options)
    assert status_of(sending) == status


def test_stopping_for_good_wants_a_yes(sending: Campaign) -> None:
    with pytest.raises(CommandError, match="add --yes"):
        run("cancel_campaign", str(sending.pk))
    assert status_of(sending) == CampaignStatus.SENDING


@pytest.mark.parametrize(
    "command", ["pause_campaign", "resume_campaign", "cancel_campaign", "undo_launch"]
)
def test_a_campaign_that_does_not_exist_is_named(db: None, command: str) -> None:
    with pytest.raises(CommandError, match="There is no campaign 7"):
        run(command, "7")


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def test_watching_ends_with_the_campaign_and_says_a_thing_once(sending: Campaign) -> None:
    claimed = claim(sending.pk, size=5, mailer="mg")
    one, two, *rest = (each.pk for each in claimed.deliveries)
    steps: Iterator[Callable[[], object]] = iter(
        [
            lambda: None,
            lambda: settle(
                claimed,
                {
                    one: Result(Outcome.ACCEPTED, mailer="mg"),
                    two: Result(Outcome.REFUSED, mailer="mg", reason="550 5.1.1 unknown"),
                    **dict.fromkeys(rest, Result(Outcome.ACCEPTED, mailer="mg")),
                },
            ),
            lambda: Campaign.objects.update(status="sent", finished_at=timezone.now()),
        ]
    )
    out = StringIO()
    watch(sending.pk, out, sleep=lambda _: next(steps)())
    first, second, last = out.getvalue().splitlines()
    assert first == "Sending: 0 of 5 done; 5 claimed, 0 in the last minute"
    assert second.startswith("Sending: 5 of 5 done; 4 accepted, 1 failed, ")
    assert "; mg at " in second
    assert " a minute, 4 accepted, 1 not; " in second
    assert second.endswith("; 1 × The mailbox does not exist (550 5.1.1)")
    assert last.startswith("Sent: 5 of 5 done; 4 accepted, 1 failed")
    assert not list(steps)


def test_watching_says_which_mailer_rests_and_why(sending: Campaign, settings: Settings) -> None:
    mailer = settings.MAILER_SETTINGS[settings.BULK_MAILERS[0]].name
    soon = database_now() + timedelta(minutes=5)
    MailerHealth.objects.create(
        mailer=mailer, rests_until=soon, reason="ada@example.org: 421", changed_at=soon
    )
    out = StringIO()
    watch(sending.pk, out, sleep=lambda _: Campaign.objects.update(status="sent"))
    first = out.getvalue().splitlines()[0]
    assert first.startswith("Sending: ")
    assert f"{mailer} is paused until {soon:%H:%M:%S} UTC: " in first
    assert "ada@" not in first


def test_on_a_terminal_it_is_a_bar(sending: Campaign) -> None:
    out = Terminal()
    pause(sending.pk, reason="Two of ada@example.org [bold]failed[/bold].")
    watch(
        sending.pk, out, sleep=lambda _: Campaign.objects.update(status="cancelled", candidates=5)
    )
    assert "0/5" in out.getvalue()
    assert "[bold]failed[/bold]" in out.getvalue()
    assert "ada@" not in out.getvalue()


def test_the_command_watches_one_campaign_and_prints_json_as_before(sending: Campaign) -> None:
    Campaign.objects.update(status="sent", launched_at=timezone.now() - timedelta(days=1))
    assert run("campaign_status", str(sending.pk), "--watch").startswith("Sent: 0 of 5 done")
    with pytest.raises(CommandError, match="Add the id"):
        run("campaign_status", "--watch")
    with pytest.raises(CommandError, match="not allowed with"):
        call_command("campaign_status", str(sending.pk), "--watch", "--json")
    assert set(json.loads(run("campaign_status", str(sending.pk), "--json"))) == {
        "id", "status", "candidates", "planned", "claimed", "accepted", "delivered", "bounced",
        "failed", "skipped", "uncertain", "adds_up",
    }  # fmt: skip
