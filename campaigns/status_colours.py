"""Colours of status labels of campaigns, deliveries and events; others are grey."""

from collections.abc import Mapping

from campaigns.event_states import EventStatus
from campaigns.states import CampaignStatus, DeliveryStatus
from newsletter.status_colours import StatusColour

CAMPAIGN_COLOURS: Mapping[str, StatusColour] = {
    CampaignStatus.IN_REVIEW: "info",
    CampaignStatus.APPROVED: "good",
    CampaignStatus.SCHEDULED: "info",
    CampaignStatus.SENDING: "info",
    CampaignStatus.PAUSED: "warn",
    CampaignStatus.SENT: "good",
}
DELIVERY_COLOURS: Mapping[str, StatusColour] = {
    DeliveryStatus.PLANNED: "info",
    DeliveryStatus.CLAIMED: "info",
    DeliveryStatus.ACCEPTED: "good",
    DeliveryStatus.DELIVERED: "good",
    DeliveryStatus.BOUNCED: "bad",
    DeliveryStatus.FAILED: "bad",
    DeliveryStatus.UNCERTAIN: "warn",
}
EVENT_COLOURS: Mapping[str, StatusColour] = {
    EventStatus.PLANNED: "good",
    EventStatus.MOVED: "warn",
    EventStatus.CANCELLED: "bad",
}
