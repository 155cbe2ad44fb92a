"""Audiences that staff have saved under a name, to use them in campaigns."""

from django.conf import settings
from django.db import models

LONGEST_AUDIENCE_NAME = 120


class SavedAudience(models.Model):
    """A rule with a name. Nobody is kept as its member: each look asks who fits now."""

    name = models.CharField(max_length=LONGEST_AUDIENCE_NAME)
    conditions = models.JSONField(default=dict, help_text="As `campaigns.audience` keeps them.")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField("created (UTC)", auto_now_add=True)
    updated_at = models.DateTimeField("last changed (UTC)", auto_now=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            # Not unique=True, with which Django makes a second index on PostgreSQL.
            models.UniqueConstraint(fields=["name"], name="one_saved_audience_per_name"),
        ]

    def __str__(self) -> str:
        return self.name
