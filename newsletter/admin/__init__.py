"""Staff pages of the newsletter app: the brand, single messages, and providers' reports."""

from newsletter.admin.brand import BrandAdmin
from newsletter.admin.outbox import TransactionalMessageAdmin
from newsletter.admin.provider_events import ProviderEventAdmin, ProviderReportAdmin

__all__ = [
    "BrandAdmin",
    "ProviderEventAdmin",
    "ProviderReportAdmin",
    "TransactionalMessageAdmin",
]
