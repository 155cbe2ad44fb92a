from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from campaigns.models import Campaign, DeliveryTally
from campaigns.sending.claims.claim import claim
from campaigns.states import CampaignStatus, DeliveryStatus
from newsletter.models import MailerHealth
from tests.campaigns.studio.page_helpers import page
from tests.staff_members import sign_in_long_ago


def status_of(campaign: Campaign) -> str:
    return Campaign.objects.values_list("status", flat=True).get(pk=campaign.pk)


def test_the_numbers_are_those_of_the_deliveries(lees: Client, sending: Campaign) -> None:
    claim(sending.pk, size=10)
    answer = lees.get(page("progress", sending))
    numbers = {line.status: line.number for line in answer.context["lines"]}
    assert numbers["claimed"] == 5
    assert sum(numbers.values()) == 5


def test_the_page_refreshes_itself_until_the_campaign_is_finished(
    lees: Client, sending: Campaign
) -> None:
    assert "every 2s" in lees.get(page("progress", sending)).content.decode()
    DeliveryTally.objects.filter(campaign=sending).update(number=0)
    Campaign.objects.filter(pk=sending.pk).update(status=CampaignStatus.SENT)
    html = lees.get(page("progress", sending)).content.decode()
    assert "every 2s" not in html
    assert page("report", sending) in html


def test_htmx_gets_only_the_part_that_changes(lees: Client, sending: Campaign) -> None:
    answer = lees.get(page("progress", sending), {"was": "sending"}, headers={"HX-Request": "true"})
    html = answer.content.decode()
    assert html.lstrip().startswith('<div id="live"')
    assert "no-store" in answer["Cache-Control"]


def test_a_page_that_shows_another_status_is_reloaded(lees: Client, sending: Campaign) -> None:
    answer = lees.get(
        page("progress", sending), {"was": "scheduled"}, headers={"HX-Request": "true"}
    )
    assert answer["HX-Refresh"] == "true"


def test_pause_resume_and_cancel(lees: Client, sending: Campaign) -> None:
    for act, status in [
        ("pause", CampaignStatus.PAUSED),
        ("resume", CampaignStatus.SENDING),
        ("cancel", CampaignStatus.CANCELLED),
    ]:
        lees.post(page("control", sending), {"act": act})
        assert status_of(sending) == status
    assert sending.deliveries.filter(status=DeliveryStatus.SKIPPED).count() == 5


def test_resuming_asks_to_sign_in_again_and_pausing_does_not(
    lees: Client, sending: Campaign
) -> None:
    sign_in_long_ago(lees)
    lees.post(page("control", sending), {"act": "pause"})
    assert status_of(sending) == CampaignStatus.PAUSED
    answer = lees.post(page("control", sending), {"act": "resume"})
    assert answer["Location"].startswith("/staff/login/again/?next=")
    assert status_of(sending) == CampaignStatus.PAUSED
    assert lees.get(page("control", sending))["Location"] == page("progress", sending)
    lees.post(page("control", sending), {"act": "cancel"})
    assert status_of(sending) == CampaignStatus.CANCELLED


@pytest.mark.parametrize("act", ["", "explode", "resume"])
def test_an_action_that_does_not_apply_says_so(lees: Client, sending: Campaign, act: str) -> None:
    answer = lees.post(page("control", sending), {"act": act}, follow=True)
    assert "Nothing was changed" in answer.content.decode()
    assert status_of(sending) == CampaignStatus.SENDING


@pytest.mark.parametrize("act", ["pause", "resume", "cancel"])
def test_staff_who_may_only_edit_can_not_pause_or_stop(
    wrens: Client, sending: Campaign, act: str
) -> None:
    assert wrens.post(page("control", sending), {"act": act}).status_code == 403
    assert status_of(sending) == CampaignStatus.SENDING
    assert 'value="pause"' not in wrens.get(page("progress", sending)).content.decode()


def test_a_draft_has_no_progress(lees: Client, draft: Campaign) -> None:
    assert lees.get(page("progress", draft))["Location"] == page("launch", draft)


def test_a_campaign_that_was_cancelled_before_sending_says_so(
    lees: Client, draft: Campaign
) -> None:
    answer = lees.post(page("control", draft), {"act": "cancel"}, follow=True)
    shown = answer.content.decode()
    assert "Campaign cancelled. Nothing was sent." in shown
    assert "still waiting" not in shown
    assert "was never sent" in shown


def test_people_who_were_waiting_are_spoken_of_when_sending_is_stopped(
    lees: Client, sending: Campaign
) -> None:
    answer = lees.post(page("control", sending), {"act": "cancel"}, follow=True)
    assert "People who were still waiting will not receive this email." in answer.content.decode()


def test_it_explains_what_is_being_sent_now_and_for_how_long(
    lees: Client, sending: Campaign
) -> None:
    assert "are on their way" not in lees.get(page("progress", sending)).content.decode()
    claim(sending.pk, size=2)
    assert (
        "become uncertain, at the latest after 2 minutes"
        in lees.get(page("progress", sending)).content.decode()
    )


def test_a_finished_campaign_shows_first_how_many_are_uncertain(
    lees: Client, sending: Campaign
) -> None:
    DeliveryTally.objects.filter(campaign=sending).delete()
    DeliveryTally.objects.create(campaign=sending, status=DeliveryStatus.UNCERTAIN, number=5)
    Campaign.objects.filter(pk=sending.pk).update(status=CampaignStatus.SENT)
    html = lees.get(page("progress", sending)).content.decode()
    assert "Sent, but 5 are uncertain" in html
    assert f"{page('report', sending)}#uncertain" in html
    assert f"{page('report', sending)}#uncertain" in lees.get("/staff/").content.decode()


def test_it_says_which_mailer_is_paused_until_when_and_why(lees: Client, sending: Campaign) -> None:
    until = timezone.now() + timedelta(minutes=5)
    MailerHealth.objects.create(
        mailer="inbox", rests_until=until, reason="421 <too busy>", changed_at=timezone.now()
    )

    shown = lees.get(page("progress", sending)).content.decode()

    assert (
        f"<strong>inbox</strong> is paused until {until:%H:%M:%S} UTC: 421 &lt;too busy&gt;"
        in shown
    )
