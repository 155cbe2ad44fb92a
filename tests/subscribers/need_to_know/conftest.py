"""A need-to-know topic, and two of the staff: Grace is granted it, Eve isn't."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from subscribers.models import Subscriber, Topic, TopicGrant
from tests.conftest import MakeSubscriber


@pytest.fixture
def restricted(db: None) -> Topic:
    return Topic.objects.create(
        slug="inner-circle", name="Inner circle", is_public=False, is_restricted=True
    )


@pytest.fixture
def eve(db: None) -> User:
    return User.objects.create_user("eve", is_staff=True)


@pytest.fixture
def grace(restricted: Topic) -> User:
    account = User.objects.create_user("grace", is_staff=True)
    TopicGrant.objects.create(
        topic=restricted,
        account=account,
        until=timezone.now() + timedelta(days=30),
        granted_by="sam",
    )
    return account


@pytest.fixture
def greta(make_subscriber: MakeSubscriber, restricted: Topic) -> Subscriber:
    """Somebody who follows the need-to-know topic alone."""
    return make_subscriber("greta@example.net", topic=restricted)
