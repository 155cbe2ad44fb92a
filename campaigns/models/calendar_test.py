"""Self-tests of calendar invitations: a mail to ourselves, and in which form it came back."""

from django.db import models


class CalendarTest(models.Model):
    """The latest self-test of one mailer.

    Only a mailer whose test came back whole may carry invitations. While the next is under way with
    the same settings, `passed_at` is still that of the one before.
    """

    mailer = models.CharField(max_length=60, unique=True, help_text="Its name.")
    settings_digest = models.CharField(
        max_length=64, help_text="Of the mailer’s settings: others need a test of their own."
    )
    calendar_hash = models.CharField(
        max_length=64, help_text="SHA-256 of the calendar that was sent."
    )
    sent_at = models.DateTimeField()
    passed_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=300, blank=True)

    @property
    def is_under_way(self) -> bool:
        """Return whether the latest mail hasn't come back yet."""
        return not self.problem and (self.passed_at is None or self.passed_at < self.sent_at)

    def __str__(self) -> str:
        return f"calendar test of {self.mailer}"
