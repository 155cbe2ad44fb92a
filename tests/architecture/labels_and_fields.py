"""Labels and custom fields of the people of an installation."""

from django.utils import timezone

from subscribers.models import CustomField, CustomFieldValue, Label, Subscriber, SubscriberLabel
from subscribers.states import FieldKind


def label_and_describe(person: Subscriber) -> None:
    """Give a person a label and a value of each kind of custom field."""
    now = timezone.now()
    Label.objects.create(name="Baltics", key="baltics")
    SubscriberLabel.objects.create(
        subscriber=person, label=Label.objects.create(name="Balkans", key="balkans"), added_at=now
    )
    for kind, value in zip(FieldKind, ("Row 4", "Upper house", "2027-01-31"), strict=True):
        field = CustomField.objects.create(
            key=f"of_kind_{kind}", name=f"Of kind {kind}", kind=kind, choices=["Upper house"]
        )
        CustomFieldValue.objects.create(subscriber=person, field=field, value=value, set_at=now)
