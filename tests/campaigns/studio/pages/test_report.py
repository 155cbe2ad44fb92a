import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from campaigns.content.fingerprint import fingerprint
from campaigns.models import Audience, Campaign, Delivery, DeliveryTally, Review
from campaigns.sending.claims.claim import claim
from campaigns.sending.claims.recover import recover_expired
from campaigns.sending.guard import count_facts
from campaigns.sending.launch import launch_now
from campaigns.sending.pause_cancel_undo import cancel
from campaigns.states import CampaignStatus, DeliveryStatus, Fact
from campaigns.studio.pages.report import PER_PAGE
from newsletter.core.addresses import address_digest
from newsletter.core.tokens import Purpose, make_token
from staff.roles import AUTHOR, PUBLISHER, REVIEWER
from subscribers.models import Subscriber
from subscribers.people.merging.merge import merge
from tests.campaigns.conftest import MakeFollowers
from tests.campaigns.studio.page_helpers import page
from tests.staff_members import browser_of, sign_in_long_ago, staff_member


@pytest.fixture
def uncertain(sending: Campaign) -> Campaign:
    """Sending its 5 emails got no answer."""
    claim(sending.pk, size=10)
    assert recover_expired(now=timezone.now() + timedelta(hours=1)) == 5
    return sending


def statuses(campaign: Campaign) -> list[str]:
    return sorted(campaign.deliveries.values_list("status", flat=True))


def test_it_says_that_all_recipients_are_accounted_for(lees: Client, uncertain: Campaign) -> None:
    assert "All 5 recipients accounted for" in lees.get(page("report", uncertain)).content.decode()


def test_it_says_who_approved_and_that_it_was_an_author(
    draft: Campaign, followers: MakeFollowers, settings: Settings
) -> None:
    settings.SELF_APPROVAL = True
    followers(1)
    account = staff_member("rita", AUTHOR, REVIEWER, PUBLISHER)
    rita = browser_of(account)
    rita.post(page("audience", draft), {"languages": ["en"]})
    fields = {"decision": "approve", "fingerprint": fingerprint(draft), "last_decision": "0"}
    rita.post(page("decide", draft), fields)
    draft.refresh_from_db()
    launch_now(draft)
    said = "<p>rita, as an author of this campaign, without a second step"
    assert said in rita.get(page("report", draft)).content.decode()

    Review.objects.update(by_author=False)
    assert "as an author" not in rita.get(page("report", draft)).content.decode()


@pytest.mark.parametrize(
    ("kept", "said"),
    [
        ({"countries": ["AL", "ME"]}, " who are from Albania or Montenegro."),
        ({"words": "except those who follow “Forums”"}, ", except those who follow “Forums”."),
        (
            {"countries": ["AL"], "words": "except those who follow “Forums”"},
            " who are from Albania, except those who follow “Forums”.",
        ),
    ],
)
def test_it_says_in_a_sentence_who_the_audience_was(
    lees: Client, sending: Campaign, kept: dict[str, Any], said: str
) -> None:
    assert "The audience was" not in lees.get(page("report", sending)).content.decode()
    Audience.objects.filter(campaign=sending).update(**kept)
    html = lees.get(page("report", sending)).content.decode()
    assert f"<p>The audience was everyone who subscribes to {sending.topic.name}{said}</p>" in html


def test_it_says_when_the_numbers_do_not_add_up(lees: Client, uncertain: Campaign) -> None:
    DeliveryTally.objects.filter(campaign=uncertain, status=DeliveryStatus.UNCERTAIN).update(
        number=4
    )
    assert "don’t add up" in lees.get(page("report", uncertain)).content.decode()


def test_it_says_who_was_skipped_and_why(lees: Client, sending: Campaign) -> None:
    cancel(sending.pk)
    assert "Sending was stopped" in lees.get(page("report", sending)).content.decode()


def test_it_shows_how_many_unsubscribed_and_complained(lees: Client, sending: Campaign) -> None:
    Delivery.objects.filter(
        pk=Delivery.objects.order_by("pk").values_list("pk", flat=True)[0]
    ).update(unsubscribed_at=timezone.now())
    count_facts(sending.pk, {Fact.COMPLAINED: 2})

    shown = lees.get(page("report", sending)).content.decode()

    assert "<strong>1</strong> unsubscribed using this email" in shown
    assert "<strong>2</strong> reported it as spam" in shown


def test_an_uncertain_email_is_shown_with_its_reference_in_the_mailer_s_log(
    lees: Client, uncertain: Campaign, settings: Settings
) -> None:
    Delivery.objects.update(mailer="brevo-eu")
    references = [
        make_token(Purpose.DELIVERY, delivery.pk) for delivery in uncertain.deliveries.all()
    ]
    settings.LINK_KEYS = ["a-newer-key-that-is-long-enough-to-be-taken", *settings.LINK_KEYS]

    shown = lees.get(page("report", uncertain)).content.decode()

    begun = re.findall(r"brevo-eu<br><code>([\w-]+)…</code>", shown)
    assert len(begun) == len(references) == 5
    assert all(
        reference.startswith(start) for reference, start in zip(references, begun, strict=True)
    )


def test_chosen_uncertain_emails_are_settled_and_the_others_stay(
    lees: Client, uncertain: Campaign
) -> None:
    first = uncertain.deliveries.order_by("pk")[0]
    lees.post(
        page("resolve", uncertain), {"delivery": [str(first.pk)], "which": "chosen", "to": "failed"}
    )
    first.refresh_from_db()
    assert first.status == DeliveryStatus.FAILED
    assert "lee" in first.reason
    assert statuses(uncertain) == ["failed"] + ["uncertain"] * 4


def test_all_uncertain_emails_can_be_sent_again(lees: Client, uncertain: Campaign) -> None:
    lees.post(page("resolve", uncertain), {"which": "all", "to": "planned"})
    assert statuses(uncertain) == ["planned"] * 5


@pytest.mark.thorough(sample=3)
@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"which": "all"},
        {"which": "all", "to": "delivered"},
        {"which": "chosen", "to": "failed"},
        {"which": "chosen", "to": "planned", "delivery": "x"},
    ],
)
def test_an_incomplete_decision_changes_nothing(
    lees: Client, uncertain: Campaign, fields: dict[str, str]
) -> None:
    lees.post(page("resolve", uncertain), fields)
    assert statuses(uncertain) == ["uncertain"] * 5


def test_an_incomplete_decision_is_told_at_the_part_that_is_missing_and_keeps_the_rest(
    lees: Client, uncertain: Campaign
) -> None:
    first = str(uncertain.deliveries.order_by("pk")[0].pk)

    answer = lees.post(page("resolve", uncertain), {"delivery": [first], "which": "chosen"})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert 'id="to-error">Choose what happened to them.' in html
    assert "which-error" not in html
    assert f'value="{first}" checked' in html
    assert html.count(" checked") == 2  # the email, and “The selected ones”

    answer = lees.post(page("resolve", uncertain), {"which": "chosen", "to": "failed"})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert 'id="which-error">Select emails' in html
    assert "to-error" not in html
    assert 'value="failed" checked' in html

    html = lees.post(page("resolve", uncertain), {"which": "all"}).content.decode()
    assert 'name="which" value="all" checked' in html


def test_staff_who_may_only_edit_settle_nothing(wrens: Client, uncertain: Campaign) -> None:
    assert (
        wrens.post(page("resolve", uncertain), {"which": "all", "to": "failed"}).status_code == 403
    )
    assert statuses(uncertain) == ["uncertain"] * 5


def test_of_a_campaign_that_was_not_launched_nothing_is_settled(
    lees: Client, approved: Campaign
) -> None:
    for fields in ({}, {"which": "all", "to": "planned"}):
        assert lees.post(page("resolve", approved), fields).status_code == 302


def test_a_cancelled_campaign_sends_nothing_again(lees: Client, uncertain: Campaign) -> None:
    cancel(uncertain.pk)
    answer = lees.post(page("resolve", uncertain), {"which": "all", "to": "planned"})
    html = answer.content.decode()
    assert 'id="to-error">This campaign was cancelled' in html
    assert 'value="all" checked' in html
    assert 'value="planned" checked' in html
    assert statuses(uncertain) == ["uncertain"] * 5


def test_recipients_are_paged_from_the_last_one_seen(lees: Client, sending: Campaign) -> None:
    Delivery.objects.bulk_create(Delivery(campaign=sending, language="en") for _ in range(PER_PAGE))
    first = lees.get(page("recipients", sending))
    assert len(first.context["rows"]) == PER_PAGE
    second = lees.get(page("recipients", sending), {"after": str(first.context["after"])})
    assert len(second.context["rows"]) == 5
    assert second.context["after"] is None
    assert not {row.delivery.pk for row in first.context["rows"]} & {
        row.delivery.pk for row in second.context["rows"]
    }


def test_recipients_are_found_by_status_and_by_address(sams: Client, sending: Campaign) -> None:
    address = sending.deliveries.order_by("pk")[0].subscriber
    assert isinstance(address, Subscriber)
    found = sams.get(page("recipients", sending), {"address": address.email.upper()}).context[
        "rows"
    ]
    assert [row.delivery.subscriber for row in found] == [address]
    nothing = sams.get(page("recipients", sending), {"status": "failed"})
    assert nothing.context["rows"] == []
    assert nothing.content.decode().count('href="?"') == 2  # Clear, and Show all
    assert 'href="?"' not in sams.get(page("recipients", sending)).content.decode()


def merged_since(campaign: Campaign) -> tuple[Subscriber, Subscriber]:
    """Have an email bounce with a word on the mailbox, and merge its record with another one."""
    kept, other = (each.subscriber for each in campaign.deliveries.order_by("pk")[:2])
    assert kept is not None
    assert other is not None
    email = "zelda@mailbox.example"
    Subscriber.objects.filter(pk=other.pk).update(email=email, digest=address_digest(email))
    campaign.deliveries.filter(subscriber=kept).delete()
    campaign.deliveries.filter(subscriber=other).update(
        status="bounced", reason="550 5.1.1 No mailbox here for zelda", bounce_class="hard"
    )
    merge(kept.pk, other.pk, by="sam")
    other.refresh_from_db()
    return kept, other


def test_an_email_to_a_record_that_was_merged_shows_the_address_it_went_to(
    sams: Client, sending: Campaign
) -> None:
    kept, other = merged_since(sending)
    [delivery] = sending.deliveries.filter(subscriber=kept)
    rows = sams.get(page("recipients", sending)).context["rows"]
    shown = {row.delivery.pk: row.address for row in rows}
    assert shown[delivery.pk] == "zelda@mailbox.example"
    assert kept.email not in shown.values()
    Subscriber.objects.filter(pk=other.pk).update(digest="0" * 64)
    rows = sams.get(page("recipients", sending)).context["rows"]
    assert f"{kept.email} (sent to another address)" in [row.address for row in rows]


def test_a_merged_address_finds_what_went_there(sams: Client, sending: Campaign) -> None:
    kept, other = merged_since(sending)
    own = Campaign.objects.create(name="Later", topic=sending.topic, launched_at=timezone.now())
    Delivery.objects.create(campaign=own, subscriber=kept, language="en")
    for address, campaign, number in (
        (other.email, sending, 1),
        (kept.email, sending, 1),
        (other.email, own, 0),
        (kept.email, own, 1),
    ):
        found = sams.get(page("recipients", campaign), {"address": address}).context["rows"]
        assert len(found) == number, (address, campaign)


def test_the_mailbox_of_a_merged_record_is_masked_too(lees: Client, sending: Campaign) -> None:
    kept, _ = merged_since(sending)
    for name in ("recipients", "report"):
        shown = lees.get(page(name, sending)).content.decode()
        assert "zelda" not in shown
        assert kept.email not in shown
        assert "550 5.1.1" in shown


@pytest.mark.thorough(sample=3)
@pytest.mark.parametrize(
    "query",
    [
        {"after": "x"},
        {"after": "9" * 40},
        {"after": "-1"},
        {"status": "<script>"},
        {"address": "<script>" * 200},
        {"address": "a\x00b"},
    ],
)
def test_silly_queries_are_answered(lees: Client, sending: Campaign, query: dict[str, str]) -> None:
    answer = lees.get(page("recipients", sending), query)
    assert answer.status_code == 200
    assert "<script>" not in answer.content.decode().replace("<script src", "").replace(
        "<script>window", ""
    )


def test_a_campaign_that_was_not_launched_has_no_report(lees: Client, draft: Campaign) -> None:
    assert lees.get(page("report", draft)).status_code == 302
    assert draft.status == CampaignStatus.DRAFT


def test_sending_again_asks_to_sign_in_again_and_marking_does_not(
    lees: Client, uncertain: Campaign
) -> None:
    sign_in_long_ago(lees)
    answer = lees.post(page("resolve", uncertain), {"which": "all", "to": "planned"})
    assert answer["Location"].startswith("/staff/login/again/?next=")
    assert statuses(uncertain) == ["uncertain"] * 5
    lees.post(page("resolve", uncertain), {"which": "all", "to": "failed"})
    assert statuses(uncertain) == ["failed"] * 5
