"""The commands launch_campaign, campaign_status and resolve_uncertain, on which scripts rely."""

import json
from datetime import UTC, datetime, time, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import OperationalError
from django.utils import timezone

from campaigns.models import Campaign, Delivery, Review
from campaigns.review.approval import approve
from campaigns.sending import freeze
from campaigns.sending.claims.claim import claim
from campaigns.sending.claims.recover import recover_expired
from campaigns.sending.send import send_batch
from campaigns.states import CampaignStatus, DeliveryStatus
from subscribers.models import Subscriber, Subscription
from tests.campaigns.conftest import MakeFollowers


def run(*arguments: str) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def leave_in_doubt(campaign: Campaign, *, size: int) -> None:
    lost = claim(campaign.pk, size=size)
    recover_expired(now=lost.lease_until + timedelta(seconds=1))


def test_a_draft_is_not_launched_and_the_message_names_the_command_that_approves(
    draft: Campaign, followers: MakeFollowers
) -> None:
    followers(2)

    with pytest.raises(CommandError, match=f"run: manage.py approve_campaign {draft.pk}"):
        run("launch_campaign", str(draft.pk))

    draft.refresh_from_db()
    assert draft.status == CampaignStatus.DRAFT
    assert not Review.objects.exists()


def test_one_whose_approval_does_not_cover_it_any_more_is_not_launched(
    draft: Campaign, followers: MakeFollowers
) -> None:
    followers(1)
    approve(draft, by="Ria")
    draft.contents.update(subject="Something else")

    with pytest.raises(CommandError, match="doesn’t cover the campaign as it is now") as refused:
        run("launch_campaign", str(draft.pk))
    assert f"run: manage.py approve_campaign {draft.pk}" in str(refused.value)


def test_what_was_approved_waits_for_the_undo_window(
    draft: Campaign, followers: MakeFollowers
) -> None:
    followers(2)
    approve(draft, by="Ria")

    assert f"Campaign {draft.pk} starts on " in run("launch_campaign", str(draft.pk))

    draft.refresh_from_db()
    assert draft.status == CampaignStatus.SCHEDULED
    assert not Delivery.objects.exists()


def test_now_freezes_the_audience_at_once(draft: Campaign, followers: MakeFollowers) -> None:
    followers(3)
    approve(draft, by="Ria")

    assert (
        run("launch_campaign", str(draft.pk), "--now")
        == f"Campaign {draft.pk} is being sent to 3 recipients.\n"
    )


def test_what_can_not_be_launched_says_why_and_stays_as_it_is(
    draft: Campaign, followers: MakeFollowers
) -> None:
    followers(1)
    approve(draft, by="Ria")
    Subscription.objects.all().delete()

    with pytest.raises(
        CommandError, match="can't be launched. audience: Nobody would get"
    ) as caught:
        run("launch_campaign", str(draft.pk), "--now")

    assert caught.value.returncode == 1
    draft.refresh_from_db()
    assert draft.status == CampaignStatus.APPROVED


def test_what_can_not_be_started_just_now_stays_scheduled_as_it_says(
    draft: Campaign, followers: MakeFollowers, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*given: object, **options: object) -> None:
        raise OperationalError("too many clients already")

    followers(1)
    approve(draft, by="Ria")
    monkeypatch.setattr(freeze, "_render", fail)

    with pytest.raises(CommandError, match="The campaign stays scheduled") as caught:
        run("launch_campaign", str(draft.pk), "--now")

    assert caught.value.returncode == 1
    draft.refresh_from_db()
    assert draft.status == CampaignStatus.SCHEDULED


def test_a_second_launch_is_refused(sending: Campaign) -> None:
    with pytest.raises(
        CommandError, match="Only an approved campaign can be sent. This one is sending"
    ):
        run("launch_campaign", str(sending.pk))


def test_the_status_has_exactly_the_names_that_programs_rely_on(sending: Campaign) -> None:
    leave_in_doubt(sending, size=1)
    send_batch(sending.pk)

    assert json.loads(run("campaign_status", str(sending.pk), "--json")) == {
        "id": sending.pk,
        "status": "sending",
        "candidates": 5,
        "planned": 0,
        "claimed": 0,
        "accepted": 4,
        "delivered": 0,
        "bounced": 0,
        "failed": 0,
        "skipped": 0,
        "uncertain": 1,
        "adds_up": True,
    }


def test_without_an_id_all_campaigns_are_listed_the_newest_first(sending: Campaign) -> None:
    send_batch(sending.pk)
    later = Campaign.objects.create(name="Élan, “April”", topic=sending.topic)

    lines = run("campaign_status").splitlines()
    assert [line.split()[0] for line in lines] == [str(later.pk), str(sending.pk)]
    assert lines[0].endswith("Élan, “April”")
    assert "no recipients yet" in lines[0]
    assert "5 recipients: 5 accepted" in lines[1]

    listed = json.loads(run("campaign_status", "--json"))
    assert [
        (row["id"], row["name"], row["status"], row["candidates"], row["adds_up"]) for row in listed
    ] == [
        (later.pk, "Élan, “April”", "draft", 0, True),
        (sending.pk, "Quarterly meeting", listed[1]["status"], 5, True),
    ]


def test_where_there_is_no_campaign_the_list_says_so(db: None) -> None:
    assert run("campaign_status") == "There are no campaigns yet.\n"
    assert json.loads(run("campaign_status", "--json")) == []


def test_the_status_is_counted_from_the_rows(sending: Campaign) -> None:
    Delivery.objects.filter(pk=Delivery.objects.values_list("pk")[0][0]).delete()

    assert json.loads(run("campaign_status", str(sending.pk), "--json"))["adds_up"] is False
    assert "not all recipients are accounted for" in run("campaign_status", str(sending.pk))


@pytest.mark.parametrize("decision", [DeliveryStatus.PLANNED, DeliveryStatus.FAILED])
def test_a_person_decides_about_what_is_uncertain(
    sending: Campaign, decision: DeliveryStatus
) -> None:
    leave_in_doubt(sending, size=2)

    said = run("resolve_uncertain", str(sending.pk), "--as", decision.value)

    assert said == f"Campaign {sending.pk}: 2 uncertain emails resolved as {decision.value}.\n"
    assert not Delivery.objects.filter(status=DeliveryStatus.UNCERTAIN).exists()
    assert Delivery.objects.filter(status=decision, reason__endswith="(command line).").count() == 2


def test_an_unknown_decision_is_wrong_usage(sending: Campaign) -> None:
    with pytest.raises(CommandError, match="invalid choice: 'delivered'"):
        run("resolve_uncertain", str(sending.pk), "--as", "delivered")


@pytest.mark.parametrize(
    "command",
    [
        ("approve_campaign",),
        ("launch_campaign",),
        ("campaign_status",),
        ("resolve_uncertain", "--as=failed"),
    ],
)
@pytest.mark.parametrize("campaign_id", ["0", "-1", "99999", "9" * 30])
def test_a_campaign_that_is_not_there_is_named_beside_the_latest(
    draft: Campaign, command: tuple[str, ...], campaign_id: str
) -> None:
    name, *options = command
    with pytest.raises(
        CommandError,
        match=rf"There is no campaign {campaign_id}\. "
        rf"The latest are: {draft.pk} \(Quarterly meeting\)",
    ):
        run(name, *options, "--", campaign_id)


def test_a_launch_takes_an_hour_a_canary_and_a_time_to_undo(
    draft: Campaign, ada: Subscriber
) -> None:
    approve(draft, by="Sam")
    day = timezone.now().date() + timedelta(days=5)
    printed = run(
        "launch_campaign",
        str(draft.pk),
        "--local-hour=09:00",
        f"--date={day}",
        "--late=next-day",
        "--skip-weekends",
        "--canary=5",
        "--canary-minutes=10",
        "--undo=10",
    )

    draft.refresh_from_db()
    assert "at 09:00 of their own clocks" in printed
    assert "It pauses after the first 5." in printed
    assert (draft.local_date, draft.late_recipients, draft.skips_weekends) == (
        day,
        "next_day",
        True,
    )
    assert (draft.canary_size, draft.canary_minutes) == (5, 10)


def test_a_launch_at_a_time_is_at_that_time_in_its_zone(draft: Campaign, ada: Subscriber) -> None:
    approve(draft, by="Sam")
    day = timezone.now().date() + timedelta(days=5)
    run("launch_campaign", str(draft.pk), f"--at={day}T09:00", "--zone=Asia/Kathmandu")
    draft.refresh_from_db()
    assert draft.scheduled_at == datetime.combine(day, time(3, 15), UTC)


@pytest.mark.thorough(sample=7)
@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--local-hour=9",), "needs a day"),
        (("--local-hour=9 o'clock", "--date=2026-12-10"), "Write --local-hour as 09:00"),
        (("--local-hour=25:00", "--date=2026-12-10"), "Write --local-hour as 09:00"),
        (("--local-hour=09:00", "--date=10/12"), "Write --local-hour as 09:00"),
        (("--local-hour=09:00", "--date=2020-01-01"), "That day has passed"),
        (("--date=2026-12-10",), "belong to --local-hour"),
        (("--at=2027-03-28T03:30", "--zone=Europe/Bucharest"), "does not exist"),
        (("--at=soon",), "Write --at as"),
        (("--at=2027-01-01T09:00", "--zone=Mars/Base"), "not a time zone"),
        (("--at=2027-01-01T09:00", "--now"), "--now has neither"),
        (("--at=2020-01-01T09:00", "--zone=UTC"), "has passed"),
        (("--zone=UTC",), "belongs to --at"),
        (("--canary-minutes=5",), "belongs to --canary"),
        (("--canary=0",), "From 1 to"),
        (("--undo=11",), "from 0 to 10 minutes"),
        (("--undo=-1",), "from 0 to 10 minutes"),
        (("--undo=nan",), "from 0 to 10 minutes"),
        (("--at-most=0",), "1 would get it"),
    ],
)
def test_options_that_do_not_fit_are_refused_and_nothing_is_launched(
    draft: Campaign, ada: Subscriber, options: tuple[str, ...], words: str
) -> None:
    approve(draft, by="Sam")
    with pytest.raises(CommandError, match=words):
        run("launch_campaign", str(draft.pk), *options)
    draft.refresh_from_db()
    assert draft.status == CampaignStatus.APPROVED
