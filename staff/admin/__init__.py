"""Staff pages of the staff app: accounts and their roles."""

from staff.admin import not_shown
from staff.admin.account import AccountAdmin

__all__ = ["AccountAdmin", "not_shown"]
