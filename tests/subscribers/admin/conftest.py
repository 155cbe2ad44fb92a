"""Staff who look at people."""

import pytest
from django.test import Client

from staff.roles import AUDITOR
from tests.staff_members import browser_of, staff_member


@pytest.fixture
def readers_only(db: None) -> Client:
    """A client of staff who may look at people, and no more."""
    return browser_of(staff_member("rae", AUDITOR))
