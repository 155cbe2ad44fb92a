from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from campaigns.events.schedule import change_event
from campaigns.models import Campaign, DeliveryMinute, DeliveryTally
from campaigns.sending.automatic_pause import pause_automatically
from campaigns.sending.claims.claim import claim
from campaigns.sending.pause_cancel_undo import resume
from campaigns.sending.send import send_batch
from campaigns.states import CampaignStatus, Counted, DeliveryStatus
from campaigns.studio.pages.progress import time_to_start
from newsletter.core.db.clock import database_now
from newsletter.models import AuditEntry, MailerHealth
from staff.roles import AUDITOR, LIST_MANAGER, PUBLISHER
from subscribers.models import Subscriber, Topic
from tests.campaigns.studio.page_helpers import page
from tests.staff_members import browser_of, sign_in_long_ago, staff_member


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


def refreshed(lees: Client, campaign: Campaign) -> Any:
    """Return the answer to a page that asks for its part that changes, as it is loaded now."""
    was = lees.get(page("progress", campaign)).context["mark"]
    return lees.get(page("progress", campaign), {"was": was}, headers={"HX-Request": "true"})


def test_htmx_gets_only_the_part_that_changes(lees: Client, sending: Campaign) -> None:
    answer = refreshed(lees, sending)
    html = answer.content.decode()
    assert html.lstrip().startswith('<div id="live"')
    assert "no-store" in answer["Cache-Control"]
    assert "available_apps" not in answer.context, "the menu was made for nobody"


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


def test_who_comes_too_late_reads_who_did_what_and_when(lees: Client, sending: Campaign) -> None:
    pia = browser_of(staff_member("pia", PUBLISHER))
    pia.post(page("control", sending), {"act": "pause"})
    html = lees.post(page("control", sending), {"act": "pause"}, follow=True).content.decode()
    at = AuditEntry.objects.get(action="campaign.paused").at
    assert f"the campaign is paused already. pia paused sending at {at:%H:%M:%S} UTC." in html
    pia.post(page("control", sending), {"act": "cancel"})
    html = lees.post(page("control", sending), {"act": "resume"}, follow=True).content.decode()
    assert "the campaign is cancelled now. pia stopped sending at" in html
    assert AuditEntry.objects.filter(action__startswith="campaign.", actor_name="lee").count() == 0


def test_the_page_says_who_paused_or_stopped_it_unless_a_reason_does(
    lees: Client, sending: Campaign
) -> None:
    def shown() -> str:
        return lees.get(page("progress", sending)).content.decode()

    assert "paused sending at" not in shown()
    pia = browser_of(staff_member("pia", PUBLISHER))
    pia.post(page("control", sending), {"act": "pause"})
    assert "<p>pia paused sending at " in shown()
    pia.post(page("control", sending), {"act": "resume"})
    assert "<p>pia" not in shown()
    pia.post(page("control", sending), {"act": "cancel"})
    assert "<p>pia stopped sending at " in shown()
    pause_reason = "Paused automatically: 3 of 20 recipients reported this email as spam."
    Campaign.objects.update(status=CampaignStatus.PAUSED, pause_reason=pause_reason)
    assert "stopped sending" not in shown()


def refuse(campaign: Campaign, numbers: Mapping[str, int]) -> None:
    now = database_now().replace(second=0, microsecond=0)
    for code, number in numbers.items():
        DeliveryMinute.objects.create(
            campaign=campaign, minute=now, host="one", mailer="mg",
            what=Counted.FAILED, code=code, number=number,
        )  # fmt: skip


def test_refusals_are_in_words_and_small_numbers_and_answers_are_for_who_sees_people(
    lees: Client, sams: Client, sending: Campaign
) -> None:
    refuse(sending, {"550 5.1.1": 4, "452 4.2.2": 1_234})
    failed = sending.deliveries.first()
    assert failed is not None
    sending.deliveries.filter(pk=failed.pk).update(
        status="failed", reason="550 5.1.1 reader0 is unknown here"
    )
    html = lees.get(page("progress", sending)).content.decode()
    assert "The mailbox does not exist" in html
    assert "The mailbox is full" in html
    assert "fewer than 5" in html
    assert "1,234" in html
    assert "reader0" not in html
    html = sams.get(page("progress", sending)).content.decode()
    assert "fewer than 5" not in html
    assert "550 5.1.1 reader0 is unknown here" in html


def test_the_answer_about_somebody_in_discreet_mode_is_for_who_may_see_them(
    sending: Campaign,
) -> None:
    refuse(sending, {"550 5.1.1": 4})
    failed = sending.deliveries.select_related("subscriber")[0]
    sending.deliveries.filter(pk=failed.pk).update(status="failed", reason="550 5.1.1 reader0?")
    Subscriber.objects.filter(deliveries=failed).update(discreet_since=timezone.now())
    auditor = browser_of(staff_member("ada", AUDITOR))
    assert "reader0" not in auditor.get(page("progress", sending)).content.decode()
    manager = browser_of(staff_member("mo", LIST_MANAGER))
    assert "reader0" in manager.get(page("progress", sending)).content.decode()


def test_the_page_says_the_pace_and_the_limits(lees: Client, sending: Campaign) -> None:
    Topic.objects.update(guard_bounces=Decimal("2.50"))
    DeliveryTally.objects.filter(campaign=sending, status="planned").update(number=4_000)
    Campaign.objects.update(candidates=4_000, launched_at=timezone.now() - timedelta(hours=1))
    now = database_now()
    DeliveryMinute.objects.create(
        campaign=sending, minute=now.replace(second=0, microsecond=0), what="accepted",
        number=2_000, host="mail-1", mailer="postmark",
    )  # fmt: skip
    html = lees.get(page("progress", sending)).content.decode()
    assert "<strong>2,000</strong> in the last minute, about 2 minutes left" in html
    MailerHealth.objects.create(
        mailer="inbox", rests_until=now + timedelta(minutes=9), reason="421", changed_at=now
    )
    html = lees.get(page("progress", sending)).content.decode()
    assert "<strong>2,000</strong> in the last minute</p>" in html, "no mailer takes anything"
    assert "at 0.1 % reported as spam, 2.5 % bounced or 10 % failed" in html
    assert "mail-1" in html
    assert "postmark" in html


def test_the_page_reads_as_many_rows_as_before_however_many_were_sent(
    lees: Client, sending: Campaign
) -> None:
    """No COUNT over deliveries: the page of a campaign to millions is that of one to five."""
    refuse(sending, {"550": 9})
    with CaptureQueriesContext(connection) as queries:
        refreshed(lees, sending)
    asked = [each["sql"] for each in queries if 'campaigns_delivery"' in each["sql"]]
    assert not [sql for sql in asked if "COUNT" in sql or "LIMIT" not in sql]


def test_it_says_that_what_still_waits_tells_of_the_event_as_it_was(
    lees: Client, sending: Campaign
) -> None:
    words = "The event was changed since sending started. Emails that still wait"
    assert words not in lees.get(page("progress", sending)).content.decode()
    assert sending.event
    change_event(sending.event, capacity=40)
    assert words not in lees.get(page("progress", sending)).content.decode()
    change_event(sending.event, title="Another meeting")
    assert words in lees.get(page("progress", sending)).content.decode()
    change_event(sending.event, venue="Another hall")
    html = lees.get(page("progress", sending)).content.decode()
    assert html.count("emails that still wait say what was before") == 1
    assert words not in html
    resume(sending.pk)
    assert words in lees.get(page("progress", sending)).content.decode()
    send_batch(sending.pk)
    assert words not in lees.get(page("progress", sending)).content.decode()


def test_the_dashboard_says_why_a_campaign_was_paused_automatically(
    lees: Client, sending: Campaign
) -> None:
    assert "is paused." not in lees.get("/staff/").content.decode()
    pause_automatically(sending.pk, reason="Paused automatically: 3 of 9 to ada@example.org.")
    html = lees.get("/staff/").content.decode()
    assert "is paused.</strong> Paused automatically: 3 of 9" in html
    assert "ada@" not in html


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(1, "1 second"), (60, "1 minute"), (1365, "22 minutes 45 seconds")],
)
def test_the_time_to_the_start_is_no_clock_time(seconds: int, words: str) -> None:
    assert time_to_start(seconds) == words
