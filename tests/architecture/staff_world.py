"""An installation in which every button of the staff pages has something to act on."""

from dataclasses import dataclass, replace
from datetime import timedelta

from django.contrib.auth.models import User
from django.db.models import F
from django.utils import timezone

from campaigns.content.saved_audiences import save_saved_audience
from campaigns.content.versions import keep_version
from campaigns.event_states import Attendance, RsvpAnswer
from campaigns.models import (
    Audience,
    Campaign,
    CampaignContent,
    Delivery,
    DeliveryTally,
    Event,
    EventDocument,
    ProofRecipient,
    ReviewComment,
    Rsvp,
    TranslatedPart,
)
from campaigns.review.approval import approve
from campaigns.review.comments import add_comment
from campaigns.review.proof_recipients import add_proof_recipient
from campaigns.review.submit import submit
from campaigns.sending.claims.claim import claim
from campaigns.sending.claims.recover import recover_expired
from campaigns.sending.finish import finish_done
from campaigns.sending.launch import launch, launch_now
from campaigns.sending.pause_cancel_undo import pause
from campaigns.states import CampaignKind, CampaignStatus, DeliveryStatus, VersionReason
from newsletter.core.addresses import address_digest
from newsletter.models import MediaImage, TransactionalMessage
from newsletter.states import MessageStatus
from newsletter.transport.pacing.retry import SPENT
from staff.roles import AUTHOR, LIST_MANAGER, REVIEWER
from subscribers.consent.records import Circumstances, record_consent
from subscribers.models import (
    Application,
    Body,
    CustomField,
    ImportBatch,
    ImportUpload,
    Label,
    Subscriber,
    SubscriberLabel,
    Subscription,
    Suppression,
    Topic,
    TopicGrant,
)
from subscribers.need_to_know.grants import grant
from subscribers.states import ConsentAction, ConsentMethod, SubscriptionStatus
from tests.architecture.addresses import Address
from tests.architecture.conftest import Installation
from tests.staff_members import staff_member

FIRST_VERSION = "First"
"""The name of a version of the draft."""


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
    answer: Rsvp
    """Of a guest, to an event that has begun. What was to tell them of a change was stopped."""
    person: Subscriber
    suppression: Suppression
    application: Application
    body: Body
    failed_message: TransactionalMessage
    uncertain_message: TransactionalMessage
    restricted: Topic
    """A need-to-know topic. Whoever is sent through the pages is granted it."""
    grant: TopicGrant
    membership: Subscription
    """Of that topic."""
    upload: ImportUpload
    """Of whoever is sent through the pages."""
    batch: ImportBatch
    list_manager: User
    """Nobody signs in as them, either."""
    document: EventDocument
    image: MediaImage
    colleague: User
    """An author whom nobody signs in as."""
    reviewer: User
    """Likewise, a reviewer."""
    comment: ReviewComment
    """On the campaign in review."""
    test_recipient: ProofRecipient
    label: Label
    labelled: SubscriberLabel
    other_label: Label
    custom_field: CustomField

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
    save_saved_audience(
        None, name="Spanish", conditions={"conditions": [{"kind": "language", "languages": ["es"]}]}
    )
    _translate_event(of)
    draft, in_review = _campaign("Draft", of), _campaign("In review", of)
    keep_version(draft, VersionReason.NAMED, name=FIRST_VERSION)
    draft.contents.filter(language="en").update(subject="Written since")
    TranslatedPart.objects.create(
        campaign=draft, language="es", part="@subject", source_language="en", source={}
    )
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
    # Somebody who can be asked to agree again: the installation's person is blocked.
    _put_off(sent, _member(of.topic, "noa@example.org"))
    record_consent(
        person.digest,
        topic=of.topic,
        action=ConsentAction.CONFIRMED,
        circumstances=Circumstances(method=ConsentMethod.MAIL_LINK),
    )
    colleague = staff_member("una-colleague", AUTHOR)
    restricted = Topic.objects.create(
        slug="inner-circle", name="Inner circle", is_public=False, is_restricted=True
    )
    given = grant(restricted, colleague, until=timezone.now() + timedelta(days=30), by="Ria")
    # The installation's addresses were made before there was a grant.
    row = f"/topicgrant/{given.pk}/"
    return World(
        [
            replace(each, path=each.path.replace("/topicgrant/1/", row))
            for each in installation.addresses
        ],
        draft,
        in_review,
        approved,
        scheduled,
        sending,
        paused,
        sent,
        _answer(of.topic),
        person,
        Suppression.objects.filter(lifted_at=None).latest("pk"),
        Application.objects.get(),
        Body.objects.earliest("pk"),
        _message(MessageStatus.FAILED),
        _message(MessageStatus.UNCERTAIN),
        restricted,
        given,
        _member(restricted, "mia@example.org"),
        ImportUpload.objects.get(),
        ImportBatch.objects.get(),
        staff_member("lia-colleague", LIST_MANAGER),
        EventDocument.objects.earliest("pk"),
        MediaImage.objects.earliest("pk"),
        colleague,
        staff_member("rob-colleague", REVIEWER),
        add_comment(in_review, language="en", part="@subject", text="Longer."),
        add_proof_recipient("gus@example.org", topic=None, agreed="By email."),
        Label.objects.get(name="Balkans"),
        SubscriberLabel.objects.get(),
        Label.objects.get(name="Baltics"),
        CustomField.objects.get(kind="text"),
    )


def _put_off(campaign: Campaign, member: Subscription) -> None:
    """Have a campaign's email to somebody fail for a passing reason, so that it can be retried."""
    Delivery.objects.create(
        campaign=campaign,
        subscriber=member.subscriber,
        language=campaign.language,
        status=DeliveryStatus.FAILED,
        reason=f"{SPENT}8 attempts. 451 4.7.1 greylisted",
        attempt=8,
        settled_at=timezone.now(),
    )
    Campaign.objects.filter(pk=campaign.pk).update(candidates=F("candidates") + 1)
    tally = DeliveryTally.objects.filter(campaign=campaign, status=DeliveryStatus.FAILED)
    tally.update(number=F("number") + 1)


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


def _translate_event(like: Campaign) -> None:
    """Write the event in Spanish, so that campaigns in Spanish are complete."""
    if like.event is not None:
        texts = {"title": "Reunión", "summary": "De todos los grupos."}
        like.event.texts = {**like.event.texts, "es": texts | like.event.texts.get("es", {})}
        like.event.save(update_fields=["texts"])


def _approved(name: str, like: Campaign) -> Campaign:
    campaign = _campaign(name, like)
    approve(campaign, by="Ria")
    return campaign


def _answer(topic: Topic) -> Rsvp:
    now = timezone.now()
    event = Event.objects.create(
        slug="begun",
        title="A meeting that has begun",
        local_start=now - timedelta(minutes=10),
        local_end=now + timedelta(hours=1),
        time_zone="UTC",
        starts_at=now - timedelta(minutes=10),
        ends_at=now + timedelta(hours=1),
        takes_answers=True,
        is_public=False,
    )
    Campaign.objects.create(
        name="Stopped update",
        kind=CampaignKind.UPDATE,
        topic=topic,
        event=event,
        status=CampaignStatus.CANCELLED,
        change_sequence=1,
    )
    address = "gia@example.org"
    return Rsvp.objects.create(
        event=event,
        email=address,
        digest=address_digest(address),
        full_name="Gia",
        answer=RsvpAnswer.YES,
        attends=Attendance.ONLINE,
    )


def _member(topic: Topic, address: str) -> Subscription:
    member = Subscriber.objects.create(
        email=address, digest=address_digest(address), domain="example.org"
    )
    return Subscription.objects.create(
        subscriber=member,
        topic=topic,
        status=SubscriptionStatus.CONFIRMED,
        changed_at=timezone.now(),
    )


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
