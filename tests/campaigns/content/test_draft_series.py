"""One press drafts the series of an event: what is missing, once, in the languages of the event."""

from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils import timezone

from campaigns.audience.had_step import HAD_STEP
from campaigns.audience.resolve import audience_of, estimate
from campaigns.content.archive_access import archive_access_of
from campaigns.content.assemble import email_for
from campaigns.content.check_content import ContentError
from campaigns.content.draft_series import draft_series, likely_topic
from campaigns.content.edit import save_details
from campaigns.event_states import RsvpAnswer
from campaigns.events.schedule import cancel_event, change_event, plan_event
from campaigns.events.series import STEPS, due_of
from campaigns.models import Audience, Campaign, Delivery, Event, Rsvp
from campaigns.review.approval import approve
from campaigns.review.finding import Severity, blockers
from campaigns.review.preflight import preflight
from campaigns.sending.launch import launch, launch_now
from campaigns.sending.pause_cancel_undo import cancel
from campaigns.sending.send import send_batch
from campaigns.states import AudienceRule, CampaignStatus, CampaignStep, DeliveryStatus
from newsletter.audit.actor import Actor, ActorKind, acting
from newsletter.models import Brand, InboxMessage, TransactionalMessage
from staff.roles import PUBLISHER
from subscribers.models import Subscriber, Topic, TopicGrant
from subscribers.states import ArchiveAccess
from tests.campaigns.conftest import MakeFollowers
from tests.staff_members import staff_member

pytestmark = pytest.mark.django_db


@pytest.fixture
def meeting(brand: Brand) -> Event:
    """A meeting in seventy days that asks for answers, with texts in French and Ukrainian."""
    start = (timezone.now() + timedelta(days=70)).replace(minute=0, second=0, microsecond=0)
    return plan_event(
        slug="spring",
        title="Spring meeting {2027}",
        local_start=start,
        local_end=start + timedelta(hours=2),
        time_zone="UTC",
        join_url="https://meet.example.org/spring",
        dial_in="+40 21 000 000, code 7",
        takes_answers=True,
        texts={"fr": {"title": "Réunion de printemps"}, "uk": {"title": "Весняна зустріч"}},
    )


@pytest.fixture
def drafts(meeting: Event, topic: Topic, followers: MakeFollowers) -> dict[str, Campaign]:
    followers(4)
    return {each.step: each for each in draft_series(meeting, topic=topic)}


def moved(event: Event, *, by: timedelta) -> None:
    change_event(event, local_start=event.local_start + by, local_end=event.local_end + by)


def sent(campaign: Campaign) -> Campaign:
    approve(campaign, by="Sam")
    campaign = launch_now(campaign)
    while send_batch(campaign.pk).more:
        pass
    return campaign


def say(event: Event, person: Subscriber, answer: RsvpAnswer, **facts: object) -> None:
    Rsvp.objects.create(event=event, subscriber=person, answer=answer, **facts)


def test_it_is_a_campaign_of_each_step_in_the_languages_of_the_event(
    drafts: dict[str, Campaign], meeting: Event
) -> None:
    assert [*drafts] == [*STEPS]
    for step, campaign in drafts.items():
        assert campaign.status == CampaignStatus.DRAFT
        assert campaign.audience.rule == STEPS[step].rule
        assert {each.language for each in campaign.contents.all()} == {"en", "fr", "uk"}
        assert blockers(preflight(campaign)) == []
        assert due_of(campaign) == meeting.starts_at + timedelta(
            minutes=STEPS[step].offset, hours=2 if STEPS[step].from_end else 0
        )
        assert campaign.carries_calendar is (step == "invitation")
        is_public = archive_access_of(campaign) is ArchiveAccess.PUBLIC
        assert is_public is (STEPS[step].rule == AudienceRule.NONE)
    subjects = drafts["reminder"].contents.order_by("language").values_list("subject", flat=True)
    assert list(subjects) == [
        "Please answer: Spring meeting (2027)",
        "Merci de répondre : Réunion de printemps",
        "Чекаємо на Вашу відповідь: Весняна зустріч",
    ]


def test_starter_content_has_no_warnings_but_those_of_the_event_and_nobody_to_get_it(
    drafts: dict[str, Campaign],
) -> None:
    for campaign in drafts.values():
        found = preflight(campaign)
        paths = {each.path for each in found if each.severity != Severity.ADVICE}
        assert paths <= {"event", "audience"}, campaign.step


def test_pressing_again_drafts_only_what_is_missing(
    drafts: dict[str, Campaign], meeting: Event, topic: Topic
) -> None:
    assert draft_series(meeting, topic=topic) == []
    cancel(drafts["reminder"].pk)
    [again] = draft_series(meeting, topic=topic)
    assert (again.step, again.pk != drafts["reminder"].pk) == (CampaignStep.REMINDER, True)
    assert draft_series(meeting, topic=topic) == []


def test_the_database_holds_one_campaign_for_a_step(drafts: dict[str, Campaign]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Campaign.objects.create(
            name="Twin",
            topic=drafts["reminder"].topic,
            event=drafts["reminder"].event,
            step=CampaignStep.REMINDER,
        )
    with pytest.raises(ContentError, match="step of its series"):
        save_details(drafts["reminder"], event=None)


def test_a_need_to_know_event_has_no_series_for_another_topic(meeting: Event, topic: Topic) -> None:
    secret = Topic.objects.create(slug="secret", name="Secret", is_restricted=True, is_public=False)
    Event.objects.filter(pk=meeting.pk).update(topic=secret)
    with pytest.raises(ContentError):
        draft_series(Event.objects.get(), topic=topic)
    assert not Campaign.objects.exists()


def test_the_likely_topic_is_that_of_the_last_campaign_about_it_or_its_kind(
    meeting: Event, topic: Topic, drafts: dict[str, Campaign]
) -> None:
    other = Topic.objects.create(slug="other", name="Other")
    assert likely_topic(meeting, [other, topic]) == topic
    assert likely_topic(meeting, [other]) is None
    next_one = Event.objects.get(pk=meeting.pk)
    next_one.pk, next_one.slug, next_one.uid = None, "next", "1" * 32
    next_one.save(force_insert=True)
    assert likely_topic(next_one, [other, topic]) == topic


def test_only_joining_details_show_the_meeting_link_and_ask_no_more(
    drafts: dict[str, Campaign],
) -> None:
    for step, campaign in drafts.items():
        is_joining = STEPS[step].rule == AudienceRule.ACCEPTED
        event = email_for(campaign.contents.get(language="fr")).event
        assert event
        assert (event.join_url != "", "code 7" in event.dial_in) == (is_joining, is_joining)
        assert (event.rsvp_url == "") is is_joining


def test_joining_details_go_to_those_who_come_alone_with_the_link(
    drafts: dict[str, Campaign], meeting: Event
) -> None:
    yes, waits, no, _ = Subscriber.objects.order_by("pk")
    say(meeting, yes, RsvpAnswer.YES)
    say(meeting, waits, RsvpAnswer.YES, seat="waiting", waiting_since=timezone.now())
    say(meeting, no, RsvpAnswer.NO)
    sent(drafts["details_day"])
    [message] = InboxMessage.objects.all()
    assert message.recipient == yes.email
    body = message_from_bytes(bytes(message.raw), policy=policy.default).get_body(("plain",))
    assert body
    assert "https://meet.example.org/spring" in body.get_content()


def test_joining_details_that_staff_opened_to_all_lose_the_link_and_the_approval(
    drafts: dict[str, Campaign],
) -> None:
    campaign = drafts["details_day"]
    approve(campaign, by="Sam")
    Audience.objects.filter(campaign=campaign).update(rule=AudienceRule.NONE)
    content = Campaign.objects.get(pk=campaign.pk).contents.get(language="en")
    details = email_for(content).event
    assert details
    assert details.join_url == ""
    with pytest.raises(ValueError, match="approval"):
        launch(Campaign.objects.get(pk=campaign.pk))


@pytest.mark.thorough(sample=2)
@pytest.mark.parametrize("step", ["reminder", "details_day", "invitation"])
@pytest.mark.parametrize("is_moved", [False, True])
def test_a_step_that_is_drafted_anew_goes_to_those_alone_who_have_not_had_it_for_that_date(
    drafts: dict[str, Campaign], meeting: Event, topic: Topic, step: str, is_moved: bool
) -> None:
    people = list(Subscriber.objects.order_by("pk"))
    if step == "details_day":
        for person in people:
            say(meeting, person, RsvpAnswer.YES)
    approve(drafts[step], by="Sam")
    launch_now(drafts[step])
    rows = Delivery.objects.filter(campaign=drafts[step]).order_by("pk")
    first, second, third, _ = rows
    rows.filter(pk=first.pk).update(status=DeliveryStatus.ACCEPTED)
    rows.filter(pk=second.pk).update(status=DeliveryStatus.UNCERTAIN)
    rows.filter(pk=third.pk).update(status=DeliveryStatus.BOUNCED)
    cancel(drafts[step].pk)
    if is_moved:
        moved(meeting, by=timedelta(days=2))
    [again] = draft_series(meeting, topic=topic)
    again = Campaign.objects.get(pk=again.pk)
    had = (
        set() if is_moved and step != "invitation" else {first.subscriber_id, second.subscriber_id}
    )
    found = set(audience_of(again).values_list("pk", flat=True))
    assert found == {person.pk for person in people} - had
    assert estimate(again).left_out.get(HAD_STEP, 0) == len(had)


def test_a_moved_event_takes_with_it_what_is_unsent_and_sends_nothing_again(
    drafts: dict[str, Campaign], meeting: Event, topic: Topic
) -> None:
    sent(drafts["invitation"])
    due = due_of(drafts["reminder"])
    assert due
    for _ in range(2):
        moved(meeting, by=timedelta(hours=25))
    assert draft_series(meeting, topic=topic) == []
    reminder = Campaign.objects.get(pk=drafts["reminder"].pk)
    assert due_of(reminder) == due + timedelta(hours=50)
    invitation = Campaign.objects.get(pk=drafts["invitation"].pk)
    assert invitation.launched_at is not None


@pytest.mark.parametrize("step", ["reminder", "details_day", "details_hour"])
def test_what_was_sent_for_one_date_is_drafted_again_for_another_and_reaches_nobody_twice_for_one(
    drafts: dict[str, Campaign], meeting: Event, topic: Topic, step: str
) -> None:
    person, *others = Subscriber.objects.order_by("pk")
    if step != "reminder":
        say(meeting, person, RsvpAnswer.YES)
        for other in others:
            say(meeting, other, RsvpAnswer.NO)
    first_date = meeting.starts_at
    sent(drafts[step])
    assert draft_series(meeting, topic=topic) == []
    moved(meeting, by=timedelta(days=2))
    [second] = draft_series(meeting, topic=topic)
    assert second.step == step
    assert draft_series(meeting, topic=topic) == []
    # The first date again: everybody had it for that.
    moved(meeting, by=timedelta(days=-2))
    again = Campaign.objects.get(pk=second.pk)
    assert again.event
    assert again.event.starts_at == first_date
    assert not audience_of(again).exists()
    moved(meeting, by=timedelta(days=2))
    assert audience_of(Campaign.objects.get(pk=second.pk)).filter(pk=person.pk).exists()


def test_a_step_for_another_date_waits_for_that_of_the_one_before(
    drafts: dict[str, Campaign], meeting: Event, topic: Topic
) -> None:
    approve(drafts["reminder"], by="Sam")
    launch_now(drafts["reminder"])
    moved(meeting, by=timedelta(days=2))
    [second] = draft_series(meeting, topic=topic)
    found = blockers(preflight(Campaign.objects.get(pk=second.pk)))
    assert any("is the same step for another date" in each.message for each in found)


def test_an_event_that_was_called_off_has_nothing_to_draft_and_sends_nothing(
    drafts: dict[str, Campaign], meeting: Event, topic: Topic
) -> None:
    approve(drafts["invitation"], by="Sam")
    launch(drafts["invitation"])
    cancel(drafts["reminder"].pk)
    cancel_event(meeting)
    assert draft_series(meeting, topic=topic) == []
    assert Campaign.objects.get(pk=drafts["invitation"].pk).status == CampaignStatus.DRAFT
    assert not TransactionalMessage.objects.filter(kind="staff_approve_again").exists()
    assert blockers(preflight(Campaign.objects.get(pk=drafts["invitation"].pk)))


@pytest.fixture
def publishers(db: None) -> Iterator[tuple[User, User]]:
    """Two who may send, of whom the first is acting."""
    ann, bob = (staff_member(name, PUBLISHER) for name in ("ann", "bob"))
    actor = Actor(ActorKind.ACCOUNT, ann.username, account_id=ann.pk)
    with acting(lambda: actor):
        yield ann, bob


def told() -> dict[str, str]:
    rows = TransactionalMessage.objects.filter(kind="staff_approve_again")
    return {each.to: each.text for each in rows}


def test_whoever_scheduled_a_step_is_told_until_when_it_must_be_approved_again(
    drafts: dict[str, Campaign], meeting: Event, publishers: tuple[User, User]
) -> None:
    for step in ("save_the_date", "invitation"):
        approve(drafts[step], by="Sam")
    launch(drafts["invitation"])
    moved(meeting, by=timedelta(days=1))
    # Bob hears of what was approved and not scheduled, because he may send it.
    assert told().keys() == {"ann@example.org", "bob@example.org"}
    due = due_of(Campaign.objects.get(pk=drafts["invitation"].pk))
    assert due
    mine, his = told()["ann@example.org"], told()["bob@example.org"]
    assert f"{due:%-d %B %Y, %H:%M} UTC" in " ".join(mine.split())
    assert "Invitation" in mine
    assert "Save the date" in his
    assert "Invitation" not in his
    moved(meeting, by=timedelta(days=1))
    assert TransactionalMessage.objects.filter(kind="staff_approve_again").count() == 2


def test_a_mailbox_is_told_no_name_of_a_need_to_know_topic(
    meeting: Event, topic: Topic, publishers: tuple[User, User], followers: MakeFollowers
) -> None:
    ann, _ = publishers
    followers(1)
    Topic.objects.filter(pk=topic.pk).update(is_restricted=True, is_public=False)
    TopicGrant.objects.create(
        topic=topic, account=ann, until=timezone.now() + timedelta(days=9), granted_by="Sam"
    )
    topic.refresh_from_db()
    campaigns = {each.step: each for each in draft_series(meeting, topic=topic)}
    approve(campaigns["save_the_date"], by="Sam")
    moved(meeting, by=timedelta(days=1))
    assert told().keys() == {ann.email}
    message = TransactionalMessage.objects.get(kind="staff_approve_again")
    assert message.topic_id == topic.pk
    assert "Spring" not in f"{message.subject} {message.text} {message.html}"
    assert f"Campaign {campaigns['save_the_date'].pk}" in message.text


def test_a_step_sent_late_says_so(drafts: dict[str, Campaign], meeting: Event) -> None:
    moved(meeting, by=-timedelta(days=60))
    findings = preflight(Campaign.objects.get(pk=drafts["invitation"].pk))
    assert any("was due on" in each.message for each in findings)
    findings = preflight(Campaign.objects.get(pk=drafts["details_day"].pk))
    assert not any("was due on" in each.message for each in findings)
