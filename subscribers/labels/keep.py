"""Labels themselves: creating, renaming, merging and deleting them."""

from django.db import connection, transaction

from newsletter.audit.record import record
from subscribers.audit_actions import LabelAction
from subscribers.labels.names import label_key, label_name
from subscribers.labels.uses import LabelInUse, uses_of_label
from subscribers.models import Label, SubscriberLabel


class UnknownLabel(LookupError):
    """There is no such label, or no longer."""


class SameLabel(ValueError):
    """Another label has this name already: the two can be merged."""

    def __init__(self, other: Label) -> None:
        super().__init__(other.name)
        self.other = other


def find_label(name: str) -> Label:
    """Return the label of a name, in whatever case it is typed.

    Raises:
        UnknownLabel: there is none.
    """
    found = Label.objects.filter(key=label_key(name)).first()
    if found is None:
        raise UnknownLabel(name)
    return found


@transaction.atomic
def create_label(raw: str) -> Label:
    """Create a label.

    Raises:
        BadLabel: no label can have this name.
        SameLabel: one has it already.
    """
    name = label_name(raw)
    label, is_new = Label.objects.get_or_create(key=label_key(name), defaults={"name": name})
    if not is_new:
        raise SameLabel(label)
    record(LabelAction.CREATED, label, label=called(label))
    return label


@transaction.atomic
def rename_label(label_id: int, raw: str) -> Label:
    """Give a label another name. People keep it, and so do rules.

    Raises:
        UnknownLabel: there is none of this id.
        BadLabel: no label can have this name.
        SameLabel: another one has it already.
    """
    name = label_name(raw)
    label = _locked(label_id)
    other = Label.objects.filter(key=label_key(name)).exclude(pk=label.pk).first()
    if other is not None:
        raise SameLabel(other)
    before, label.name, label.key = called(label), name, label_key(name)
    label.save(update_fields=["name", "key"])
    record(LabelAction.RENAMED, label, label=called(label), before=before)
    return label


@transaction.atomic
def merge_labels(label_id: int, *, into: int) -> Label:
    """Give all who have one label another, and delete the first.

    Returns:
        The label that stays.

    Raises:
        UnknownLabel: there is none of one of the ids.
        SameLabel: both are one.
        LabelInUse: a rule refers to the one that would go.
    """
    if label_id == into:
        raise SameLabel(_locked(label_id))
    # In the order of their ids, so that two who merge at once wait, and don't lock each other out.
    found = {pk: _locked(pk) for pk in sorted((label_id, into))}
    label, other = found[label_id], found[into]
    if uses := uses_of_label(label):
        raise LabelInUse(uses)
    quote = connection.ops.quote_name(SubscriberLabel._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {quote} (subscriber_id, label_id, import_batch_id, added_at) "  # noqa: S608 - a table's name
            f"SELECT subscriber_id, %s, import_batch_id, added_at FROM {quote} WHERE label_id = %s "
            "ON CONFLICT (subscriber_id, label_id) DO NOTHING",
            [other.pk, label.pk],
        )
    record(LabelAction.MERGED, other, label=called(other), merged=called(label))
    _delete(label)
    return other


@transaction.atomic
def delete_label(label_id: int) -> Label:
    """Delete a label, and take it from all who have it.

    Raises:
        UnknownLabel: there is none of this id.
        LabelInUse: a rule refers to it.
    """
    label = _locked(label_id)
    if uses := uses_of_label(label):
        raise LabelInUse(uses)
    record(LabelAction.DELETED, label, label=called(label))
    _delete(label)
    return label


def called(label: Label) -> str:
    """Return what the audit log calls a label."""
    return f"label “{label.name}”"


def _locked(label_id: int) -> Label:
    """Return a label that nobody gives or takes away until the end of the transaction."""
    label = Label.objects.select_for_update().filter(pk=label_id).first()
    if label is None:
        raise UnknownLabel(label_id)
    return label


def _delete(label: Label) -> None:
    # By one statement. Django would first read the rows of all who have it.
    SubscriberLabel.objects.filter(label=label)._raw_delete(SubscriberLabel.objects.db)
    Label.objects.filter(pk=label.pk).delete()
