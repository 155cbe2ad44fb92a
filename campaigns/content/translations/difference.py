"""The difference between two versions of a part, field by field."""

from campaigns.content.compare_content import FieldChange
from campaigns.content.translations.parts import EmailPart
from newsletter.core.word_difference import DifferenceBudget, word_difference


def differences(
    was: EmailPart, now: EmailPart, *, budget: DifferenceBudget | None = None
) -> list[FieldChange]:
    """Return what changed of a part, for each of its fields that reads otherwise.

    Args:
        budget: of the page, if it shows several parts.
    """
    budget = budget or DifferenceBudget()
    old, new = dict(was.texts), dict(now.texts)
    changed = [
        (label, old.get(label, ""), new.get(label, ""))
        for label in dict.fromkeys([*old, *new])
        if old.get(label, "").split() != new.get(label, "").split()
    ]
    if not changed and not was.reads_the_same(now):
        return [FieldChange("", [])]
    return [
        FieldChange(label, word_difference(before, after, budget=budget))
        for label, before, after in changed
    ]
