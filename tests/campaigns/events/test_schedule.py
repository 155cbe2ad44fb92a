from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils.translation import override

from campaigns.event_states import EventStatus
from campaigns.events.check_event import BadEvent
from campaigns.events.schedule import cancel_event, change_event, derive_again, plan_event
from campaigns.events.zones import NoSuchTime
from campaigns.models import Campaign, Event
from campaigns.review.approval import approve
from campaigns.states import CampaignStatus
from tests.campaigns.conftest import MakeFollowers

NINE = datetime(2027, 3, 12, 9, tzinfo=UTC)  # wall-clock time, kept as if it were UTC


TEXTS = {"uk": {"title": "Щоквартальна зустріч"}, "ar": {"title": "الاجتماع الفصلي"}}


def plan(**details: Any) -> Event:
    usual: dict[str, Any] = {
        "slug": "q1",
        "title": "Quarterly meeting",
        "local_start": NINE,
        "local_end": NINE + timedelta(minutes=90),
        "time_zone": "Europe/Bucharest",
    }
    return plan_event(**(usual | details))


@pytest.mark.django_db
def test_a_planned_event_has_its_moments_derived() -> None:
    event = Event.objects.get(pk=plan().pk)

    assert event.starts_at == datetime(2027, 3, 12, 7, tzinfo=UTC)
    assert event.ends_at == datetime(2027, 3, 12, 8, 30, tzinfo=UTC)
    assert event.local_start == NINE
    assert event.sequence == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("details", "field"),
    [
        ({"slug": "Q1 meeting"}, "slug"),
        ({"slug": ""}, "slug"),
        ({"slug": "calendar"}, "slug"),
        ({"slug": "x" * 100}, "slug"),
        ({"title": ""}, "title"),
        ({"title": "x" * 161}, "title"),
        ({"title": "Two\nlines"}, "title"),
        ({"title": "Nul\0"}, "title"),
        ({"title": "half \ud800"}, "title"),
        ({"title": None}, "title"),
        ({"kind": "party"}, "kind"),
        ({"summary": "x" * 301}, "summary"),
        ({"description": "x" * 20_001}, "description"),
        ({"description": "nul \0"}, "description"),
        ({"time_zone": "Bucharest"}, "time_zone"),
        ({"local_end": NINE}, "local_end"),
        ({"local_end": NINE - timedelta(days=1)}, "local_end"),
        ({"local_start": "tomorrow"}, "local_start"),
        (
            {
                "local_start": datetime(2027, 3, 28, 3, 30, tzinfo=UTC),
                "local_end": datetime(2027, 3, 28, 9, tzinfo=UTC),
            },
            "local_start",
        ),
        ({"join_url": "javascript:alert(1)"}, "join_url"),
        ({"join_url": "http://meet.example.org/"}, "join_url"),
        ({"join_url": "https://meet.example.org/\r\nX: y"}, "join_url"),
    ],
)
def test_a_bad_event_names_the_field_and_leaves_nothing(
    details: dict[str, Any], field: str
) -> None:
    with pytest.raises(BadEvent) as caught:
        plan(**details)

    assert caught.value.field == field
    assert not Event.objects.exists()


@pytest.mark.django_db
def test_a_slug_is_taken_once() -> None:
    plan()

    with pytest.raises(BadEvent) as caught:
        plan(title="Another")

    assert caught.value.field == "slug"


@pytest.mark.django_db
def test_a_change_raises_the_sequence_and_no_change_does_not() -> None:
    event = plan()

    change_event(event, title="Quarterly meeting")
    assert event.sequence == 0
    change_event(event, local_end=NINE + timedelta(minutes=120), venue="Parliament")
    assert event.sequence == 1
    assert event.ends_at == datetime(2027, 3, 12, 9, tzinfo=UTC)


@pytest.mark.django_db
def test_moving_an_event_to_another_zone_keeps_the_wall_clock() -> None:
    event = plan()
    change_event(event, time_zone="Pacific/Auckland")

    assert event.local_start == NINE
    assert event.starts_at == datetime(2027, 3, 11, 20, tzinfo=UTC)


@pytest.mark.django_db
def test_a_bad_change_changes_nothing() -> None:
    event = plan()

    with pytest.raises(BadEvent):
        change_event(event, title="New title", local_end=NINE - timedelta(hours=1))

    assert Event.objects.get().title == "Quarterly meeting"
    assert Event.objects.get().sequence == 0


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["slug", "sequence", "status", "uid", "starts_at"])
def test_what_is_derived_or_stands_in_old_mail_is_not_for_changing(name: str) -> None:
    with pytest.raises(TypeError, match=name):
        change_event(plan(), **{name: "x"})


@pytest.mark.django_db
def test_an_event_is_cancelled_once() -> None:
    event = plan()

    assert cancel_event(event) == []
    assert cancel_event(event) is None
    assert (event.status, event.sequence) == (EventStatus.CANCELLED, 1)


@pytest.mark.parametrize("status", [CampaignStatus.APPROVED, CampaignStatus.SCHEDULED])
def test_a_changed_event_takes_its_announcement_back_to_draft(
    draft: Campaign, event: Event, status: CampaignStatus
) -> None:
    Campaign.objects.update(status=status, scheduled_at=NINE)

    [taken] = change_event(event, venue="Palace of the Parliament")

    assert (taken, taken.status) == (draft, status)
    draft.refresh_from_db()
    assert (draft.status, draft.scheduled_at) == (CampaignStatus.DRAFT, None)
    assert "changed" in draft.pause_reason
    assert "if it was scheduled, a new time" in draft.pause_reason


@pytest.mark.parametrize(
    "status",
    [
        CampaignStatus.SENDING,
        CampaignStatus.SENT,
        CampaignStatus.IN_REVIEW,
        CampaignStatus.CANCELLED,
    ],
)
def test_a_changed_event_leaves_other_campaigns_alone(
    draft: Campaign, event: Event, status: CampaignStatus
) -> None:
    Campaign.objects.update(status=status)

    change_event(event, venue="Palace of the Parliament")

    draft.refresh_from_db()
    assert draft.status == status


@pytest.mark.parametrize(
    "status", [CampaignStatus.SENT, CampaignStatus.IN_REVIEW, CampaignStatus.CANCELLED]
)
def test_a_cancelled_event_leaves_alone_what_is_not_being_sent(
    draft: Campaign, event: Event, status: CampaignStatus
) -> None:
    Campaign.objects.update(status=status)

    cancel_event(event)

    draft.refresh_from_db()
    assert draft.status == status


@pytest.mark.django_db
def test_moments_follow_when_zone_rules_change() -> None:
    event = plan()
    stale = event.starts_at + timedelta(hours=1)  # as the rules of yesterday would have had it
    Event.objects.update(starts_at=stale, ends_at=stale + timedelta(minutes=90))

    assert derive_again(event)
    assert event.starts_at == datetime(2027, 3, 12, 7, tzinfo=UTC)
    assert event.sequence == 1
    assert not derive_again(event)


@pytest.mark.django_db
def test_a_time_that_new_rules_abolish_is_reported() -> None:
    event = plan()
    Event.objects.update(
        local_start=datetime(2027, 3, 28, 3, 30, tzinfo=UTC),
        local_end=datetime(2027, 3, 28, 5, tzinfo=UTC),
    )

    with pytest.raises(NoSuchTime):
        derive_again(event)
    assert not connection.needs_rollback


def test_an_event_speaks_the_readers_language_where_it_was_written(db: None) -> None:
    event = plan(texts=TEXTS, summary="Ninety minutes")
    with override("uk"):
        assert event.local_title == "Щоквартальна зустріч"
        assert event.local_summary == "Ninety minutes"
        assert getattr(event.local_summary, "language", "") == "en"
    with override("fr"):
        assert event.local_title == "Quarterly meeting"


def test_a_translation_is_tidied_and_an_empty_one_is_none(db: None) -> None:
    event = plan(texts={"fr": {"title": "  Réunion\ttrimestrielle "}, "es": {"title": " "}})
    assert event.texts == {"fr": {"title": "Réunion trimestrielle"}}


@pytest.mark.parametrize(
    "texts",
    [
        [],
        {"fr": "Réunion"},
        {"fr": {"join_url": "https://x.example"}},
        {"fr": {"title": 7}},
        {"fr": {"title": "x" * 161}},
        {"fr": {"title": "a\0b"}},
        {"fr": {"title": "\u200b"}},
        {"fr": {"summary": "a \u202eb"}},
    ],
)
def test_texts_of_another_shape_are_refused(db: None, texts: Any) -> None:
    with pytest.raises(BadEvent) as caught:
        plan(texts=texts)
    assert caught.value.field == "texts"


def test_a_new_translation_ends_the_approval(
    draft: Campaign, event: Event, followers: MakeFollowers
) -> None:
    followers(1)
    approve(draft, by="Sam")
    [taken] = change_event(event, texts=TEXTS)
    assert (taken.pk, taken.status) == (draft.pk, CampaignStatus.APPROVED)


def test_the_day_by_which_people_answer_follows_the_zone(db: None) -> None:
    event = plan(local_answers_until=NINE - timedelta(days=1), takes_answers=True)
    assert event.answers_until == event.starts_at - timedelta(days=1)
    change_event(event, time_zone="Europe/Lisbon")
    assert event.answers_until == event.starts_at - timedelta(days=1)


@pytest.mark.parametrize(
    ("details", "field"),
    [
        ({"local_answers_until": NINE + timedelta(minutes=1)}, "local_answers_until"),
        ({"local_answers_until": "soon"}, "local_answers_until"),
        ({"local_answers_until": datetime(2027, 3, 28, 3, 30)}, "local_answers_until"),  # noqa: DTZ001 - wall-clock time
        ({"capacity": 0}, "capacity"),
        ({"attendance": "by post"}, "attendance"),
        ({"interpretation": ["no language at all"]}, "interpretation"),
        ({"interpretation": "fr"}, "interpretation"),
        ({"title": "\u200b"}, "title"),
        ({"title": "One\u2028Two"}, "title"),
        ({"venue": "Room \u202e7"}, "venue"),
    ],
)
def test_what_an_event_asks_for_is_checked(db: None, details: dict[str, Any], field: str) -> None:
    if details.get("local_answers_until") == datetime(2027, 3, 28, 3, 30):  # noqa: DTZ001 - wall-clock time
        details |= {
            "local_start": NINE + timedelta(days=30),
            "local_end": NINE + timedelta(days=31),
        }
    with pytest.raises(BadEvent) as caught:
        plan(**details)
    assert caught.value.field == field


def test_an_event_with_a_venue_is_no_online_event(db: None) -> None:
    assert plan(venue="Bucharest").attendance == "in_person"
    assert plan(slug="q2").attendance == "online"
    assert plan(slug="q3", venue="Bucharest", attendance="hybrid").attendance == "hybrid"
