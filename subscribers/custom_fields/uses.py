"""Uses of a custom field, for which it is kept: rules of audiences, and open campaigns."""

from subscribers.models import CustomField
from subscribers.signals import asked_where_field_is_used


class FieldInUse(RuntimeError):
    """A custom field that something refers to, so it can't be deleted.

    `uses` names what, fit to be shown to staff.
    """

    def __init__(self, uses: list[str]) -> None:
        super().__init__(", ".join(uses))
        self.uses = uses


def uses_of_field(field: CustomField) -> list[str]:
    """Return what refers to a custom field, in words such as “the campaign ‘Invitation’”.

    The apps above answer.
    """
    answers = asked_where_field_is_used.send(sender=None, field_id=field.pk, key=field.key)
    return [use for _, uses in answers for use in uses or ()]
