"""The review page and the dashboard say who is asked; whoever comes second reads what happened."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from campaigns.content.edit import save_audience
from campaigns.content.fingerprint import fingerprint
from campaigns.models import Campaign, CampaignContent, ReviewRequest
from campaigns.review.approval import approve
from campaigns.states import CampaignStatus
from newsletter.models import TransactionalMessage
from staff.roles import AUTHOR, REVIEWER
from subscribers.models import Subscriber, Topic, TopicGrant
from subscribers.need_to_know.grants import grant
from tests.campaigns.studio.page_helpers import page
from tests.staff_members import browser_of, staff_member


@pytest.fixture
def ana(db: None) -> User:
    account = staff_member("ana", REVIEWER)
    account.first_name, account.last_name = "Ana", "Pop"
    account.save()
    return account


def read(client: Client, path: str) -> str:
    return unescape(client.get(path).content.decode())


def submitted(wrens: Client, draft: Campaign, *reviewers: User) -> str:
    typed = {"reviewers": [each.pk for each in reviewers]}
    answer = wrens.post(page("submit", draft), typed, follow=True)
    return unescape(answer.content.decode())


def test_an_author_chooses_whom_to_ask(
    wrens: Client, draft: Campaign, ada: Subscriber, ana: User
) -> None:
    assert "Ana Pop (ana)</label>" in read(wrens, page("review", draft))
    shown = submitted(wrens, draft, ana)
    assert "Submitted for review. Ana Pop (ana) is asked by email." in shown
    assert "<strong>Ana Pop (ana)</strong> is asked by wren" in shown
    assert "Withdraw from review" in shown


@pytest.mark.thorough(sample=3)
@pytest.mark.parametrize("reviewers", ["0", "x", "9" * 30, "-1", ""])
def test_whoever_is_nobody_is_not_asked(
    wrens: Client, draft: Campaign, ada: Subscriber, ana: User, reviewers: str
) -> None:
    answer = wrens.post(page("submit", draft), {"reviewers": [reviewers, ana.pk]}, follow=True)
    assert "Nobody was asked" in answer.content.decode()
    assert Campaign.objects.get().status == CampaignStatus.DRAFT


def test_the_dashboard_shows_what_waits_for_whom(
    wrens: Client, lees: Client, draft: Campaign, ada: Subscriber, ana: User
) -> None:
    anas = browser_of(ana)
    submitted(wrens, draft)
    for client in (anas, lees):
        assert "Waits for a review by anybody" in read(client, "/staff/")
    assert "Needs you" not in read(wrens, "/staff/")

    wrens.post(page("ask_reviewers", draft), {"reviewers": ana.pk})
    assert "wren asks you for a review" in read(anas, "/staff/")
    assert "Needs you" not in read(lees, "/staff/"), "somebody else was asked"

    fields = {"fingerprint": fingerprint(draft), "decision": "return", "last_decision": "0"}
    lees.post(page("decide", draft), fields)
    assert "Needs you" not in read(anas, "/staff/")
    assert "lee requested changes" in read(wrens, "/staff/")

    submitted(wrens, draft, ana)
    assert "Needs you" not in read(wrens, "/staff/")
    wrens.post(page("withdraw", draft))
    assert "Needs you" not in read(wrens, "/staff/"), "what was requested was done"

    submitted(wrens, draft, ana)
    assert "Needs you" in read(anas, "/staff/")
    Topic.objects.update(is_restricted=True, is_public=False)
    assert "Needs you" not in read(anas, "/staff/"), "hidden with its topic"


def test_whoever_may_approve_no_more_does_not_keep_it_from_the_others(
    wrens: Client, lees: Client, draft: Campaign, ada: Subscriber, ana: User
) -> None:
    submitted(wrens, draft, ana)
    assert "Needs you" not in read(lees, "/staff/")
    User.objects.filter(pk=ana.pk).update(is_active=False)
    assert "Waits for a review by anybody" in read(lees, "/staff/")
    shown = read(wrens, page("review", draft))
    assert "may not approve it any more: ask somebody else" in shown

    User.objects.filter(pk=ana.pk).update(is_active=True)
    Topic.objects.update(is_restricted=True, is_public=False)
    until = timezone.now() + timedelta(days=3)
    for each in User.objects.filter(username__in=["ana", "lee"]):
        grant(Topic.objects.get(), each, until=until, by="x")
    assert "Needs you" not in read(lees, "/staff/")
    TopicGrant.objects.filter(account=ana).update(revoked_at=timezone.now())
    assert "Waits for a review by anybody" in read(lees, "/staff/")


def test_an_author_who_may_approve_others_is_not_asked_for_their_own(
    draft: Campaign, ada: Subscriber, settings: Settings
) -> None:
    settings.SELF_APPROVAL = False
    rita = browser_of(staff_member("rita", AUTHOR, REVIEWER))
    rita.post(page("audience", draft), {"languages": ["en"]})
    submitted(rita, draft)
    assert "Needs you" not in read(rita, "/staff/")


def test_whoever_presses_twice_reads_what_happened(
    wrens: Client, draft: Campaign, ada: Subscriber, ana: User
) -> None:
    submitted(wrens, draft, ana)
    again = submitted(wrens, draft, ana)
    assert "Only a draft can be submitted for review. This one is in review." in again
    assert re.search(r"wren submitted it for review at \d\d:\d\d:\d\d UTC.", again)
    assert ReviewRequest.objects.count() == 1

    once, twice = (
        wrens.post(page("withdraw", draft), follow=True).content.decode() for _ in range(2)
    )
    assert "Withdrawn. The campaign is a draft again." in once
    assert "Nothing was withdrawn." in twice
    assert "wren withdrew it from review at" in twice
    assert TransactionalMessage.objects.filter(kind="staff_review_withdrawn").count() == 1


def test_a_reviewer_whose_request_was_withdrawn_meanwhile_reads_who_did_it(
    wrens: Client, lees: Client, draft: Campaign, ada: Subscriber, ana: User
) -> None:
    submitted(wrens, draft, ana)
    wrens.post(page("withdraw", draft))
    typed = {"fingerprint": fingerprint(draft), "decision": "return"}
    html = lees.post(page("decide", draft), typed).content.decode()
    assert "This one is draft. wren withdrew it from review at" in html


def test_a_reviewer_who_read_an_older_version_reads_who_changed_it(
    wrens: Client, lees: Client, draft: Campaign, ada: Subscriber, ana: User
) -> None:
    submitted(wrens, draft, ana)
    seen = fingerprint(draft)
    wrens.post(page("audience", draft), {"languages": ["en"]})
    html = lees.post(
        page("decide", draft), {"fingerprint": seen, "decision": "approve", "note": "Good"}
    ).content.decode()
    assert "wren changed the audience at" in html
    assert "Good" in html


def test_the_second_of_two_reviewers_reads_that_the_first_approved(
    wrens: Client, lees: Client, draft: Campaign, ada: Subscriber, ana: User
) -> None:
    submitted(wrens, draft, ana)
    typed = {"fingerprint": fingerprint(draft), "decision": "approve", "last_decision": "0"}
    browser_of(ana).post(page("decide", draft), typed)
    html = lees.post(page("decide", draft), typed).content.decode()
    assert "This one is approved. Ana Pop approved it at" in html


def test_editing_pages_say_that_an_edit_takes_it_back_from_review(
    wrens: Client, draft: Campaign, ada: Subscriber, ana: User
) -> None:
    submitted(wrens, draft, ana)
    for name in ("content", "audience", "details"):
        arguments = ["en"] if name == "content" else []
        assert "whoever was asked for a review is told" in read(
            wrens, page(name, draft, *arguments)
        )
    CampaignContent.objects.update(preheader="")
    answer = wrens.post(page("audience", draft), {"languages": ["en"]}, follow=True)
    assert "was in review before the change" in answer.content.decode()


def test_who_requested_changes_when_and_why_is_said_until_it_is_submitted_again(
    wrens: Client, lees: Client, draft: Campaign, ada: Subscriber
) -> None:
    def asks_for(client: Client) -> bool:
        return "requested changes</strong>" in client.get(page("review", draft)).content.decode()

    wrens.post(page("submit", draft))
    assert not asks_for(wrens)
    fields = {"decision": "return", "fingerprint": fingerprint(draft)}
    lees.post(page("decide", draft), {**fields, "note": "The <date> is wrong."})

    review = draft.reviews.get()
    for client in (wrens, lees):
        html = client.get(page("review", draft)).content.decode()
        assert "<strong>lee requested changes</strong>" in html
        assert f"{review.decided_at:%A %-d %B %Y, %H:%M} UTC" in html
        assert "The &lt;date&gt; is wrong.</q>" in html.partition("Mend it")[0]
    save_audience(draft, countries=[], languages=["en"])
    assert asks_for(wrens), "mended, and not sent again yet"

    wrens.post(page("submit", draft))
    assert not asks_for(wrens)
    wrens.post(page("withdraw", draft))
    assert not asks_for(wrens), "it was answered"


def test_a_request_for_changes_without_a_note_says_so_and_an_approval_ends_it(
    sams: Client, draft: Campaign, ada: Subscriber
) -> None:
    Campaign.objects.update(status=CampaignStatus.IN_REVIEW)
    fields = {"decision": "return", "fingerprint": fingerprint(draft)}
    sams.post(page("decide", draft), fields)
    html = sams.get(page("review", draft)).content.decode()
    assert "UTC, without a note." in html
    approve(draft, by="Ria")
    assert "requested changes</strong>" not in sams.get(page("review", draft)).content.decode()
