"""Columns, constraints and predicates. What touches a second table is an action."""

from staff.models.password_request import PasswordRequest
from staff.models.second_factor_due import SecondFactorDue
from staff.models.staff_session import StaffSession

__all__ = ["PasswordRequest", "SecondFactorDue", "StaffSession"]
