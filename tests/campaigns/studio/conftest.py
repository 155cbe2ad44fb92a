"""Staff: Sam may do everything, Wren may edit, Lee may send, Noor may do nothing."""

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from campaigns.models import Campaign
from campaigns.review.approval import approve


def _staff(name: str, *codenames: str) -> Client:
    user = User.objects.create_user(
        name, f"{name}@example.org", "correct horse battery staple", is_staff=True
    )
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def wrens(db: None) -> Client:
    """May create and edit campaigns."""
    return _staff("wren", "add_campaign", "change_campaign", "view_campaign")


@pytest.fixture
def lees(db: None) -> Client:
    """May approve and send campaigns."""
    return _staff("lee", "launch_campaign", "view_campaign")


@pytest.fixture
def noors(db: None) -> Client:
    """Staff without any permission."""
    return _staff("noor")


@pytest.fixture
def approved(draft: Campaign, followers: object) -> Campaign:
    assert callable(followers)
    followers(3)
    approve(draft, by="Ria")
    return draft
