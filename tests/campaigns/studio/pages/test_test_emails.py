"""Test emails: whom they may go to, and what staff who may not see subscribers learn by them."""

import pytest
from django.test import Client

from campaigns.models import Campaign, CampaignContent
from newsletter.models import TransactionalMessage
from subscribers.models import Subscriber
from subscribers.states import SuppressionReason
from subscribers.suppression.registry import suppress
from tests.campaigns.studio.page_helpers import page


@pytest.fixture
def opted_out(ada: Subscriber) -> Subscriber:
    suppress(ada.digest, reason=SuppressionReason.UNSUBSCRIBED_ALL)
    return ada


def answers(client: Client, campaign: Campaign, to: str, times: int) -> list[tuple[int, str]]:
    """Ask for test emails, and return the statuses and messages, without the address.

    Each is another email: the same isn't sent twice within a minute.
    """
    asked = []
    for number in range(times):
        CampaignContent.objects.update(subject=f"Draft {number}")
        answer = client.post(page("proof", campaign), {"to": to, "language": "en"})
        shown = answer if answer.status_code == 422 else client.get(answer["Location"])
        [message] = shown.context["messages"]
        asked.append((answer.status_code, str(message).replace(to, "it")))
    return asked


def test_staff_who_may_see_subscribers_are_told_that_somebody_gets_no_campaigns(
    sams: Client, draft: Campaign, opted_out: Subscriber
) -> None:
    [(status, message)] = answers(sams, draft, opted_out.email, 1)
    assert status == 422
    assert "Campaigns may not be sent to this address" in message
    assert not TransactionalMessage.objects.exists()


@pytest.mark.thorough
def test_other_staff_learn_it_neither_by_one_nor_by_many(
    wrens: Client, draft: Campaign, opted_out: Subscriber
) -> None:
    told = answers(wrens, draft, opted_out.email, 11)
    assert told == answers(wrens, draft, "stranger@example.org", 11)
    assert [status for status, _ in told] == [302] * 10 + [422]
    assert "10 test emails" in told[-1][1]
    assert {each.to for each in TransactionalMessage.objects.all()} == {"stranger@example.org"}


def test_a_second_press_sends_no_second_email_whoever_owns_the_address(
    wrens: Client, draft: Campaign, opted_out: Subscriber
) -> None:
    for to in (opted_out.email, "stranger@example.org"):
        asked = {"to": to, "language": "en"}
        wrens.post(page("proof", draft), asked)
        said = wrens.post(page("proof", draft), asked, follow=True).content.decode()
        assert "wren sent these test emails at" in said
    assert TransactionalMessage.objects.count() == 1
