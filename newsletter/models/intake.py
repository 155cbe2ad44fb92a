"""The state of the ways by which reports and answers come in."""

from django.db import models


class Intake(models.Model):
    """A provider's webhook or a mailbox of which something was wrong. Others have no row.

    `retention`: it names nobody, and there is one row for each way at most.
    """

    name = models.CharField(max_length=30, unique=True, help_text="A provider’s, or a mailbox’s.")
    failing_since = models.DateTimeField(null=True, blank=True, help_text="Empty while it works.")
    failed_at = models.DateTimeField(help_text="When it last failed.")
    trouble = models.CharField(max_length=300, blank=True, default="", db_default="")

    def __str__(self) -> str:
        return self.name
