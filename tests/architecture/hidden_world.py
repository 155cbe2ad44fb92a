"""A need-to-know topic and all that belongs to it. A made-up word gives each of them away."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Model
from django.utils import timezone

from campaigns.content.templates import save_template
from campaigns.content.versions import keep_version
from campaigns.event_states import DocumentAccess, RsvpAnswer
from campaigns.models import (
    Audience,
    Campaign,
    CampaignContent,
    CampaignTemplate,
    Delivery,
    DeliveryTally,
    Event,
    EventDocument,
    ProofRecipient,
    ReviewComment,
    ReviewLook,
    ReviewRequest,
    Rsvp,
)
from campaigns.states import CampaignStatus, DeliveryStatus, VersionReason
from newsletter.audit.record import record
from newsletter.core.addresses import address_digest
from newsletter.models import MediaImage, ProviderEvent, ProviderReport, TransactionalMessage
from newsletter.states import MessageStatus
from subscribers.audit_actions import NeedToKnowAction
from subscribers.models import (
    Application,
    ConsentRecord,
    CustomField,
    CustomFieldValue,
    ImportBatch,
    ImportUpload,
    Label,
    SavedFilter,
    Subscriber,
    SubscriberLabel,
    SubscriberNote,
    Subscription,
    Suppression,
    Topic,
    TopicGrant,
)
from subscribers.states import (
    ApplicationStatus,
    ConsentAction,
    ConsentMethod,
    ImportStep,
    SubscriptionStatus,
    SuppressionReason,
    SuppressionScope,
)

WORD = "wolperting"
"""In each name, address, slug, subject, note and body of what is hidden, and nowhere else."""
SLUG = f"{WORD}-x7k2p9qa1z"
ADDRESS = f"greta@{WORD}.example"


def make_hidden_world(grantee: User, ended: User, known: Subscriber) -> dict[type[Model], str]:
    """Make a need-to-know topic, and a row of each kind that belongs to it.

    Args:
        grantee: is granted the topic.
        ended: had been granted it, until a minute ago.
        known: somebody who is known from another topic, and follows this one, too.

    Returns:
        Model → the key of a hidden row.
    """
    now = timezone.now()
    topic = Topic.objects.create(
        slug=SLUG, name=f"{WORD.title()} circle", description=WORD, is_public=False,
        is_restricted=True,
    )  # fmt: skip
    greta = Subscriber.objects.create(
        email=ADDRESS,
        digest=address_digest(ADDRESS),
        domain=f"{WORD}.example",
        full_name=f"Greta {WORD.title()}",
        institution=WORD,
        country="DE",
    )
    # What everybody knows of, given to somebody whom they don't.
    for label in Label.objects.all():
        SubscriberLabel.objects.create(subscriber=greta, label=label, added_at=now)
    for field in CustomField.objects.all():
        CustomFieldValue.objects.create(subscriber=greta, field=field, value=WORD, set_at=now)
    SubscriberNote.objects.create(subscriber=greta, text=WORD, written_by="sam", written_at=now)
    SavedFilter.objects.create(owner=grantee, name=WORD, filters=f"topic={SLUG}", is_shared=True)
    for person in (greta, known):
        Subscription.objects.create(
            subscriber=person, topic=topic, status=SubscriptionStatus.CONFIRMED, changed_at=now
        )
        ConsentRecord.objects.create(
            digest=person.digest,
            topic=topic,
            action=ConsentAction.IMPORTED,
            method=ConsentMethod.IMPORT,
            former_words=f"The {WORD} form.",
            given_at=now,
        )
    application = Application.objects.create(
        subscription=greta.subscriptions.get(),
        full_name=f"Greta {WORD.title()}",
        institution=WORD,
        country="DE",
        office=WORD,
        reason=WORD,
        verification=WORD,
        language="en",
        status=ApplicationStatus.AWAITING_REVIEW,
        sent_at=now,
        confirmed_at=now,
    )
    template = CampaignTemplate.objects.create(
        name=WORD, topic=topic, language="en",
        contents={"en": {"subject": WORD, "preheader": WORD, "blocks": []}},
    )  # fmt: skip
    suppression = Suppression.objects.create(
        digest=greta.digest,
        reason=SuppressionReason.HARD_BOUNCE,
        scope=SuppressionScope.ALL,
        note=WORD,
    )
    batch = ImportBatch.objects.create(
        topic=topic, file_name=f"{WORD}.csv", file_digest="1" * 64, consent_words=WORD
    )
    upload = ImportUpload.objects.create(
        topic=topic, made_by=ended, folder="3" * 32, file_name=f"{WORD}.csv", size=9,
        changed_at=now, status=ImportStep.CHECKED,
    )  # fmt: skip
    event, veiled = _event("meeting", topic), _event("visit", None)
    EventDocument.objects.create(
        event=event, title=WORD, access=DocumentAccess.PUBLIC, file=f"{'f' * 32}.pdf", size=9,
        sha256="4" * 64,
    )  # fmt: skip
    image = MediaImage.objects.create(
        key="e" * 24, title=WORD, alt=WORD, pixels_sha256="5" * 64, sizes=[[9, 9, "jpg", 9]]
    )
    Event.objects.filter(pk=event.pk).update(picture=image, picture_alt=WORD)
    campaign = _campaign("invitation", topic, event, CampaignStatus.SENT, now)
    _campaign("reminder", topic, veiled, CampaignStatus.DRAFT, None)
    _campaign("news", topic, None, CampaignStatus.SENDING, now)
    reviewed = _campaign("briefing", topic, None, CampaignStatus.IN_REVIEW, None)
    ReviewRequest.objects.create(campaign=reviewed, account=ended, by=WORD)
    ReviewComment.objects.create(
        campaign=reviewed, language="en", part="@subject", words=WORD, text=WORD, by=WORD
    )
    ReviewLook.objects.create(
        campaign=reviewed, language="en", account=grantee, by=WORD, fingerprint="5" * 64
    )
    ProofRecipient.objects.create(
        topic=topic, email=ADDRESS, digest=address_digest(ADDRESS), full_name=WORD, added_by=WORD
    )
    for asked in (event, Event.objects.filter(takes_answers=True).earliest("pk")):
        Rsvp.objects.create(event=asked, subscriber=greta, answer=RsvpAnswer.MAYBE, note=WORD)
    deliveries = [
        Delivery.objects.create(
            campaign=campaign,
            subscriber=person,
            language="en",
            status=DeliveryStatus.BOUNCED,
            reason=f"550 no {WORD}",
        )
        for person in (greta, known)
    ]
    DeliveryTally.objects.create(campaign=campaign, status=DeliveryStatus.BOUNCED, number=2)
    message = _message("proof", "sam@example.org", topic_id=topic.pk)
    for kind, to in (("proof", "sam@example.org"), ("welcome", ADDRESS)):
        _message(kind, to)
    provider_event = ProviderEvent.objects.create(
        provider="brevo", fingerprint="hidden 1", raw=ADDRESS.encode(), kind="bounced",
        bounce_class="hard", detail=WORD, delivery_id=deliveries[0].pk,
    )  # fmt: skip
    others: list[dict[str, Any]] = [
        {"message_id": message.pk},
        {"digest": greta.digest},
        {"problem": f"What is {WORD}?"},
    ]
    for number, about in enumerate(others):
        ProviderEvent.objects.create(
            provider="brevo", fingerprint=f"hidden 1{number}", raw=WORD.encode(), **about
        )
    report = ProviderReport.objects.create(
        provider=WORD, fingerprint="2" * 64, raw=WORD.encode(), size=9, received_at=now,
        problem=WORD,
    )  # fmt: skip
    grant = TopicGrant.objects.create(
        topic=topic, account=grantee, until=now + timedelta(days=30), granted_by=WORD
    )
    past = TopicGrant.objects.create(
        topic=topic, account=ended, until=now + timedelta(days=1), granted_by=WORD
    )
    TopicGrant.objects.filter(pk=past.pk).update(
        created_at=now - timedelta(days=2), until=now - timedelta(minutes=1)
    )
    entry = record(NeedToKnowAction.VIEWED, topic, label=WORD, topic_id=topic.pk)
    record(NeedToKnowAction.TERM_SET, known, label=WORD, topic_id=topic.pk)
    for row in (campaign, event, greta, batch, message):
        record(NeedToKnowAction.VIEWED, row, label=WORD)
    rows: list[Model] = [
        topic, greta, suppression, batch, upload, event, campaign, deliveries[0], message,
        provider_event, report, grant, entry, application, template, image,
    ]  # fmt: skip
    return {type(row): str(row.pk) for row in rows}


def _event(name: str, topic: Topic | None) -> Event:
    start = datetime(2036, 3, 4, 10, tzinfo=UTC)
    return Event.objects.create(
        slug=f"{WORD}-{name}",
        title=f"{WORD.title()} {name}",
        summary=WORD,
        local_start=start,
        local_end=start + timedelta(hours=1),
        time_zone="UTC",
        starts_at=start,
        ends_at=start + timedelta(hours=1),
        venue=WORD,
        is_public=False,
        topic=topic,
    )


def _campaign(
    name: str, topic: Topic, event: Event | None, status: CampaignStatus, at: datetime | None
) -> Campaign:
    campaign = Campaign.objects.create(
        name=f"{WORD.title()} {name}", topic=topic, event=event, status=status,
        launched_at=at, finished_at=at, candidates=2 if at else 0,
    )  # fmt: skip
    Audience.objects.create(campaign=campaign)
    CampaignContent.objects.create(campaign=campaign, subject=f"{WORD.title()} {name}", blocks=[])
    keep_version(campaign, VersionReason.NAMED, name=f"{WORD.title()} {name}")
    save_template(campaign, name=f"{WORD.title()} {name}")
    return campaign


def _message(kind: str, to: str, *, topic_id: int | None = None) -> TransactionalMessage:
    return TransactionalMessage.objects.create(
        kind=kind,
        digest=address_digest(to),
        to=to,
        subject=f"[Test] {WORD}",
        status=MessageStatus.FAILED,
        topic_id=topic_id,
    )
