"""Custom fields themselves: saving and deleting their definitions."""

from collections.abc import Sequence

from django.db import IntegrityError, transaction

from newsletter.audit.record import record
from newsletter.audit_actions import RowAction
from subscribers.custom_fields.uses import FieldInUse, uses_of_field
from subscribers.models import CustomField, CustomFieldValue
from subscribers.models.custom_field import LONGEST_VALUE
from subscribers.person_names import clean_name
from subscribers.states import FieldKind

MOST_FIELDS = 50
MOST_CHOICES = 200


class BadField(ValueError):
    """A definition that can't be saved. The message is fit to be shown."""

    def __init__(self, column: str, problem: str) -> None:
        super().__init__(problem)
        self.column = column


class UnknownField(LookupError):
    """There is no such custom field, or no longer."""


@transaction.atomic
def save_field(field: CustomField) -> None:
    """Save a custom field, new or changed.

    Raises:
        BadField: the database has it otherwise by now: its key is taken, or it has values that the
            new definition wouldn't fit.
    """
    is_new = field.pk is None
    if is_new and CustomField.objects.count() >= MOST_FIELDS:
        raise BadField("", f"There are {MOST_FIELDS} custom fields already. Delete one first.")
    if not is_new:
        before = CustomField.objects.select_for_update().filter(pk=field.pk).first()
        if before is None:
            raise UnknownField(field.pk)
        if before.kind != field.kind and has_values(before):
            raise BadField("kind", "People have values of this field, so its kind stays.")
        if field.kind == FieldKind.CHOICE and (lost := _lost_choices(field)):
            raise BadField(
                "choices", f"“{lost[0]}” can’t be removed, because people have it. Put it back."
            )
        field.key = before.key
    try:
        with transaction.atomic():
            field.save()
    except IntegrityError as error:
        raise BadField("key", f"There is a custom field “{field.key}” already.") from error
    record(RowAction.ADDED if is_new else RowAction.CHANGED, field, label=called(field))


@transaction.atomic
def delete_field(field_id: int) -> CustomField:
    """Delete a custom field with all its values.

    Raises:
        UnknownField: there is none of this id.
        FieldInUse: a rule or a campaign refers to it.
    """
    field = CustomField.objects.select_for_update().filter(pk=field_id).first()
    if field is None:
        raise UnknownField(field_id)
    if uses := uses_of_field(field):
        raise FieldInUse(uses)
    record(RowAction.DELETED, field, label=called(field))
    # By one statement. Django would first read the values of all people.
    CustomFieldValue.objects.filter(field=field)._raw_delete(CustomFieldValue.objects.db)
    CustomField.objects.filter(pk=field.pk).delete()
    return field


def has_values(field: CustomField) -> bool:
    """Return whether anybody has a value of the field, which needn't be saved yet."""
    return CustomFieldValue.objects.filter(field=field.pk).exists()


def called(field: CustomField) -> str:
    """Return what the audit log calls a custom field."""
    return f"custom field “{field.name}”"


def checked_choices(lines: Sequence[str]) -> list[str]:
    """Return choices as they are kept: each once, in order.

    Raises:
        BadField: there are none or too many, or one is too long.
    """
    seen: dict[str, str] = {}
    for line in lines:
        if len(" ".join(line.split())) > LONGEST_VALUE:
            raise BadField("choices", f"Use at most {LONGEST_VALUE} characters in a choice.")
        if choice := clean_name(line):
            seen.setdefault(choice.casefold(), choice)
    if not seen:
        raise BadField("choices", "Enter what can be chosen, one on each line.")
    if len(seen) > MOST_CHOICES:
        raise BadField("choices", f"Enter at most {MOST_CHOICES} choices.")
    return list(seen.values())


def _lost_choices(field: CustomField) -> list[str]:
    values = CustomFieldValue.objects.filter(field=field).exclude(value__in=field.choices)
    return list(values.values_list("value", flat=True)[:1])
