"""What of campaigns, events and mail is hidden with its topic, from whom."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from campaigns.content.check_content import ContentError
from campaigns.content.edit import save_details
from campaigns.content.edit_content import save_content
from campaigns.content.translations.standing import TranslationStanding, standings_of
from campaigns.content.translations.start import start_from_source
from campaigns.content.versions import name_version
from campaigns.events.check_event import BadEvent
from campaigns.events.listing import is_on_public_pages, public_events
from campaigns.events.schedule import change_event, plan_event
from campaigns.models import Campaign, CampaignVersion, Delivery, Event, TranslatedPart
from campaigns.need_to_know import (
    visible_campaigns,
    visible_deliveries,
    visible_events,
    visible_messages,
    visible_provider_events,
    visible_provider_reports,
)
from campaigns.receivers import end_approvals_of_the_earlier_sender
from campaigns.review.preflight import preflight
from campaigns.review.proof import send_proof
from campaigns.states import CampaignKind, CampaignStatus
from newsletter.core.addresses import address_digest
from newsletter.models import AuditEntry, Brand, ProviderEvent, ProviderReport, TransactionalMessage
from staff.roles import AUTHOR
from subscribers.models import Subscriber, Topic, TopicGrant
from subscribers.need_to_know.grants import grant
from tests.staff_members import browser_of, staff_member
from tests.subscribers.need_to_know.conftest import eve, grace, greta, restricted

__all__ = ["eve", "grace", "greta", "restricted"]  # fixtures of need-to-know topics, here too

MakeEvent = Callable[..., Event]


@pytest.fixture
def make_event(db: None) -> MakeEvent:
    def make(slug: str, **details: Any) -> Event:
        start = timezone.now().replace(hour=10, microsecond=0) + timedelta(days=9)
        return plan_event(
            slug=slug,
            title=slug,
            local_start=start,
            local_end=start + timedelta(hours=1),
            time_zone="UTC",
            **details,
        )

    return make


@pytest.fixture
def inner(brand: Brand, restricted: Topic) -> Campaign:
    """A campaign of the need-to-know topic."""
    campaign = Campaign.objects.create(name="Inner news", topic=restricted)
    campaign.contents.create(subject="Inner news", blocks=[{"type": "heading", "text": "Psst"}])
    return campaign


def test_what_must_leave_first_is_not_named_where_its_topic_is_hidden(
    inner: Campaign, draft: Campaign
) -> None:
    under_way = {"status": CampaignStatus.SENDING, "launched_at": timezone.now()}
    Campaign.objects.filter(pk=inner.pk).update(event=draft.event, **under_way)
    draft.kind, draft.change_sequence = CampaignKind.UPDATE, 1

    [found] = [each.message for each in preflight(draft) if "still being sent" in each.message]
    assert "Inner news" not in found
    assert found.startswith("Another email about this event is still being sent")

    Campaign.objects.filter(pk=draft.pk).update(topic=inner.topic, change_sequence=1)
    same_topic = Campaign.objects.get(pk=draft.pk)
    same_topic.kind = CampaignKind.UPDATE
    assert any("“Inner news” is still" in each.message for each in preflight(same_topic))


def test_campaigns_and_their_deliveries_go_with_their_topic(
    inner: Campaign, draft: Campaign, greta: Subscriber, eve: User, grace: User
) -> None:
    for campaign in (inner, draft):
        Delivery.objects.create(campaign=campaign, subscriber=greta, language="en")
    assert list(visible_campaigns(eve)) == [draft]
    assert [each.campaign for each in visible_deliveries(eve)] == [draft]
    assert set(visible_campaigns(grace)) == {inner, draft}
    assert visible_deliveries(grace).count() == 2


def test_an_event_goes_with_its_own_topic(
    restricted: Topic, make_event: MakeEvent, eve: User, grace: User
) -> None:
    meeting = make_event("meeting", topic=restricted, is_public=True)
    assert not visible_events(eve).exists()
    assert list(visible_events(grace)) == [meeting]
    assert not meeting.is_public
    assert not public_events().exists()
    assert not is_on_public_pages(meeting)
    assert AuditEntry.objects.get(action="event.created").topic_id == restricted.pk


def test_no_public_page_shows_it_even_if_its_row_says_so(
    restricted: Topic, make_event: MakeEvent
) -> None:
    meeting = make_event("meeting", topic=restricted)
    Event.objects.update(is_public=True)
    meeting.refresh_from_db()
    assert not public_events().exists()
    assert not is_on_public_pages(meeting)


def test_the_slug_of_a_hidden_event_can_not_be_guessed_and_so_not_be_found_taken(
    restricted: Topic, make_event: MakeEvent
) -> None:
    hidden = make_event("meeting", topic=restricted)
    assert hidden.slug.startswith("meeting-")
    assert make_event("meeting").slug == "meeting"
    assert len(make_event("m" * 80, topic=restricted).slug) <= 80


def test_an_event_that_only_hidden_campaigns_announce_is_hidden_unless_it_is_public(
    inner: Campaign, draft: Campaign, make_event: MakeEvent, eve: User
) -> None:
    private = make_event("private", is_public=False)
    Campaign.objects.filter(pk=inner.pk).update(event=private)
    unannounced = make_event("unannounced", is_public=False)
    public = make_event("public")
    Campaign.objects.create(name="x", topic=inner.topic, event=public)
    assert draft.event is not None
    assert set(visible_events(eve)) == {draft.event, unannounced, public}
    Campaign.objects.filter(pk=draft.pk).update(event=private)
    assert private in visible_events(eve), "a campaign that may be known names it"


def test_only_campaigns_of_its_topic_may_be_about_a_need_to_know_event(
    restricted: Topic, draft: Campaign, inner: Campaign, make_event: MakeEvent
) -> None:
    meeting = make_event("meeting", topic=restricted)
    with pytest.raises(ContentError, match="need-to-know"):
        save_details(draft, event=meeting)
    save_details(inner, event=meeting)
    with pytest.raises(ContentError, match="need-to-know"):
        save_details(inner, topic=draft.topic)
    assert draft.event is not None
    with pytest.raises(BadEvent):
        change_event(draft.event, topic=restricted)


def message(kind: str, to: str, **details: object) -> TransactionalMessage:
    return TransactionalMessage.objects.create(
        kind=kind, digest=address_digest(to), to=to, **details
    )


def test_single_messages_go_with_their_topic_or_their_person(
    greta: Subscriber, ada: Subscriber, inner: Campaign, draft: Campaign, eve: User, grace: User
) -> None:
    seen = [
        message("welcome", ada.email),
        message("welcome", "stranger@example.org"),
        send_proof(draft, to="colleague@example.org"),
        send_proof(draft, to=greta.email),
    ]
    hidden = [
        message("welcome", greta.email),
        message("proof", "colleague@example.org"),
        send_proof(inner, to="colleague@example.org"),
    ]
    assert set(visible_messages(eve)) == set(seen)
    assert set(visible_messages(grace)) == {*seen, *hidden}
    assert not any(each.to_name for each in seen)


def test_provider_events_go_with_what_they_are_about(
    greta: Subscriber, ada: Subscriber, inner: Campaign, draft: Campaign, eve: User, grace: User
) -> None:
    inside, outside = (
        Delivery.objects.create(campaign=campaign, subscriber=person, language="en")
        for campaign, person in ((inner, greta), (draft, ada))
    )
    secret, known = message("welcome", greta.email), message("welcome", ada.email)
    about: dict[str, list[dict[str, Any]]] = {
        "seen": [{"delivery_id": outside.pk}, {"message_id": known.pk}, {"digest": ada.digest}],
        "hidden": [
            {"delivery_id": inside.pk},
            {"message_id": secret.pk},
            {"digest": greta.digest},
            {"delivery_id": outside.pk, "digest": greta.digest},
            {"problem": "Whose is it?"},
        ],
    }
    made = {
        name: {
            ProviderEvent.objects.create(
                provider="brevo", fingerprint=f"{name}{number}", raw=b"", **each
            )
            for number, each in enumerate(rows)
        }
        for name, rows in about.items()
    }
    assert set(visible_provider_events(eve)) == made["seen"]
    assert set(visible_provider_events(grace)) == made["seen"] | made["hidden"]


def test_reports_that_nobody_can_read_are_for_those_who_may_see_everything(
    restricted: Topic, eve: User, grace: User
) -> None:
    ProviderReport.objects.create(
        provider="brevo", fingerprint="1" * 64, raw=b"", size=0, received_at=timezone.now()
    )
    assert not visible_provider_reports(eve).exists()
    assert visible_provider_reports(grace).exists()


def test_nothing_is_hidden_while_no_topic_is_need_to_know(draft: Campaign, eve: User) -> None:
    assert list(visible_campaigns(eve)) == [draft]
    assert list(visible_events(eve)) == [draft.event]
    assert not visible_provider_reports(eve).query.is_empty()


def test_looking_at_a_need_to_know_campaign_is_recorded_once(
    inner: Campaign, draft: Campaign, restricted: Topic, sam: User
) -> None:
    grant(restricted, sam, until=timezone.now() + timedelta(days=9), by="max")
    client = browser_of(sam)
    for campaign in (inner, draft):
        for page in ("review", "audience"):
            assert client.get(f"/staff/campaigns/campaign/{campaign.pk}/{page}/").status_code == 200
    [entry] = AuditEntry.objects.filter(action="need_to_know.viewed")
    assert (entry.object_id, entry.topic_id, entry.actor_name) == (
        str(inner.pk),
        restricted.pk,
        "sam",
    )


def test_a_grant_that_ends_in_mid_page_ends_the_next_request(
    inner: Campaign, restricted: Topic, sam: User
) -> None:
    given = grant(restricted, sam, until=timezone.now() + timedelta(days=9), by="max")
    client = browser_of(sam)
    page = f"/staff/campaigns/campaign/{inner.pk}/review/"
    assert client.get(page).status_code == 200
    TopicGrant.objects.filter(pk=given.pk).update(
        created_at=timezone.now() - timedelta(days=9), until=timezone.now()
    )
    for answer in (client.get(page), client.post(f"{page}decide/", {"decision": "approve"})):
        assert answer.status_code == 404


def test_who_changes_an_event_or_the_sender_is_told_nothing_of_hidden_campaigns(
    inner: Campaign, draft: Campaign, sams: Client
) -> None:
    assert draft.event is not None
    Campaign.objects.filter(pk=inner.pk).update(event=draft.event, status="approved")
    page = sams.post(
        reverse("admin:studio_event_cancel", args=[draft.event.pk]), follow=True
    ).content.decode()
    assert "is cancelled" in page
    assert inner.name not in page
    Campaign.objects.filter(pk=inner.pk).update(status="approved")
    assert end_approvals_of_the_earlier_sender(None) == ""
    inner.refresh_from_db()
    assert inner.status == "draft"


def test_the_url_name_of_a_hidden_event_is_not_confirmed_by_a_refusal(
    make_event: MakeEvent, restricted: Topic, brand: Brand
) -> None:
    make_event("open-day")
    hidden_event = make_event("inner-visit")
    change_event(hidden_event, topic=restricted)
    browser = browser_of(staff_member("amy", AUTHOR))

    def plan(slug: str) -> str:
        typed = {
            "title": "T",
            "slug": slug,
            "kind": "meeting",
            "local_start": "2036-01-01T10:00",
            "local_end": "2036-01-01T11:00",
            "time_zone": "UTC",
            "attendance": "online",
        }
        page = browser.post("/staff/campaigns/event/add/", typed, follow=True)
        return page.content.decode()

    assert "Event created." in plan("inner-visit")
    made = Event.objects.latest("pk")
    assert made.pk != hidden_event.pk
    assert made.slug.startswith("inner-visit-")
    assert "Event created." not in plan("open-day")


def _write(campaign: Campaign, language: str, *texts: str) -> None:
    save_content(
        campaign,
        language=language,
        subject="News",
        preheader="",
        blocks=[
            {"id": f"b{index}", "type": "heading", "text": text} for index, text in enumerate(texts)
        ],
    )


def test_a_campaign_that_leaves_the_topic_takes_no_earlier_text_along(
    inner: Campaign, topic: Topic
) -> None:
    _write(inner, "en", "Psst, the mole", "The same", "Psst, the place")
    start_from_source(inner, language="es")
    _write(inner, "es", "El topo", "Lo mismo", "El lugar")
    name_version(inner, "First")
    _write(inner, "en", "Harmless", "The same")

    save_details(inner, topic=topic)

    assert not CampaignVersion.objects.filter(campaign=inner).exists()
    kept = TranslatedPart.objects.filter(campaign=inner).values_list("source", flat=True)
    assert "Psst" not in str(list(kept))
    stands = standings_of(inner, inner.contents.get(language="es"))
    assert {each.key: each.standing for each in stands if not each.key.startswith("@")} == {
        "b0": TranslationStanding.STALE,
        "b1": TranslationStanding.DONE,
        "b2": TranslationStanding.GONE,
    }


def test_between_topics_that_everybody_sees_versions_stay(draft: Campaign, brand: Brand) -> None:
    other = Topic.objects.create(slug="other", name="Other")
    version = name_version(draft, "First")
    save_details(draft, topic=other)
    assert CampaignVersion.objects.get(campaign=draft) == version


def test_the_page_of_versions_says_so(inner: Campaign, draft: Campaign) -> None:
    ann = staff_member("ann", AUTHOR)
    grant(inner.topic, ann, until=timezone.now() + timedelta(days=9), by="sam")
    client = browser_of(ann)
    pages = [reverse("admin:studio_versions", args=[each.pk]) for each in (inner, draft)]
    said = ["All are deleted if" in client.get(each).content.decode() for each in pages]
    assert said == [True, False]
