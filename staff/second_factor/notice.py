"""The dashboard's words about an account's second factor."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from staff.accounts.second_factor_due import needs_second_factor, second_factor_due_at
from staff.second_factor.factors import has_second_factor


@dataclass(frozen=True, slots=True)
class SecondFactorNotice:
    """An account that should have a second factor, and has none."""

    due_at: datetime | None
    """From when it can't be used without. None for the first login, while no email leaves."""


def second_factor_notice(account: Any) -> SecondFactorNotice | None:
    """Return what to say on the dashboard; None where there is nothing to say."""
    if not needs_second_factor(account) or has_second_factor(account):
        return None
    return SecondFactorNotice(second_factor_due_at(account))
