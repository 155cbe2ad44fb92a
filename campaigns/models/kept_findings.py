"""The last findings of the checks of `doctor`, for the dashboard, and whose turn it is to look."""

from django.db import models

THE_FINDINGS, OF_LONG_CHECKS, LAST_TURN = 1, 2, 3
"""The rows: of the quick checks; of those of each half hour; and when somebody last began the quick
ones, which finds nothing itself.
"""


class KeptFindings(models.Model):
    """Findings of whoever last ran checks of `doctor`. There are three rows.

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
