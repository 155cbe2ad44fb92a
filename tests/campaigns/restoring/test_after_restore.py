"""After a restore nobody gets a second copy, and nobody who left is written to.

What is doubtful says so, and sending goes on.
"""

import json
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone
from pytest_django.fixtures import Settings

from campaigns.models import Campaign, CampaignContent, Delivery
from campaigns.reports.totals import recount, totals
from campaigns.restoring.after_restore import after_restore
from campaigns.restoring.end_hold import NotRestored, end_hold
from campaigns.review.approval import approve
from campaigns.review.preflight import preflight
from campaigns.sending.advance import advance_campaigns
from campaigns.sending.claims.claim import claim
from campaigns.sending.launch import CannotLaunch, launch, launch_now
from campaigns.sending.resolve import resolve_uncertain
from campaigns.sending.send import send_batch
from campaigns.states import CampaignStatus, DeliveryStatus
from newsletter.core.tokens import Purpose, make_token
from newsletter.epoch import memory
from newsletter.epoch.hold import held
from newsletter.models import DatabaseHistory, Epoch, InboxMessage, TransactionalMessage
from newsletter.outbox.deliver import deliver_due
from newsletter.outbox.queue import queue_message
from newsletter.rendering.rendered import Rendered
from subscribers.consent.unsubscribe import unsubscribe
from subscribers.models import ConsentRecord, Subscription
from subscribers.states import ConsentMethod, SubscriptionStatus

pytestmark = pytest.mark.django_db(transaction=True)


def lose_the_last_step() -> None:
    Epoch.objects.order_by("-pk")[0].delete()


@pytest.fixture
def restored(sending: Campaign) -> Campaign:
    """Five deliveries: one was claimed at the backup, one put off, and three were planned."""
    with transaction.atomic():
        claim(sending.pk, size=1)
    later = Delivery.objects.filter(status="planned").order_by("-pk")[0].pk
    Delivery.objects.filter(pk=later).update(retry_at=timezone.now() + timedelta(days=1))
    with transaction.atomic():
        assert claim(sending.pk, size=0).found_nothing
    lose_the_last_step()
    assert held()
    return sending


def states(campaign: Campaign) -> list[str]:
    return list(
        Delivery.objects.filter(campaign=campaign).order_by("pk").values_list("status", flat=True)
    )


def test_whatever_may_have_left_is_in_doubt_and_nothing_of_it_is_sent(restored: Campaign) -> None:
    done = after_restore(by="Sam")

    assert held() is None
    assert states(restored) == [*["uncertain"] * 4, "planned"]
    assert done.doubts[0].uncertain == 4
    assert totals(restored) == recount(restored)
    send_batch(restored.pk)
    advance_campaigns()
    assert not InboxMessage.objects.exists()
    assert Campaign.objects.get(pk=restored.pk).status == CampaignStatus.SENDING


def test_what_a_person_plans_again_is_sent_once(restored: Campaign) -> None:
    after_restore(by="Sam")

    resolve_uncertain(restored.pk, to=DeliveryStatus.PLANNED, by="Sam")
    send_batch(restored.pk)

    assert states(restored) == [*["accepted"] * 4, "planned"]
    assert InboxMessage.objects.count() == 4


def test_what_the_mail_server_took_is_accepted(restored: Campaign, tmp_path: Path) -> None:
    first, second, *_ = Delivery.objects.order_by("pk")
    lost = make_token(Purpose.DELIVERY, 987_654)
    log = tmp_path / "mail.log"
    lines = [
        *(
            f"x postfix/cleanup[1]: {one.pk:010X}: "
            f"message-id=<{make_token(Purpose.DELIVERY, one.pk)}@localhost>"
            for one in (first, second)
        ),
        *(
            f"x postfix/qmgr[1]: {one.pk:010X}: from=<a@example.org>, size=1, nrcpt=1 (queue "
            f"active)"
            for one in (first, second)
        ),
        json.dumps({"event": "delivered", "ref": lost}),
        "something else",
    ]
    log.write_text("\n".join(lines))
    out = StringIO()

    call_command("after_restore", "--accepted-from", log, "--yes", "--json", stdout=out)

    said = json.loads(out.getvalue())
    assert said["campaigns"] == [
        {"id": restored.pk, "name": restored.name, "uncertain": 2, "accepted": 2}
    ]
    assert said["lines"] == {"understood": 5, "not_understood": 1}
    assert said["unknown"] == 1
    assert states(restored) == ["accepted", "accepted", "uncertain", "uncertain", "planned"]
    assert totals(restored) == recount(restored)


def test_what_was_scheduled_waits_for_a_person(restored: Campaign) -> None:
    Campaign.objects.filter(pk=restored.pk).update(
        status=CampaignStatus.SCHEDULED, scheduled_at=timezone.now()
    )

    done = after_restore(by="Sam")
    advance_campaigns()

    assert [(one.campaign_id, one.status) for one in done.returned] == [(restored.pk, "scheduled")]
    assert Campaign.objects.get(pk=restored.pk).status == CampaignStatus.DRAFT


@pytest.fixture
def other(restored: Campaign) -> Campaign:
    """Approved before the backup, and not launched as far as the backup knows."""
    campaign = copy_of(restored)
    approve(campaign, by="Sam")
    Campaign.objects.filter(pk=campaign.pk).update(created_at=timezone.now() - timedelta(days=1))
    return campaign


def copy_of(campaign: Campaign) -> Campaign:
    copied = Campaign.objects.create(
        name="Winter meeting", topic=campaign.topic, event=campaign.event
    )
    for content in CampaignContent.objects.filter(campaign=campaign):
        CampaignContent.objects.create(
            campaign=copied,
            language=content.language,
            subject=content.subject,
            preheader=content.preheader,
            blocks=content.blocks,
        )
    return copied


def warnings(campaign: Campaign) -> list[str]:
    found = preflight(Campaign.objects.get(pk=campaign.pk))
    return [finding.message for finding in found if "restored" in finding.message]


def test_what_was_approved_at_the_backup_needs_a_new_approval_and_says_why(
    restored: Campaign, other: Campaign
) -> None:
    out = StringIO()

    call_command("after_restore", "--yes", stdout=out)

    assert "Winter meeting, was approved before the backup" in out.getvalue()
    assert Campaign.objects.get(pk=other.pk).status == CampaignStatus.DRAFT
    assert "restored" in other.reviews.order_by("-pk")[0].note
    with pytest.raises(CannotLaunch, match="approved"):
        launch(Campaign.objects.get(pk=other.pk))
    with pytest.raises(CommandError, match="may have been sent"):
        call_command("launch_campaign", other.pk, "--now", stdout=StringIO())


def test_what_was_being_written_at_the_backup_is_named_and_what_lay_long_is_not(
    restored: Campaign, other: Campaign
) -> None:
    Campaign.objects.filter(pk=other.pk).update(status=CampaignStatus.IN_REVIEW)
    old = copy_of(restored)
    Campaign.objects.filter(pk=old.pk).update(
        created_at=timezone.now() - timedelta(days=90),
        updated_at=timezone.now() - timedelta(days=60),
    )

    done = after_restore(by="Sam")

    assert [one.campaign_id for one in done.being_written] == [other.pk]
    assert Campaign.objects.get(pk=other.pk).status == CampaignStatus.IN_REVIEW


def test_once_approved_anew_and_launched_nothing_warns_any_more(
    restored: Campaign, other: Campaign
) -> None:
    after_restore(by="Sam")
    assert warnings(other)

    approve(Campaign.objects.get(pk=other.pk), by="Lee")
    launch_now(Campaign.objects.get(pk=other.pk))

    assert not warnings(other)


def test_where_nothing_was_lost_nothing_warns_and_approvals_stand(
    sending: Campaign, settings: Settings
) -> None:
    waiting = copy_of(sending)
    approve(waiting, by="Sam")
    (settings.VAR_DIR / "epoch.json").unlink()
    settings.REDIS_URL = ""

    end_hold(by="Sam")

    assert Campaign.objects.get(pk=waiting.pk).status == CampaignStatus.APPROVED
    assert not warnings(waiting)


def test_no_error_is_logged_while_a_person_answers_it(
    restored: Campaign, caplog: pytest.LogCaptureFixture
) -> None:
    DatabaseHistory.objects.update(held_at=None, remembered_at=None, newest_at=None)
    caplog.clear()

    call_command("after_restore", "--yes", stdout=StringIO())

    assert not [record for record in caplog.records if record.name == "newsletter.epoch.hold"]


def test_a_moment_that_is_none_is_told_with_one_that_is(restored: Campaign) -> None:
    with pytest.raises(
        CommandError, match="“yesterday” is not a date and time. Example: 2026-11-26T03:00"
    ):
        call_command("after_restore", "--since", "yesterday", "--yes", stdout=StringIO())


def test_a_loss_that_is_proven_is_told_before_anything_is_asked(restored: Campaign) -> None:
    out = StringIO()
    with pytest.raises(CommandError, match="Something is missing"):
        call_command("after_restore", "--nothing-lost", stdout=out)
    assert not out.getvalue()


def test_the_other_hosts_opt_outs_are_asked_for_before_sending_resumes(restored: Campaign) -> None:
    asked, done = StringIO(), StringIO()
    with pytest.raises(CommandError):
        call_command("after_restore", stdout=asked)
    assert "apply them first: manage.py replay_optouts" in asked.getvalue()
    assert asked.getvalue().index("replay_optouts") < asked.getvalue().index("become uncertain")

    call_command("after_restore", "--yes", stdout=done)

    assert "Now apply" not in done.getvalue()
    assert done.getvalue().index("resumed") < done.getvalue().index("pause all campaigns")


def test_one_is_told_as_one(restored: Campaign) -> None:
    unsubscribe(Subscription.objects.order_by("pk")[0].pk, method=ConsentMethod.ONE_CLICK)
    out = StringIO()
    call_command("after_restore", "--yes", stdout=out)
    assert "1 opt-out read from 1 file; 0 of them were new" in out.getvalue()


def test_who_left_since_the_backup_has_left(restored: Campaign) -> None:
    subscription = Subscription.objects.order_by("pk")[0]
    unsubscribe(subscription.pk, method=ConsentMethod.ONE_CLICK)
    Subscription.objects.update(status=SubscriptionStatus.CONFIRMED)
    ConsentRecord.objects.all().delete()

    done = after_restore(by="Sam")

    assert done.opt_outs.applied == 1
    subscription.refresh_from_db()
    assert subscription.status == SubscriptionStatus.UNSUBSCRIBED


def test_single_messages_that_waited_are_in_doubt_and_those_written_since_are_sent(
    restored: Campaign,
) -> None:
    welcome = Rendered("Welcome", "<p>Welcome</p>", "Welcome")
    before, after = (
        queue_message("welcome", to=to, rendered=welcome)
        for to in ("a@example.org", "b@example.org")
    )
    TransactionalMessage.objects.filter(pk=before.pk).update(
        created_at=timezone.now() - timedelta(days=1)
    )
    assert deliver_due() == 0

    done = after_restore(by="Sam")
    deliver_due()

    assert done.messages == 1
    assert dict(TransactionalMessage.objects.values_list("pk", "status")) == {
        before.pk: "uncertain",
        after.pk: "accepted",
    }


def test_other_hosts_send_again_too_and_a_restore_after_it_is_told_again(
    restored: Campaign,
) -> None:
    lost = memory.recall()
    after_restore(by="Sam")
    released = memory.recall()

    # Another host remembers the lost time; a person has spoken since.
    assert lost is not None
    memory.adopt(lost, instead_of=released)
    assert held() is None

    # A backup from before the person's word.
    DatabaseHistory.objects.order_by("-number")[0].delete()
    assert held() is not None


def test_a_person_who_knows_that_nothing_was_lost_can_say_so(
    sending: Campaign, settings: Settings
) -> None:
    (settings.VAR_DIR / "epoch.json").unlink()
    settings.REDIS_URL = ""
    assert held()

    end_hold(by="Sam")

    assert held() is None
    send_batch(sending.pk)
    assert set(states(sending)) == {"accepted"}


def test_nobody_can_say_so_where_something_is_known_to_be_lost(restored: Campaign) -> None:
    with pytest.raises(NotRestored, match="older"):
        end_hold(by="Sam")
    assert held()


def test_where_nothing_is_held_nothing_is_put_in_doubt_by_mistake(sending: Campaign) -> None:
    with pytest.raises(CommandError, match="--since"):
        call_command("after_restore", "--yes", stdout=StringIO())
    with pytest.raises(CommandError, match="Sending works"):
        call_command("after_restore", "--nothing-lost", "--yes", stdout=StringIO())
    assert set(states(sending)) == {"planned"}


def test_a_machine_that_was_restored_whole_is_told_by_the_time(sending: Campaign) -> None:
    call_command("after_restore", "--since", "2026-11-26T03:00", "--yes", stdout=StringIO())

    assert set(states(sending)) == {"uncertain"}
    assert held() is None


def test_without_a_person_or_their_yes_nothing_is_done(restored: Campaign) -> None:
    with pytest.raises(CommandError, match="Nothing was changed"):
        call_command("after_restore", stdout=StringIO())
    assert held()
    assert "uncertain" not in states(restored)
