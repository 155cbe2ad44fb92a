"""A campaign whose approval doesn't stand any more can be approved again, on its review page."""

import pytest
from django.test import Client
from django.utils import timezone

from campaigns.content.fingerprint import fingerprint
from campaigns.models import Campaign, Event
from campaigns.review.approval import NOT_AS_IT_IS_NOW, standing_approval
from campaigns.states import READY, CampaignStatus
from newsletter.models import Brand
from tests.campaigns.studio.page_helpers import page


@pytest.fixture(params=sorted(READY))
def lapsed(request: pytest.FixtureRequest, approved: Campaign) -> Campaign:
    """Approved or scheduled, and changed behind our back."""
    is_scheduled = request.param == CampaignStatus.SCHEDULED
    Campaign.objects.update(
        status=request.param, scheduled_at=timezone.now() if is_scheduled else None
    )
    Event.objects.update(venue="Elsewhere")
    approved.refresh_from_db()
    return approved


def read(client: Client, name: str, campaign: Campaign) -> str:
    return client.get(page(name, campaign), follow=True).content.decode()


def test_the_review_page_says_so_and_offers_it(lees: Client, lapsed: Campaign) -> None:
    html = read(lees, "review", lapsed)

    assert NOT_AS_IT_IS_NOW in html
    assert 'value="approve"' in html
    assert 'value="return"' in html
    assert "Approved by" not in html
    assert "Go to send" not in html


def test_while_a_check_fails_it_can_only_be_returned(lees: Client, lapsed: Campaign) -> None:
    Brand.objects.update(postal_address="")

    html = read(lees, "review", lapsed)

    assert "can’t be approved until" in html
    assert 'value="approve"' not in html
    assert 'value="return"' in html


def test_the_send_page_leads_there(lees: Client, approved: Campaign) -> None:
    Event.objects.update(venue="Elsewhere")

    html = read(lees, "launch", approved)

    assert NOT_AS_IT_IS_NOW in html
    assert f'href="{page("review", approved)}"' in html


def test_it_is_approved_again_and_a_scheduled_one_stays_scheduled(
    lees: Client, lapsed: Campaign
) -> None:
    before = lapsed.status, lapsed.scheduled_at

    answer = lees.post(
        page("decide", lapsed), {"fingerprint": fingerprint(lapsed), "decision": "approve"}
    )

    lapsed.refresh_from_db()
    assert (lapsed.status, lapsed.scheduled_at) == before
    assert standing_approval(lapsed) is not None
    is_scheduled = lapsed.status == CampaignStatus.SCHEDULED
    assert answer["Location"] == page("progress" if is_scheduled else "launch", lapsed)
    assert ("Go to send" in read(lees, "review", lapsed)) is not is_scheduled


def test_staff_who_may_only_edit_are_told_and_offered_nothing(
    wrens: Client, lapsed: Campaign
) -> None:
    html = read(wrens, "review", lapsed)

    assert NOT_AS_IT_IS_NOW in html
    assert 'value="approve"' not in html


def test_while_the_approval_stands_nothing_of_it_is_said(lees: Client, approved: Campaign) -> None:
    for name in ("review", "launch"):
        assert NOT_AS_IT_IS_NOW not in read(lees, name, approved)
