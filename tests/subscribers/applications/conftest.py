"""A moderated topic, and somebody whose application to join it waits for staff."""

import pytest

from newsletter.models import Brand
from subscribers.models import Application, Topic
from tests.subscribers.applications.applying import waiting_application


@pytest.fixture
def legislators(brand: Brand) -> Topic:
    return Topic.objects.create(
        slug="legislators", name="Legislators", is_moderated=True, position=2
    )


@pytest.fixture
def leas(legislators: Topic) -> Application:
    """Lea's application, which she has confirmed."""
    return waiting_application(legislators)
