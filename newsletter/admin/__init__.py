"""Staff pages of the newsletter app: the brand, single messages, providers' reports, audit log."""

from newsletter.admin.audit_entry import AuditEntryAdmin
from newsletter.admin.brand import BrandAdmin
from newsletter.admin.outbox import TransactionalMessageAdmin
from newsletter.admin.provider_events import ProviderEventAdmin, ProviderReportAdmin

__all__ = [
    "AuditEntryAdmin",
    "BrandAdmin",
    "ProviderEventAdmin",
    "ProviderReportAdmin",
    "TransactionalMessageAdmin",
]
