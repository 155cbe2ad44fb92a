"""Publishers hear in time that the approval of a scheduled campaign counts no more."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from campaigns.models import Campaign
from campaigns.review.approval import approve
from campaigns.review.lapsed_approvals import tell_of_lapsed_approvals
from campaigns.sending.advance import advance_campaigns
from campaigns.sending.launch import launch
from campaigns.sending.pause_cancel_undo import undo
from campaigns.states import CampaignStatus
from newsletter.models import TransactionalMessage
from staff.accounts.roles_of import groups_of
from staff.roles import AUTHOR, PUBLISHER, REVIEWER
from subscribers.models import Subscriber, Topic, TopicGrant
from subscribers.need_to_know.grants import grant
from tests.staff_members import staff_member

KIND = "staff_approval_lapsed"
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
def scheduled(draft: Campaign, ada: Subscriber, ana: User, pia: User, pete: User) -> Campaign:
    approve(draft, by="Ana", reviewer=ana)
    launch(draft, at=timezone.now() + timedelta(days=2))
    Campaign.objects.update(scheduled_by=pia)
    return Campaign.objects.get()


def demote(account: User) -> None:
    account.groups.set(groups_of([AUTHOR]))


def told() -> list[str]:
    return [each.to for each in TransactionalMessage.objects.filter(kind=KIND).order_by("pk")]


def test_whoever_scheduled_it_hears_once_why_and_until_when(scheduled: Campaign, ana: User) -> None:
    due = datetime(2041, 3, 4, 18, 0, tzinfo=UTC)
    Campaign.objects.update(scheduled_at=due)
    assert advance_campaigns().lapsed == 0
    demote(ana)

    assert advance_campaigns().lapsed == 1
    assert advance_campaigns().lapsed == 0

    message = TransactionalMessage.objects.get(kind=KIND)
    assert (message.to, message.topic_id) == ("pia@example.org", scheduled.topic_id)
    assert scheduled.name in message.subject
    text = " ".join(message.text.split())
    assert "The approval by Ana doesn’t count any more" in text
    assert "4 March 2041" in text
    assert f"/campaign/{scheduled.pk}/review/" in message.html
    assert Campaign.objects.get().status == CampaignStatus.SCHEDULED, "a new approval keeps it so"


@pytest.mark.parametrize("loses", ["account", "staff"])
def test_an_account_that_is_closed_counts_no_more_either(
    scheduled: Campaign, ana: User, loses: str
) -> None:
    User.objects.filter(pk=ana.pk).update(**{f"is_{loses.replace('account', 'active')}": False})
    assert tell_of_lapsed_approvals() == 1


def test_all_publishers_hear_where_whoever_scheduled_it_may_send_no_more(
    scheduled: Campaign, ana: User, pia: User
) -> None:
    demote(ana)
    demote(pia)
    staff_member("pablo", PUBLISHER)
    tell_of_lapsed_approvals()
    assert told() == ["pete@example.org", "pablo@example.org"]


def test_a_new_approval_is_told_of_anew_and_what_is_not_scheduled_not_at_all(
    scheduled: Campaign, ana: User
) -> None:
    demote(ana)
    tell_of_lapsed_approvals()
    rob = staff_member("rob", REVIEWER)
    approve(scheduled, by="Rob", reviewer=rob)
    assert tell_of_lapsed_approvals() == 0

    undo(scheduled.pk)
    demote(rob)
    assert tell_of_lapsed_approvals() == 0
    assert told() == ["pia@example.org"]


def test_an_approval_by_the_command_line_has_nobody_who_could_lose_a_right(
    draft: Campaign, ada: Subscriber, pia: User
) -> None:
    approve(draft, by="root (command line)")
    launch(draft)
    assert tell_of_lapsed_approvals() == 0


def test_of_a_need_to_know_topic_only_those_who_know_it_hear_and_nothing_is_named(
    scheduled: Campaign, ana: User, pia: User
) -> None:
    Topic.objects.update(is_restricted=True, is_public=False, name=SECRET)
    Campaign.objects.update(name=SECRET, scheduled_by=None)
    for each in (ana, pia):
        grant(Topic.objects.get(), each, until=timezone.now() + timedelta(days=3), by="x")
    approve(Campaign.objects.get(), by="Ana", reviewer=ana)
    TransactionalMessage.objects.all().delete()
    TopicGrant.objects.filter(account=ana).update(until=timezone.now())

    assert tell_of_lapsed_approvals() == 1

    message = TransactionalMessage.objects.get()
    assert (message.to, message.topic_id) == ("pia@example.org", scheduled.topic_id)
    assert SECRET not in message.subject + message.text + message.html
    assert f"campaign {scheduled.pk}" in message.subject


def test_where_nobody_can_be_told_the_clock_goes_on(scheduled: Campaign, ana: User) -> None:
    demote(ana)
    User.objects.update(email="")
    assert tell_of_lapsed_approvals() == 0
    assert told() == []


def test_of_one_that_is_due_they_hear_once_that_it_is_not_sent(
    scheduled: Campaign, ana: User
) -> None:
    demote(ana)
    Campaign.objects.update(scheduled_at=timezone.now() - timedelta(seconds=1))

    advance_campaigns()

    message = TransactionalMessage.objects.get()
    assert (message.kind, message.to) == ("staff_not_sent", "pia@example.org")
    draft = Campaign.objects.get()
    assert draft.status == CampaignStatus.DRAFT
    assert "The approval by Ana doesn’t count any more" in draft.pause_reason
