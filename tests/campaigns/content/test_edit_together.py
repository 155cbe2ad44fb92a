"""Two people at one campaign, at the same moment."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Barrier, Event

import pytest
from django.db import connection, transaction

from campaigns.content.content_version import content_version
from campaigns.content.edit_content import save_content
from campaigns.content.translations.start import start_from_source
from campaigns.edit_conflict import EditConflict
from campaigns.events.schedule import cancel_event, change_event
from campaigns.models import Campaign
from campaigns.models import Event as Meeting
from campaigns.review.approval import (
    CannotApprove,
    approve,
    return_to_draft,
    standing_approval,
)
from campaigns.review.wrong_state import WrongState
from campaigns.states import CampaignStatus
from newsletter.brand.current import current_brand
from newsletter.brand.save import save_brand
from subscribers.consent.offered_topics import save_topic
from subscribers.models import Topic
from tests.campaigns.conftest import MakeFollowers
from tests.locks import until_somebody_waits

pytestmark = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite has one writer at a time by itself"
)


def together(*actions: Callable[[], object]) -> list[object]:
    """Run all at once, each in a thread of its own. Return what each returned or raised."""
    start = Barrier(len(actions))

    def run(action: Callable[[], object]) -> object:
        try:
            start.wait()
            return action()
        except (EditConflict, CannotApprove, WrongState) as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(actions)) as pool:
        return [future.result() for future in [pool.submit(run, action) for action in actions]]


def save(pk: int, subject: str) -> Callable[[], object]:
    campaign = Campaign.objects.get(pk=pk)
    opened = content_version(campaign.contents.get())
    return lambda: save_content(
        campaign,
        language="en",
        subject=subject,
        preheader="",
        blocks=[{"type": "divider"}],
        seen=opened,
    )


def another_sender() -> None:
    brand = current_brand()
    brand.sender_name = "Another"
    save_brand(brand)


def another_place() -> None:
    change_event(Meeting.objects.get(), venue="Elsewhere")


def a_hidden_topic() -> None:
    topic = Topic.objects.get()
    topic.is_public = False
    save_topic(topic)


def no_meeting() -> None:
    cancel_event(Meeting.objects.get())


def test_of_two_editors_who_opened_the_same_version_one_is_told(
    transactional_db: None, draft: Campaign
) -> None:
    outcomes = together(save(draft.pk, "One"), save(draft.pk, "Two"), save(draft.pk, "Three"))

    assert sum(isinstance(outcome, EditConflict) for outcome in outcomes) == 2
    assert draft.contents.get().subject in {"One", "Two", "Three"}


def test_an_edit_beside_an_approval_never_leaves_an_unread_email_approved(
    transactional_db: None, draft: Campaign, followers: MakeFollowers
) -> None:
    followers(1)
    for number in range(5):
        together(
            save(draft.pk, f"Version {number}"),
            lambda: approve(Campaign.objects.get(pk=draft.pk), by="Sam"),
        )
        fresh = Campaign.objects.get(pk=draft.pk)
        assert fresh.status == CampaignStatus.DRAFT or standing_approval(fresh) is not None


@pytest.mark.parametrize("change", [another_sender, a_hidden_topic, another_place, no_meeting])
def test_a_change_beside_an_approval_never_leaves_an_unread_email_approved(
    transactional_db: None, draft: Campaign, followers: MakeFollowers, change: Callable[[], object]
) -> None:
    """The approval has read what was there before, and commits once the change waits for it."""
    followers(1)
    approved = Event()

    def approve_slowly(changing: Future[None]) -> None:
        try:
            with transaction.atomic():
                approve(Campaign.objects.get(pk=draft.pk), by="Sam")
                approved.set()
                until_somebody_waits(changing)
        finally:
            connection.close()

    def change_meanwhile() -> None:
        try:
            approved.wait(10)
            change()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        changing = pool.submit(change_meanwhile)
        pool.submit(approve_slowly, changing).result()
        changing.result()

    draft.refresh_from_db()
    assert draft.status == CampaignStatus.DRAFT
    assert "after the approval" in draft.pause_reason


def test_of_two_approvals_one_counts(
    transactional_db: None, draft: Campaign, followers: MakeFollowers
) -> None:
    followers(1)
    actions = [lambda: approve(Campaign.objects.get(pk=draft.pk), by="Sam")] * 3
    outcomes = together(*actions)

    assert sum(isinstance(outcome, CannotApprove) for outcome in outcomes) == 2
    assert draft.reviews.count() == 1
    assert isinstance(return_to_draft(draft, by="Ruth").pk, int)


def test_a_copy_of_a_source_that_is_being_saved_is_of_what_was_saved(
    transactional_db: None, draft: Campaign
) -> None:
    """Both write the source's blocks: one its texts, the other the ids of what it read."""
    saved = Event()

    def save_slowly(copying: Future[None]) -> None:
        try:
            with transaction.atomic():
                save(draft.pk, "Saved meanwhile")()
                saved.set()
                until_somebody_waits(copying)
        finally:
            connection.close()

    def copy_meanwhile() -> None:
        try:
            saved.wait(10)
            start_from_source(Campaign.objects.get(pk=draft.pk), language="es")
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        copying = pool.submit(copy_meanwhile)
        pool.submit(save_slowly, copying).result()
        copying.result()
    source, copy = (draft.contents.get(language=each) for each in ("en", "es"))
    assert [each["type"] for each in source.blocks] == ["divider"]
    assert (copy.subject, copy.blocks) == ("Saved meanwhile", source.blocks)
