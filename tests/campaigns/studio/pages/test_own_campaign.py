"""Whoever has written in a campaign is shown that a colleague has to approve it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from campaigns.authors import author_accounts
from campaigns.content.edit import save_details
from campaigns.content.fingerprint import fingerprint
from campaigns.events.schedule import cancel_event, change_event, plan_event
from campaigns.models import Campaign, Event, Review
from campaigns.states import CampaignStatus
from newsletter.audit.actor import Actor, ActorKind, acting
from staff.roles import AUTHOR, REVIEWER
from subscribers.models import Topic
from subscribers.need_to_know.grants import grant
from tests.campaigns.conftest import MakeFollowers
from tests.staff_members import browser_of, staff_member

pytestmark = pytest.mark.django_db


@pytest.fixture
def rita(draft: Campaign, followers: MakeFollowers) -> Client:
    """The browser of an author who is a reviewer, too, and has written in the draft."""
    followers(1)
    client = browser_of(staff_member("rita", AUTHOR, REVIEWER))
    page = f"/staff/campaigns/campaign/{draft.pk}/audience/"
    assert client.post(page, {"languages": ["en"]}).status_code == 302
    return client


def review_page(client: Client, campaign: Campaign) -> str:
    return client.get(f"/staff/campaigns/campaign/{campaign.pk}/review/").content.decode()


def approve_as(client: Client, campaign: Campaign) -> str:
    campaign.refresh_from_db()
    decision = {"decision": "approve", "fingerprint": fingerprint(campaign), "last_decision": "0"}
    answer = client.post(
        f"/staff/campaigns/campaign/{campaign.pk}/review/decide/", decision, follow=True
    )
    return answer.content.decode()


def test_an_author_sees_no_button_to_approve_and_is_refused_if_they_try(
    rita: Client, draft: Campaign, settings: Settings
) -> None:
    settings.SELF_APPROVAL = False

    assert 'value="approve"' not in review_page(rita, draft)
    assert "or approve it yourself" not in review_page(rita, draft)
    assert "somebody else must approve it" in approve_as(rita, draft)

    assert not Review.objects.exists()
    draft.refresh_from_db()
    assert draft.status == CampaignStatus.DRAFT


def test_a_colleague_who_has_not_written_in_it_approves(
    rita: Client, draft: Campaign, lees: Client, settings: Settings
) -> None:
    settings.SELF_APPROVAL = False

    assert "Approved. You can send it now." in approve_as(lees, draft)

    assert not Review.objects.get().by_author
    assert Review.objects.get().second_factor is False
    assert "without a second step at sign-in" in review_page(lees, draft)


def test_a_colleague_who_rewrites_it_can_not_approve_it_either(
    rita: Client, draft: Campaign, settings: Settings
) -> None:
    settings.SELF_APPROVAL = False
    olu = browser_of(staff_member("olu", AUTHOR, REVIEWER))
    page = f"/staff/campaigns/campaign/{draft.pk}/audience/"
    assert olu.post(page, {"languages": ["en", "es"]}).status_code == 302

    assert "somebody else must approve it" in approve_as(olu, draft)


def plan_another() -> Event:
    start = datetime(2031, 3, 12, 9, tzinfo=UTC)  # wall-clock time, kept as if it were UTC
    return plan_event(
        slug="spring-forum",
        title="Spring forum",
        local_start=start,
        local_end=start + timedelta(hours=2),
        time_zone="Europe/Bucharest",
    )


@pytest.mark.parametrize(
    "write",
    [
        plan_another,
        lambda: change_event(Event.objects.get(), title="Another forum"),
        lambda: change_event(Event.objects.get(), join_url="https://elsewhere.example/"),
        lambda: cancel_event(Event.objects.get()),
    ],
)
def test_whoever_has_written_in_its_event_is_its_author(
    write: Callable[[], object], rita: Client, lees: Client, draft: Campaign, settings: Settings
) -> None:
    settings.SELF_APPROVAL = False
    olu = staff_member("olu", AUTHOR, REVIEWER)
    with acting(lambda: Actor(ActorKind.ACCOUNT, "olu", olu.pk)):
        write()
    save_details(draft, event=Event.objects.latest("pk"))

    assert "somebody else must approve it" in approve_as(browser_of(olu), draft)
    assert olu.pk in author_accounts(draft)
    assert User.objects.get(username="lee").pk not in author_accounts(draft)


def test_where_authors_may_approve_the_history_says_so_for_good(
    rita: Client, draft: Campaign, settings: Settings
) -> None:
    settings.SELF_APPROVAL = True
    assert "or approve it yourself" in review_page(rita, draft)

    approve_as(rita, draft)

    settings.SELF_APPROVAL = False
    assert "as an author of this campaign" in review_page(rita, draft)


def test_an_author_is_told_when_nobody_else_may_approve_and_whom_to_ask(
    rita: Client, draft: Campaign, settings: Settings
) -> None:
    settings.SELF_APPROVAL = False
    words = "It takes a reviewer who hasn’t written in it. Ask an administrator"
    assert words in review_page(rita, draft)
    submit = f"/staff/campaigns/campaign/{draft.pk}/review/submit/"
    page = rita.post(submit, follow=True).content.decode()
    assert "Submitted for review." in page
    assert "can approve it now" not in page
    assert words in page
    settings.SELF_APPROVAL = True
    assert "Nobody can approve" not in review_page(rita, draft)
    settings.SELF_APPROVAL = False
    lee = staff_member("lee", REVIEWER)
    assert "Nobody can approve" not in review_page(rita, draft)
    User.objects.filter(pk=lee.pk).update(is_active=False)
    assert words in review_page(rita, draft)


def test_an_author_is_told_when_no_reviewer_is_granted_the_need_to_know_topic(
    rita: Client, draft: Campaign, settings: Settings
) -> None:
    settings.SELF_APPROVAL = False
    Topic.objects.filter(pk=draft.topic_id).update(is_restricted=True, is_public=False)
    topic = Topic.objects.get(pk=draft.topic_id)
    until = timezone.now() + timedelta(days=3)
    grant(topic, User.objects.get(username="rita"), until=until, by="rita")
    lee = staff_member("lee", REVIEWER)
    page = review_page(rita, draft)
    assert "It takes a reviewer who hasn’t written in it and is granted its topic." in page
    assert f"by its URL name: {topic.slug}" in page
    grant(topic, lee, until=until, by="rita")
    assert "Nobody can approve" not in review_page(rita, draft)
