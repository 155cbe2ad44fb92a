"""Models of campaigns: columns, constraints and predicates about their own row."""

from campaigns.models.audience import Audience
from campaigns.models.calendar_mail import CalendarMail
from campaigns.models.calendar_test import CalendarTest
from campaigns.models.campaign import Campaign
from campaigns.models.campaign_content import CampaignContent
from campaigns.models.campaign_template import CampaignTemplate
from campaigns.models.campaign_version import CampaignVersion
from campaigns.models.content_editor import ContentEditor
from campaigns.models.delivery import Delivery, DeliveryTally, FactTally
from campaigns.models.event import Event
from campaigns.models.event_document import EventDocument
from campaigns.models.review import Review
from campaigns.models.rsvp import Rsvp
from campaigns.models.translated_part import TranslatedPart, TranslationOrigin

__all__ = [
    "Audience",
    "CalendarMail",
    "CalendarTest",
    "Campaign",
    "CampaignContent",
    "CampaignTemplate",
    "CampaignVersion",
    "ContentEditor",
    "Delivery",
    "DeliveryTally",
    "Event",
    "EventDocument",
    "FactTally",
    "Review",
    "Rsvp",
    "TranslatedPart",
    "TranslationOrigin",
]
