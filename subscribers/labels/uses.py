"""Uses of a label, for which it is kept: saved audiences and open campaigns."""

from subscribers.models import Label
from subscribers.signals import asked_where_label_is_used


class LabelInUse(RuntimeError):
    """A label that something refers to, so it can't be deleted or merged.

    `uses` names what, fit to be shown to staff.
    """

    def __init__(self, uses: list[str]) -> None:
        super().__init__(", ".join(uses))
        self.uses = uses


def uses_of_label(label: Label) -> list[str]:
    """Return what refers to a label, in words such as “the audience ‘Balkans’”.

    The apps above answer.
    """
    answers = asked_where_label_is_used.send(sender=None, label_id=label.pk)
    return [use for _, uses in answers for use in uses or ()]
