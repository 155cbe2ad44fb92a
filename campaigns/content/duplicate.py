"""A new draft that says what another campaign says."""

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from campaigns.audit_actions import CampaignAuditAction
from campaigns.audited import record_campaign
from campaigns.authors import carry_authors, note_author
from campaigns.content.check_content import MAXIMUM_NAME
from campaigns.models import Audience, Campaign, CampaignContent, Event, TranslatedPart
from campaigns.states import AudienceRule, CampaignKind

COPY = "Copy of {name}"


@transaction.atomic
def duplicate(campaign: Campaign, *, created_by: User | None = None) -> Campaign:
    """Create a draft with the content of a campaign, in all its languages.

    It is an announcement to the same countries and languages of the same topic, by the same
    conditions, whatever the other was: no step of a series, and no update of a change, because it
    goes out once more, to people who had the other. An event that is over or cancelled is left out;
    preflight names the blocks that need one. Nothing of the approvals, the time and the deliveries
    is copied.

    Args:
        campaign: in any state. The caller has seen to it that whoever asks may know of it.
        created_by: whose draft it is.
    """
    event = campaign.event if campaign.event and _is_ahead(campaign.event) else None
    copy = Campaign.objects.create(
        name=COPY.format(name=campaign.name)[:MAXIMUM_NAME].strip(),
        topic=campaign.topic,
        event=event,
        language=campaign.language,
        archive_access=campaign.archive_access,
        carries_calendar=campaign.carries_calendar,
        created_by=created_by,
    )
    audience = Audience.objects.filter(campaign=campaign).first() or Audience()
    has_rule = event is not None and campaign.kind == CampaignKind.ANNOUNCEMENT
    Audience.objects.create(
        campaign=copy,
        countries=audience.countries,
        languages=audience.languages,
        conditions=audience.conditions,
        rule=audience.rule if has_rule else AudienceRule.NONE,
    )
    copy_contents(campaign, copy)
    record_campaign(CampaignAuditAction.CREATED, copy, copy_of=campaign.pk)
    return copy


def copy_contents(campaign: Campaign, copy: Campaign) -> None:
    """Give a new campaign the texts of another in all languages, and its authors."""
    CampaignContent.objects.bulk_create(
        CampaignContent(
            campaign=copy,
            language=content.language,
            subject=content.subject,
            preheader=content.preheader,
            blocks=content.blocks,
        )
        for content in campaign.contents.order_by("language")
    )
    # They stand to each other as they did: what was to be translated still is.
    TranslatedPart.objects.bulk_create(
        TranslatedPart(
            campaign=copy,
            language=row.language,
            part=row.part,
            source_language=row.source_language,
            source=row.source,
            origin=row.origin,
        )
        for row in campaign.translated_parts.order_by("pk")
    )
    carry_authors(campaign.authors, copy)
    note_author(copy)


def _is_ahead(event: Event) -> bool:
    return event.takes_place and event.ends_at > timezone.now()
