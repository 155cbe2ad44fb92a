"""What tells of a change, and was stopped too early, can be drafted again for those who lack it."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from campaigns.content.draft_again import stopped_updates
from campaigns.event_states import RsvpAnswer
from campaigns.events.schedule import cancel_event, change_event
from campaigns.models import Campaign, Delivery, Event
from campaigns.rsvp.tell_guests import tell_guests
from campaigns.sending.pause_cancel_undo import cancel
from campaigns.states import DeliveryStatus
from staff.roles import AUTHOR
from subscribers.models import Subscriber, Topic
from tests.campaigns.rsvp.test_told_apart import answer, invite, move, send, start, telling, told
from tests.conftest import MakeSubscriber
from tests.staff_members import browser_of, staff_member

pytestmark = pytest.mark.django_db

BUTTON = "Draft it again</button>"


def overview(browser: Client, event: Event) -> str:
    return browser.get(reverse("admin:studio_event", args=[event.pk])).content.decode()


def press(browser: Client, event: Event) -> list[Campaign]:
    """Press the button, and return the new drafts."""
    before = {each.pk for each in telling()}
    path = reverse("admin:studio_draft_stopped", args=[event.pk])
    assert browser.post(path).status_code == 302
    return [each for each in telling() if each.pk not in before]


def left(event: Event) -> list[Campaign]:
    event.refresh_from_db()
    return stopped_updates(event, among=Campaign.objects.all())


@pytest.mark.thorough(sample=1)
@pytest.mark.parametrize("change", [move, cancel_event])
def test_whoever_was_told_before_it_was_stopped_is_left_out(
    change: Callable[[Event], object], meeting: Event, topic: Topic, brand: object,
    ada: Subscriber, make_subscriber: MakeSubscriber, sams: Client,
) -> None:  # fmt: skip
    ben = make_subscriber("ben@example.org", topic=topic)
    invite(meeting, topic, ada, ben)
    answer(meeting, "ina", RsvpAnswer.YES)
    change(meeting)
    (draft,) = telling()
    assert BUTTON not in overview(sams, meeting)
    assert press(sams, meeting) == []
    start(draft)
    Delivery.objects.filter(campaign=draft, subscriber=ada).update(status=DeliveryStatus.ACCEPTED)
    cancel(draft.pk)
    assert tell_guests() == 0
    if change is move:
        change_event(meeting, summary="Nobody need hear of this.")

    assert BUTTON in overview(sams, meeting)
    (again,) = press(sams, meeting)
    assert again.change_sequence == draft.change_sequence
    assert BUTTON not in overview(sams, meeting)
    assert press(sams, meeting) == []
    send(again)
    tell_guests()
    assert told() == {ben.email: 1, "ina@guests.example": 1}
    assert left(meeting) == []


def test_a_draft_that_was_cancelled_can_be_drafted_again_and_again(
    meeting: Event, topic: Topic, brand: object, ada: Subscriber, sams: Client
) -> None:
    answer(meeting, "ina", RsvpAnswer.YES)
    invite(meeting, topic, ada)
    cancel_event(meeting)
    for _ in range(2):
        cancel(telling()[-1].pk)
        assert len(press(sams, meeting)) == 1
    send(telling()[-1])
    tell_guests()
    assert told() == {ada.email: 1, "ina@guests.example": 1}


def test_what_is_so_no_more_is_not_drafted_again(
    meeting: Event, topic: Topic, brand: object, ada: Subscriber, sams: Client
) -> None:
    invite(meeting, topic, ada)
    start_then, end_then = meeting.local_start, meeting.local_end
    for is_stopped in (True, False):
        change_event(
            meeting, local_start=start_then.replace(hour=20), local_end=end_then.replace(hour=22)
        )
        if is_stopped:
            cancel(telling()[-1].pk)
            assert left(meeting) == [telling()[-1]]
        change_event(meeting, local_start=start_then, local_end=end_then)
        assert left(meeting) == []
        assert press(sams, meeting) == []
    move(meeting)
    cancel(telling()[-1].pk)
    cancel_event(meeting)
    assert left(meeting) == []
    cancel(telling()[-1].pk)
    assert [each.kind for each in left(meeting)] == ["cancellation"]


def test_whoever_may_not_know_of_its_topic_drafts_nothing(
    meeting: Event, topic: Topic, brand: object, ada: Subscriber, sams: Client
) -> None:
    invite(meeting, topic, ada)
    cancel_event(meeting)
    cancel(telling()[-1].pk)
    wrens = browser_of(staff_member("wren", AUTHOR))
    assert BUTTON in overview(wrens, meeting)
    Topic.objects.filter(pk=topic.pk).update(is_restricted=True, is_public=False)
    Event.objects.filter(pk=meeting.pk).update(is_public=True)
    page = wrens.get(reverse("admin:studio_event", args=[meeting.pk])).content.decode()
    assert BUTTON not in page
    assert press(wrens, meeting) == []


def progress(browser: Client, campaign: Campaign) -> str:
    return browser.get(reverse("admin:studio_progress", args=[campaign.pk])).content.decode()


def test_the_page_of_the_stopped_campaign_leads_to_the_button(
    meeting: Event, topic: Topic, brand: object, ada: Subscriber, sams: Client
) -> None:
    link = f"{reverse('admin:studio_event', args=[meeting.pk])}#campaigns"
    invite(meeting, topic, ada)
    move(meeting)
    (draft,) = telling()
    cancel(draft.pk)
    assert link in progress(sams, draft)
    (again,) = press(sams, meeting)
    assert link not in progress(sams, draft)

    start(again)
    cancel(again.pk)
    assert link in progress(sams, again)
    assert link not in progress(sams, draft)


def test_the_page_of_another_cancelled_campaign_does_not(
    meeting: Event, topic: Topic, brand: object, ada: Subscriber, sams: Client
) -> None:
    invitation = invite(meeting, topic, ada)
    Campaign.objects.filter(pk=invitation.pk).update(status="cancelled")
    assert "#campaigns" not in progress(sams, invitation)
