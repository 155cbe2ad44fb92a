"""Staff who look at people."""

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client


@pytest.fixture
def readers_only(db: None) -> Client:
    """A client of staff who may look at people, and no more."""
    user = User.objects.create_user("rae", is_staff=True)
    user.user_permissions.set(
        Permission.objects.filter(codename__in=["view_subscriber", "view_suppression"])
    )
    client = Client()
    client.force_login(user)
    return client
