"""Staff pages of the staff app: accounts and their roles, and what was done with them."""

from staff.admin import not_shown
from staff.admin.account import AccountAdmin
from staff.admin.audit_entry import AuditEntryAdmin

__all__ = ["AccountAdmin", "AuditEntryAdmin", "not_shown"]
