"""Labels and custom fields of a row."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field

from subscribers.custom_fields.values import BadValue, FieldValue, read_value
from subscribers.imports.reading.columns import on_one_line
from subscribers.imports.reading.dates import DateOrder, read_day
from subscribers.imports.reading.encoding import ImportProblem
from subscribers.imports.reading.status_words import UNMISTAKABLE, plain
from subscribers.imports.rows.decision import RefusedRow
from subscribers.labels.names import SEPARATORS, BadLabel, label_key, label_name
from subscribers.models import CustomField, Label

MOST_NEW_LABELS = 1_000
"""A file with more labels that nobody has created holds something else in that column."""
_OF_CONTACTS = ":::"
"""What parts them in Google Contacts."""
_PARTED = str.maketrans(dict.fromkeys(SEPARATORS, "\n"))


@dataclass(slots=True)
class FoundLabels:
    """The labels that the rows of one file name."""

    known: frozenset[str] = frozenset()
    """Keys of those that are there. Read at once: while rows are read, others are being stored."""
    new: dict[str, str] = field(default_factory=dict)
    """The key of one that there isn't yet → its name."""

    def read(self, cell: str) -> tuple[str, ...]:
        """Return the keys of the labels of one cell.

        Raises:
            RefusedRow: one of them can't be a label.
            ImportProblem: the column holds something else.
        """
        if not cell:
            return ()
        listed = "\n".join(_listed(cell))
        parted = listed.translate(_PARTED).replace(_OF_CONTACTS, "\n").split("\n")
        # Another system writes "Speakers","Balkans", and marks its own labels with an asterisk.
        parts = (part.strip().strip('"').lstrip("* ").strip() for part in parted)
        names = [_name(part) for part in parts if part]
        keyed = {label_key(name): name for name in names}
        for key, name in keyed.items():
            if key not in self.known:
                self.new.setdefault(key, name)
        if len(self.new) > MOST_NEW_LABELS:
            raise ImportProblem(
                f"The column of labels names more than {MOST_NEW_LABELS:,} that there aren't yet, "
                f"so it seems to hold something else.",
                'Leave it out: --map "Header=ignore".',
                on_page="Choose “Ignore” for it.",
            )
        return tuple(keyed)


def _listed(cell: str) -> list[str]:
    """Return the entries of a list that is written as JSON; of another cell, all of it."""
    if not cell.startswith("["):
        return [cell]
    try:
        entries = json.loads(cell)
    except (ValueError, RecursionError):  # the latter of brackets alone, however many
        return [cell]
    return entries if all(isinstance(each, str) for each in entries) else [cell]


def _name(text: str) -> str:
    if plain(text) in UNMISTAKABLE:
        # Other systems let staff tag those who have left.
        raise RefusedRow(
            f"Label {on_one_line(text)!r} may say that they must not get email. If it doesn’t, "
            f"give it another name in the file."
        )
    try:
        return label_name(text)
    except BadLabel as error:
        raise RefusedRow(f"Label {on_one_line(text)!r}: {error}") from None


def found_labels() -> FoundLabels:
    """Return the labels that there are, to be found in rows."""
    return FoundLabels(frozenset(Label.objects.values_list("key", flat=True)))


def values_of_row(
    fields: Sequence[tuple[CustomField, str]], *, order: DateOrder
) -> tuple[tuple[int, FieldValue], ...]:
    """Return the values of custom fields of one row, by the ids of the fields.

    Args:
        fields: each field that the file has, with its cell.
        order: of dates in them.

    Raises:
        RefusedRow: one of them is no value of its field.
    """
    found = list[tuple[int, FieldValue]]()
    for each, cell in fields:
        if not cell:
            continue
        try:
            value = read_value(each, cell, read_day=lambda text: read_day(text, order=order))
        except BadValue as error:
            raise RefusedRow(str(error)) from None
        if value.text:
            found.append((each.pk, value))
    return tuple(found)
