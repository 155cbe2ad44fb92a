"""Who last changed a campaign's state and when, for whoever comes too late."""

import pytest

from campaigns.audit_actions import CampaignAuditAction
from campaigns.content.later_version import write_later_version
from campaigns.events.schedule import change_event
from campaigns.last_change import CHANGES, last_change, last_change_of_state
from campaigns.models import Campaign, Delivery, Event
from campaigns.review.approval import approve
from campaigns.review.submit import submit, withdraw
from campaigns.sending.claims.claim import claim
from campaigns.sending.finish import finish_done
from campaigns.sending.freeze import start_due
from campaigns.sending.launch import launch, launch_now
from campaigns.sending.pause_cancel_undo import pause
from campaigns.sending.resolve import resolve_uncertain
from campaigns.states import CampaignStatus, DeliveryStatus
from newsletter.audit.actor import Actor, ActorKind, acting
from newsletter.models import AuditEntry, Brand
from tests.campaigns.conftest import MakeFollowers

CHANGES_NOTHING = frozenset(
    {
        CampaignAuditAction.PROOF_SENT,
        CampaignAuditAction.COMMENTED,
        CampaignAuditAction.COMMENT_SETTLED,
        CampaignAuditAction.LOOKED_AT,
    }
)
"""Actions that change neither a campaign nor its state."""


def said_of(campaign: Campaign) -> str:
    return last_change_of_state(Campaign.objects.get(pk=campaign.pk))


def ann() -> Actor:
    return Actor(ActorKind.OPERATOR, "Ann")


@pytest.fixture
def scheduled(draft: Campaign, followers: MakeFollowers) -> Campaign:
    followers(5)
    approve(draft, by="Sam")
    with acting(ann):
        return launch(draft)


def test_convene_took_back_what_could_not_be_started(scheduled: Campaign) -> None:
    Brand.objects.update(postal_address="")
    Campaign.objects.filter(pk=scheduled.pk).update(scheduled_at=scheduled.created_at)
    start_due()
    assert said_of(scheduled).startswith("Convene took it back to draft at ")


def test_whoever_changed_the_event_took_its_announcement_back(
    scheduled: Campaign, event: Event
) -> None:
    with acting(lambda: Actor(ActorKind.OPERATOR, "Bob")):
        change_event(event, venue="Elsewhere")
    scheduled.refresh_from_db()
    assert scheduled.status == CampaignStatus.DRAFT
    assert said_of(scheduled).startswith("Bob took it back to draft at ")


def test_whoever_withdrew_it_from_review_is_named(draft: Campaign) -> None:
    submit(draft)
    with acting(ann):
        withdraw(draft)
    assert said_of(draft).startswith("Ann withdrew it from review at ")


@pytest.fixture
def in_doubt(sending: Campaign) -> Campaign:
    """Finished, with two emails in doubt."""
    doubtful = [one.pk for one in claim(sending.pk, size=9).deliveries][:2]
    Delivery.objects.update(status=DeliveryStatus.ACCEPTED)
    Delivery.objects.filter(pk__in=doubtful).update(status=DeliveryStatus.UNCERTAIN)
    return sending


def test_whoever_had_doubtful_emails_sent_again_opened_it_again(in_doubt: Campaign) -> None:
    Campaign.objects.filter(pk=in_doubt.pk).update(status=CampaignStatus.SENT)
    with acting(ann):
        assert resolve_uncertain(in_doubt.pk, to=DeliveryStatus.PLANNED, by="Ann") == 2
    assert said_of(in_doubt).startswith("Ann had uncertain emails sent again at ")


def test_whoever_said_that_emails_arrived_changed_no_state(in_doubt: Campaign) -> None:
    with acting(ann):
        pause(in_doubt.pk)
    with acting(lambda: Actor(ActorKind.OPERATOR, "Bob")):
        assert resolve_uncertain(in_doubt.pk, to=DeliveryStatus.ACCEPTED, by="Bob") == 2
    assert said_of(in_doubt).startswith("Ann paused sending at ")


def test_the_audit_log_tells_which_version_let_an_earlier_one_go(sending: Campaign) -> None:
    pause(sending.pk)
    later = write_later_version(sending)
    approve(later, by="Sam")
    launch_now(later)
    finish_done()
    entry = AuditEntry.objects.filter(object_id=str(sending.pk)).latest("pk")
    assert (entry.action, entry.details["later_version"]) == ("campaign.resumed", later.pk)


def test_whatever_changes_a_campaign_has_words() -> None:
    assert CHANGES.keys() | CHANGES_NOTHING == set(CampaignAuditAction)
    assert not CHANGES.keys() & CHANGES_NOTHING


def test_whoever_changed_the_email_by_its_event_is_named(draft: Campaign, event: Event) -> None:
    with acting(ann):
        submit(draft)
    with acting(lambda: Actor(ActorKind.OPERATOR, "Bob")):
        change_event(event, venue="Elsewhere")
    changed = last_change(draft, and_its_event=True)
    assert changed.startswith(("Bob changed the event at ", "Bob took it back to draft at "))
    AuditEntry.objects.filter(actor_name="Bob", object_type="campaigns.campaign").delete()
    assert last_change(draft, and_its_event=True).startswith("Bob changed the event at ")
    assert last_change(draft).startswith("Ann submitted it for review at ")


def test_who_decided_about_doubtful_emails_is_named_to_whoever_comes_second(
    in_doubt: Campaign,
) -> None:
    with acting(ann):
        resolve_uncertain(in_doubt.pk, to=DeliveryStatus.ACCEPTED, by="Ann")
    assert last_change(in_doubt).startswith("Ann decided about uncertain emails at ")
