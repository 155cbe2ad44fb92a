"""Details, labels, notes, wishes and suppressions of two records of one person."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet

from newsletter.core.db.clock import database_now
from newsletter.core.languages import language_name
from subscribers.consent.records import Circumstances
from subscribers.models import (
    AddressChange,
    CustomFieldValue,
    Subscriber,
    SubscriberLabel,
    SubscriberNote,
    Suppression,
    TopicInvitation,
)
from subscribers.opt_outs import journal
from subscribers.opt_outs.entry import ON, Entry, EntryKind
from subscribers.people.discreet import write_discreet
from subscribers.states import OF_THE_MAILBOX, ConsentMethod, SuppressionReason
from subscribers.suppression.registry import active, suppress

_TOGETHER = (
    ("full_name", "given_name"),
    ("greeting", "salutation"),
    ("institution",),
    ("country",),
    ("time_zone",),
)
"""Details that belong together: either record has them all, or the other gives them."""
_TITLES = {
    "full_name": "Name",
    "greeting": "How to greet",
    "institution": "Institution",
    "language": "Language",
    "country": "Country or body",
    "time_zone": "Time zone",
}


@dataclass(frozen=True, slots=True)
class DetailOfBoth:
    """A detail as both records have it, and as the one that stays will."""

    title: str
    kept: str
    merged: str

    @property
    def after(self) -> str:
        return self.kept or self.merged


def details_of_both(kept: Subscriber, merged: Subscriber) -> list[DetailOfBoth]:
    """Return the details that one of two records has."""
    found = [
        DetailOfBoth(title, _shown(kept, column), _shown(merged, column))
        for column, title in _TITLES.items()
    ]
    found += [
        DetailOfBoth(value.field.name, _value(kept, value), _value(merged, value))
        for value in _first_of_each(kept, merged)
    ]
    return [each for each in found if each.kept or each.merged]


def labels_to_give(kept: Subscriber, merged: Subscriber) -> QuerySet[SubscriberLabel]:
    """Select the labels that the other record alone has."""
    own = SubscriberLabel.objects.filter(subscriber=kept.pk).values("label")
    rows = SubscriberLabel.objects.filter(subscriber=merged.pk).exclude(label__in=own)
    return rows.select_related("label").order_by("label__key")


def suppressions_to_carry(kept: Subscriber, merged: Subscriber) -> list[Suppression]:
    """Return what stands against the person by the other record alone.

    A dead or full mailbox is that address's alone.
    """
    standing = {each.reason for each in active(kept.digest)}
    return [
        each
        for each in active(merged.digest)
        if each.reason not in OF_THE_MAILBOX and each.reason not in standing
    ]


def merge_details(kept: Subscriber, merged: Subscriber, *, by: str) -> None:
    """Give the record that stays what the other one has and it lacks, and every stricter wish.

    It runs in the caller's transaction, which holds both people.

    Args:
        by: the member of staff.
    """
    columns = _columns_to_fill(kept, merged)
    if columns:
        Subscriber.objects.filter(pk=kept.pk).update(**columns)
    labels_to_give(kept, merged).order_by().update(subscriber=kept)
    own_fields = CustomFieldValue.objects.filter(subscriber=kept.pk).values("field")
    values = CustomFieldValue.objects.filter(subscriber=merged.pk)
    values.exclude(field__in=own_fields).update(subscriber=kept)
    SubscriberNote.objects.filter(subscriber=merged.pk).update(subscriber=kept)
    AddressChange.objects.filter(subscriber=merged.pk).delete()
    TopicInvitation.objects.filter(digest=merged.digest).delete()
    for suppression in suppressions_to_carry(kept, merged):
        suppress(
            kept.digest,
            reason=SuppressionReason(suppression.reason),
            note="Carried over from a record that was merged.",
        )
    _take_over_wishes(kept, merged, by=by)


def _take_over_wishes(kept: Subscriber, merged: Subscriber, *, by: str) -> None:
    """Take over a longer pause, and discreet mode."""
    now = database_now()
    until = longer_pause(kept, merged, now=now)
    if until is not None:
        Subscriber.objects.filter(pk=kept.pk).update(paused_until=until, paused_at=now)
        journal.note([Entry(EntryKind.PAUSE, now, kept.digest, until.isoformat())], now=now)
    if becomes_discreet(kept, merged):
        journal.note([Entry(EntryKind.DISCREET, now, kept.digest, ON)], now=now)
        circumstances = Circumstances(method=ConsentMethod.STAFF, language=kept.language, staff=by)
        write_discreet(kept, on=True, at=now, circumstances=circumstances)


def longer_pause(kept: Subscriber, merged: Subscriber, *, now: datetime) -> datetime | None:
    """Return the end of the other record's pause, where it stands and is the later one."""
    until = merged.paused_until
    if until is None or until <= max(now, kept.paused_until or now):
        return None
    return until


def becomes_discreet(kept: Subscriber, merged: Subscriber) -> bool:
    """Return whether the other record alone is in discreet mode."""
    return merged.discreet_since is not None and kept.discreet_since is None


def _columns_to_fill(kept: Subscriber, merged: Subscriber) -> Mapping[str, object]:
    columns: dict[str, str | date] = {}
    for together in _TOGETHER:
        if not any(getattr(kept, name) for name in together):
            columns |= {name: getattr(merged, name) for name in together if getattr(merged, name)}
    if kept.died_on is None and merged.died_on is not None:
        columns["died_on"] = merged.died_on
    return columns


def _shown(person: Subscriber, column: str) -> str:
    if column == "country":
        return str(person.country.name) if person.country else ""
    if column == "language":
        return language_name(person.language)
    if column == "greeting":
        return person.salutation or person.get_greeting_display()
    return str(getattr(person, column))


def _first_of_each(kept: Subscriber, merged: Subscriber) -> list[CustomFieldValue]:
    rows = CustomFieldValue.objects.filter(subscriber__in=[kept.pk, merged.pk])
    ordered = rows.select_related("field").order_by("field__position", "field__key", "pk")
    return list({value.field_id: value for value in ordered}.values())


def _value(person: Subscriber, like: CustomFieldValue) -> str:
    rows = CustomFieldValue.objects.filter(subscriber=person.pk, field=like.field_id)
    return rows.values_list("value", flat=True).first() or ""
