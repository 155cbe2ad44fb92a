import pytest
from django.contrib.auth.models import User

from campaigns.content.edit_content import save_content
from campaigns.content.fingerprint import fingerprint
from campaigns.events.schedule import change_event
from campaigns.models import Campaign, CampaignContent, Event, Review
from campaigns.review.approval import (
    NOT_AS_IT_IS_NOW,
    CannotApprove,
    approve,
    lacks_approval,
    return_to_draft,
    standing_approval,
)
from campaigns.review.approvers import why_nobody_can_approve
from campaigns.review.submit import submit
from campaigns.review.wrong_state import WrongState
from campaigns.sending.advance import advance_campaigns
from campaigns.sending.launch import CannotLaunch, launch
from campaigns.states import READY, CampaignStatus
from subscribers.models import Subscriber


def put(campaign: Campaign, status: CampaignStatus) -> None:
    Campaign.objects.filter(pk=campaign.pk).update(status=status)
    campaign.refresh_from_db()


def test_a_draft_is_submitted_and_approved(draft: Campaign, ada: Subscriber, sam: User) -> None:
    submit(draft)
    assert draft.status == CampaignStatus.IN_REVIEW
    review = approve(draft, by="Sam", reviewer=sam)

    assert draft.status == CampaignStatus.APPROVED
    assert (review.by, review.reviewer, review.fingerprint) == ("Sam", sam, fingerprint(draft))
    assert standing_approval(draft) == review


def test_where_nobody_may_approve_nothing_is_approved_by_itself_nor_sent(
    draft: Campaign, ada: Subscriber
) -> None:
    """There is no account at all, and so no policy under which anybody could approve."""
    submit(draft)
    assert why_nobody_can_approve(draft)
    advance_campaigns()

    with pytest.raises(CannotLaunch, match="Only an approved campaign can be sent"):
        launch(draft)
    put(draft, CampaignStatus.APPROVED)  # behind our back, without a review
    with pytest.raises(CannotLaunch, match=NOT_AS_IT_IS_NOW):
        launch(draft)


def test_blockers_forbid_an_approval(draft: Campaign) -> None:
    with pytest.raises(CannotApprove, match="Nobody would get") as caught:
        approve(draft, by="Sam")

    draft.refresh_from_db()
    assert [finding.path for finding in caught.value.findings] == ["audience"]
    assert draft.status == CampaignStatus.DRAFT
    assert not Review.objects.exists()


def test_what_was_changed_since_it_was_read_is_not_approved(
    draft: Campaign, ada: Subscriber
) -> None:
    seen = fingerprint(draft)
    CampaignContent.objects.update(subject="Something else")

    with pytest.raises(CannotApprove, match="while this page was open"):
        approve(draft, by="Sam", seen=seen)
    assert not Review.objects.exists()


@pytest.mark.parametrize(
    "status",
    [
        status
        for status in CampaignStatus
        if status not in (CampaignStatus.DRAFT, CampaignStatus.IN_REVIEW)
    ],
)
def test_only_a_draft_or_one_in_review_can_be_approved(
    draft: Campaign, ada: Subscriber, status: CampaignStatus
) -> None:
    approve(draft, by="Ria")
    put(draft, status)

    with pytest.raises(CannotApprove, match=status.label.lower()):
        approve(draft, by="Sam")
    draft.refresh_from_db()
    assert draft.status == status
    assert Review.objects.get().by == "Ria"


@pytest.mark.parametrize("status", sorted(READY))
def test_one_whose_approval_does_not_stand_is_approved_again_and_stays_where_it_is(
    draft: Campaign, ada: Subscriber, status: CampaignStatus
) -> None:
    approve(draft, by="Ria")
    Event.objects.update(venue="Elsewhere")
    put(draft, status)
    assert lacks_approval(draft)

    review = approve(draft, by="Sam", seen=fingerprint(draft))

    draft.refresh_from_db()
    assert draft.status == status
    assert standing_approval(draft) == review
    assert not lacks_approval(draft)


@pytest.mark.parametrize(
    "status", [status for status in CampaignStatus if status != CampaignStatus.DRAFT]
)
def test_only_a_draft_can_be_submitted(draft: Campaign, status: CampaignStatus) -> None:
    put(draft, status)

    with pytest.raises(WrongState):
        submit(draft)


@pytest.mark.parametrize(
    "status", [CampaignStatus.IN_REVIEW, CampaignStatus.APPROVED, CampaignStatus.SCHEDULED]
)
def test_a_campaign_is_returned_with_a_note(draft: Campaign, status: CampaignStatus) -> None:
    put(draft, status)
    review = return_to_draft(draft, by="Sam", note="The date is wrong.")

    assert (draft.status, draft.scheduled_at) == (CampaignStatus.DRAFT, None)
    assert review.note == "The date is wrong."
    assert standing_approval(draft) is None


@pytest.mark.parametrize(
    "status",
    [
        CampaignStatus.DRAFT,
        CampaignStatus.SENDING,
        CampaignStatus.PAUSED,
        CampaignStatus.SENT,
        CampaignStatus.CANCELLED,
    ],
)
def test_what_has_left_can_not_be_returned(draft: Campaign, status: CampaignStatus) -> None:
    put(draft, status)

    with pytest.raises(WrongState):
        return_to_draft(draft, by="Sam")
    assert not Review.objects.exists()


def test_an_edit_ends_an_approval(draft: Campaign, ada: Subscriber) -> None:
    approve(draft, by="Sam")
    save_content(draft, language="en", subject="New", preheader="", blocks=[{"type": "divider"}])

    assert draft.status == CampaignStatus.DRAFT
    assert standing_approval(draft) is None


def test_a_change_behind_our_back_ends_an_approval_too(draft: Campaign, ada: Subscriber) -> None:
    approve(draft, by="Sam")
    Event.objects.update(venue="Elsewhere")

    assert standing_approval(Campaign.objects.get()) is None


def test_a_draft_is_not_approved_by_being_again_what_once_was(
    draft: Campaign, ada: Subscriber
) -> None:
    approve(draft, by="Sam")
    for place in ("Elsewhere", ""):
        change_event(Event.objects.get(), venue=place)

    draft = Campaign.objects.get()
    assert draft.reviews.get().fingerprint == fingerprint(draft)
    assert standing_approval(draft) is None


def test_very_long_names_and_notes_are_cut_not_refused(draft: Campaign, ada: Subscriber) -> None:
    review = approve(draft, by="x" * 1000, note="y" * 1000)

    assert (len(review.by), len(review.note)) == (150, 500)
