"""Staff: Sam may do everything, Wren writes, Lee approves and sends, Noor may do nothing."""

import pytest
from django.test import Client

from campaigns.models import Campaign
from campaigns.review.approval import approve
from staff.roles import AUTHOR, PUBLISHER, REVIEWER
from tests.staff_members import browser_of, staff_member


@pytest.fixture
def wrens(db: None) -> Client:
    """An author's browser."""
    return browser_of(staff_member("wren", AUTHOR))


@pytest.fixture
def lees(db: None) -> Client:
    """The browser of somebody who approves and sends campaigns."""
    return browser_of(staff_member("lee", REVIEWER, PUBLISHER))


@pytest.fixture
def noors(db: None) -> Client:
    """The browser of staff without a role."""
    return browser_of(staff_member("noor"))


@pytest.fixture
def approved(draft: Campaign, followers: object) -> Campaign:
    assert callable(followers)
    followers(3)
    approve(draft, by="Ria")
    return draft
