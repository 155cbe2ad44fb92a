"""Creating a campaign that asks people to agree again, as a draft in each language of pages."""

from django.contrib.auth.models import User
from django.db import transaction

from campaigns.audit_actions import CampaignAuditAction
from campaigns.audited import record_campaign
from campaigns.authors import note_author
from campaigns.content.check_content import MAXIMUM_NAME
from campaigns.content.consent_blocks import first_content
from campaigns.models import Audience, Campaign, CampaignContent
from campaigns.states import CampaignKind
from newsletter.core.catalogues import page_languages
from subscribers.models import Topic
from subscribers.states import ArchiveAccess


@transaction.atomic
def create_consent_campaign(topic: Topic, *, created_by: User | None = None) -> Campaign:
    """Create a draft that asks those who agreed to an earlier wording of a topic.

    Nothing is sent: it goes through review and launch, as any campaign does.
    """
    languages = page_languages()
    campaign = Campaign.objects.create(
        name=f"Agree again: {topic.name}"[:MAXIMUM_NAME],
        kind=CampaignKind.CONSENT,
        topic=topic,
        language=languages[0],
        archive_access=ArchiveAccess.NONE,
        created_by=created_by,
    )
    Audience.objects.create(campaign=campaign)
    CampaignContent.objects.bulk_create(
        CampaignContent(campaign=campaign, language=language, **first_content(topic, language))
        for language in languages
    )
    note_author(campaign)
    record_campaign(CampaignAuditAction.CREATED, campaign)
    return campaign
