"""Staff pages of the campaigns app: campaigns, events and deliveries."""

from campaigns.admin import person_history, visibility
from campaigns.admin.campaign import CampaignAdmin
from campaigns.admin.delivery import DeliveryAdmin
from campaigns.admin.event import EventAdmin

__all__ = ["CampaignAdmin", "DeliveryAdmin", "EventAdmin", "person_history", "visibility"]
