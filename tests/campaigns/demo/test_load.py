"""Loading the demo: once, whole, and only where no mail really leaves."""

from datetime import UTC, datetime

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from campaigns.authors import is_author
from campaigns.demo.emails import NoLanguageForDemo
from campaigns.demo.load import load_demo
from campaigns.demo.need_to_know_topic import PEOPLE
from campaigns.demo.refusals import NotForRealMail, is_empty
from campaigns.models import Event
from newsletter.audit.actor import acting, operator
from newsletter.brand.current import current_brand
from newsletter.transport.providers.mailer_urls import parse_mailer_url
from staff.roles import LIST_MANAGER
from subscribers.models import Subscriber, Topic
from tests.staff_members import browser_of, staff_member

pytestmark = pytest.mark.django_db


def test_an_installation_in_use_is_left_alone(topic: Topic) -> None:
    assert load_demo() is None
    assert Topic.objects.count() == 1
    assert not Subscriber.objects.exists()
    assert current_brand().name == "Convene"


def test_it_refuses_where_mail_really_leaves(settings: Settings) -> None:
    settings.MAILER_SETTINGS = {
        **settings.MAILER_SETTINGS,
        "bulk": parse_mailer_url("smtp://user:secret@mail.example.org:587"),
    }
    with pytest.raises(NotForRealMail, match="BULK_MAILER_URL") as refusal:
        load_demo()
    assert "secret" not in str(refusal.value)
    assert is_empty()


@pytest.mark.thorough
def test_nothing_stays_where_it_fails_half_way(settings: Settings) -> None:
    settings.CLAIM_LEASE = "soon"  # nothing can be claimed
    with pytest.raises(TypeError):
        load_demo()
    assert is_empty()


@pytest.mark.thorough
def test_whoever_loads_it_has_written_none_of_its_emails(settings: Settings) -> None:
    settings.SELF_APPROVAL = False
    with acting(operator):
        made = load_demo()
        assert made is not None
        assert not is_author(made.ready)


@pytest.mark.thorough
def test_an_installation_without_english_takes_it_too(settings: Settings) -> None:
    settings.CONTENT_LANGUAGES = ["de", "es"]
    made = load_demo()
    assert made
    assert made.ready.language == "es"


def test_an_installation_whose_languages_are_not_translated_gets_no_half_a_demo(
    settings: Settings,
) -> None:
    settings.CONTENT_LANGUAGES = ["eo"]
    with pytest.raises(NoLanguageForDemo, match="add en"):
        load_demo()
    assert is_empty()


@pytest.mark.thorough(sample=1)
@pytest.mark.parametrize(
    "day",
    [
        "2026-11-24",
        "2026-12-10",
        "2027-01-01",
        "2027-03-05",
        "2027-03-31",
        "2028-02-29",
        "2026-12-31",
    ],
)
def test_it_can_be_loaded_on_any_day(day: str) -> None:
    """Launching goes by the real clock; only the events' dates follow the day that is given."""
    now = datetime.fromisoformat(day).replace(hour=12, tzinfo=UTC)
    made = load_demo(now=now)
    assert made
    assert made.ready.event
    assert made.ready.event.starts_at > now
    ahead = Event.objects.filter(starts_at__gt=now, kind="meeting").earliest("starts_at")
    # Either it is announced next, or people have been invited and the rest is drafted.
    assert ahead.campaigns.filter(step="invitation").exists()
    if ahead != made.ready.event:
        assert ahead.rsvps.filter(answer="yes", came=None).count() > 10
        assert ahead.campaigns.filter(status="draft", step="details_hour").exists()


@pytest.mark.thorough
def test_only_whoever_is_granted_the_need_to_know_topic_sees_it(sams: Client) -> None:
    load_demo()
    topic = Topic.objects.get(is_restricted=True)
    assert topic.subscriptions.count() == len(PEOPLE)
    others = browser_of(staff_member("lena", LIST_MANAGER))
    assert topic.name in sams.get("/staff/subscribers/topic/").content.decode()
    assert topic.name not in others.get("/staff/subscribers/topic/").content.decode()
