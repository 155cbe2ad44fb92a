"""A review page that was opened before a colleague decided can't overrule the colleague."""

import re
from html import unescape

import pytest
from django.test import Client

from campaigns.models import Campaign, Review
from campaigns.review_states import ReviewDecision
from campaigns.states import CampaignStatus
from subscribers.models import Subscriber
from tests.campaigns.studio.page_helpers import page


def fields(client: Client, campaign: Campaign) -> dict[str, str]:
    """Return the hidden fields of the decision's form, as the page shows them now."""
    html = client.get(page("review", campaign)).content.decode()
    form = html.partition(f'action="{page("decide", campaign)}"')[2].partition("</form>")[0]
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))


@pytest.fixture
def submitted(wrens: Client, draft: Campaign, ada: Subscriber) -> Campaign:
    wrens.post(page("submit", draft))
    return draft


def status_of(campaign: Campaign) -> str:
    return Campaign.objects.values_list("status", flat=True).get(pk=campaign.pk)


@pytest.mark.parametrize(
    ("note", "said"),
    [("wait", "sam requested changes after you opened this page: “wait”"), ("", "this page.")],
)
def test_an_approval_is_refused_where_a_colleague_has_requested_changes_since(
    lees: Client, sams: Client, submitted: Campaign, note: str, said: str
) -> None:
    opened = fields(lees, submitted)
    sams.post(
        page("decide", submitted),
        {**fields(sams, submitted), "decision": "return", "note": note},
    )

    answer = lees.post(page("decide", submitted), {**opened, "decision": "approve"})

    assert answer.status_code == 422
    assert said in unescape(answer.content.decode())
    assert status_of(submitted) == CampaignStatus.DRAFT
    assert [each.decision for each in submitted.reviews.all()] == [ReviewDecision.RETURNED]


def test_so_is_one_that_is_sent_again(
    lees: Client, sams: Client, submitted: Campaign, wrens: Client
) -> None:
    approval = {**fields(lees, submitted), "decision": "approve"}
    lees.post(page("decide", submitted), approval)
    sams.post(page("decide", submitted), {**fields(sams, submitted), "decision": "return"})
    wrens.post(page("submit", submitted))

    lees.post(page("decide", submitted), approval)

    assert status_of(submitted) == CampaignStatus.IN_REVIEW


@pytest.mark.parametrize("sent", [{}, {"last_decision": ""}, {"last_decision": "9" * 99}])
def test_so_is_one_that_names_no_decision(
    lees: Client, sams: Client, submitted: Campaign, sent: dict[str, str]
) -> None:
    sams.post(page("decide", submitted), {**fields(sams, submitted), "decision": "return"})
    opened = fields(lees, submitted)
    del opened["last_decision"]

    lees.post(page("decide", submitted), {**opened, **sent, "decision": "approve"})

    assert status_of(submitted) == CampaignStatus.DRAFT


def test_whoever_has_seen_the_request_may_approve_all_the_same(
    lees: Client, sams: Client, submitted: Campaign
) -> None:
    old = fields(lees, submitted)
    sams.post(page("decide", submitted), {**fields(sams, submitted), "decision": "return"})
    lees.post(page("decide", submitted), {**old, "decision": "approve"})

    lees.post(page("decide", submitted), {**fields(lees, submitted), "decision": "approve"})

    assert status_of(submitted) == CampaignStatus.APPROVED
    assert Review.objects.latest("pk").decision == ReviewDecision.APPROVED
