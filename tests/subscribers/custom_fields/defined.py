"""Custom fields for tests, one of each kind."""

from subscribers.models import CustomField
from subscribers.states import FieldKind


def three_fields() -> tuple[CustomField, CustomField, CustomField]:
    """Create a text, a choice and a date."""
    return (
        CustomField.objects.create(key="seat", name="Seat", kind=FieldKind.TEXT, position=1),
        CustomField.objects.create(
            key="chamber",
            name="Chamber",
            kind=FieldKind.CHOICE,
            choices=["Lower house", "Upper house"],
            position=2,
        ),
        CustomField.objects.create(
            key="term_ends", name="Term ends", kind=FieldKind.DATE, position=3
        ),
    )
