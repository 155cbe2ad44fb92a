"""The tables of this app that hold something of a person."""

from collections.abc import Collection

from django.utils.translation import gettext_lazy as _

from subscribers.models import (
    AddressChange,
    Application,
    ApplicationNote,
    ApplicationQuestion,
    ConsentRecord,
    CustomFieldValue,
    FormSubmission,
    ImportFill,
    ImportQuestion,
    SoftBounces,
    Subscriber,
    SubscriberLabel,
    SubscriberNote,
    Subscription,
    Suppression,
    TopicInvitation,
)
from subscribers.people.held_data.held_table import HeldTable, Row, plain
from subscribers.states import SuppressionReason

OTHER_PERSON = "It names a member of our staff."
INTERNAL = "It says how our programs find or hold the row, and nothing about the person."
_FOR_CHECKING = ("wording", "former_words", "salt", "key_id", "trimmed_hash", "trimmed_signature")


def tables_of_subscribers(subscriber: Subscriber, digests: Collection[str]) -> list[HeldTable]:
    """Return the tables of this app.

    Args:
        digests: of the person's address and of earlier ones.
    """
    records = _records_of(subscriber)
    return [
        HeldTable(
            name="subscriber",
            title=_("Your address and details"),
            rows=Subscriber.objects.filter(pk__in=records).order_by("pk"),
            left_out={"merged_into": INTERNAL},
        ),
        HeldTable(
            name="custom_fields",
            title=_("Further details"),
            rows=CustomFieldValue.objects.filter(subscriber__in=records)
            .select_related("field")
            .order_by("field__position", "field__key"),
            # A date stands in the value, too.
            left_out=dict.fromkeys(("subscriber", "field", "day"), INTERNAL),
            more=lambda row: {"field_name": row.field.name},
        ),
        HeldTable(
            name="labels",
            title=_("Labels that our staff gave you"),
            rows=SubscriberLabel.objects.filter(subscriber__in=records)
            .select_related("label")
            .order_by("label__key"),
            left_out=dict.fromkeys(("subscriber", "label"), INTERNAL),
            more=lambda row: {"label_name": row.label.name},
        ),
        HeldTable(
            name="notes",
            title=_("Notes of our staff about you"),
            rows=SubscriberNote.objects.filter(subscriber__in=records).order_by("pk"),
            left_out={"subscriber": INTERNAL, "written_by": OTHER_PERSON},
        ),
        HeldTable(
            name="subscriptions",
            title=_("Topics"),
            rows=Subscription.objects.filter(subscriber__in=records)
            .select_related("topic", "import_batch")
            .order_by("pk"),
            left_out={"subscriber": INTERNAL},
            more=_more_of_subscription,
        ),
        HeldTable(
            name="consent_records",
            title=_("When and how you agreed, or left"),
            rows=ConsentRecord.objects.filter(digest__in=digests)
            .select_related("topic", "wording")
            .order_by("pk"),
            left_out={"staff": OTHER_PERSON, **dict.fromkeys(_FOR_CHECKING, INTERNAL)},
            more=_more_of_consent_record,
        ),
        HeldTable(
            name="suppressions",
            title=_("Why we don’t email you"),
            rows=Suppression.objects.filter(digest__in=digests).order_by("pk"),
            left_out={
                "note": OTHER_PERSON,
                "lifted_by": OTHER_PERSON,
                "lift_note": OTHER_PERSON,
            },
            more=_more_of_suppression,
        ),
        HeldTable(
            name="soft_bounces",
            title=_("Emails that your mailbox rejected"),
            rows=SoftBounces.objects.filter(digest__in=digests).order_by("pk"),
        ),
        HeldTable(
            name="address_changes",
            title=_("A new address that waits for your confirmation"),
            rows=AddressChange.objects.filter(subscriber__in=records).order_by("pk"),
            left_out={"subscriber": INTERNAL},
        ),
        HeldTable(
            name="form_submissions",
            title=_("Forms that we have not processed yet"),
            rows=FormSubmission.objects.filter(digest__in=digests).order_by("pk"),
        ),
        HeldTable(
            name="import_fills",
            title=_("Details that came with an imported list"),
            rows=ImportFill.objects.filter(subscriber__in=records).order_by("pk"),
            left_out={"subscriber": INTERNAL},
        ),
        HeldTable(
            name="import_questions",
            title=_("Our question if you want the emails of an imported list"),
            rows=ImportQuestion.objects.filter(digest__in=digests)
            .select_related("topic")
            .order_by("pk"),
            more=lambda row: {"topic_name": row.topic.name},
        ),
        *_tables_of_applications(records),
        HeldTable(
            name="topic_invitations",
            title=_("Invitations of our staff to a topic"),
            rows=TopicInvitation.objects.filter(digest__in=digests)
            .select_related("topic")
            .order_by("pk"),
            left_out={"invited_by": OTHER_PERSON},
            more=lambda row: {"topic_name": row.topic.name},
        ),
    ]


def _more_of_consent_record(record: ConsentRecord) -> Row:
    # Records are signed and stay as they were written: those of accepted invitations had the
    # inviter among their details once.
    details = {name: value for name, value in record.details.items() if name != "invited_by"}
    more: Row = {"topic_name": record.topic.name, "words": record.words, "details": details}
    # An imported list gave no date: the column has that of the import, which isn't theirs.
    return more if record.when else {**more, "given_at": None}


def _records_of(subscriber: Subscriber) -> list[int]:
    """Return the ids of a person's record, and of those that were merged into it."""
    merged = subscriber.merged_records.order_by("pk")
    return [subscriber.pk, *merged.values_list("pk", flat=True)]


def _tables_of_applications(records: Collection[int]) -> list[HeldTable]:
    own = Application.objects.filter(subscription__subscriber__in=records)
    return [
        HeldTable(
            name="applications",
            title=_("Applications to join a topic"),
            rows=own.select_related("subscription__topic").order_by("pk"),
            left_out={"assigned_to": OTHER_PERSON, "decided_by": OTHER_PERSON},
            more=lambda row: {"topic_name": row.subscription.topic.name},
        ),
        HeldTable(
            name="application_questions",
            title=_("Our questions about an application, and your answers"),
            rows=ApplicationQuestion.objects.filter(application__in=own).order_by("pk"),
            left_out={"asked_by": OTHER_PERSON},
        ),
        HeldTable(
            name="application_notes",
            title=_("Notes of our staff about an application"),
            rows=ApplicationNote.objects.filter(application__in=own).order_by("pk"),
            left_out={"written_by": OTHER_PERSON},
        ),
    ]


def _more_of_subscription(row: Subscription) -> Row:
    batch = row.import_batch
    return {
        "topic_name": row.topic.name,
        "import": {
            "file": batch.file_name,
            "at": plain(batch.created_at),
            "words": batch.consent_words,
        }
        if batch
        else None,
    }


def _more_of_suppression(row: Suppression) -> Row:
    note = row.note
    if row.reason == SuppressionReason.STAFF:
        note = note.partition(": ")[2]  # what stands before it is who wrote it
    return {"note": note}
