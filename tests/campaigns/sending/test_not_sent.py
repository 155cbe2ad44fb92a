"""Whoever scheduled a campaign hears once by mail why it isn't sent, and the dashboard says it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from campaigns.content.edit import save_details
from campaigns.events.schedule import cancel_event, change_event
from campaigns.models import Campaign, Event
from campaigns.review.approval import approve, return_to_draft
from campaigns.sending.advance import advance_campaigns
from campaigns.sending.freeze import start
from campaigns.sending.launch import launch
from campaigns.states import CampaignStatus
from newsletter.audit.actor import Actor, ActorKind, acting
from newsletter.brand.save import save_brand
from newsletter.models import Brand, TransactionalMessage
from staff.accounts.roles_of import groups_of
from staff.roles import AUTHOR, PUBLISHER, REVIEWER
from subscribers.models import Subscription, Topic
from subscribers.need_to_know.grants import grant
from subscribers.states import ArchiveAccess, SubscriptionStatus
from tests.campaigns.conftest import MakeFollowers
from tests.staff_members import browser_of, staff_member

KIND = "staff_not_sent"
SECRET = "Wolpertinger"


@pytest.fixture
def ana(db: None) -> User:
    return staff_member("ana", REVIEWER)


@pytest.fixture
def pia(db: None) -> User:
    return staff_member("pia", PUBLISHER)


@pytest.fixture
def pete(db: None) -> User:
    return staff_member("pete", PUBLISHER)


@pytest.fixture
def scheduled(
    draft: Campaign, followers: MakeFollowers, ana: User, pia: User, pete: User
) -> Campaign:
    followers(5)
    approve(draft, by="Ana", reviewer=ana)
    launch(draft, at=timezone.now() + timedelta(days=2))
    Campaign.objects.update(scheduled_by=pia)
    return Campaign.objects.get()


def told() -> list[TransactionalMessage]:
    return list(TransactionalMessage.objects.filter(kind=KIND).order_by("pk"))


def come_due() -> Campaign:
    """Let the time of the campaign come, and return what became of it."""
    Campaign.objects.update(scheduled_at=timezone.now() - timedelta(seconds=1))
    assert advance_campaigns().started == 0
    assert advance_campaigns().started == 0
    return Campaign.objects.get()


def everybody_leaves() -> None:
    Subscription.objects.update(status=SubscriptionStatus.UNSUBSCRIBED)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda: Brand.objects.update(postal_address=""), "postal address"),
        (everybody_leaves, "Nobody"),
        (
            lambda: User.objects.get(username="ana").groups.set(groups_of([AUTHOR])),
            "The approval by Ana doesn’t count any more",
        ),
    ],
    ids=["brand", "audience", "approval"],
)
def test_a_start_that_is_refused_is_told_once_and_stands_on_the_dashboard(
    change: Callable[[], object], why: str, scheduled: Campaign, pia: User
) -> None:
    change()

    campaign = come_due()

    assert campaign.status == CampaignStatus.DRAFT
    [message] = told()
    assert (message.to, message.topic_id) == ("pia@example.org", scheduled.topic_id)
    text = " ".join(message.text.split())
    assert why in text
    assert "It is a draft again: it needs a new approval and a new time." in text
    assert f"/campaign/{scheduled.pk}/progress/" in message.html
    assert why in browser_of(pia).get("/staff/").content.decode()
    assert not TransactionalMessage.objects.exclude(kind=KIND).exists()


def test_all_publishers_hear_where_whoever_scheduled_it_may_send_no_more(
    scheduled: Campaign, pia: User, pete: User
) -> None:
    pia.groups.set(groups_of([AUTHOR]))

    campaign = come_due()

    assert campaign.status == CampaignStatus.APPROVED
    [message] = told()
    assert message.to == "pete@example.org"
    text = " ".join(message.text.split())
    assert "pia, who scheduled it, may not send campaigns any more" in text
    assert "It is still approved." in text
    html = browser_of(pete).get("/staff/").content.decode()
    assert "who scheduled it, may not send campaigns any more" in html


def test_newer_drafts_do_not_hide_on_the_dashboard_why_one_was_not_sent(
    scheduled: Campaign, topic: Topic, pia: User
) -> None:
    Brand.objects.update(postal_address="")
    come_due()
    for number in range(7):
        Campaign.objects.create(name=f"Newer {number}", topic=topic)

    assert "Sending could not start." in browser_of(pia).get("/staff/").content.decode()


def test_a_colleague_s_edit_or_request_for_changes_is_told_and_one_s_own_is_not(
    scheduled: Campaign, pia: User
) -> None:
    author = staff_member("aldo", AUTHOR)
    with acting(lambda: Actor(ActorKind.ACCOUNT, "aldo", account_id=author.pk)):
        save_details(scheduled, archive_access=ArchiveAccess.NONE)
    [message] = told()
    assert "aldo changed it after it was scheduled." in " ".join(message.text.split())

    schedule_again(scheduled, pia)
    return_to_draft(scheduled, by="Rob", note="Not yet.")
    assert "Rob requested changes." in " ".join(told()[1].text.split())

    schedule_again(scheduled, pia)
    with acting(lambda: Actor(ActorKind.ACCOUNT, "pia", account_id=pia.pk)):
        save_details(scheduled, archive_access=ArchiveAccess.PUBLIC)
    assert Campaign.objects.get().status == CampaignStatus.DRAFT
    assert len(told()) == 2


def schedule_again(campaign: Campaign, by: User) -> None:
    approve(Campaign.objects.get(), by="Sam")
    launch(Campaign.objects.get(), at=timezone.now() + timedelta(days=2))
    Campaign.objects.update(scheduled_by=by)
    campaign.refresh_from_db()


def test_another_sender_is_told_and_a_changed_event_by_the_email_about_that_alone(
    scheduled: Campaign, event: Event, pia: User
) -> None:
    brand = Brand.objects.get()
    brand.sender_email = "another@example.org"
    save_brand(brand)
    assert "The sender was changed" in " ".join(told()[0].text.split())

    schedule_again(scheduled, pia)
    change_event(event, title="Another meeting")
    assert len(told()) == 1

    schedule_again(scheduled, pia)
    cancel_event(Event.objects.get())
    assert "The event was cancelled" in " ".join(told()[1].text.split())


def test_whoever_launches_at_once_reads_it_and_gets_no_mail(
    scheduled: Campaign,
) -> None:
    Brand.objects.update(postal_address="")
    Campaign.objects.update(scheduled_at=timezone.now())

    assert not start(scheduled.pk, is_told=True)

    assert Campaign.objects.get().status == CampaignStatus.DRAFT
    assert told() == []


def test_of_a_need_to_know_topic_only_those_who_know_it_hear_and_nothing_is_named(
    scheduled: Campaign, ana: User, pia: User
) -> None:
    Topic.objects.update(is_restricted=True, is_public=False, name=SECRET)
    Campaign.objects.update(name=SECRET, scheduled_by=None)
    for each in (ana, pia):
        grant(Topic.objects.get(), each, until=timezone.now() + timedelta(days=9), by="x")
    Event.objects.update(title=SECRET)
    TransactionalMessage.objects.all().delete()

    come_due()

    [message] = told()
    assert message.to == "pia@example.org"
    assert SECRET not in message.subject + message.text + message.html
    assert f"campaign {scheduled.pk}" in message.subject


def test_what_keeps_anybody_from_being_told_does_not_keep_it_from_becoming_a_draft(
    scheduled: Campaign, caplog: pytest.LogCaptureFixture
) -> None:
    Brand.objects.update(postal_address="")
    User.objects.update(email="")
    assert come_due().status == CampaignStatus.DRAFT
    assert told() == []
