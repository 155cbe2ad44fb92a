"""Planning, changing and cancelling events, and deriving their moments from wall-clock time."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from campaigns.audit_actions import EventAction
from campaigns.authors import note_author
from campaigns.back_to_draft import end_approvals
from campaigns.edit_conflict import refuse_conflict, version_of
from campaigns.event_states import EVENT_TRANSITIONS, EventChange, EventKind, EventStatus
from campaigns.events.approve_again import tell_publishers
from campaigns.events.changes import Told, changes_to_tell
from campaigns.events.check_event import BadEvent, check_event, derive_moments, is_restricted
from campaigns.events.hold_portraits import hold_portraits
from campaigns.events.keep_places import LIMITS, keep_places
from campaigns.events.moved import note_new_time
from campaigns.events.pictures import portrait_keys
from campaigns.models import Campaign, Event
from campaigns.need_to_know import names_hidden_event
from campaigns.signals import event_changed
from newsletter.audit.record import record
from newsletter.core.db.transition import transition
from newsletter.models import AuditEntry
from subscribers.need_to_know.hidden import Account
from subscribers.need_to_know.slugs import unguessable

CHANGEABLE = frozenset(
    {
        "title",
        "kind",
        "summary",
        "description",
        "texts",
        "speakers",
        "agenda",
        "picture",
        "picture_alt",
        "picture_is_decorative",
        "local_start",
        "local_end",
        "time_zone",
        "venue",
        "address",
        "contact_name",
        "contact_email",
        "join_url",
        "dial_in",
        "attendance",
        "takes_answers",
        "local_answers_until",
        "capacity",
        "has_waiting_list",
        "interpretation",
        "calendar_mode",
        "calendar_title",
        "is_public",
        "topic",
    }
)
"""The columns that `change_event` takes.

The slug is not among them, because links in sent email contain it.
"""

_ROWS = frozenset({"topic", "picture"})
"""Those that are rows of other tables."""
LONGEST_SLUG = 80


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
        details: other columns of CHANGEABLE.

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
    if is_restricted(details.get("topic")) or is_hidden:
        slug = unguessable(slug, at_most=LONGEST_SLUG)
    event = Event(slug=slug, **details)
    check_event(event)
    try:
        with transaction.atomic():
            hold_portraits(event)
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
    it. One whose time people were told is a moved one from then on.

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
    # Without its key: a campaign that is being started wants that at its commit, and is waited for.
    locked = Event.objects.select_for_update(no_key=True).get(pk=event.pk)
    before, was = event_version(locked), Told.of(locked)
    portraits = portrait_keys(locked)
    changed = [name for name, value in changes.items() if getattr(locked, name) != value]
    for name in changed:
        setattr(locked, name, changes[name])
    check_event(locked)
    after = event_version(locked)
    refuse_conflict(seen, before=before, after=after)
    drafts = []
    if after != before:
        hold_portraits(locked, there=portraits)
        locked.sequence += 1
        locked.save()
        moved_at = locked.moved_at
        is_back = note_new_time(locked, was=was.time)
        if LIMITS.intersection(changed):
            keep_places(locked)
        note_author(locked)
        _record(EventAction.CHANGED, locked, fields=changed)
        drafts = _reopen_announcements(locked, why="The event was changed after the approval.")
        _tell_above(locked, was=was, moved_at=moved_at if is_back else None)
    event.refresh_from_db()
    return drafts


def event_version(event: Event) -> str:
    """Return the version of what `change_event` takes, for `seen`."""
    return version_of(event, (CHANGEABLE - _ROWS) | {f"{name}_id" for name in _ROWS})


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
    drafts = _reopen_announcements(event, why="The event was cancelled after the approval.")
    event_changed.send(sender=None, event=event, change=EventChange.CANCELLED)
    return drafts


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
    locked = Event.objects.select_for_update(no_key=True).get(pk=event.pk)
    before = (locked.starts_at, locked.ends_at, locked.answers_until)
    derive_moments(locked)
    if (locked.starts_at, locked.ends_at, locked.answers_until) == before:
        return False
    locked.sequence += 1
    locked.save()
    _reopen_announcements(locked, why="The clocks of the event’s place changed after the approval.")
    event_changed.send(sender=None, event=locked, change=EventChange.MOVED)
    event.refresh_from_db()
    return True


_PLACE = frozenset({"venue", "address", "attendance", "texts"})
"""Columns of `Told.place`, as the audit log names them."""


def _tell_above(event: Event, *, was: Told, moved_at: datetime | None) -> None:
    """Announce what people should hear of, of an event that takes place and isn't over.

    Args:
        moved_at: when an event was moved that is now moved back.
    """
    for change in changes_to_tell(event, was=was):
        is_move = change is EventChange.MOVED
        if is_move and moved_at is not None and not _has_changed_place(event, since=moved_at):
            back = EventChange.MOVED_BACK
            event_changed.send(sender=None, event=event, change=back, since=moved_at)
        else:
            event_changed.send(sender=None, event=event, change=change)


def _has_changed_place(event: Event, *, since: datetime) -> bool:
    """Return whether the place may have changed as well, by what was recorded of each change."""
    changes = AuditEntry.objects.filter(
        object_type=event._meta.label_lower,
        object_id=str(event.pk),
        action=EventAction.CHANGED,
        at__gte=since,
    )
    fields = [details.get("fields") for details in changes.values_list("details", flat=True)]
    return any(names is None or _PLACE & set(names) for names in fields)


def _record(action: EventAction, event: Event, **details: Any) -> None:
    record(action, event, label=f"event “{event.title}”", topic_id=event.topic_id, **details)


def _reopen_announcements(event: Event, *, why: str) -> list[Campaign]:
    # Of one that takes place, they hear below until when each campaign must be approved again.
    news = "" if event.takes_place else why
    drafts = end_approvals(Campaign.objects.filter(event=event), why=why, news=news)
    if event.takes_place:
        tell_publishers(event, drafts)
    return drafts


def _refuse_unknown(details: dict[str, Any]) -> None:
    if unknown := sorted(details.keys() - CHANGEABLE):
        raise TypeError(
            f"An event has no {', '.join(unknown)} to set; known: {', '.join(sorted(CHANGEABLE))}"
        )
