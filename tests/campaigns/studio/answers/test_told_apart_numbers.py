"""The number of those who hear of a change by a message of their own names nobody."""

import re
from itertools import islice

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from campaigns.events.schedule import cancel_event
from campaigns.models import Campaign, Event
from campaigns.review.approval import approve
from campaigns.review.preflight import preflight
from staff.roles import PUBLISHER
from subscribers.models import Subscriber, Topic
from tests.campaigns.studio.answers.conftest import Answers
from tests.campaigns.studio.answers.test_hidden_people import circle, grace, greta
from tests.staff_members import browser_of, staff_member

pytestmark = pytest.mark.django_db

__all__ = ["circle", "grace", "greta"]


@pytest.fixture
def pubs(db: None) -> Client:
    """The browser of somebody who sends campaigns, and sees no subscribers."""
    return browser_of(staff_member("pub", PUBLISHER))


def cancelled(meeting: Event) -> Campaign:
    """Cancel the meeting, and return what tells of it, approved."""
    cancel_event(meeting)
    draft = Campaign.objects.get(event=meeting)
    approve(draft, by="Sam")
    return draft


def shown(browser: Client, campaign: Campaign) -> dict[str, tuple[object, str]]:
    """Return page → the number of those told apart, and the page."""
    pages = {}
    for name in ("audience", "launch"):
        answer = browser.get(reverse(f"admin:studio_{name}", args=[campaign.pk]))
        pages[name] = answer.context["told_apart"], answer.content.decode()
    return pages


@pytest.mark.thorough
def test_whoever_may_not_know_of_a_person_sees_no_number_with_them(
    lias: Client, wrens: Client, pubs: Client,
    meeting: Event, topic: Topic, greta: Subscriber, grace: User,
) -> None:  # fmt: skip
    campaign = cancelled(meeting)
    for browser in (lias, wrens, pubs):
        for number, page in shown(browser, campaign).values():
            assert number == 0
            assert "answered the invitation" not in page
    for number, page in shown(browser_of(grace), campaign).values():
        assert number == 1
        assert re.search("<strong>1</strong> person (will|would) receive a short message", page)
    (finding,) = [each for each in preflight(campaign) if each.path == "audience"]
    assert not any(map(str.isdecimal, finding.message))


@pytest.mark.thorough(sample=1)
@pytest.mark.parametrize("people", [1, 4, 5])
def test_a_small_number_is_for_whoever_sees_the_answers_alone(
    lias: Client, wrens: Client, pubs: Client, meeting: Event, topic: Topic, answer: Answers,
    people: int,
) -> None:  # fmt: skip
    for name in islice(("Ina", "Ira", "Ivo", "Ida", "Isa"), people):
        answer(name)
    campaign = cancelled(meeting)
    assert {number for number, _ in shown(lias, campaign).values()} == {people}
    for browser in (wrens, pubs):
        pages = shown(browser, campaign)
        assert {number for number, _ in pages.values()} == {people if people == 5 else None}
        for _, page in pages.values():
            assert bool(re.search("A few people (will|would) receive", page)) == (people < 5)
    button = f"Send {people} short messages" if people == 5 else "Send short messages"
    assert f"{button}</span>" in shown(pubs, campaign)["launch"][1]
