"""Custom fields: details of people that staff define, and their values."""

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q

from subscribers.models.import_batch import ImportBatch
from subscribers.models.subscriber import Subscriber
from subscribers.states import FieldKind

LONGEST_KEY = 40
LONGEST_FIELD_NAME = 80
LONGEST_VALUE = 200


class CustomField(models.Model):
    """A detail of people that staff have defined, such as “Chamber” or “Term ends”."""

    key = models.CharField(
        max_length=LONGEST_KEY,
        validators=[
            RegexValidator(
                r"^[a-z][a-z_]*\Z",
                "Use small letters a to z and underscores, and begin with a letter.",
            )
        ],
        help_text="Its name in campaigns and in files, such as term_ends. It never changes.",
    )
    name = models.CharField(max_length=LONGEST_FIELD_NAME, help_text="As staff see it.")
    kind = models.CharField(max_length=10, choices=FieldKind.choices)
    choices = models.JSONField(
        default=list, blank=True, help_text="What can be chosen, in order. Of a choice alone."
    )
    position = models.PositiveIntegerField(
        default=0, help_text="Fields with a smaller number come first."
    )
    created_at = models.DateTimeField("created (UTC)", auto_now_add=True)

    class Meta:
        ordering = ["position", "key"]
        constraints = [
            # Not unique=True, with which Django makes a second index on PostgreSQL.
            models.UniqueConstraint(fields=["key"], name="one_custom_field_per_key"),
        ]

    def __str__(self) -> str:
        return self.name


class CustomFieldValue(models.Model):
    """The value of one custom field of one subscriber. Nothing is kept where there is none.

    `retention`: deleted with the field and with the subscriber, of whom KEEP_UNCONFIRMED says more.
    """

    # db_index=False: the constraint and the indexes below begin with them.
    subscriber = models.ForeignKey(
        Subscriber, on_delete=models.CASCADE, related_name="custom_values", db_index=False
    )
    field = models.ForeignKey(
        CustomField, on_delete=models.CASCADE, related_name="values", db_index=False
    )
    value = models.CharField(
        max_length=LONGEST_VALUE, help_text="A date as 2027-01-31, a choice as it is written."
    )
    day = models.DateField(null=True, blank=True, help_text="Of a date alone.")
    import_batch = models.ForeignKey(
        ImportBatch,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        db_index=False,
        help_text="The import that gave it, whose undo takes it back. Empty if staff gave it.",
    )
    set_at = models.DateTimeField("set (UTC)")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subscriber", "field"], name="one_value_per_subscriber_and_field"
            ),
            models.CheckConstraint(condition=~Q(value=""), name="custom_field_value_not_empty"),
        ]
        indexes = [
            models.Index(fields=["field", "value", "subscriber"], name="subscribers_of_value"),
            models.Index(
                fields=["field", "day", "subscriber"],
                condition=Q(day__isnull=False),
                name="subscribers_of_day",
            ),
            models.Index(
                fields=["import_batch"],
                condition=Q(import_batch__isnull=False),
                name="values_of_import",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subscriber_id} {self.field_id}"
