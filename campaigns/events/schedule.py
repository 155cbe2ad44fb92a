"""Planning, changing and cancelling events, and deriving their moments from wall-clock time."""

import unicodedata
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from campaigns.audit_actions import EventAction
from campaigns.authors import note_author
from campaigns.back_to_draft import end_approvals
from campaigns.edit_conflict import refuse_conflict, version_of
from campaigns.events.zones import NoSuchTime, UnknownZone, local_to_utc
from campaigns.models import Campaign, Event
from campaigns.need_to_know import names_hidden_event
from campaigns.states import (
    EVENT_TRANSITIONS,
    EventKind,
    EventStatus,
)
from newsletter.audit.record import record
from newsletter.core.db.transition import transition
from subscribers.models import Topic
from subscribers.need_to_know.hidden import Account
from subscribers.need_to_know.slugs import unguessable

ONE_LINE = ("title", "summary", "venue", "join_url", "time_zone", "slug")
CHANGEABLE = frozenset(
    {
        "title",
        "kind",
        "summary",
        "description",
        "local_start",
        "local_end",
        "time_zone",
        "venue",
        "join_url",
        "is_public",
        "topic",
    }
)
"""The columns that `change_event` takes.

The slug is not among them, because links in sent email contain it.
"""

LONGEST_SLUG = 80
MAXIMUM_DESCRIPTION = 20_000
RESERVED_SLUGS = frozenset({"calendar"})
"""Slugs that no event may have: /events/calendar.ics is the calendar of all events."""


class BadEvent(ValueError):
    """An event that can't be kept.

    `field` names the column at fault; the message is fit to be shown.
    """

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"{field}: {problem}")
        self.field, self.problem = field, problem


def plan_event(
    *,
    slug: str,
    title: str,
    local_start: datetime,
    local_end: datetime,
    time_zone: str,
    kind: str = EventKind.MEETING,
    planned_by: Account | None = None,
    **details: Any,
) -> Event:
    """Create an event. A slug of one that its planner may not know of silently gets an ending.

    Args:
        slug: small letters, digits, hyphens; part of the URL of its page for ever.
        title: one line.
        local_start, local_end: wall-clock time at the event's place. A time zone on them is
            ignored.
        time_zone: IANA name.
        kind: one of EventKind.
        planned_by: whose account plans it. None: the operator, who sees all events.
        details: summary, description, venue, join_url, is_public, topic.

    Raises:
        BadEvent: with the column at fault.
    """
    details |= {
        "title": title,
        "kind": kind,
        "local_start": local_start,
        "local_end": local_end,
        "time_zone": time_zone,
    }
    _refuse_unknown(details)
    is_hidden = planned_by is not None and names_hidden_event(slug.strip(), planned_by)
    if _is_restricted(details.get("topic")) or is_hidden:
        slug = unguessable(slug, at_most=LONGEST_SLUG)
    event = Event(slug=slug, **details)
    _check(event)
    try:
        with transaction.atomic():
            event.save(force_insert=True)
            note_author(event)
            _record(EventAction.CREATED, event)
    except IntegrityError as error:  # another event of that slug came in between
        raise BadEvent("slug", "Another event has this URL name.") from error
    return event


@transaction.atomic
def change_event(event: Event, *, seen: str = "", **changes: Any) -> list[Campaign]:
    """Change an event, and take approved and scheduled campaigns about it back to draft.

    The campaigns need a new approval, because their email would now say something else. The event's
    sequence grows, so that calendars take the new version for newer (RFC 5545 section 3.8.7.4).
    Nothing happens where nothing differs. Whoever changes an event is an author of what announces
    it.

    Args:
        seen: the `event_version` that the form showed; empty: any.
        changes: columns of CHANGEABLE and their new values.

    Returns:
        The campaigns that became drafts, with the status that they had.

    Raises:
        BadEvent: with the column at fault; nothing has been changed.
        EditConflict: nothing has been changed.
    """
    _refuse_unknown(changes)
    locked = Event.objects.select_for_update().get(pk=event.pk)
    before = event_version(locked)
    changed = [name for name, value in changes.items() if getattr(locked, name) != value]
    for name in changed:
        setattr(locked, name, changes[name])
    _check(locked)
    after = event_version(locked)
    refuse_conflict(seen, before=before, after=after)
    drafts = []
    if after != before:
        locked.sequence += 1
        locked.save()
        note_author(locked)
        _record(EventAction.CHANGED, locked, fields=changed)
        drafts = _reopen_announcements(locked, why="The event was changed after the approval.")
    event.refresh_from_db()
    return drafts


def event_version(event: Event) -> str:
    """Return the version of what `change_event` takes, for `seen`."""
    return version_of(event, (CHANGEABLE - {"topic"}) | {"topic_id"})


@transaction.atomic
def cancel_event(event: Event) -> list[Campaign] | None:
    """Cancel an event, whose page and calendar entry stay and say so.

    Returns:
        The campaigns that became drafts, with the status that they had; None if the event was
        cancelled already.
    """
    rows = Event.objects.filter(pk=event.pk)
    if not transition(
        rows,
        EVENT_TRANSITIONS,
        EventStatus.CANCELLED,
        sequence=F("sequence") + 1,
        updated_at=timezone.now(),
    ):
        return None
    event.refresh_from_db()
    note_author(event)
    _record(EventAction.CANCELLED, event)
    return _reopen_announcements(event, why="The event was cancelled after the approval.")


@transaction.atomic
def derive_again(event: Event) -> bool:
    """Derive an event's moments from its wall-clock time, with the zone rules installed now.

    Governments change clocks at short notice. The meeting stays at nine o'clock, and its moment
    moves.

    Returns:
        True if a moment moved. The sequence has grown then.

    Raises:
        NoSuchTime, UnknownZone: the time or the zone doesn't exist under the new rules; staff must
            choose another.
    """
    locked = Event.objects.select_for_update().get(pk=event.pk)
    before = (locked.starts_at, locked.ends_at)
    _derive(locked)
    if (locked.starts_at, locked.ends_at) == before:
        return False
    locked.sequence += 1
    locked.save()
    _reopen_announcements(locked, why="The clocks of the event’s place changed after the approval.")
    event.refresh_from_db()
    return True


def _record(action: EventAction, event: Event, **details: Any) -> None:
    record(action, event, label=f"event “{event.title}”", topic_id=event.topic_id, **details)


def _derive(event: Event) -> None:
    event.starts_at = local_to_utc(event.local_start, event.time_zone)
    event.ends_at = local_to_utc(event.local_end, event.time_zone)


def _reopen_announcements(event: Event, *, why: str) -> list[Campaign]:
    return end_approvals(Campaign.objects.filter(event=event), why=why)


def _refuse_unknown(details: dict[str, Any]) -> None:
    if unknown := sorted(details.keys() - CHANGEABLE):
        raise TypeError(
            f"An event has no {', '.join(unknown)} to set; known: {', '.join(sorted(CHANGEABLE))}"
        )


def _check(event: Event) -> None:
    """Clean the typed values, derive the moments, and validate all columns."""
    for name in ("title", "summary", "venue", "join_url", "time_zone", "slug", "description"):
        value = getattr(event, name)
        if not isinstance(value, str):
            raise BadEvent(name, "It must be text.")
        setattr(event, name, value.strip())
    for name in ("local_start", "local_end"):
        value = getattr(event, name)
        if not isinstance(value, datetime):
            raise BadEvent(name, "It must be a date and a time.")
        setattr(event, name, value.replace(tzinfo=UTC, microsecond=0, fold=0))
    _check_text(event)
    _check_times(event)
    _check_topic(event)
    if event.slug in RESERVED_SLUGS:
        raise BadEvent("slug", f"“{event.slug}” can’t be used. Choose another URL name.")
    try:
        event.full_clean(exclude=["uid"])
    except ValidationError as error:
        field, problems = next(iter(error.message_dict.items()))
        raise BadEvent(field, problems[0]) from error


def _is_restricted(topic: Any) -> bool:
    return isinstance(topic, Topic) and topic.is_restricted


def _check_topic(event: Event) -> None:
    """Keep an event of a need-to-know topic off public pages, and to campaigns of the topic."""
    if not _is_restricted(event.topic):
        return
    event.is_public = False
    if event.pk and Campaign.objects.filter(event=event).exclude(topic=event.topic).exists():
        raise BadEvent("topic", "Campaigns of other topics are about this event.")


def _check_text(event: Event) -> None:
    for name in ONE_LINE:
        # Cc are control characters, line breaks included. Cs are halves of characters, which no
        # database and no email can hold.
        if any(
            unicodedata.category(character) in ("Cc", "Cs") for character in getattr(event, name)
        ):
            raise BadEvent(name, "Use one line only.")
    if any(
        character == "\0" or unicodedata.category(character) == "Cs"
        for character in event.description
    ):
        raise BadEvent("description", "Remove the special characters that can’t be saved.")
    if len(event.description) > MAXIMUM_DESCRIPTION:
        raise BadEvent("description", f"Use at most {MAXIMUM_DESCRIPTION:,} characters.")
    if event.join_url and urlsplit(event.join_url).scheme != "https":
        raise BadEvent("join_url", "The meeting link must start with https://.")


def _check_times(event: Event) -> None:
    for column, local in (("local_start", event.local_start), ("local_end", event.local_end)):
        try:
            local_to_utc(local, event.time_zone)
        except UnknownZone as error:
            raise BadEvent("time_zone", str(error)) from error
        except NoSuchTime as error:
            raise BadEvent(column, str(error)) from error
    _derive(event)
    if event.ends_at <= event.starts_at:
        raise BadEvent("local_end", "The end must be after the start.")
