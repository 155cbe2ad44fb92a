"""Labels: staff's own words for groups of people."""

from django.db import models
from django.db.models import Q

from subscribers.models.import_batch import ImportBatch
from subscribers.models.subscriber import Subscriber

LONGEST_LABEL = 80


class Label(models.Model):
    """A word of staff's own for a group of people, such as “Balkans” or “Speakers 2027”.

    Nobody puts themselves into it: what one can choose is a topic.
    """

    name = models.CharField(max_length=LONGEST_LABEL)
    key = models.CharField(
        max_length=LONGEST_LABEL * 3,
        help_text="The name without case, by which two that read alike are one.",
    )
    created_at = models.DateTimeField("created (UTC)", auto_now_add=True)

    class Meta:
        ordering = ["key"]
        constraints = [
            # Not unique=True, with which Django makes a second index on PostgreSQL.
            models.UniqueConstraint(fields=["key"], name="one_label_per_name"),
        ]

    def __str__(self) -> str:
        return self.name


class SubscriberLabel(models.Model):
    """A label that a subscriber has.

    `retention`: deleted with the label and with the subscriber, of whom KEEP_UNCONFIRMED says more.
    """

    # db_index=False: the constraint and the index below begin with them.
    subscriber = models.ForeignKey(
        Subscriber, on_delete=models.CASCADE, related_name="labels", db_index=False
    )
    label = models.ForeignKey(
        Label, on_delete=models.CASCADE, related_name="subscribers", db_index=False
    )
    import_batch = models.ForeignKey(
        ImportBatch,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        db_index=False,
        help_text="The import that gave it, whose undo takes it back. Empty if staff gave it.",
    )
    added_at = models.DateTimeField("added (UTC)")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subscriber", "label"], name="one_label_once_per_subscriber"
            ),
        ]
        indexes = [
            models.Index(fields=["label", "subscriber"], name="subscribers_of_label"),
            models.Index(
                fields=["import_batch"],
                condition=Q(import_batch__isnull=False),
                name="labels_of_import",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subscriber_id} {self.label_id}"
