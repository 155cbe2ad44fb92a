"""Invitations to follow a topic."""

from datetime import datetime

from django.conf import settings
from django.db import models

from subscribers.models.topic import Topic


class TopicInvitation(models.Model):
    """One address that staff invited to follow one topic.

    Its owner follows nothing until they accept. Whoever may not be invited has a row, too, without
    an email: otherwise the list of a member of staff would tell by a gap that somebody follows, has
    left or is suppressed.

    `retention`: deleted after KEEP_INVITATIONS, when its link ends, too; and on erasure.
    """

    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="invitations")
    email = models.CharField("email address", max_length=320)
    digest = models.CharField(
        max_length=64, db_index=True, help_text="Keyed digest of the address."
    )
    language = models.CharField(max_length=12, help_text="Of the email.")
    invited_by = models.CharField(max_length=150, help_text="Username.")
    is_mailed = models.BooleanField(
        default=True, db_default=True, help_text="Whether an email was sent."
    )
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)
    accepted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["topic", "digest"], name="one_invitation_per_topic_and_address"
            )
        ]

    def __str__(self) -> str:
        return f"Invitation {self.pk}"

    def is_open(self, now: datetime) -> bool:
        """Return whether its link still works."""
        if not self.is_mailed:
            return False
        return self.accepted_at is None and now < self.created_at + settings.KEEP_INVITATIONS
