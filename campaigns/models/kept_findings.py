"""The last findings of the checks of `doctor`, for the dashboard."""

from django.db import models

THE_FINDINGS = 1


class KeptFindings(models.Model):
    """Findings of the clock, when it last ran the checks of `doctor`. There is one row.

    They hold no address and nothing of need-to-know topics.
    """

    findings = models.JSONField(
        default=list, help_text="Check, level and message of all that isn’t fine."
    )
    checked_at = models.DateTimeField("checked (UTC)")

    class Meta:
        verbose_name_plural = "kept findings"

    def __str__(self) -> str:
        return f"findings of {self.checked_at:%Y-%m-%d %H:%M}"
