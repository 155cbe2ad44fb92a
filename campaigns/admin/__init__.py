"""Staff pages of the campaigns app: campaigns, events, deliveries, and staff accounts."""

from campaigns.admin.accounts import StaffGroupAdmin, StaffUserAdmin
from campaigns.admin.campaign import CampaignAdmin
from campaigns.admin.delivery import DeliveryAdmin
from campaigns.admin.event import EventAdmin

__all__ = ["CampaignAdmin", "DeliveryAdmin", "EventAdmin", "StaffGroupAdmin", "StaffUserAdmin"]
