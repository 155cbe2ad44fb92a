"""The state of alerts: what is wrong and was told, and the ways of telling it.

Neither table names anybody: a finding's words are our own, and never those of a mail server.
"""

from django.db import models
from django.db.models import Value


class OpenFinding(models.Model):
    """A finding of `doctor` that isn't fine, from the first look until its end has been told."""

    key = models.CharField(max_length=250, unique=True, help_text="The same at each look.")
    check_name = models.CharField(max_length=40)
    level = models.CharField(max_length=8)
    words = models.TextField(help_text="As of the last look.")
    since = models.DateTimeField(null=True, blank=True, help_text="When it began, if known.")
    seen_at = models.DateTimeField("first seen (UTC)")
    looked_at = models.DateTimeField("last seen (UTC)")
    looks = models.PositiveIntegerField(default=1, db_default=1)
    mended_at = models.DateTimeField("first not seen (UTC)", null=True, blank=True)
    told = models.JSONField(
        default=dict,
        db_default=Value({}, models.JSONField()),
        blank=True,
        help_text="The worst level that each channel has told.",
    )

    def __str__(self) -> str:
        return f"{self.key} ({self.level})"


class AlertChannel(models.Model):
    """One way of telling somebody. It is used by one process at a time."""

    name = models.CharField(max_length=20, unique=True)
    busy_until = models.DateTimeField(
        null=True, blank=True, help_text="By then whoever uses it has ended, or was killed."
    )
    failing_since = models.DateTimeField(null=True, blank=True)
    trouble = models.CharField(max_length=200, blank=True, default="", db_default="")

    def __str__(self) -> str:
        return self.name
