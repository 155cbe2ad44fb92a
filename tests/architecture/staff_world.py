"""An installation in which every button of the staff pages has something to act on."""

from dataclasses import dataclass
from datetime import timedelta

from django.contrib.auth.models import User
from django.utils import timezone

from campaigns.models import Audience, Campaign, CampaignContent
from campaigns.review.approval import approve, submit
from campaigns.sending.claims.claim import claim
from campaigns.sending.claims.recover import recover_expired
from campaigns.sending.control import pause
from campaigns.sending.finish import finish_done
from campaigns.sending.launch import launch, launch_now
from newsletter.core.addresses import address_digest
from newsletter.models import TransactionalMessage
from newsletter.states import MessageStatus
from staff.roles import AUTHOR
from subscribers.models import Subscriber, Suppression
from tests.architecture.addresses import Address
from tests.architecture.conftest import Installation
from tests.staff_members import staff_member


@dataclass(frozen=True, slots=True)
class World:
    """What the acts of tests.architecture.staff_pages act on."""

    addresses: list[Address]
    draft: Campaign
    in_review: Campaign
    approved: Campaign
    scheduled: Campaign
    sending: Campaign
    paused: Campaign
    sent: Campaign
    """Sending it left uncertain deliveries."""
    person: Subscriber
    suppression: Suppression
    failed_message: TransactionalMessage
    uncertain_message: TransactionalMessage
    colleague: User
    """An author whom nobody signs in as."""

    @property
    def campaigns(self) -> list[Campaign]:
        return [
            self.draft,
            self.in_review,
            self.approved,
            self.scheduled,
            self.sending,
            self.paused,
            self.sent,
        ]


def furnish(installation: Installation, person: Subscriber) -> World:
    """Add a campaign in each state, single messages that need a decision, and staff."""
    of = installation.campaign
    draft, in_review = _campaign("Draft", of), _campaign("In review", of)
    submit(in_review)
    approved, scheduled, sending, paused, sent = (
        _approved(name, of) for name in ("Approved", "Scheduled", "Sending", "Paused", "Sent")
    )
    launch(scheduled)
    for launched in (sent, paused, sending):
        launch_now(launched)
    pause(paused.pk)
    claim(sent.pk, size=100)
    recover_expired(now=timezone.now() + timedelta(hours=1))
    finish_done()
    for campaign in (draft, in_review, approved, scheduled, sending, paused, sent):
        campaign.refresh_from_db()
    return World(
        installation.addresses,
        draft,
        in_review,
        approved,
        scheduled,
        sending,
        paused,
        sent,
        person,
        Suppression.objects.filter(lifted_at=None).latest("pk"),
        _message(MessageStatus.FAILED),
        _message(MessageStatus.UNCERTAIN),
        staff_member("una-colleague", AUTHOR),
    )


def _campaign(name: str, like: Campaign) -> Campaign:
    campaign = Campaign.objects.create(name=name, topic=like.topic, event=like.event)
    Audience.objects.create(campaign=campaign)
    first = like.contents.get(language=like.language)
    for language in ("en", "es"):
        CampaignContent.objects.create(
            campaign=campaign,
            language=language,
            subject=first.subject,
            preheader=first.preheader,
            blocks=first.blocks,
        )
    return campaign


def _approved(name: str, like: Campaign) -> Campaign:
    campaign = _campaign(name, like)
    approve(campaign, by="Ria")
    return campaign


def _message(status: MessageStatus) -> TransactionalMessage:
    address = f"{status}@example.org"
    return TransactionalMessage.objects.create(
        kind="proof",
        to=address,
        digest=address_digest(address),
        subject="[Test] You are invited",
        status=status,
        attempt=1,
        settled_at=timezone.now(),
    )
