"""Institution and custom fields in emails: one query a claim, and none where nothing uses them."""

import pytest
from pytest_django import DjangoAssertNumQueries

from campaigns.content.archived_email import archived_email
from campaigns.models import Campaign, CampaignContent
from campaigns.review.approval import approve
from campaigns.review.finding import blockers
from campaigns.review.preflight import preflight
from campaigns.sending.claims.claim import claim
from campaigns.sending.claims.emails import CampaignEmails
from campaigns.sending.launch import launch_now
from subscribers.custom_fields.keep import delete_field
from subscribers.custom_fields.uses import FieldInUse
from subscribers.custom_fields.values import FieldValue, iso_day, set_values
from subscribers.models import CustomField, Subscriber
from tests.campaigns.conftest import MakeFollowers
from tests.subscribers.custom_fields.defined import three_fields

TEXT = "{institution|your office}: {seat|no seat}, until {term_ends|the end}, in the {chamber}."


@pytest.fixture
def fields(db: None) -> tuple[CustomField, CustomField, CustomField]:
    return three_fields()


def write(campaign: Campaign, text: str, subject: str = "About {seat|you}") -> None:
    CampaignContent.objects.filter(campaign=campaign).update(
        subject=subject, blocks=[{"type": "rich_text", "html": f"<p>{text}</p>"}]
    )


def launched(campaign: Campaign) -> Campaign:
    approve(campaign, by="Sam")
    return launch_now(campaign)


def filled(campaign: Campaign) -> dict[str, tuple[str, str]]:
    """Return each recipient's subject and the text of their email."""
    recipients, failed = CampaignEmails(campaign.pk).recipients(claim(campaign.pk, size=10))
    assert failed == {}
    return {
        each.to: (
            each.template.subject.fill(each.values, escape=False),
            each.template.html.fill(each.values, escape=True),
        )
        for each in recipients
    }


def test_each_recipient_gets_their_own_values_or_the_fallback(
    draft: Campaign, ada: Subscriber, ben: Subscriber, fields: tuple[CustomField, ...]
) -> None:
    seat, _, term = fields
    Subscriber.objects.filter(pk=ada.pk).update(institution="House <of> Lords & Co")
    day = "2027-01-31"
    set_values(ada, {seat.pk: FieldValue("Row <4>"), term.pk: FieldValue(day, iso_day(day))})
    write(draft, TEXT)
    emails = filled(launched(draft))
    subject, html = emails[ada.email]
    assert subject == "About Row <4>"
    words = "House &lt;of&gt; Lords &amp; Co: Row &lt;4&gt;, until 31 January 2027, in the ."
    assert words in html
    others = [email for address, email in emails.items() if address != ada.email]
    for subject, html in others:
        assert subject == "About you"
        assert "your office: no seat, until the end, in the ." in html


def test_a_value_that_would_become_a_link_gives_way_to_the_fallback(
    draft: Campaign, ada: Subscriber, fields: tuple[CustomField, ...]
) -> None:
    Subscriber.objects.filter(pk=ada.pk).update(institution="evil.example/login")
    set_values(ada, {fields[0].pk: FieldValue("https://evil.example")})
    write(draft, TEXT)
    _, html = filled(launched(draft))[ada.email]
    assert "evil" not in html


def test_a_campaign_without_them_asks_nothing_more_and_one_with_them_once_a_claim(
    draft: Campaign,
    followers: MakeFollowers,
    fields: tuple[CustomField, ...],
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    followers(5)
    write(draft, "Nothing of the kind.", subject="Hello")
    plain = CampaignEmails(launched(draft).pk)
    claimed = claim(draft.pk, size=5)
    assert plain.templates
    with django_assert_num_queries(0):
        plain.recipients(claimed)
    other = Campaign.objects.create(name="Another", topic=draft.topic)
    CampaignContent.objects.create(campaign=other, subject="About {seat|you}", preheader="x")
    write(other, "{seat|none} {term_ends|none}")
    emails = CampaignEmails(launched(other).pk)
    assert emails.templates
    claimed = claim(other.pk, size=5)
    with django_assert_num_queries(1):
        recipients, _ = emails.recipients(claimed)
    assert len(recipients) == 5


def test_a_field_that_there_is_not_stops_a_campaign(draft: Campaign) -> None:
    write(draft, "{seat|none}", subject="Hello")
    assert "no merge field {seat}" in str([each.message for each in blockers(preflight(draft))])


def test_one_without_a_fallback_is_warned_of(
    draft: Campaign, fields: tuple[CustomField, ...]
) -> None:
    write(draft, "{seat} and {institution}", subject="Hello")
    said = str([each.message for each in preflight(draft)])
    assert "Recipients whose “seat” we don’t know would see a gap here" in said
    assert "Recipients whose institution we don’t know would see a gap here" in said


def test_a_field_of_an_open_campaign_stays_and_one_that_was_sent_is_read_without_it(
    draft: Campaign, ada: Subscriber, fields: tuple[CustomField, ...]
) -> None:
    seat, chamber, _ = fields
    write(draft, "{{chamber}} {seat|no seat}", subject="Hello")
    with pytest.raises(FieldInUse, match="Quarterly meeting"):
        delete_field(seat.pk)
    delete_field(chamber.pk)
    launched(draft)
    with pytest.raises(FieldInUse):
        delete_field(seat.pk)
    Campaign.objects.filter(pk=draft.pk).update(status="sent")
    delete_field(seat.pk)
    shown = archived_email(Campaign.objects.get(pk=draft.pk))
    assert shown is not None
    assert "no seat" in shown.html


def test_a_need_to_know_campaign_is_not_named(
    draft: Campaign, fields: tuple[CustomField, ...]
) -> None:
    write(draft, "{seat|no seat}", subject="Hello")
    type(draft.topic).objects.filter(pk=draft.topic_id).update(is_restricted=True, is_public=False)
    with pytest.raises(FieldInUse) as error:
        delete_field(fields[0].pk)
    assert error.value.uses == ["a campaign about a need-to-know topic"]
