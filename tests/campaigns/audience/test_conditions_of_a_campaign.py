"""Conditions of a campaign: saved, approved, counted, frozen, and looked at before each email."""

from typing import Any

import pytest

from campaigns.audience.conditions.check import HIDDEN
from campaigns.audience.resolve import audience_of, estimate
from campaigns.content.check_content import ContentError
from campaigns.content.create_campaign import create_campaign
from campaigns.content.duplicate import duplicate
from campaigns.content.edit import save_audience, save_details
from campaigns.content.fingerprint import fingerprint
from campaigns.content.later_version import write_later_version
from campaigns.event_states import RsvpAnswer
from campaigns.models import Audience, Campaign, Delivery, Event, Rsvp, SavedAudience
from campaigns.reports.totals import recount, totals
from campaigns.review.approval import approve, standing_approval
from campaigns.review.finding import blockers
from campaigns.review.preflight import preflight
from campaigns.rsvp.reply import Reply
from campaigns.rsvp.respond import respond
from campaigns.sending.claims.claim import claim
from campaigns.sending.freeze import start_due
from campaigns.sending.launch import CannotLaunch, launch_now
from campaigns.sending.pause_cancel_undo import pause
from campaigns.sending.send import send_batch
from campaigns.states import CampaignStatus, DeliveryStatus, SkipReason
from newsletter.models import InboxMessage
from subscribers.models import CustomField, Label, Subscriber, Suppression, Topic
from subscribers.states import FieldKind, SuppressionReason, SuppressionScope
from tests.campaigns.conftest import MakeFollowers

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bodies")]

SILENT = {"kind": "answer", "event": "quarterly-meeting", "answer": "no_answer"}
FORUMS = {"kind": "topic", "topic": "forums"}


def rule(*conditions: dict[str, Any], match: str = "all", but: list[Any] | None = None) -> Any:
    return {"match": match, "conditions": list(conditions), "except": but or []}


def country(*codes: str) -> dict[str, Any]:
    return {"kind": "country", "countries": list(codes)}


def give(campaign: Campaign, tree: object) -> None:
    save_audience(campaign, countries=[], languages=[], conditions=tree)
    campaign.refresh_from_db()


@pytest.fixture
def six(followers: MakeFollowers, event: Event) -> list[Subscriber]:
    """Six followers: two in Albania, two in Kosovo, one in New Zealand, one nowhere."""
    Event.objects.filter(pk=event.pk).update(takes_answers=True)
    made = followers(6)
    for person, code in zip(made, ("AL", "AL", "XK", "XK", "NZ", ""), strict=True):
        Subscriber.objects.filter(pk=person.pk).update(country=code)
    return made


def test_each_person_has_one_reason_and_the_sum_adds_up(
    draft: Campaign, six: list[Subscriber], event: Event
) -> None:
    Rsvp.objects.create(event=event, subscriber=six[0], answer=RsvpAnswer.NO)
    Rsvp.objects.create(event=event, subscriber=six[5], answer=RsvpAnswer.NO)
    for person in (six[1], six[4]):
        Suppression.objects.create(
            digest=person.digest,
            reason=SuppressionReason.COMPLAINT,
            scope=SuppressionScope.BULK,
        )
    give(draft, rule(country("AL", "XK", "NZ"), SILENT, but=[country("NZ")]))
    found = estimate(draft)
    assert found.receive == 2
    assert found.left_out == {
        "not among those who are from Albania, Kosovo or New Zealand": 1,
        "not among those who haven’t answered the invitation to “Quarterly meeting”": 1,
        "left out because they are from New Zealand": 1,
        "suppressed": 1,
    }
    assert found.receive + sum(found.left_out.values()) == len(six)
    assert audience_of(draft).count() == 3  # with the one who is suppressed


def test_of_a_rule_of_which_one_condition_is_enough_there_is_one_reason(
    draft: Campaign, six: list[Subscriber]
) -> None:
    give(draft, rule(country("AL"), country("NZ"), match="any"))
    assert estimate(draft).left_out == {
        "not among those who are from Albania or are from New Zealand": 3
    }
    assert audience_of(draft).count() == 3


def test_conditions_narrow_beside_countries_languages_and_the_rule_about_answers(
    draft: Campaign, six: list[Subscriber], event: Event
) -> None:
    Rsvp.objects.create(event=event, subscriber=six[0], answer=RsvpAnswer.YES)
    save_audience(
        draft,
        countries=["AL", "NZ"],
        languages=["en"],
        rule="no_answer",
        conditions=rule(country("AL")),
    )
    assert list(audience_of(draft)) == [six[1]]


def test_conditions_are_approved_and_a_change_of_them_ends_the_approval(
    draft: Campaign, six: list[Subscriber]
) -> None:
    draft.refresh_from_db()
    without = fingerprint(draft)
    approve(draft, by="Sam")
    give(draft, rule(country("AL")))
    assert draft.status == CampaignStatus.DRAFT
    assert fingerprint(draft) != without
    approve(draft, by="Sam")
    give(draft, rule(country("AL")))  # the same again
    assert draft.status == CampaignStatus.APPROVED
    give(draft, {})
    assert fingerprint(draft) == without
    assert Audience.objects.get().conditions == {}


def test_another_name_of_what_a_condition_names_ends_the_approval(
    draft: Campaign, six: list[Subscriber], other_topic: Topic
) -> None:
    give(draft, rule(country("AL"), but=[FORUMS]))
    approve(draft, by="Sam")
    assert standing_approval(draft)
    Topic.objects.filter(pk=other_topic.pk).update(name="Assemblies")
    assert standing_approval(draft) is None


def test_another_rule_of_a_saved_audience_ends_the_approval(
    draft: Campaign, six: list[Subscriber]
) -> None:
    saved = SavedAudience.objects.create(name="Balkans", conditions=rule(country("AL")))
    give(draft, rule({"kind": "saved", "saved": saved.pk}))
    assert estimate(draft).receive == 2
    approve(draft, by="Sam")
    SavedAudience.objects.update(conditions=rule(country("AL", "XK")))
    assert standing_approval(draft) is None
    assert estimate(draft).receive == 4


@pytest.mark.parametrize("place", ["conditions", "except"])
def test_a_rule_on_what_is_deleted_blocks_the_launch_in_words(
    draft: Campaign, six: list[Subscriber], other_topic: Topic, place: str
) -> None:
    named = rule(FORUMS) if place == "conditions" else rule(but=[FORUMS])
    give(draft, rule(*named["conditions"], but=named["except"]))
    if place == "except":
        approve(draft, by="Sam")
    other_topic.delete()
    assert standing_approval(draft) is None
    [found] = [each for each in blockers(preflight(draft)) if each.path == "audience"]
    assert found.message == (
        "The audience has a condition that can’t be used. It names a topic that was deleted "
        "(“forums”)."
    )
    with pytest.raises(CannotLaunch):
        launch_now(draft)
    assert not Delivery.objects.exists()


def test_a_deleted_label_or_field_blocks_the_launch_in_words(
    draft: Campaign, six: list[Subscriber]
) -> None:
    label = Label.objects.create(name="Staff", key="staff")
    field = CustomField.objects.create(key="party", name="Party", kind=FieldKind.TEXT)
    for row, condition, words in (
        (label, {"kind": "label", "label": label.pk}, "a label that was deleted."),
        (
            field,
            {"kind": "field", "field": "party", "how": "is", "value": "Green"},
            "a field that was deleted (“party”).",
        ),
    ):
        give(draft, rule(but=[condition]))
        approve(draft, by="Sam")
        row.delete()
        assert standing_approval(draft) is None
        [found] = [each for each in blockers(preflight(draft)) if each.path == "audience"]
        assert found.message.endswith(words)


@pytest.mark.parametrize(
    ("kind", "how", "value", "fits"),
    [
        (FieldKind.DATE, "is", "2027-01-31", False),
        (FieldKind.DATE, "since", "2027-01-31", True),
        (FieldKind.TEXT, "before", "2027-01-31", False),
        (FieldKind.TEXT, "contains", "Green", True),
        (FieldKind.CHOICE, "is", "Blue", False),
        (FieldKind.CHOICE, "is", "green", True),
    ],
)
def test_a_field_is_asked_as_its_kind_can_be(
    draft: Campaign, six: list[Subscriber], kind: FieldKind, how: str, value: str, fits: bool
) -> None:
    CustomField.objects.create(key="party", name="Party", kind=kind, choices=["Green"])
    tree = rule({"kind": "field", "field": "party", "how": how, "value": value})
    if fits:
        give(draft, tree)
        return
    with pytest.raises(ContentError):
        give(draft, tree)


def test_a_scheduled_campaign_whose_rule_names_what_is_gone_is_not_sent(
    draft: Campaign, six: list[Subscriber], other_topic: Topic
) -> None:
    give(draft, rule(but=[FORUMS]))
    approve(draft, by="Sam")
    Campaign.objects.update(status=CampaignStatus.SCHEDULED, scheduled_at=draft.created_at)
    other_topic.delete()
    start_due()
    draft.refresh_from_db()
    assert draft.status == CampaignStatus.DRAFT
    assert draft.pause_reason
    assert not Delivery.objects.exists()


def test_nobody_is_a_blocker_unless_answers_may_still_change_it(
    draft: Campaign, six: list[Subscriber]
) -> None:
    give(draft, rule(country("FR")))
    assert "audience" in {each.path for each in blockers(preflight(draft))}
    give(draft, rule({**SILENT, "answer": "declined"}))
    assert "audience" not in {each.path for each in blockers(preflight(draft))}
    assert "audience" in {each.path for each in preflight(draft)}


def test_what_is_need_to_know_is_named_by_its_own_campaigns_alone(
    draft: Campaign, six: list[Subscriber], other_topic: Topic, event: Event
) -> None:
    Topic.objects.filter(pk=other_topic.pk).update(is_restricted=True, is_public=False)
    hidden = Campaign.objects.create(name="Inner", topic=other_topic)
    Event.objects.filter(pk=event.pk).update(topic=other_topic)
    for condition in (
        FORUMS,
        SILENT,
        {"kind": "received", "campaign": hidden.pk, "got": "no"},
        {"kind": "consent", "topic": "forums", "version": "current"},
    ):
        with pytest.raises(ContentError) as refused:
            give(draft, rule(condition))
        assert "need-to-know" in refused.value.problem
    give(hidden, rule(FORUMS, SILENT))
    with pytest.raises(ContentError):
        save_details(hidden, topic=draft.topic)


def test_a_topic_that_becomes_need_to_know_is_named_no_more(
    draft: Campaign, six: list[Subscriber], other_topic: Topic
) -> None:
    give(draft, rule(FORUMS))
    Topic.objects.filter(pk=other_topic.pk).update(is_restricted=True, is_public=False)
    [found] = [each for each in blockers(preflight(draft)) if each.path == "audience"]
    assert HIDDEN in found.message
    assert "Forums" not in str(estimate(draft))


def test_an_answer_a_minute_earlier_stops_the_reminder(
    draft: Campaign, six: list[Subscriber]
) -> None:
    give(draft, rule(country("AL", "XK"), SILENT))
    approve(draft, by="Sam")
    campaign = launch_now(draft)
    assert campaign.candidates == 4
    respond(campaign.event_id or 0, person=six[0], reply=Reply(answer=RsvpAnswer.NO))
    while send_batch(campaign.pk).more:
        pass
    delivery = Delivery.objects.get(campaign=campaign, subscriber=six[0])
    assert (delivery.status, delivery.reason) == (DeliveryStatus.SKIPPED, SkipReason.NO_LONGER_FITS)
    reminders = InboxMessage.objects.filter(subject__startswith="You are invited")
    assert reminders.count() == 3
    assert totals(campaign) == recount(campaign)


def test_an_audience_without_answers_stays_as_it_was_frozen(
    draft: Campaign, six: list[Subscriber]
) -> None:
    give(draft, rule(country("AL", "XK")))
    approve(draft, by="Sam")
    campaign = launch_now(draft)
    Subscriber.objects.update(country="NZ")
    assert len(claim(campaign.pk, size=10).deliveries) == 4


def test_what_is_gone_while_emails_leave_skips_nobody(
    draft: Campaign, six: list[Subscriber], other_topic: Topic
) -> None:
    give(draft, rule(SILENT, but=[FORUMS]))
    approve(draft, by="Sam")
    campaign = launch_now(draft)
    other_topic.delete()
    assert len(claim(campaign.pk, size=10).deliveries) == 6


def test_a_past_campaign_keeps_its_conditions_as_text(
    draft: Campaign, six: list[Subscriber], other_topic: Topic
) -> None:
    give(draft, rule(country("AL"), but=[FORUMS]))
    approve(draft, by="Sam")
    campaign = launch_now(draft)
    other_topic.delete()
    assert campaign.audience.words == "are from Albania, except those who follow “Forums”"
    assert campaign.left_out == {"not among those who are from Albania": 4}


def test_copies_and_later_versions_have_the_same_conditions(
    draft: Campaign, six: list[Subscriber], event: Event
) -> None:
    give(draft, rule(country("AL"), SILENT))
    assert duplicate(draft).audience.conditions == draft.audience.conditions
    approve(draft, by="Sam")
    campaign = launch_now(draft)
    pause(campaign.pk)
    later = write_later_version(Campaign.objects.get(pk=campaign.pk))
    assert later.audience.conditions == draft.audience.conditions
    Subscriber.objects.update(country="NZ")
    Rsvp.objects.create(event=event, subscriber=six[0], answer=RsvpAnswer.NO)
    assert estimate(later).receive + sum(estimate(later).left_out.values()) == 2


def test_a_campaign_is_created_with_its_conditions(draft: Campaign, six: list[Subscriber]) -> None:
    created = create_campaign(_described(conditions=rule(country("AL"))))
    assert audience_of(created).count() == 2
    with pytest.raises(ContentError) as refused:
        create_campaign(_described(conditions=rule(country("AL"), {"kind": "label"})))
    assert refused.value.path.startswith("conditions.conditions[1]")
    with pytest.raises(ContentError) as refused:
        create_campaign(_described(conditions=rule({"kind": "topic", "topic": "nothing"})))
    assert refused.value.path == "conditions.conditions[0]"


def _described(**fields: object) -> dict[str, object]:
    contents = {"en": {"subject": "Hello", "blocks": [{"type": "heading", "text": "Hello"}]}}
    return {"name": "A", "topic": "quarterly-meetings", "contents": contents, **fields}
