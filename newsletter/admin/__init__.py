"""Staff pages of the newsletter app: the brand and the outbox."""

from newsletter.admin.brand import BrandAdmin
from newsletter.admin.outbox import TransactionalMessageAdmin

__all__ = ["BrandAdmin", "TransactionalMessageAdmin"]
