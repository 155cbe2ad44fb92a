"""Models of campaigns: columns, constraints and predicates about their own row."""

from campaigns.models.alert import AlertChannel, OpenFinding
from campaigns.models.audience import Audience
from campaigns.models.calendar_mail import CalendarMail
from campaigns.models.calendar_test import CalendarTest
from campaigns.models.campaign import Campaign
from campaigns.models.campaign_breakdown import CampaignBreakdown
from campaigns.models.campaign_content import CampaignContent
from campaigns.models.campaign_template import CampaignTemplate
from campaigns.models.campaign_version import CampaignVersion
from campaigns.models.content_editor import ContentEditor
from campaigns.models.counted_link import CountedLink
from campaigns.models.delivery import Delivery, DeliveryTally, DueTime, FactTally
from campaigns.models.delivery_minute import DeliveryMinute
from campaigns.models.event import Event
from campaigns.models.event_document import EventDocument
from campaigns.models.kept_findings import KeptFindings
from campaigns.models.link_trial import LinkTrial
from campaigns.models.proof_recipient import ProofRecipient, ProofRound
from campaigns.models.retraction import Retraction
from campaigns.models.review import Review
from campaigns.models.review_comment import ReviewComment
from campaigns.models.review_look import ReviewLook
from campaigns.models.review_request import ReviewRequest
from campaigns.models.rsvp import Rsvp
from campaigns.models.saved_audience import SavedAudience
from campaigns.models.topic_month import TopicMonth
from campaigns.models.translated_part import TranslatedPart, TranslationOrigin

__all__ = [
    "AlertChannel",
    "Audience",
    "CalendarMail",
    "CalendarTest",
    "Campaign",
    "CampaignBreakdown",
    "CampaignContent",
    "CampaignTemplate",
    "CampaignVersion",
    "ContentEditor",
    "CountedLink",
    "Delivery",
    "DeliveryMinute",
    "DeliveryTally",
    "DueTime",
    "Event",
    "EventDocument",
    "FactTally",
    "KeptFindings",
    "LinkTrial",
    "OpenFinding",
    "ProofRecipient",
    "ProofRound",
    "Retraction",
    "Review",
    "ReviewComment",
    "ReviewLook",
    "ReviewRequest",
    "Rsvp",
    "SavedAudience",
    "TopicMonth",
    "TranslatedPart",
    "TranslationOrigin",
]
