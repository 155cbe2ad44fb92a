"""Rules of an audience about answers: who fits, who is counted as left out, and the claim."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from campaigns.audience.resolve import audience_of, estimate
from campaigns.audience.rules import RULES, nobody_fits, reason_not_to_fit, who_fits
from campaigns.content.check_content import ContentError
from campaigns.content.create_campaign import create_campaign
from campaigns.content.edit import save_audience, save_details
from campaigns.content.fingerprint import fingerprint
from campaigns.event_states import CalendarMethod, RsvpAnswer, Seat
from campaigns.models import Audience, Campaign, Delivery, DeliveryTally, Event, Rsvp
from campaigns.reports.totals import recount, totals
from campaigns.review.approval import approve
from campaigns.review.event_findings import AFTERWARDS
from campaigns.review.finding import blockers
from campaigns.review.preflight import preflight
from campaigns.rsvp.reply import Reply
from campaigns.rsvp.respond import respond
from campaigns.sending.advance import advance_campaigns
from campaigns.sending.claims.claim import claim
from campaigns.sending.launch import launch_now
from campaigns.sending.send import send_batch
from campaigns.states import AudienceRule, CampaignStatus, DeliveryStatus, SkipReason
from campaigns.studio.audience.reasons import NOT_INCLUDED_REASONS
from newsletter.models import InboxMessage
from subscribers.models import Subscriber
from tests.campaigns.conftest import MakeFollowers

pytestmark = pytest.mark.django_db

# What each person answered, and staff marked. The tenth answered nothing.
ANSWERS: dict[str, dict[str, object]] = {
    "yes": {"answer": RsvpAnswer.YES},
    "has a place": {"answer": RsvpAnswer.YES, "seat": Seat.TAKEN},
    "waits": {
        "answer": RsvpAnswer.YES, "seat": Seat.WAITING, "waiting_since": timezone.now(),
    },
    "on offer": {
        "answer": RsvpAnswer.YES, "seat": Seat.OFFERED, "offered_until": timezone.now(),
    },
    "missed the offer": {"answer": RsvpAnswer.YES, "seat": Seat.LAPSED},
    "no": {"answer": RsvpAnswer.NO},
    "maybe": {"answer": RsvpAnswer.MAYBE},
    "sends a delegate": {"answer": RsvpAnswer.DELEGATE},
    "is asked as a delegate": {"answer": "", "is_named": True},
    "came": {"answer": RsvpAnswer.YES, "came": True},
    "came unannounced": {"answer": "", "came": True},
    "stayed away": {"answer": RsvpAnswer.YES, "came": False},
    "waited in vain": {
        "answer": RsvpAnswer.YES, "seat": Seat.WAITING, "waiting_since": timezone.now(),
        "came": False,
    },
    "stayed away as they had said": {"answer": RsvpAnswer.NO, "came": False},
}  # fmt: skip
SILENT = "silent"
FITTING = {
    AudienceRule.ACCEPTED: {"yes", "has a place", "came", "stayed away"},
    AudienceRule.NO_ANSWER: {SILENT, "is asked as a delegate", "came unannounced"},
    AudienceRule.WAITING: {"waits", "on offer", "waited in vain"},
    AudienceRule.CAME: {"came", "came unannounced"},
    AudienceRule.DID_NOT_COME: {"stayed away"},
    AudienceRule.HOLDERS: {
        # By an email that reached them, and the others by their answer.
        "no", "maybe", "yes", "has a place", "waits", "on offer", "missed the offer",
        "sends a delegate", "is asked as a delegate", "came", "stayed away", "waited in vain",
    },
    # Where people are asked, those who come get the link.
    AudienceRule.HAS_LINK: {"yes", "has a place", "came", "stayed away"},
}  # fmt: skip


@pytest.fixture
def people(event: Event, followers: MakeFollowers) -> dict[str, Subscriber]:
    """A person for each answer, with another answer to another event."""
    Event.objects.filter(pk=event.pk).update(takes_answers=True)
    another = Event.objects.get(pk=event.pk)
    another.pk, another.slug, another.uid = None, "another", "0" * 32
    another.save(force_insert=True)
    made = dict(zip([*ANSWERS, SILENT], followers(len(ANSWERS) + 1), strict=True))
    for name, facts in ANSWERS.items():
        Rsvp.objects.create(event=event, subscriber=made[name], **facts)
    for person in made.values():
        Rsvp.objects.create(event=another, subscriber=person, answer=RsvpAnswer.YES, came=True)
    return made


def invite(draft: Campaign, people: dict[str, Subscriber]) -> None:
    """Have two people got the event for their calendar by an earlier email, and a third not."""
    earlier = Campaign.objects.create(
        name="Invitation",
        topic=draft.topic,
        event=draft.event,
        status=CampaignStatus.SENT,
        calendar_method=CalendarMethod.REQUEST,
    )
    for name, status in (
        ("no", DeliveryStatus.DELIVERED),
        ("maybe", DeliveryStatus.UNCERTAIN),
        ("yes", DeliveryStatus.BOUNCED),
    ):
        Delivery.objects.create(
            campaign=earlier, subscriber=people[name], language="en", status=status
        )


def give_rule(campaign: Campaign, rule: str) -> None:
    Audience.objects.filter(campaign=campaign).update(rule=rule)


def named(people: dict[str, Subscriber], found: set[int]) -> set[str]:
    return {name for name, person in people.items() if person.pk in found}


@pytest.mark.parametrize("rule", sorted(RULES))
def test_those_who_fit_are_the_audience_the_estimate_and_the_claim_alike(
    draft: Campaign, people: dict[str, Subscriber], rule: AudienceRule
) -> None:
    invite(draft, people)
    give_rule(draft, rule)
    assert named(people, set(audience_of(draft).values_list("pk", flat=True))) == FITTING[rule]
    among = [each.pk for each in people.values()]
    assert named(people, set(who_fits(rule, draft.event_id, among=among))) == FITTING[rule]
    found = estimate(draft)
    assert found.receive == len(FITTING[rule])
    assert found.left_out == {reason_not_to_fit(rule): len(people) - found.receive}


def test_every_rule_has_its_case_and_words_for_those_who_are_left_out() -> None:
    assert {*RULES, AudienceRule.NONE} == {*AudienceRule}
    assert FITTING.keys() == RULES.keys()
    assert {reason_not_to_fit(rule) for rule in RULES} <= NOT_INCLUDED_REASONS.keys()


def test_an_answer_as_a_guest_counts_unless_the_person_has_answered_as_a_subscriber(
    draft: Campaign, event: Event, people: dict[str, Subscriber]
) -> None:
    for name in (SILENT, "no"):
        person = people[name]
        Rsvp.objects.create(
            event=event, email=person.email, digest=person.digest, answer=RsvpAnswer.YES
        )
    give_rule(draft, AudienceRule.NO_ANSWER)
    assert not audience_of(draft).filter(pk=people[SILENT].pk).exists()
    give_rule(draft, AudienceRule.ACCEPTED)
    fitting = named(people, set(audience_of(draft).values_list("pk", flat=True)))
    assert fitting == FITTING[AudienceRule.ACCEPTED] | {SILENT}


def test_a_guest_without_subscription_is_in_no_audience(
    draft: Campaign, event: Event, people: dict[str, Subscriber]
) -> None:
    Rsvp.objects.create(
        event=event, email="guest@example.org", digest="ab" * 32, answer=RsvpAnswer.YES
    )
    give_rule(draft, AudienceRule.ACCEPTED)
    assert estimate(draft).receive == len(FITTING[AudienceRule.ACCEPTED])


def test_without_an_event_nobody_fits(draft: Campaign, people: dict[str, Subscriber]) -> None:
    give_rule(draft, AudienceRule.NO_ANSWER)
    draft.event = None
    assert not audience_of(draft).exists()
    assert not who_fits(AudienceRule.NO_ANSWER, None, among=[people[SILENT].pk])


def test_an_answer_a_minute_earlier_stops_the_reminder_and_the_ledger_says_so(
    draft: Campaign, people: dict[str, Subscriber]
) -> None:
    give_rule(draft, AudienceRule.NO_ANSWER)
    approve(draft, by="Sam")
    campaign = launch_now(draft)
    assert campaign.candidates == len(FITTING[AudienceRule.NO_ANSWER])
    silent = people[SILENT]
    respond(campaign.event_id or 0, person=silent, reply=Reply(answer=RsvpAnswer.NO))
    while send_batch(campaign.pk).more:
        pass
    delivery = Delivery.objects.get(campaign=campaign, subscriber=silent)
    assert (delivery.status, delivery.reason) == (DeliveryStatus.SKIPPED, SkipReason.ANSWERED)
    reminders = InboxMessage.objects.filter(subject__startswith="You are invited")
    assert reminders.count() == campaign.candidates - 1
    assert not reminders.filter(recipient=silent.email).exists()
    assert totals(campaign) == recount(campaign)


def test_who_said_no_after_the_freeze_gets_no_joining_details(
    draft: Campaign, people: dict[str, Subscriber]
) -> None:
    give_rule(draft, AudienceRule.ACCEPTED)
    approve(draft, by="Sam")
    campaign = launch_now(draft)
    Rsvp.objects.filter(event=draft.event, subscriber=people["yes"]).update(answer=RsvpAnswer.NO)
    claimed = claim(campaign.pk, size=10)
    assert {one.subscriber_id for one in claimed.deliveries} == {
        people[name].pk for name in FITTING[AudienceRule.ACCEPTED] - {"yes"}
    }
    delivery = Delivery.objects.get(campaign=campaign, subscriber=people["yes"])
    assert (delivery.status, delivery.reason) == (DeliveryStatus.SKIPPED, SkipReason.ANSWERED)


def test_only_a_rule_costs_a_claim_a_statement(
    draft: Campaign, people: dict[str, Subscriber]
) -> None:
    numbers = []
    for rule in (AudienceRule.NONE, AudienceRule.NO_ANSWER):
        Campaign.objects.filter(pk=draft.pk).update(status=CampaignStatus.DRAFT)
        Delivery.objects.all().delete()
        DeliveryTally.objects.all().delete()
        give_rule(draft, rule)
        approve(Campaign.objects.get(pk=draft.pk), by="Sam")
        campaign = launch_now(draft)
        with CaptureQueriesContext(connection) as asked:
            assert len(claim(campaign.pk, size=2).deliveries) == 2
        numbers.append(len(asked))
    assert numbers[1] == numbers[0] + 1


def test_a_rule_that_nobody_fits_yet_can_be_approved_and_sends_to_nobody(
    draft: Campaign, followers: MakeFollowers
) -> None:
    followers(2)
    Event.objects.update(takes_answers=True)
    give_rule(draft, AudienceRule.ACCEPTED)
    assert [each.path for each in preflight(draft) if each.path == "audience"] == ["audience"]
    assert not blockers(preflight(draft))
    approve(draft, by="Sam")
    campaign = launch_now(draft)
    advance_campaigns()
    campaign.refresh_from_db()
    assert (campaign.status, campaign.candidates) == (CampaignStatus.SENT, 0)
    assert campaign.left_out == {"not_accepted": 2}


def test_a_rule_changes_nothing_of_an_empty_topic(draft: Campaign) -> None:
    give_rule(draft, AudienceRule.ACCEPTED)
    assert "audience" in {each.path for each in blockers(preflight(draft))}


def test_where_nobody_gave_the_answer_no_subscriber_is_read(
    draft: Campaign, people: dict[str, Subscriber], event: Event
) -> None:
    for rule in FITTING:
        assert not nobody_fits(rule, event.pk)
    assert nobody_fits(AudienceRule.WAITING, None)
    Rsvp.objects.all().delete()
    asks = {rule for rule in AudienceRule if nobody_fits(rule, event.pk)}
    assert asks == {
        AudienceRule.ACCEPTED,
        AudienceRule.WAITING,
        AudienceRule.CAME,
        AudienceRule.DID_NOT_COME,
    }


@pytest.mark.parametrize("rule", sorted(RULES))
def test_an_event_that_is_over_blocks_all_but_what_is_for_afterwards(
    draft: Campaign, followers: MakeFollowers, rule: AudienceRule
) -> None:
    followers(1)
    give_rule(draft, rule)
    assert draft.event
    later = draft.event.ends_at + timedelta(hours=1)
    assert bool(blockers(preflight(draft, now=later))) is (rule not in AFTERWARDS)


def test_a_rule_is_part_of_what_is_approved(draft: Campaign, people: dict[str, Subscriber]) -> None:
    draft.refresh_from_db()
    without = fingerprint(draft)
    approve(draft, by="Sam")
    save_audience(draft, countries=[], languages=[], rule=AudienceRule.NO_ANSWER)
    assert draft.status == CampaignStatus.DRAFT
    assert fingerprint(draft) != without
    save_audience(draft, countries=["NZ"], languages=[])
    assert Audience.objects.get().rule == AudienceRule.NO_ANSWER
    save_audience(draft, countries=[], languages=[], rule="")
    assert fingerprint(draft) == without


@pytest.mark.parametrize(
    ("rule", "about", "problem"),
    [
        ("no_answer", None, "needs an event"),
        ("everybody", "quarterly-meeting", "is no rule"),
        (3, "quarterly-meeting", "must be text"),
        (["came"], "quarterly-meeting", "must be text"),
    ],
)
def test_a_rule_that_a_campaign_can_not_have_is_refused(
    draft: Campaign, rule: object, about: str | None, problem: str
) -> None:
    with pytest.raises(ContentError) as refused:
        create_campaign(described(rule=rule, event=about))
    assert refused.value.path == "rule"
    assert problem in refused.value.problem


def test_a_campaign_is_created_with_its_rule(draft: Campaign) -> None:
    for given, kept in (("no_answer", "no_answer"), ("", ""), (None, "")):
        campaign = create_campaign(described(rule=given, event="quarterly-meeting"))
        assert campaign.audience.rule == kept


def test_a_campaign_keeps_its_event_as_long_as_its_rule_needs_it(draft: Campaign) -> None:
    give_rule(draft, AudienceRule.CAME)
    draft.contents.update(blocks=[{"type": "heading", "text": "Thank you"}])
    with pytest.raises(ContentError) as refused:
        save_details(draft, event=None)
    assert refused.value.path == "event"
    save_audience(draft, countries=[], languages=[], rule="")
    save_details(draft, event=None)
    with pytest.raises(ContentError):
        save_audience(draft, countries=[], languages=[], rule=AudienceRule.CAME)


def described(**fields: object) -> dict[str, object]:
    blocks = [{"type": "heading", "text": "Hello"}]
    contents = {"en": {"subject": "Hello", "blocks": blocks}}
    return {"name": "A", "topic": "quarterly-meetings", "contents": contents, **fields}
