"""Grants: which staff may see a need-to-know topic, and until when."""

from datetime import UTC, date, datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from subscribers.models.topic import Topic


class TopicGrant(models.Model):
    """A need-to-know topic that one member of staff may see, with what belongs to it.

    It ends by itself. It is never changed: another one takes its place.

    `retention`: deleted with the account, and KEEP_AUDIT after its end.
    """

    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, related_name="grants")
    # db_index=False: the index below begins with it.
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="topic_grants",
        db_index=False,
    )
    granted_by = models.CharField(max_length=150, help_text="Who granted it.")
    until = models.DateTimeField("until (UTC)", help_text="From then on it counts for nothing.")
    created_at = models.DateTimeField("granted (UTC)", auto_now_add=True)
    revoked_at = models.DateTimeField("revoked (UTC)", null=True, blank=True)
    is_replaced = models.BooleanField(
        "replaced", default=False, db_default=False, help_text="Revoked by the grant after it."
    )

    class Meta:
        verbose_name = "grant"
        constraints = [
            models.CheckConstraint(
                condition=Q(until__gt=F("created_at")), name="grant_ends_after_start"
            )
        ]
        indexes = [
            models.Index(fields=["account", "until"], name="grant_of_account"),
            models.Index(fields=["until"], name="grant_to_forget"),
        ]

    def __str__(self) -> str:
        return f"Grant {self.pk}"

    @property
    def last_day(self) -> date:
        """The last day, in UTC, on which it counts."""
        return (self.until - datetime.resolution).astimezone(UTC).date()

    def stands(self, now: datetime) -> bool:
        """Return whether it has neither ended nor been revoked."""
        return self.revoked_at is None and self.until > now
