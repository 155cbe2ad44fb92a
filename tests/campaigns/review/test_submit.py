"""People are asked for a review by name, and told once when they need not any more."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from pytest_django.fixtures import Settings

from campaigns.content.edit import save_audience
from campaigns.content.edit_content import save_content
from campaigns.models import Campaign, ReviewRequest
from campaigns.retention.forget import forget_reviewing
from campaigns.review.approval import (
    approve,
    lacks_approval,
    return_to_draft,
    standing_approval,
    why_it_lacks_approval,
)
from campaigns.review.approvers import who_can_be_asked
from campaigns.review.submit import CannotBeAsked, ask_also, submit, withdraw
from campaigns.review.wrong_state import WrongState
from campaigns.review_states import ReviewEnding
from campaigns.sending.launch import CannotLaunch, launch
from campaigns.sending.pause_cancel_undo import cancel
from campaigns.states import CampaignStatus
from newsletter.audit.actor import Actor, ActorKind, acting
from newsletter.models import AuditEntry, Brand, TransactionalMessage
from staff.accounts.roles_of import groups_of
from staff.roles import AUTHOR, REVIEWER
from subscribers.models import Subscriber, Topic, TopicGrant
from subscribers.need_to_know.grants import grant
from tests.staff_members import staff_member

SECRET = "Wolpertinger"


@pytest.fixture
def ana(db: None) -> User:
    return staff_member("ana", REVIEWER)


@pytest.fixture
def rob(db: None) -> User:
    return staff_member("rob", REVIEWER)


@pytest.fixture
def nora(db: None) -> User:
    return staff_member("nora", AUTHOR)


def as_(account: User) -> Actor:
    return Actor(ActorKind.ACCOUNT, account.get_username(), account.pk)


def do[T](account: User, action: Callable[[], T]) -> T:
    with acting(lambda: as_(account)):
        return action()


def mails(kind: str) -> list[str]:
    rows = TransactionalMessage.objects.filter(kind=f"staff_review_{kind}").order_by("pk")
    return [each.to for each in rows]


def endings() -> list[str]:
    return list(ReviewRequest.objects.order_by("pk").values_list("ending", flat=True))


def test_whoever_is_chosen_is_asked_by_mail(
    draft: Campaign, ana: User, rob: User, nora: User
) -> None:
    do(nora, lambda: submit(draft, reviewers=[ana.pk]))

    assert draft.status == CampaignStatus.IN_REVIEW
    assert draft.submitted_by == nora
    request = ReviewRequest.objects.get()
    assert (request.account, request.asked_by, request.by) == (ana, nora, "nora")
    message = TransactionalMessage.objects.get()
    assert (message.to, message.topic_id) == ("ana@example.org", draft.topic_id)
    assert draft.name in message.subject
    assert f"/campaign/{draft.pk}/review/" in message.html
    assert AuditEntry.objects.get(action="campaign.submitted").details["asked"] == ["ana"]


def test_anybody_else_who_may_approve_still_can_and_the_submitter_hears_of_it(
    draft: Campaign, ada: Subscriber, ana: User, rob: User, nora: User
) -> None:
    do(nora, lambda: submit(draft, reviewers=[ana.pk]))
    do(rob, lambda: approve(draft, by="rob", reviewer=rob))

    assert draft.status == CampaignStatus.APPROVED
    assert endings() == [ReviewEnding.DECIDED]
    assert mails("decided") == ["nora@example.org"]
    assert not mails("withdrawn")


def test_only_those_who_may_approve_it_and_know_of_its_topic_can_be_asked(
    draft: Campaign, ana: User, rob: User, nora: User, settings: Settings
) -> None:
    settings.SELF_APPROVAL = False
    write = staff_member("wim", AUTHOR, REVIEWER)
    do(write, lambda: save_audience(draft, countries=["NZ"], languages=[]))
    rob.is_active = False
    rob.save()
    assert list(who_can_be_asked(draft)) == [ana]
    for other in (write, rob, nora):
        with pytest.raises(CannotBeAsked):
            submit(draft, reviewers=[other.pk, ana.pk])
    draft.refresh_from_db()
    assert draft.status == CampaignStatus.DRAFT
    assert not ReviewRequest.objects.exists()
    assert not TransactionalMessage.objects.exists()

    Topic.objects.update(is_restricted=True, is_public=False)
    draft = Campaign.objects.get()
    assert not who_can_be_asked(draft)
    grant(Topic.objects.get(), ana, until=timezone.now() + timedelta(days=3), by="x")
    assert list(who_can_be_asked(draft)) == [ana]


def test_nobody_asks_themselves(draft: Campaign, ana: User, settings: Settings) -> None:
    settings.SELF_APPROVAL = True
    assert ana not in do(ana, lambda: list(who_can_be_asked(draft)))
    with pytest.raises(CannotBeAsked):
        do(ana, lambda: submit(draft, reviewers=[ana.pk]))


def test_more_people_are_asked_later_and_nobody_twice(
    draft: Campaign, ana: User, rob: User, nora: User
) -> None:
    do(nora, lambda: submit(draft, reviewers=[ana.pk, ana.pk]))
    assert do(nora, lambda: ask_also(draft, reviewers=[ana.pk, rob.pk])) == [rob]
    assert do(nora, lambda: ask_also(draft, reviewers=[rob.pk])) == []

    assert mails("requested") == ["ana@example.org", "rob@example.org"]
    with pytest.raises(CannotBeAsked):
        ask_also(draft, reviewers=[nora.pk])


def test_a_withdrawn_request_tells_the_reviewers_once(
    draft: Campaign, ana: User, rob: User, nora: User
) -> None:
    do(nora, lambda: submit(draft, reviewers=[ana.pk, rob.pk]))
    do(nora, lambda: withdraw(draft))
    with pytest.raises(WrongState, match="is draft. .+ withdrew it from review at"):
        do(nora, lambda: withdraw(draft))

    assert draft.status == CampaignStatus.DRAFT
    assert mails("withdrawn") == ["ana@example.org", "rob@example.org"]
    assert endings() == [ReviewEnding.WITHDRAWN] * 2
    with pytest.raises(WrongState):
        ask_also(draft, reviewers=[ana.pk])


def test_an_edit_takes_the_request_back_and_what_is_saved_afterwards_makes_no_noise(
    draft: Campaign, ana: User, nora: User
) -> None:
    do(nora, lambda: submit(draft, reviewers=[ana.pk]))

    def write(subject: str, *, automatic: bool) -> None:
        save_content(
            draft,
            language="en",
            subject=subject,
            preheader="",
            blocks=[{"type": "divider"}],
            automatic=automatic,
        )

    do(nora, lambda: write("Otherwise", automatic=False))
    assert draft.status == CampaignStatus.DRAFT
    for number in range(3):
        do(nora, lambda: write(f"Otherwise {number}", automatic=True))  # noqa: B023 - called at once

    assert mails("withdrawn") == ["ana@example.org"]
    message = TransactionalMessage.objects.get(kind="staff_review_withdrawn")
    assert "nora changed the campaign" in message.text
    assert endings() == [ReviewEnding.CHANGED]


def test_a_cancelled_campaign_needs_no_review(draft: Campaign, ana: User, nora: User) -> None:
    do(nora, lambda: submit(draft, reviewers=[ana.pk]))
    do(nora, lambda: cancel(draft.pk))

    assert mails("withdrawn") == ["ana@example.org"]


def test_a_request_for_changes_tells_the_submitter_alone(
    draft: Campaign, ana: User, rob: User, nora: User
) -> None:
    do(nora, lambda: submit(draft, reviewers=[ana.pk, rob.pk]))
    do(ana, lambda: return_to_draft(draft, by="ana", reviewer=ana, note=f"No {SECRET}."))

    assert mails("decided") == ["nora@example.org"]
    assert not mails("withdrawn")
    assert endings() == [ReviewEnding.DECIDED] * 2
    message = TransactionalMessage.objects.get(kind="staff_review_decided")
    assert "ana requested changes" in message.text
    assert SECRET not in message.text + message.html + message.subject


def subjects() -> list[str]:
    rows = TransactionalMessage.objects.exclude(kind="staff_review_requested").order_by("pk")
    return [each.subject for each in rows]


def test_the_subject_says_what_was_decided_and_of_which_campaign(
    draft: Campaign, ada: Subscriber, ana: User, nora: User
) -> None:
    def ask() -> None:
        do(nora, lambda: submit(draft, reviewers=[ana.pk]))

    ask()
    do(ana, lambda: return_to_draft(draft, by="ana", reviewer=ana))
    ask()
    do(nora, lambda: withdraw(draft))
    ask()
    do(nora, lambda: save_audience(draft, countries=[], languages=["en"]))
    ask()
    do(ana, lambda: approve(draft, by="ana", reviewer=ana))
    do(nora, lambda: save_audience(draft, countries=[], languages=[]))
    ask()
    do(nora, lambda: cancel(draft.pk))

    brand = Brand.objects.get()
    assert subjects() == [
        f"{decision} at {brand.short_name or brand.name}: {draft.name}"
        for decision in (
            "Changes requested",
            "Review withdrawn",
            "No review needed",
            "Approved",
            "Campaign cancelled",
        )
    ]


def test_mail_about_a_need_to_know_topic_says_nothing_of_it(
    draft: Campaign, ada: Subscriber, ana: User, rob: User, nora: User
) -> None:
    Topic.objects.update(name=SECRET, is_restricted=True, is_public=False)
    Campaign.objects.update(name=f"The {SECRET} dinner")
    draft = Campaign.objects.get()
    save_content(
        draft, language="en", subject=SECRET, preheader=SECRET, blocks=[{"type": "divider"}]
    )
    until = timezone.now() + timedelta(days=3)
    for each in (ana, rob, nora):
        grant(Topic.objects.get(), each, until=until, by="x")
    TransactionalMessage.objects.all().delete()

    do(nora, lambda: submit(draft, reviewers=[ana.pk, rob.pk]))
    TopicGrant.objects.filter(account=rob).update(revoked_at=timezone.now())
    do(nora, lambda: withdraw(draft))
    do(nora, lambda: submit(draft, reviewers=[ana.pk]))
    do(ana, lambda: return_to_draft(draft, by="ana", reviewer=ana, note=SECRET))

    messages = list(TransactionalMessage.objects.order_by("pk"))
    assert [each.to.partition("@")[0] for each in messages] == ["ana", "rob", "ana", "ana", "nora"]
    for message in messages:
        assert message.topic_id == draft.topic_id, "hidden from whoever isn't granted the topic"
        assert SECRET not in message.subject + message.text + message.html
        assert f"campaign {draft.pk}" in message.subject


@pytest.mark.parametrize("loses", ["role", "account", "staff", "grant"])
def test_an_approval_stands_no_longer_than_its_reviewer_may_approve(
    draft: Campaign, ada: Subscriber, ana: User, rob: User, loses: str
) -> None:
    if loses == "grant":
        Topic.objects.update(is_restricted=True, is_public=False)
        for each in (ana, rob):
            grant(Topic.objects.get(), each, until=timezone.now() + timedelta(days=3), by="x")
        draft = Campaign.objects.get()
    approve(draft, by="ana", reviewer=ana)
    assert standing_approval(draft)

    if loses == "role":
        ana.groups.set(groups_of([AUTHOR]))
    elif loses == "grant":
        TopicGrant.objects.filter(account=ana).update(revoked_at=timezone.now())
    else:
        User.objects.filter(pk=ana.pk).update(**{f"is_{loses.replace('account', 'active')}": False})

    assert lacks_approval(draft)
    why = "The approval by ana doesn’t count any more: they can’t approve it now."
    assert why_it_lacks_approval(draft) == why
    with pytest.raises(CannotLaunch, match=why):
        launch(draft)
    approve(draft, by="rob", reviewer=rob)
    launch(draft)
    assert Campaign.objects.get().status == CampaignStatus.SCHEDULED


def test_requests_are_forgotten_with_the_recipients_of_their_campaign(
    draft: Campaign, ana: User, nora: User, settings: Settings
) -> None:
    do(nora, lambda: submit(draft, reviewers=[ana.pk]))
    now = timezone.now()
    assert forget_reviewing(now=now) == 0
    later = now + settings.KEEP_DELIVERY_SUBSCRIBERS + timedelta(days=1)
    Campaign.objects.update(launched_at=now + timedelta(days=2))
    assert forget_reviewing(now=later) == 0
    Campaign.objects.update(launched_at=now)
    assert forget_reviewing(now=later) == 1
    do(nora, lambda: ReviewRequest.objects.create(campaign=draft, account=ana, by="x"))
    Campaign.objects.update(launched_at=None)
    assert forget_reviewing(now=later) == 1
