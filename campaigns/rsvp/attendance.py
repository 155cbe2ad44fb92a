"""Marking who came to an event, from its start on."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from campaigns.audit_actions import EventAction
from campaigns.event_states import EventStatus
from campaigns.models import Event, Rsvp
from newsletter.audit.record import record


class NothingToMark(Exception):
    """The event hasn't begun, or was cancelled."""


def may_mark(event: Event, *, now: datetime) -> bool:
    """Return whether it can be said by now who came to an event."""
    return event.status != EventStatus.CANCELLED and now >= event.starts_at


@transaction.atomic
def mark_came(
    event: Event, answers: Collection[int], *, came: bool | None, now: datetime | None = None
) -> list[int]:
    """Mark whether the people of some answers came. Whoever said no may have come all the same.

    Args:
        answers: ids. Those of another event are passed over.
        came: None takes a mark back.

    Returns:
        The answers whose mark changed.

    Raises:
        NothingToMark: nothing was changed.
    """
    if not may_mark(event, now=now or timezone.now()):
        raise NothingToMark
    others = event.rsvps.filter(pk__in=answers)
    # NULL differs from nothing, so the unmarked are asked for by themselves.
    others = others.exclude(came=None) if came is None else others.exclude(came=came)
    changed = list(
        others.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True)
    )
    if not changed:
        return []
    Rsvp.objects.filter(pk__in=changed).update(came=came)
    record(
        EventAction.CAME_MARKED,
        event,
        label=f"event “{event.title}”",
        topic_id=event.topic_id,
        people=len(changed),
        came={True: "yes", False: "no", None: "taken back"}[came],
    )
    return changed
