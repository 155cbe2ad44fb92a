from datetime import datetime, timedelta
from typing import Any

import pytest

from benchmarks import campaign_email, people
from campaigns.content.create_campaign import create_campaign
from campaigns.events.schedule import plan_event
from campaigns.review.finding import blockers
from campaigns.review.preflight import preflight
from newsletter.models import Brand
from subscribers.models import Topic
from tests.conftest import MakeSubscriber


@pytest.mark.django_db
def test_the_campaign_that_is_measured_can_be_launched(
    settings: Any, brand: Brand, topic: Topic, make_subscriber: MakeSubscriber
) -> None:
    settings.CONTENT_LANGUAGES = ["en", "es"]
    begins = datetime.now() + timedelta(days=60)  # noqa: DTZ005 - wall-clock time
    plan_event(
        slug=people.EVENT,
        title="Quarterly meeting",
        texts={"es": {"title": "Reunión trimestral"}},
        local_start=begins,
        local_end=begins + timedelta(hours=2),
        time_zone="Europe/Brussels",
    )
    make_subscriber("reader@mail.example", topic=topic)
    campaign = create_campaign(campaign_email.campaign("Round 1") | {"topic": topic.slug})
    assert set(campaign.contents.values_list("language", flat=True)) == {"en", "es"}
    assert blockers(preflight(campaign)) == []
