"""Buttons of the review that are pressed at the same moment, by one person or two."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier

import pytest
from django.contrib.auth.models import User
from django.db import connection

from campaigns.content.edit import save_audience
from campaigns.content.fingerprint import fingerprint
from campaigns.models import (
    Campaign,
    ProofRecipient,
    Review,
    ReviewComment,
    ReviewLook,
    ReviewRequest,
)
from campaigns.review.approval import CannotApprove, approve, return_to_draft
from campaigns.review.comments import AlreadySettled, add_comment, settle_comment
from campaigns.review.lapsed_approvals import tell_of_lapsed_approvals
from campaigns.review.looks import note_look
from campaigns.review.proof_recipients import NotAdded, add_proof_recipient, remove_proof_recipient
from campaigns.review.proof_round import NotSentAgain, send_proofs_to_list
from campaigns.review.submit import CannotBeAsked, ask_also, submit, withdraw
from campaigns.review.wrong_state import WrongState
from campaigns.sending.launch import launch
from campaigns.states import CampaignStatus
from newsletter.audit.actor import Actor, ActorKind, acting
from newsletter.models import AuditEntry, TransactionalMessage
from staff.roles import PUBLISHER, REVIEWER
from tests.campaigns.conftest import MakeFollowers
from tests.staff_members import staff_member

# SQLite has one writer at a time by itself.
pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


REFUSALS = (
    AlreadySettled,
    CannotApprove,
    CannotBeAsked,
    NotAdded,
    NotSentAgain,
    WrongState,
)


def together(*actions: Callable[[], object]) -> list[object]:
    """Run all at once, each in a thread of its own. Return what each returned or raised."""
    start = Barrier(len(actions))

    def run(action: Callable[[], object]) -> object:
        try:
            start.wait()
            return action()
        except REFUSALS as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(actions)) as pool:
        return [future.result() for future in [pool.submit(run, action) for action in actions]]


def mails(kind: str) -> int:
    return TransactionalMessage.objects.filter(kind=f"staff_review_{kind}").count()


@pytest.fixture
def ana(transactional_db: None) -> User:
    return staff_member("ana", REVIEWER)


def copy(campaign: Campaign) -> Campaign:
    return Campaign.objects.get(pk=campaign.pk)


def test_of_many_presses_one_submits_asks_and_withdraws(draft: Campaign, ana: User) -> None:
    done = together(*[lambda: submit(copy(draft), reviewers=[ana.pk])] * 4)
    assert sum(isinstance(each, WrongState) for each in done) == 3
    assert (ReviewRequest.objects.count(), mails("requested")) == (1, 1)

    rob = staff_member("rob", REVIEWER)
    together(*[lambda: ask_also(copy(draft), reviewers=[rob.pk])] * 4)
    assert (ReviewRequest.objects.count(), mails("requested")) == (2, 2)

    done = together(*[lambda: withdraw(copy(draft))] * 4)
    assert sum(isinstance(each, WrongState) for each in done) == 3
    assert mails("withdrawn") == 2


def test_of_two_reviewers_one_decides_first_and_the_other_is_told(
    draft: Campaign, followers: MakeFollowers, ana: User
) -> None:
    followers(2)
    submit(draft)
    seen = fingerprint(draft)
    done = together(*[lambda: approve(copy(draft), by="Ana", seen=seen, last_seen=0)] * 3)
    refused = [each for each in done if isinstance(each, CannotApprove)]
    assert len(refused) == 2
    assert all(re.search("This one is approved. .+ approved it at", str(each)) for each in refused)
    assert Review.objects.count() == 1


def test_an_approval_and_a_request_for_changes_leave_one_state_that_both_know(
    draft: Campaign, followers: MakeFollowers
) -> None:
    followers(2)
    for _ in range(4):
        Review.objects.all().delete()
        Campaign.objects.update(status=CampaignStatus.IN_REVIEW)
        seen = fingerprint(draft)
        together(
            partial(approve, copy(draft), by="Ana", seen=seen, last_seen=0),
            lambda: return_to_draft(copy(draft), by="Rob"),
        )
        # Whoever requested changes has the last word, whichever was first.
        assert copy(draft).status == CampaignStatus.DRAFT
        assert Review.objects.latest("pk").decision == "returned"


def test_an_edit_and_an_approval_never_approve_what_nobody_read(
    draft: Campaign, followers: MakeFollowers, ana: User
) -> None:
    followers(2)
    for number in range(4):
        Review.objects.all().delete()
        ReviewRequest.objects.all().delete()
        Campaign.objects.update(status=CampaignStatus.DRAFT)
        submit(copy(draft), reviewers=[ana.pk])
        before = mails("withdrawn")
        seen = fingerprint(copy(draft))
        countries = ["NZ"] if number % 2 else ["FR"]
        together(
            partial(approve, copy(draft), by="Ana", seen=seen, last_seen=0),
            partial(save_audience, copy(draft), countries=countries, languages=[]),
        )
        assert copy(draft).status == CampaignStatus.DRAFT
        assert mails("withdrawn") - before in (0, 1)
        assert not ReviewRequest.objects.filter(ended_at=None).exists()


def test_of_many_presses_one_comments_settles_and_looks(draft: Campaign, ana: User) -> None:
    def as_ana(action: Callable[[], object]) -> Callable[[], object]:
        def press() -> object:
            with acting(lambda: Actor(ActorKind.ACCOUNT, "ana", ana.pk)):
                return action()

        return press

    write = as_ana(lambda: add_comment(copy(draft), language="en", part="", text="Shorter."))
    together(*[write] * 4)
    comment = ReviewComment.objects.get()

    done = together(*[lambda: settle_comment(copy(draft), comment.pk, answer="Done.")] * 4)
    assert sum(isinstance(each, AlreadySettled) for each in done) == 3
    assert AuditEntry.objects.filter(action="campaign.comment_settled").count() == 1

    seen = fingerprint(draft)
    looked = together(*[lambda: note_look(copy(draft), ana, language="en", seen=seen)] * 4)
    assert sorted(looked, key=bool) == [False] * 3 + [True]
    assert ReviewLook.objects.count() == 1


def test_of_many_presses_one_lists_sends_and_removes(draft: Campaign, ana: User) -> None:
    done = together(*[lambda: add_proof_recipient("ana@example.org", topic=None)] * 4)
    assert sum(isinstance(each, NotAdded) for each in done) == 3
    recipient = ProofRecipient.objects.get()

    done = together(*[lambda: send_proofs_to_list(copy(draft), languages=["en"])] * 4)
    assert sum(isinstance(each, NotSentAgain) for each in done) == 3
    assert TransactionalMessage.objects.filter(kind="proof").count() == 1

    together(*[lambda: remove_proof_recipient(recipient)] * 4)
    assert not ProofRecipient.objects.exists()
    assert AuditEntry.objects.filter(action="proof.recipient_removed").count() == 1


def test_of_many_clocks_one_tells_that_an_approval_has_lapsed(
    draft: Campaign, followers: MakeFollowers, ana: User
) -> None:
    followers(1)
    staff_member("pia", PUBLISHER)
    approve(draft, by="Ana", reviewer=ana)
    launch(draft)
    ana.groups.clear()
    together(*[tell_of_lapsed_approvals] * 4)
    assert TransactionalMessage.objects.filter(kind="staff_approval_lapsed").count() == 1
