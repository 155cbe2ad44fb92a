"""The tie between a subscriber and a topic."""

from django.db import models
from django.db.models import Q

from subscribers.models.subscriber import Subscriber
from subscribers.models.topic import Topic
from subscribers.states import SubscriptionStatus


class Subscription(models.Model):
    """The tie between one subscriber and one topic.

    `retention`: pending ones are deleted after KEEP_UNCONFIRMED.
    """

    # db_index=False: the constraint and the first index below begin with these; a second index of
    # each slows an import by a tenth.
    subscriber = models.ForeignKey(
        Subscriber, on_delete=models.CASCADE, related_name="subscriptions", db_index=False
    )
    topic = models.ForeignKey(
        Topic, on_delete=models.PROTECT, related_name="subscriptions", db_index=False
    )
    status = models.CharField(
        max_length=15, choices=SubscriptionStatus.choices, default=SubscriptionStatus.PENDING
    )
    import_batch = models.ForeignKey(
        "subscribers.ImportBatch",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="subscriptions",
        # Imports are never deleted, and a check of each row, with that of the topic of its consent
        # record, would take a tenth of the time of an import.
        db_constraint=False,
    )
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(help_text="When the status last changed.")
    member_until = models.DateField(
        null=True,
        blank=True,
        help_text="The last day, in UTC, of a membership with an end, such as a term of office.",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subscriber", "topic"], name="one_subscription_per_topic"
            ),
            models.CheckConstraint(
                condition=Q(status__in=SubscriptionStatus.values), name="subscription_status_known"
            ),
        ]
        indexes = [
            models.Index(fields=["topic", "status", "subscriber"], name="subscription_audience"),
            models.Index(
                fields=["changed_at"],
                condition=Q(status=SubscriptionStatus.PENDING),
                name="subscription_to_expire",
            ),
            models.Index(
                fields=["member_until"],
                condition=Q(member_until__isnull=False),
                name="subscription_term",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subscriber_id} {self.topic_id} {self.status}"
