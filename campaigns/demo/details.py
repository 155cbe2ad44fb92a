"""Institutions, labels and custom fields: the notes of the demo's staff on people."""

from datetime import date, datetime

from campaigns.demo.people import Person
from newsletter.core.addresses import domain_of
from subscribers.labels.names import label_key
from subscribers.models import (
    CustomField,
    CustomFieldValue,
    Label,
    Subscriber,
    SubscriberLabel,
)
from subscribers.states import FieldKind

INSTITUTIONS = {
    "parliament.example": "National Parliament",
    "senate.example": "Senate",
    "assembly.example": "National Assembly",
    "ministry.example": "Ministry of Justice",
    "coalition.example": "Example Coalition",
    "survivors.example": "Survivors’ Circle",
    "university.example": "Example University",
}
"""By the domain of the address. Those of the others aren't known."""
LOWER, UPPER = "Lower house", "Upper house"
CHAMBERS = {"parliament.example": LOWER, "assembly.example": LOWER, "senate.example": UPPER}
BALKANS = ("AL", "BA", "BG", "GR", "HR", "ME", "MK", "RO", "RS", "SI", "XK")
LABELS = ("Balkans", "Speakers", "Contact persons")


def institution_of(person: Person) -> str:
    return INSTITUTIONS.get(domain_of(person.email), "")


def add_labels_and_fields(cast: dict[str, Person], *, now: datetime) -> None:
    """Create labels and custom fields, and give them to people.

    Args:
        cast: the people by the digest of their address.
    """
    labels = [Label(name=name, key=label_key(name)) for name in LABELS]
    Label.objects.bulk_create(labels)
    fields = [
        CustomField(
            key="chamber", name="Chamber", kind=FieldKind.CHOICE, choices=[LOWER, UPPER], position=0
        ),
        CustomField(key="term_ends", name="Term ends", kind=FieldKind.DATE, position=1),
    ]
    CustomField.objects.bulk_create(fields)
    chamber, term_ends = fields
    given, values = [], []
    for pk, digest in Subscriber.objects.filter(digest__in=cast).values_list("pk", "digest"):
        person = cast[digest]
        given += [
            SubscriberLabel(subscriber_id=pk, label=label, added_at=now)
            for label, has in zip(labels, _has(person), strict=True)
            if has
        ]
        if house := CHAMBERS.get(domain_of(person.email)):
            ends = date(now.year + 1 + person.number % 4, 1 + person.number % 12, 1)
            values += [
                CustomFieldValue(subscriber_id=pk, field=chamber, value=house, set_at=now),
                CustomFieldValue(
                    subscriber_id=pk,
                    field=term_ends,
                    value=ends.isoformat(),
                    day=ends,
                    set_at=now,
                ),
            ]
    SubscriberLabel.objects.bulk_create(given)
    CustomFieldValue.objects.bulk_create(values)


def _has(person: Person) -> tuple[bool, bool, bool]:
    """Return which of LABELS a person has."""
    return person.country in BALKANS, person.number % 16 == 3, person.number % 9 == 4
