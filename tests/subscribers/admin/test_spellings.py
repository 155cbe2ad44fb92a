"""Staff find people and events however their names are typed."""

from datetime import datetime

import pytest
from django.test import Client

from campaigns.events.schedule import plan_event
from subscribers.models import Topic
from tests.conftest import MakeSubscriber


@pytest.mark.parametrize(
    ("stored", "typed"),
    [
        ("Ștefan Țepeș", "Ştefan"),
        ("Ştefan Ţepeş", "țepeș"),
        ("Мар’яна Коваль", "мар'яна"),
        ("Марʼяна Коваль", "Мар’яна"),
        ("Мар'яна Коваль", "Марʼяна"),
    ],
)
def test_a_person_is_found_in_each_spelling(
    sams: Client, make_subscriber: MakeSubscriber, topic: Topic, stored: str, typed: str
) -> None:
    make_subscriber("somebody@example.org", topic=topic, full_name=stored)
    make_subscriber("other@example.org", topic=topic, full_name="Ana Pop")
    html = sams.get("/staff/subscribers/subscriber/", {"q": typed}).content.decode()
    assert "somebody@example.org" in html
    assert "other@example.org" not in html


def test_an_event_is_found_in_each_spelling(sams: Client) -> None:
    plan_event(
        slug="iasi",
        title="Forum la Iași",
        local_start=datetime(2027, 5, 1, 10),  # noqa: DTZ001 - wall-clock time
        local_end=datetime(2027, 5, 1, 12),  # noqa: DTZ001
        time_zone="Europe/Bucharest",
    )
    events = "/staff/campaigns/event/"
    assert "Forum la Iași" in sams.get(events, {"q": "Iaşi"}).content.decode()
    assert "Forum la Iași" not in sams.get(events, {"q": "Iaxi"}).content.decode()
